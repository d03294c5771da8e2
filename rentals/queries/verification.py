"""Whether the charges that were measured explain how the balance moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from rentals.models import BalanceReading, Operation
from rentals.models.operations import PAID_KINDS, State


@dataclass(frozen=True)
class Stretch:
    """The time between two readings of the balance, with the paid operations sent in it. USD."""

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
        return sum((operation.charge or Decimal() for operation in self.operations), Decimal())

    @property
    def difference(self) -> Decimal:
        """What fell and no measured charge explains: another use of the account, or (below zero) a top-up."""
        return self.fallen - self.charged

    @property
    def explained(self) -> bool:
        """Whether an operation whose charge is not known lies in it."""
        return any(operation.charge is None for operation in self.operations)


def stretches() -> Iterator[Stretch]:
    """Every stretch between two readings, the oldest first."""
    sent = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__isnull=False)
    # What was refused or never ran has cost nothing.
    waiting = list(sent.exclude(state=State.FAILED).order_by("sent_at", "pk"))
    previous: BalanceReading | None = None
    for reading in BalanceReading.objects.order_by("read_at", "pk").iterator():
        if previous is not None:
            inside = [o for o in waiting if o.sent_at and previous.read_at <= o.sent_at < reading.read_at]
            waiting = [o for o in waiting if o not in inside]
            yield Stretch(previous.read_at, reading.read_at, previous.amount, reading.amount, tuple(inside))
        previous = reading
