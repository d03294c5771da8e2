"""Each entry of the audit as one sentence: "Adela (adela) cambió el rol de Ana (ana): Observador → Operador".

Plain text: names and notes in it are strangers' words, and whoever shows them escapes them. An entry may lack what its
sentence would like to say (it was written by an older version); then it says less, and never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from rentals import phones
from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.views.outcomes import Outcome

_METHODS = {
    "password": _lazy("con su contraseña"),
    "passkey": _lazy("con una passkey"),
    "code": _lazy("con un código"),
}
_FACTORS = {
    "totp": _lazy("aplicación de códigos"),
    "webauthn": _lazy("passkeys"),
    "recovery_codes": _lazy("códigos de recuperación"),
}
_WHATS = {"operations": _lazy("las operaciones"), "audit": _lazy("la auditoría")}


def sentence(entry: AuditEntry) -> str:
    return SENTENCES[AuditKind(entry.kind)](_Words(entry))


class Told(NamedTuple):
    entry: AuditEntry
    words: str


def told(entries: Iterable[AuditEntry]) -> list[Told]:
    return [Told(entry, sentence(entry)) for entry in entries]


class _Words:
    """The words of one entry."""

    def __init__(self, entry: AuditEntry) -> None:
        self.entry = entry
        self.detail: dict[str, Any] = entry.detail if isinstance(entry.detail, dict) else {}
        self.who = entry.person.name_and_login() if entry.person else _("Alguien")
        self.whom = entry.about.name_and_login() if entry.about else _("alguien")
        self.phone = phones.display(entry.number.e164) if entry.number else _("un número")

    @property
    def what(self) -> str:
        """The operation in one line."""
        return Outcome(self.entry.operation).what if self.entry.operation else _("una operación")

    @property
    def other(self) -> str:
        """The person it is about, where that is somebody else than whoever did it; empty otherwise."""
        about = self.entry.about
        return about.name_and_login() if about and about != self.entry.person else ""

    def fill(self, words: str, **more: object) -> str:
        return words % {"who": self.who, "whom": self.whom, "phone": self.phone, **more}

    def text(self, name: str) -> str:
        return str(self.detail.get(name) or "")

    def change(self, named: Callable[[Any], str]) -> str:
        """ ": before → after", as far as the entry tells it."""
        if "was" not in self.detail and "now" not in self.detail:
            return ""
        return f": {named(self.detail.get('was'))} → {named(self.detail.get('now'))}"


def _plain(words: Any) -> Callable[[_Words], str]:
    return lambda told: told.fill(str(words))


def _changed(words: Any, named: Callable[[Any], str]) -> Callable[[_Words], str]:
    return lambda told: told.fill(str(words)) + told.change(named)


def _sign_in(told: _Words) -> str:
    method = told.text("method").strip("?")
    known = str(_METHODS.get(method, f"({method})")) if method else ""
    return " ".join(filter(None, (told.fill(_("%(who)s entró")), known)))


def _sign_in_failed(told: _Words) -> str:
    name = told.text("name") or (told.entry.person.get_username() if told.entry.person else "")
    if name and told.text("where") == "again":
        by_password = told.text("method") == _("contraseña")
        wrong = _("Contraseña equivocada de «%s» con la sesión abierta")
        return (wrong if by_password else _("Confirmación fallida de «%s» con la sesión abierta")) % name
    return _("Intento fallido de entrar como «%s»") % name if name else _("Intento fallido de entrar")


def _mfa_reset(told: _Words) -> str:
    removed = ", ".join(str(_FACTORS.get(name, name)) for name in _list(told.detail.get("removed")))
    words = told.fill(_("%(who)s quitó el segundo factor de %(whom)s"))
    return f"{words}: {removed}" if removed else words


def _invited(told: _Words) -> str:
    if told.entry.about:
        return told.fill(_("%(who)s creó un enlace de acceso nuevo para %(whom)s"))
    name, role = told.text("name") or _("una persona"), told.text("role")
    words = told.fill(_("%(who)s invitó a %(name)s"), name=name)
    return f"{words} ({_role(role)})" if role else words


def _invitation_revoked(told: _Words) -> str:
    if told.entry.about:
        return told.fill(_("%(who)s anuló el enlace de acceso de %(whom)s"))
    return told.fill(_("%(who)s anuló la invitación de %(name)s"), name=told.text("name") or _("una persona"))


def _invitation_used(told: _Words) -> str:
    words = {
        "setup": _("%(who)s puso en marcha el panel con el enlace inicial"),
        "reset": _("%(who)s renovó su acceso con un enlace"),
    }.get(told.text("purpose"), _("%(who)s usó su invitación"))
    return told.fill(words)


def _taken(told: _Words) -> str:
    whose = _("%(who)s tomó %(phone)s, que usaba %(whom)s")
    return told.fill(whose if told.other else _("%(who)s tomó %(phone)s"))


def _released(told: _Words) -> str:
    whose = _("%(who)s soltó %(phone)s, que usaba %(whom)s")
    return told.fill(whose if told.other else _("%(who)s soltó %(phone)s"))


def _labelled(told: _Words) -> str:
    was, now = told.text("label_was"), told.text("label_is")
    if was == now:
        return told.fill(_("%(who)s cambió la etiqueta o la nota de %(phone)s"))
    return told.fill(_("%(who)s cambió la etiqueta de %(phone)s")) + f": {was or '—'} → {now or '—'}"


def _panel_opened(told: _Words) -> str:
    if told.text("opened") == "before":
        return told.fill(_("%(who)s tenía abiertos los SMS de %(phone)s cuando empezó a usarlo %(whom)s"))
    whose = _("%(who)s abrió los SMS de %(phone)s, que usa %(whom)s")
    return told.fill(whose if told.other else _("%(who)s abrió los SMS de %(phone)s"))


def _operation(told: _Words) -> str:
    return told.fill(_("%(who)s pidió: %(what)s"), what=told.what)


def _decided(told: _Words) -> str:
    words = {
        True: _("%(who)s decidió que se ejecutó: %(what)s"),
        False: _("%(who)s decidió que no se ejecutó: %(what)s"),
    }.get(told.detail.get("executed"), _("%(who)s decidió qué pasó con: %(what)s"))  # type: ignore[arg-type]
    return told.fill(words, what=told.what)


def _corrected(told: _Words) -> str:
    return told.fill(_("%(who)s añadió una corrección a: %(what)s"), what=told.what)


def _exported(told: _Words) -> str:
    what = str(_WHATS.get(told.text("what"), _("datos")))
    words = told.fill(_("%(who)s descargó %(what)s"), what=what)
    rows = _("%s filas") % told.text("rows") if told.text("rows") else ""
    more = ", ".join(filter(None, (told.text("format").upper(), rows)))
    return f"{words} ({more})" if more else words


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _role(value: object) -> str:
    return str(Role(value).label) if value in Role.values else str(value or "—")


def _limits(value: object) -> str:
    """Of {"day": "5.00", "month": ""}: "5,00 USD al día, sin límite al mes"."""
    if not isinstance(value, dict):
        return str(value or "—")
    day, month = value.get("day"), value.get("month")
    return ", ".join(
        (
            _("%s USD al día") % _usd(day) if day else _("sin límite al día"),
            _("%s USD al mes") % _usd(month) if month else _("sin límite al mes"),
        )
    )


def _security(value: object) -> str:
    if not isinstance(value, dict):
        return str(value or "—")
    roles, above = _list(value.get("mfa_roles")), value.get("confirm_above")
    must = ", ".join(_role(role) for role in roles) or _("nadie")
    some = above is not None
    asked = _("contraseña por encima de %s USD") % _usd(above) if some else _("sin pedir contraseña")
    return _("2FA: %(must)s; %(asked)s") % {"must": must, "asked": asked}


def _usd(amount: object) -> str:
    """ "10,00" for "10" and for "10.00": entries hold an amount as it was typed or as the database gave it."""
    try:
        return f"{Decimal(str(amount)):.2f}".replace(".", ",")
    except InvalidOperation:
        return str(amount)


SENTENCES: dict[AuditKind, Callable[[_Words], str]] = {
    AuditKind.SIGN_IN: _sign_in,
    AuditKind.SIGN_IN_FAILED: _sign_in_failed,
    AuditKind.SIGN_OUT: _plain(_lazy("%(who)s salió")),
    AuditKind.SESSIONS_ENDED: _plain(_lazy("%(who)s cerró sesiones suyas")),
    AuditKind.PASSWORD_CHANGED: _plain(_lazy("%(who)s cambió su contraseña")),
    AuditKind.MFA_CHANGED: _plain(_lazy("%(who)s cambió su segundo factor")),
    AuditKind.MFA_RESET: _mfa_reset,
    AuditKind.PROFILE_CHANGED: _plain(_lazy("%(who)s cambió su perfil")),
    AuditKind.INVITED: _invited,
    AuditKind.INVITATION_REVOKED: _invitation_revoked,
    AuditKind.INVITATION_USED: _invitation_used,
    AuditKind.ROLE_CHANGED: _changed(_lazy("%(who)s cambió el rol de %(whom)s"), _role),
    AuditKind.DEACTIVATED: _plain(_lazy("%(who)s desactivó a %(whom)s")),
    AuditKind.REACTIVATED: _plain(_lazy("%(who)s volvió a activar a %(whom)s")),
    AuditKind.LIMITS_CHANGED: _changed(_lazy("%(who)s cambió los límites de %(whom)s"), _limits),
    AuditKind.TEAM_LIMITS_CHANGED: _changed(_lazy("%(who)s cambió los límites del equipo"), _limits),
    AuditKind.SECURITY_CHANGED: _changed(_lazy("%(who)s cambió la seguridad del equipo"), _security),
    AuditKind.TAKEN: _taken,
    AuditKind.RELEASED: _released,
    AuditKind.LABELLED: _labelled,
    AuditKind.PANEL_OPENED: _panel_opened,
    AuditKind.OPERATION: _operation,
    AuditKind.DECIDED: _decided,
    AuditKind.CORRECTED: _corrected,
    AuditKind.EXPORTED: _exported,
}
