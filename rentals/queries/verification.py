"""Whether the charges that were measured explain how the balance moved."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from rentals.models import BalanceReading, Operation
from rentals.models.operations import PAID_KINDS, State
from rentals.queries.journal import corrected


@dataclass(frozen=True)
class Stretch:
    """The time between two readings of the balance, with the paid operations sent in it. USD.

    Between are others where the answer to an operation was lost and it was seen later: the vendor may have charged for
    it then.
    """

    since: datetime
    until: datetime
    before: Decimal
    after: Decimal
    operations: tuple[Operation, ...]

    @property
    def fallen(self) -> Decimal:
        return self.before - self.after

    @property
    def charged(self) -> Decimal:
        return sum((charge_of(operation) or Decimal() for operation in self.operations), Decimal())

    @property
    def difference(self) -> Decimal:
        """What fell and no measured charge explains: another use of the account, or (below zero) a top-up."""
        return self.fallen - self.charged

    @property
    def explained(self) -> bool:
        """Whether an operation whose charge is not known lies in it."""
        return any(charge_of(operation) is None for operation in self.operations)


def charge_of(operation: Operation) -> Decimal | None:
    """USD that it cost, as a person has last corrected it or as it was measured; None: "sin medir"."""
    said: Decimal | None = vars(operation).get("corrected")
    return operation.charge if said is None else said


def stretches() -> Iterator[Stretch]:
    """Every stretch between two readings, the oldest first."""
    waiting, inside = deque(_that_cost_money()), list[Operation]()
    first = last = None
    for reading in BalanceReading.objects.order_by("read_at", "pk").iterator():
        first = first or reading
        if last is not None:
            inside += _sent_in(waiting, first.read_at, reading.read_at)
            if all(_told_at(operation) < reading.read_at for operation in inside):
                yield Stretch(first.read_at, reading.read_at, first.amount, reading.amount, tuple(inside))
                first, inside = reading, []
        last = reading
    if first and last and first is not last:
        yield Stretch(first.read_at, last.read_at, first.amount, last.amount, tuple(inside))


def _told_at(operation: Operation) -> datetime:
    """From when a reading of the balance tells its charge."""
    assert operation.sent_at
    return max(operation.sent_at, operation.evidence_at or operation.sent_at)


def _that_cost_money() -> QuerySet[Operation]:
    """What was sent, the first first. What was refused or never ran has cost nothing, unless somebody says it did."""
    sent = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__isnull=False).defer("baseline")
    sent = sent.annotate(corrected=corrected())
    return sent.exclude(state=State.FAILED, corrected=None).order_by("sent_at", "pk")


def _sent_in(waiting: deque[Operation], since: datetime, until: datetime) -> list[Operation]:
    """Takes those sent in that time off; the ones before it lie in no stretch."""
    inside = list[Operation]()
    while waiting and waiting[0].sent_at and waiting[0].sent_at < until:
        operation = waiting.popleft()
        if operation.sent_at and operation.sent_at >= since:
            inside.append(operation)
    return inside
