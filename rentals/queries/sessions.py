"""The sessions of a person, as they see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from rentals.models import Person

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OpenSession:
    id: int
    since: datetime
    address: str
    browser: str
    """Empty when it does not say."""
    system: str
    current: bool


def open_sessions(person: Person, current: str | None) -> list[OpenSession]:
    """This one first, then the newest."""
    rows = list(UserSession.objects.filter(user=person).order_by("-created_at", "-pk"))
    keys = [row.session_key for row in rows]
    living = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    found = [_told(row, current) for row in rows if row.session_key in living]
    return sorted(found, key=lambda one: not one.current)


def _told(row: UserSession, current: str | None) -> OpenSession:
    agent = row.user_agent
    return OpenSession(
        row.pk,
        row.created_at,
        row.ip,
        next((name for sign, name in _BROWSERS if sign in agent), ""),
        next((name for sign, name in _SYSTEMS if sign in agent), ""),
        row.session_key == current,
    )


@dataclass(frozen=True)
class Factors:
    """What a person has besides the password."""

    totp: bool
    passkeys: int

    @property
    def any(self) -> bool:
        return self.totp or self.passkeys > 0


def factors_of(person: Person) -> Factors:
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return Factors(Authenticator.Type.TOTP in kinds, kinds.count(Authenticator.Type.WEBAUTHN))
