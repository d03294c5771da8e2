"""The team: who is in it, with which role and second factor, and who has been invited."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from rentals.countries import fold
from rentals.models import Invitation, Mirror, Number, Person, Team
from rentals.models.people import Role

NUMBERS_SHOWN = 50
BEYOND_IDS = 2**63
"""What no column of ids can hold: it is nobody's, and the database must not be asked for it."""


@dataclass(frozen=True)
class Member:
    """A person as the team sees them."""

    person: Person
    totp: bool
    passkeys: int
    held: int
    """How many numbers the person says to use."""
    seen_at: datetime | None
    """When they last signed in; null: never. What they do afterwards does not move it."""

    @property
    def second_factor(self) -> bool:
        return self.totp or self.passkeys > 0


def members() -> list[Member]:
    """Everybody, those with access first. One query, whatever their number."""
    found = [_member(person) for person in _people()]
    return sorted(
        found, key=lambda one: (not one.person.is_active, fold(one.person.display_name()), one.person.pk)
    )


def member(pk: int) -> Member | None:
    person = _people().filter(pk=pk).first() if pk < BEYOND_IDS else None
    return _member(person) if person else None


def _people() -> QuerySet[Person, Any]:
    of_person = Authenticator.objects.filter(user=OuterRef("pk"))
    sessions = UserSession.objects.filter(user=OuterRef("pk")).order_by().values("user")
    return Person.objects.annotate(
        totp=Exists(of_person.filter(type=Authenticator.Type.TOTP)),
        passkeys=_count(Authenticator, "user", type=Authenticator.Type.WEBAUTHN),
        held=_count(Number, "holder"),
        session_seen=Subquery(sessions.annotate(last=Max("last_seen_at")).values("last")),
    )


def _count(model: type[Model], owner: str, **of: object) -> Coalesce:
    """How many rows of another table are the person's, as a value of the person's row."""
    rows = model._default_manager.filter(**{owner: OuterRef("pk")}, **of).order_by().values(owner)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _member(person: Any) -> Member:
    seen = [moment for moment in (person.last_login, person.session_seen) if moment]
    return Member(person, person.totp, person.passkeys, person.held, max(seen, default=None))


def is_called(name: str, *, but: int | None = None) -> bool:
    """Whether somebody, with access or without, is seen under this name or signs in with it; `but` is not asked.

    Where only the name is shown, in the journal and beside numbers, two of a name could not be told apart.
    """
    said = _as_read(name)
    others = Person.objects.all() if but is None else Person.objects.exclude(pk=but)
    people = others.only("username", "first_name", "last_name")
    return any(said in (_as_read(one.display_name()), _as_read(one.get_username())) for one in people)


def _as_read(name: str) -> str:
    """What is left of a name for the eye: no case, no width of letters, single blanks, nothing invisible."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def administrators() -> QuerySet[Person]:
    """Those who can really administer: a demo person is refused at the door of a real account, so counts only while
    the sandbox is the upstream.
    """
    found = Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    sandbox = Mirror.objects.filter(pk=1, upstream=Mirror.Upstream.SANDBOX)
    return found.filter(Q(is_demo=False) | Exists(sandbox))


def has_administrator() -> bool:
    """Somebody can administer the dashboard of a real account: demo people cannot."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True, is_demo=False).exists()


def pending_invitations() -> list[Any]:
    """Invitations that are not over, the newest first. `maker_may`: a link is worth what its maker may still do."""
    usable = Invitation.objects.filter(
        used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=timezone.now()
    )
    if has_administrator():
        # Nobody can use a set-up link any more, nor need anybody revoke it.
        usable = usable.exclude(purpose=Invitation.Purpose.SETUP)
    able = Q(made_by__is_active=True, made_by__role=Role.ADMINISTRATOR)
    told = usable.annotate(maker_may=ExpressionWrapper(able, output_field=BooleanField()))
    return list(told.select_related("made_by", "person"))


def invitation(pk: int) -> Invitation | None:
    return Invitation.objects.filter(pk=pk).first() if pk < BEYOND_IDS else None


def numbers_of(person: Person) -> list[Number]:
    """What the person uses, the last taken first, up to NUMBERS_SHOWN."""
    return list(Number.objects.filter(holder=person).order_by("-held_at", "pk")[:NUMBERS_SHOWN])


def limits_mark(of: Person | Team) -> str:
    """What a form of limits has shown, to tell whether somebody else has changed them since."""
    return "|".join(
        "" if limit is None else f"{limit.normalize():f}" for limit in (of.day_limit, of.month_limit)
    )


def security_mark(of: Team) -> str:
    above = "" if of.confirm_above is None else f"{of.confirm_above.normalize():f}"
    return "|".join((",".join(sorted(of.mfa_roles)), above))
