"""Ending a person's sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note


def end_sessions(person: Person, *, keep: str | None = None) -> int:
    """Ends every session of the person's but `keep`, at once. Returns how many.

    Those that are listed, which is every one that began with a log-in: to look into all sessions would take as long
    as strangers please, who make sessions too.
    """
    listed = UserSession.objects.filter(user=person).exclude(session_key=keep)
    with transaction.atomic():
        theirs = Session.objects.filter(session_key__in=list(listed.values_list("session_key", flat=True)))
        count = theirs.filter(expire_date__gt=timezone.now()).count()
        theirs.delete()
        listed.delete()
    return count


def clear_expired() -> None:
    """Once a day, with the first log-in of it: Django leaves them in the table for ever."""
    if cache.add("expired-sessions", "cleared", timeout=24 * 3600):
        SessionStore.clear_expired()


def end_other_sessions(person: Person, current: str | None) -> int:
    """What the person asks for: all but the one in which they ask."""
    with transaction.atomic():
        count = end_sessions(person, keep=current)
        note(AuditKind.SESSIONS_ENDED, person, count=count)
    return count


def end_session(person: Person, listed: int) -> bool:
    """Ends one of the person's own sessions; False when there is none such (any more)."""
    with transaction.atomic():
        found = UserSession.objects.filter(user=person, pk=listed).first()
        if found is None:
            return False
        Session.objects.filter(session_key=found.session_key).delete()
        found.delete()
        note(AuditKind.SESSIONS_ENDED, person, count=1)
    return True
