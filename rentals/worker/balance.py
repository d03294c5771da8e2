"""Reads the balance, and measures what an operation really cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from rentals.models import BalanceReading, Feed, Operation
from rentals.models.operations import PAID_KINDS, FailedHow, State
from rentals.models.transitions import touch
from rentals.queries.operations import CLOCKS_DIFFER
from rentals.upstream import UpstreamError
from rentals.worker import feeds
from rentals.worker.line import Line

EVERY = timedelta(minutes=5)
FRESH = timedelta(seconds=60)
"""A reading this fresh, with no operation since, counts as the balance before a send."""
CHARGED_WITHIN = timedelta(minutes=30)
"""Later than this after a send whose answer was lost the vendor is not expected to charge for it any more."""
MOST_TIMES = 10
"""Of its price. Nobody is charged more for one operation: something else moved the balance, or it was misread."""
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
        if operation.sent_at is None or read_at < operation.sent_at <= read_at + CLOCKS_DIFFER:
            continue
        charge = _charge(operation, amount, read_at)
        told = {"charge": charge} if charge is not None else {"unmeasured": True}
        Operation.objects.filter(pk=operation.pk, charge=None).update(balance_after=amount, **told)


def _charge(operation: Operation, amount: Decimal, read_at: datetime) -> Decimal | None:
    before, since, sent_at = operation.balance_before, operation.balance_before_at, operation.sent_at
    if before is None or since is None or sent_at is None or not alone(operation, since, read_at):
        return None
    # One dated ahead of us was sent before the clock was put back, and nobody knows how long ago.
    if not timedelta(0) <= read_at - sent_at <= MEASURED_WITHIN:
        return None
    charge = before - amount
    if operation.quote and charge > MOST_TIMES * operation.quote:
        return None
    if charge != operation.quote and one_in_doubt_before(operation, since):
        return None
    return charge if charge > 0 else None


def one_in_doubt_before(operation: Operation, since: datetime) -> bool:
    """Whether what the balance fell by may be the late charge of a send whose answer was lost before."""
    lost = Operation.objects.filter(kind__in=PAID_KINDS, unknown_since__isnull=False)
    lost = lost.filter(sent_at__lt=since, sent_at__gte=since - CHARGED_WITHIN).exclude(pk=operation.pk)
    return lost.filter(Q(state=State.UNKNOWN) | Q(settled_at__gt=since)).exists()


def alone(operation: Operation, since: datetime, until: datetime) -> bool:
    """Whether no other paid operation was sent in between; not known of a time over which the clock was put back."""
    if since > until:
        return False
    others = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=since, sent_at__lte=until)
    return not others.exclude(pk=operation.pk).exists()


def spent_by_others(operation: Operation, since: datetime, until: datetime) -> Decimal | None:
    """USD that our other paid operations took in between; None where that is not known of each of them.

    Known is a charge that is the quote and was settled before `until`: another may have been made later, or be in part
    the late charge of this one.
    """
    if since > until:
        return None
    total = Decimal()
    others = Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=since, sent_at__lte=until)
    for other in others.exclude(pk=operation.pk):
        if other.settled_at is None or other.settled_at > until:
            return None
        if other.state == State.FAILED and _took_nothing(other):
            continue
        if other.charge is None or other.charge != other.quote:
            return None
        total += other.charge
    return total


def _took_nothing(failed: Operation) -> bool:
    if failed.failed_how == FailedHow.NOT_EXECUTED:
        return failed.balance_after is not None
    return failed.failed_how in (FailedHow.REFUSED, FailedHow.NOT_SENT)


def _give_up_measuring(now: datetime) -> None:
    for operation in unmeasured():
        if operation.sent_at and now - operation.sent_at > MEASURED_WITHIN:
            Operation.objects.filter(pk=operation.pk, charge=None).update(unmeasured=True)
