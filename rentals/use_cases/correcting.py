"""Adds to the record of a settled operation, which itself is never changed."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from rentals.models import Correction, Operation, Person
from rentals.models.audit import AuditKind
from rentals.models.operations import OPEN_STATES
from rentals.permissions import Verb, may
from rentals.use_cases import audit
from rentals.use_cases.refusals import NotDecided


def correct(person: Person, operation: Operation, note: str, charge: Decimal | None = None) -> Correction:
    """A new entry that names the operation. Raises NotDecided, and then nothing has been written."""
    if not may(person, Verb.SETTLE):
        raise NotDecided("forbidden")
    if not note.strip():
        raise NotDecided("note_missing")
    if operation.state in OPEN_STATES:
        raise NotDecided("not_settled")
    if charge is not None and operation.balance_before is not None and charge > operation.balance_before:
        # A slip of the finger would use up everybody's limit.
        raise NotDecided("more_than_balance")
    with transaction.atomic():
        added = Correction.objects.create(
            operation=operation, person=person, at=timezone.now(), charge=charge, note=note.strip()[:500]
        )
        audit.note(AuditKind.CORRECTED, person, operation=operation)
    return added
