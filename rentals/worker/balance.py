"""Reads the balance, and measures what an operation really cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from rentals.models import BalanceReading, Feed, Operation
from rentals.models.operations import PAID_KINDS, FailedHow, State
from rentals.models.transitions import touch
from rentals.upstream import UpstreamError
from rentals.worker import feeds
from rentals.worker.line import Line

EVERY = timedelta(minutes=5)
FRESH = timedelta(seconds=60)
"""A reading this fresh, with no operation since, counts as the balance before a send."""
MEASURED_WITHIN = timedelta(minutes=10)
"""Later than this after the send too much may have happened on the account for a difference to mean one thing."""


def sync(line: Line, *, urgent: bool = False) -> bool:
    """One call for the balance. Returns whether it succeeded."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.balance(), urgent=urgent)
    except UpstreamError as problem:
        feeds.failed(Feed.Name.BALANCE, asked_at, problem)
        _give_up_measuring(asked_at)
        return False
    with transaction.atomic():
        before = BalanceReading.objects.first()
        BalanceReading.objects.create(amount=answer.value, read_at=asked_at)
        if before is None or before.amount != answer.value:
            touch()
        feeds.good(Feed.Name.BALANCE, asked_at)
        measure(answer.value, asked_at)
    return True


def fresh_reading() -> BalanceReading | None:
    """The balance to hold an operation against: read within a minute and after every send so far."""
    reading = BalanceReading.objects.first()
    if reading is None or not timedelta(0) <= timezone.now() - reading.read_at <= FRESH:
        return None
    sent_since = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=reading.read_at)
    return None if sent_since.exists() else reading


def unmeasured() -> list[Operation]:
    """Paid operations that succeeded and still lack their charge."""
    done = Operation.objects.filter(kind__in=PAID_KINDS, state=State.SUCCEEDED, charge=None, unmeasured=False)
    return list(done.order_by("sent_at"))


def measure(amount: Decimal, read_at: datetime) -> None:
    """Takes the difference as the charge of the one operation in between; with anything else in between it is
    "sin medir", because nobody can say which part was whose.
    """
    for operation in unmeasured():
        if operation.sent_at is None or operation.sent_at > read_at:
            continue
        charge = _charge(operation, amount, read_at)
        fields = {"charge": charge, "balance_after": amount} if charge is not None else {"unmeasured": True}
        Operation.objects.filter(pk=operation.pk, charge=None).update(**fields)


def _charge(operation: Operation, amount: Decimal, read_at: datetime) -> Decimal | None:
    before, since, sent_at = operation.balance_before, operation.balance_before_at, operation.sent_at
    if before is None or since is None or sent_at is None or not alone(operation, since, read_at):
        return None
    if read_at - sent_at > MEASURED_WITHIN:
        return None
    charge = before - amount
    return charge if charge > 0 else None


def alone(operation: Operation, since: datetime, until: datetime) -> bool:
    """Whether no other paid operation was sent in between."""
    others = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=since, sent_at__lte=until)
    return not others.exclude(pk=operation.pk).exists()


def spent_by_others(operation: Operation, since: datetime, until: datetime) -> Decimal | None:
    """USD that our other paid operations took in between; None where that is not known of each of them.

    Only what the vendor answered counts: one that was settled later may have been charged after `until`.
    """
    total = Decimal()
    others = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=since, sent_at__lte=until)
    for other in others.exclude(pk=operation.pk):
        if other.state == State.FAILED and other.failed_how in (FailedHow.REFUSED, FailedHow.NOT_SENT):
            continue
        if other.settled_how != "answer" or other.charge is None:
            return None
        total += other.charge
    return total


def _give_up_measuring(now: datetime) -> None:
    for operation in unmeasured():
        if operation.sent_at and now - operation.sent_at > MEASURED_WITHIN:
            Operation.objects.filter(pk=operation.pk).update(unmeasured=True)
