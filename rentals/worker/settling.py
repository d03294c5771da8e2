"""Settles operations whose outcome is not known, from evidence that must fit exactly.

The account may also be used on the vendor's own page, so what does not fit waits for a person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from rentals.models import BalanceReading, Feed, Operation, Order
from rentals.models.operations import PAID_KINDS, FailedHow, Kind, State
from rentals.models.transitions import move, succeed, touch
from rentals.queries import evidence
from rentals.queries.evidence import Evidence
from rentals.queries.operations import CLOCKS_DIFFER
from rentals.worker import balance

SYNCS_WITHOUT_EVIDENCE = 3
AT_LEAST = timedelta(minutes=5)
WITHOUT_BALANCE = timedelta(minutes=30)
BALANCE_TRIES = 3
"""Failures in a row after which the balance counts as unreadable."""
_MAY_BE_SILENT = (Kind.CREATE_MULTI, Kind.ADD_SERVICE, Kind.RESTORE)
UNREAD = "no_good_sync"
ACTIVATION_LAPSES = timedelta(minutes=30)


def crashed(longest_call: float) -> int:
    """Turns sent operations older than any call could last into unknown ones. Returns how many."""
    now = timezone.now()
    limit = now - timedelta(seconds=longest_call + 5)
    # What is dated ahead of us was sent before the clock was put back, and nobody knows how long ago.
    dead = Operation.objects.filter(
        Q(sent_at__lt=limit) | Q(sent_at__gt=now + CLOCKS_DIFFER), state=State.SENT
    )
    return sum(
        move(
            operation,
            State.SENT,
            State.UNKNOWN,
            reason="crash",
            unknown_since=min(operation.sent_at or now, now),
        )
        for operation in dead
    )


def stuck() -> None:
    """Where the orders could not be read for half an hour a person may decide; once they can, evidence still does."""
    now = timezone.now()
    _count_from_now_what_is_dated_ahead(now)
    feed = Feed.objects.filter(name=Feed.Name.ORDERS).first()
    if feed and feed.good_at and now - WITHOUT_BALANCE <= feed.good_at <= now + CLOCKS_DIFFER:
        return
    unread = Operation.objects.filter(state=State.UNKNOWN, unknown_since__lt=now - WITHOUT_BALANCE)
    for operation in unread.filter(waits_for_person=""):
        _wait(operation, UNREAD)


def _count_from_now_what_is_dated_ahead(now: datetime) -> None:
    """The clock was put back: without this nobody could end them before it has caught up."""
    ahead, unknown = now + CLOCKS_DIFFER, Operation.objects.filter(state=State.UNKNOWN)
    unknown.filter(unknown_since__gt=ahead).update(unknown_since=now)
    unknown.filter(evidence_at__gt=ahead).update(evidence_at=now)


def settle(*, after_good_sync: bool) -> None:
    """Looks at every unknown operation; `after_good_sync` says that whole orders have just come in."""
    # Also between syncs: the worker may have died after the last one, and what a part of the orders brought counts.
    own_siblings()
    unknown = Operation.objects.filter(state=State.UNKNOWN).select_related("order")
    for operation in unknown.order_by("sent_at", "pk"):
        if after_good_sync and _synced_since(operation):
            # Enough is enough: an operation may wait for a person for months.
            still = unknown.filter(pk=operation.pk, good_syncs__lt=SYNCS_WITHOUT_EVIDENCE)
            still.update(good_syncs=F("good_syncs") + 1)
            operation.refresh_from_db()
            if operation.waits_for_person == UNREAD:
                _wait(operation, "")
        if operation.good_syncs:
            _settle_one(operation)


def _settle_one(operation: Operation) -> None:
    found = evidence.look(operation)
    if not found.doubt and operation.waits_for_person in evidence.DOUBTS:
        # What was in doubt is so no more, as when an order that had left the list is back.
        _wait(operation, "")
    if operation.kind == Kind.ACTIVATE:
        _settle_activation(operation, found)
    elif found.doubt:
        _wait(operation, found.doubt)
    elif found.executed:
        _settle_with(operation, found)
    else:
        _settle_without(operation)


def waiting_for_balance() -> bool:
    """Whether a decision lacks a balance: one read after the evidence, or after five minutes without any."""
    now, newest = timezone.now(), BalanceReading.objects.first()
    for operation in Operation.objects.filter(state=State.UNKNOWN, kind__in=PAID_KINDS):
        since = operation.unknown_since or now
        needed = since + AT_LEAST if now >= since + AT_LEAST else since
        needed = max(needed, operation.evidence_at or needed)
        if newest is None or newest.read_at <= needed:
            return True
    return False


def own_siblings() -> None:
    """What a success has brought about without naming it belongs to it too, or it would be evidence for another.

    A rent of several services may be answered with its first order only; a restore or an added service with a bare yes.
    """
    lately = timezone.now() - timedelta(hours=1)
    silent = Operation.objects.filter(kind__in=_MAY_BE_SILENT, state=State.SUCCEEDED, settled_at__gt=lately)
    for operation in silent.select_related("order__number"):
        asked, first = operation.parameters, operation.order
        e164 = asked.get("e164") or (first.number.e164 if first and first.number else None)
        if e164 is None:
            # Without its number nothing ties another order to it.
            continue
        services = set(asked.get("services") or asked["service"].split(","))
        # What it is known to have made leaves nothing to be found: another of the same is somebody else's.
        services -= {code for made in operation.made.all() for code in made.service.split(",")}
        brought = Order.objects.filter(number__e164=e164, service__in=services, origin=None)
        brought = brought.filter(first_seen_at__gte=operation.recorded_at)
        if operation.kind == Kind.RESTORE and first is None:
            # Under its old id it is known already, and listed again.
            same = Order.objects.filter(
                vendor_id=asked["order"], listed=True, last_seen_at__gt=operation.recorded_at
            )
            if back := brought.first() or same.first():
                Operation.objects.filter(pk=operation.pk, order=None).update(order=back)
        brought.update(origin=operation)


def _synced_since(operation: Operation) -> bool:
    feed = Feed.objects.get(name=Feed.Name.ORDERS)
    return bool(feed.good_at and operation.unknown_since and feed.good_at >= operation.unknown_since)


# --- with evidence ---


def _settle_with(operation: Operation, found: Evidence) -> None:
    # The vendor may act after we have given up: only a balance read since the evidence was seen tells the charge.
    seen_at = operation.evidence_at or _note_evidence(operation)
    if operation.kind == Kind.DELETE and not _read_since(seen_at):
        # One list that lacks it may be a short one: the next must lack it too.
        return
    if operation.kind not in PAID_KINDS:
        succeed(operation, State.UNKNOWN, found.orders, settled_how="evidence")
        return
    fall = _fall(operation, max(operation.unknown_since or seen_at, seen_at))
    if fall.pending:
        return
    if fall.measured is not None and operation.quote is not None and fall.measured != operation.quote:
        _wait(operation, "balance_differs")
        return
    charge = _told_by(operation, fall)
    charged = {"charge": charge, "balance_after": fall.after, "unmeasured": charge is None}
    succeed(operation, State.UNKNOWN, found.orders, settled_how="evidence", **charged)


def _told_by(operation: Operation, fall: Fall) -> Decimal | None:
    """Where no price was told there is nothing to hold the fall against: then it must be one, and of that time."""
    if fall.measured is None or fall.measured <= 0:
        return None
    since = operation.balance_before_at
    if operation.quote is None and since and balance.one_in_doubt_before(operation, since):
        return None
    soon = fall.read_at and operation.sent_at and fall.read_at - operation.sent_at <= balance.MEASURED_WITHIN
    return fall.measured if operation.quote is not None or soon else None


def _note_evidence(operation: Operation) -> datetime:
    now = timezone.now()
    Operation.objects.filter(pk=operation.pk, evidence_at=None, state=State.UNKNOWN).update(evidence_at=now)
    return now


# --- without ---


def _settle_without(operation: Operation) -> None:
    since = operation.unknown_since or timezone.now()
    waited = timezone.now() - since
    if (
        operation.good_syncs < SYNCS_WITHOUT_EVIDENCE
        or waited < AT_LEAST
        or not _read_since(since + AT_LEAST)
    ):
        return
    if operation.kind not in PAID_KINDS:
        _not_executed(operation)
        return
    if operation.evidence_at:
        # What fitted has been changed since, on the vendor's own page: it was there all the same.
        _wait(operation, "evidence_gone")
        return
    fall = _fall(operation, since + AT_LEAST, beside_others=True)
    if fall.measured == 0:
        _not_executed(operation, balance_after=fall.after)
    elif fall.measured is not None:
        _wait(operation, "balance_moved")
    elif fall.unreadable and waited >= WITHOUT_BALANCE and _read_since(since + WITHOUT_BALANCE):
        _settle_blind(operation, fall)


def _settle_blind(operation: Operation, fall: Fall) -> None:
    """Nothing fits and the balance says nothing: something new of the same may be it, changed before it was seen."""
    if evidence.possible(operation):
        _wait(operation, "rent_differs")
    elif fall.after is not None and fall.after != operation.balance_before:
        # It was read, and nobody knows how much of its fall the others have taken.
        _wait(operation, "balance_moved")
    else:
        _not_executed(operation)


def _read_since(moment: datetime) -> bool:
    """Whether the orders have been read since then: silence is concluded from what is known, not from an old list."""
    feed = Feed.objects.filter(name=Feed.Name.ORDERS).first()
    return bool(feed and feed.good_at and feed.good_at >= moment)


def _not_executed(operation: Operation, how: str = "evidence", **more: Any) -> None:
    fields = {"failed_how": FailedHow.NOT_EXECUTED, "settled_how": how, "waits_for_person": ""}
    move(operation, State.UNKNOWN, State.FAILED, **fields, **more)


def _wait(operation: Operation, why: str) -> None:
    if operation.waits_for_person != why:
        Operation.objects.filter(pk=operation.pk, state=State.UNKNOWN).update(waits_for_person=why)
        operation.waits_for_person = why
        touch()


def _settle_activation(operation: Operation, found: Evidence) -> None:
    """It costs nothing: seen activating or active it happened; otherwise it lapses after 30 minutes."""
    if found.executed:
        succeed(operation, State.UNKNOWN, (), settled_how="evidence")
    elif operation.unknown_since and timezone.now() - operation.unknown_since > ACTIVATION_LAPSES:
        _not_executed(operation, "lapse")


# --- the balance as evidence ---


class Fall:
    """How far the balance fell over an operation, in USD.

    `measured` is None when it cannot be said: not read before (`unreadable`), not yet read after (`pending` or
    `unreadable`, by whether the feed works), or another paid operation in between (`unreadable`).
    """

    def __init__(self, measured: Decimal | None, after: BalanceReading | None, *, pending: bool) -> None:
        self.measured = measured
        self.after = after.amount if after else None
        self.read_at = after.read_at if after else None
        self.pending = pending

    @property
    def unreadable(self) -> bool:
        return self.measured is None and not self.pending


def _fall(operation: Operation, not_before: datetime, *, beside_others: bool = False) -> Fall:
    """`beside_others`: what our own other spends took in between is known and taken off, where it is."""
    before, since = operation.balance_before, operation.balance_before_at
    if before is None or since is None:
        return Fall(None, None, pending=False)
    # One dated further ahead of us was read before the clock was put back.
    later = BalanceReading.objects.filter(read_at__gt=not_before, read_at__lte=timezone.now() + CLOCKS_DIFFER)
    after = later.order_by("read_at").first()
    if after is None:
        feed = Feed.objects.filter(name=Feed.Name.BALANCE).first()
        return Fall(None, None, pending=feed is None or feed.failures < BALANCE_TRIES)
    if balance.alone(operation, since, after.read_at):
        return Fall(before - after.amount, after, pending=False)
    spent = balance.spent_by_others(operation, since, after.read_at) if beside_others else None
    return Fall(None if spent is None else before - after.amount - spent, after, pending=False)
