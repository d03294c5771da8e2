"""Writes the audit: who did what, to whom, from where. The web address of a request is told by the middleware."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.utils import timezone

from rentals.models import AuditEntry, Number, Operation, Person
from rentals.models.audit import AuditKind

client_address: ContextVar[str | None] = ContextVar("client_address", default=None)
"""The IP address of the request in hand; None in a shell and in the worker."""


def note(
    kind: AuditKind,
    person: Person | None,
    *,
    about: Person | None = None,
    number: Number | None = None,
    operation: Operation | None = None,
    theirs: bool = True,
    **detail: Any,
) -> AuditEntry:
    """Adds one entry. `detail` must be JSON and hold neither secrets nor the text of an SMS.

    `theirs`: the request in hand is the person's; else its address is somebody else's, and the entry has none.

    Called inside the transaction of what it tells, so that neither exists without the other.
    """
    return AuditEntry.objects.create(
        at=timezone.now(),
        kind=kind,
        person=person,
        about=about,
        number=number,
        operation=operation,
        address=client_address.get() if theirs else None,
        detail=detail,
    )
