"""Coming in and going out, for the audit. Connected when the application starts."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note
from rentals.use_cases.sessions import clear_expired


@receiver(user_logged_in)
def came_in(request: HttpRequest, user: Person, **more: Any) -> None:
    note(AuditKind.SIGN_IN, user, method=_method(request, user))
    clear_expired()


@receiver(user_logged_out)
def went_out(user: Person | None, **more: Any) -> None:
    if user is not None:
        note(AuditKind.SIGN_OUT, user)


def _method(request: HttpRequest, person: Person) -> str:
    """By what the person came in, in words."""
    words = {
        "password": _("contraseña"),
        "totp": _("código"),
        "recovery_codes": _("código de recuperación"),
        "webauthn": _("passkey"),
    }
    records = get_authentication_records(request, person)
    used = [words.get(str(record.get("type") or record.get("method")), "?") for record in records]
    return " + ".join(dict.fromkeys(used)) or "?"
