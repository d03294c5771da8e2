"""Ending a person's sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note


def end_sessions(person: Person, *, keep: str | None = None) -> int:
    """Ends every session of the person's but `keep`, at once. Returns how many.

    Also those that no list holds: each says inside whose it is, and a team has few.
    """
    living = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=keep)
    theirs = [one.session_key for one in living if one.get_decoded().get(SESSION_KEY) == str(person.pk)]
    with transaction.atomic():
        UserSession.objects.filter(user=person).exclude(session_key=keep).delete()
        Session.objects.filter(session_key__in=theirs).delete()
    return len(theirs)


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
