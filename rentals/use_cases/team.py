"""What administrators do with people. Each change is one transaction with its entry in the audit.

All of them queue at the team's row, so that what they count (the administrators that remain) still holds when they
write: two administrators who demote each other at the same moment would otherwise leave nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rentals.models import Invitation, Number, Person, Team
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.models.transitions import touch
from rentals.permissions import Verb, may
from rentals.queries.team import administrators, limits_mark, security_mark
from rentals.use_cases import budgets
from rentals.use_cases.audit import note
from rentals.use_cases.sessions import end_sessions

WORDS = {
    "forbidden": _("Su rol no permite esta acción. No se ha cambiado nada."),
    "last_administrator": _(
        "Es la última persona que puede administrar el panel. No se ha cambiado nada: "
        "dé antes el rol de administrador a otra persona con acceso."
    ),
    "moved": _(
        "Otra persona lo ha cambiado mientras tanto. No se ha cambiado nada; "
        "mire cómo está ahora y repita si hace falta."
    ),
    "no_such_role": _("Ese rol no existe. No se ha cambiado nada."),
    "used": _(
        "La invitación ya se ha usado: la persona está en la lista, y ahí se le puede quitar el acceso."
    ),
    "done": _(
        "Este formulario ya se había enviado, y el enlace que se hizo con él se usó, se anuló o ha caducado. "
        "No se ha hecho otro: si hace falta, pídalo aquí de nuevo."
    ),
    "inactive": _("Esta persona no tiene acceso: actívela antes. No se ha cambiado nada."),
}


class NotChanged(Exception):
    """The change was refused and nothing has been written. `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        return str(WORDS[self.code])


@contextmanager
def changing(by: Person) -> Iterator[Team]:
    """A transaction under the team's lock, by somebody who may still administer; gives the team as it is now."""
    with transaction.atomic():
        Team.only()
        team = Team.objects.select_for_update().get(pk=1)
        # Read again: whoever acts may have lost the right while waiting for the lock.
        if not may(Person.objects.get(pk=by.pk), Verb.TEAM):
            raise NotChanged("forbidden")
        yield team


def change_role(by: Person, person: Person, role: str, was: str) -> bool:
    """Gives the person another role; `was` is the one that was shown. Returns whether anything has changed."""
    if role not in Role.values:
        raise NotChanged("no_such_role")
    with changing(by):
        fresh = _now(person)
        if fresh.role == role:
            return False
        if fresh.role != was:
            raise NotChanged("moved")
        if role != Role.ADMINISTRATOR:
            _refuse_when_last(fresh)
        fresh.role = role
        fresh.save(update_fields=["role"])
        note(AuditKind.ROLE_CHANGED, by, about=fresh, was=was, now=role)
        if role != Role.ADMINISTRATOR:
            _revoke(by, Q(made_by=fresh))
    return True


def deactivate(by: Person, person: Person) -> bool:
    """Takes all access away at once. The person's numbers stay theirs, and what is on its way is settled as usual."""
    with changing(by):
        fresh = _now(person)
        if not fresh.is_active:
            return False
        _refuse_when_last(fresh)
        fresh.is_active = False
        fresh.save(update_fields=["is_active"])
        end_sessions(fresh)
        note(AuditKind.DEACTIVATED, by, about=fresh)
        _revoke(by, Q(made_by=fresh) | Q(person=fresh))
        _touch_their_numbers(fresh)
    return True


def reactivate(by: Person, person: Person) -> bool:
    with changing(by):
        fresh = _now(person)
        if fresh.is_active:
            return False
        fresh.is_active = True
        fresh.save(update_fields=["is_active"])
        note(AuditKind.REACTIVATED, by, about=fresh)
        _touch_their_numbers(fresh)
    return True


def reset_mfa(by: Person, person: Person) -> bool:
    """Removes every second factor, passkey and recovery code of somebody who has lost them."""
    with changing(by):
        fresh = _now(person)
        had = Authenticator.objects.filter(user=fresh)
        types = sorted(set(had.values_list("type", flat=True)))
        if not types:
            return False
        had.delete()
        note(AuditKind.MFA_RESET, by, about=fresh, removed=types)
    return True


def change_security(by: Person, mfa_roles: list[str], confirm_above: Decimal | None, was: str) -> bool:
    """Who must use a second factor, and above how many USD the password is asked for again; `was` is a mark."""
    if not set(mfa_roles) <= set(Role.values):
        raise NotChanged("no_such_role")
    with changing(by) as team:
        before, told = security_mark(team), _security(team)
        team.mfa_roles = [role for role in Role.values if role in mfa_roles]
        team.confirm_above = confirm_above
        if security_mark(team) == before:
            return False
        if before != was:
            raise NotChanged("moved")
        team.save(update_fields=["mfa_roles", "confirm_above"])
        note(AuditKind.SECURITY_CHANGED, by, was=told, now=_security(team))
    return True


def change_limits(by: Person, person: Person, day: Decimal | None, month: Decimal | None, was: str) -> bool:
    """What the person may spend, in USD; `was` is the mark of the limits that were shown."""
    with changing(by):
        fresh = _now(person)
        _refuse_when_moved(fresh, day, month, was)
        return budgets.set_limits(by, fresh, day, month)


def change_team_limits(by: Person, day: Decimal | None, month: Decimal | None, was: str) -> bool:
    """The same for all of the team together."""
    with changing(by) as team:
        _refuse_when_moved(team, day, month, was)
        return budgets.set_team_limits(by, day, month)


def _refuse_when_moved(of: Person | Team, day: Decimal | None, month: Decimal | None, was: str) -> None:
    # What they are already is no conflict: the same form sent twice is one change.
    if limits_mark(of) != was and (of.day_limit, of.month_limit) != (day, month):
        raise NotChanged("moved")


def _security(team: Team) -> dict[str, object]:
    above = team.confirm_above
    return {"mfa_roles": list(team.mfa_roles), "confirm_above": None if above is None else str(above)}


def _revoke(by: Person, which: Q) -> None:
    """No link that ends with somebody's rights may work again when they have them back one day."""
    now, unused = timezone.now(), Invitation.objects.filter(which, used_at=None, revoked_at=None)
    for invitation in unused.select_related("person"):
        revoked = unused.filter(pk=invitation.pk).update(revoked_at=now)
        # One that was over by its date is no news.
        if revoked and invitation.expires_at > now:
            note(AuditKind.INVITATION_REVOKED, by, about=invitation.person, name=invitation.name)


def _touch_their_numbers(person: Person) -> None:
    # Where a number is shown, so is whether its holder can still come in.
    if Number.objects.filter(holder=person).exists():
        touch()


def _now(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)


def _refuse_when_last(person: Person) -> None:
    """Whoever can administer loses it only while somebody else can."""
    able = set(administrators().values_list("pk", flat=True))
    if able == {person.pk}:
        raise NotChanged("last_administrator")
