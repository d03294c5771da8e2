"""Keeps every SMS ever seen. The vendor gives messages no id and says nothing of how long it keeps them."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from rentals.models import Order, Sms, Watch
from rentals.models.orders import OrderState
from rentals.models.transitions import touch
from rentals.upstream import Refused, UpstreamError
from rentals.upstream.rows import Messages, SmsRow
from rentals.worker.feeds import reason_of
from rentals.worker.line import Line

FIRST_PAUSE, LONGEST_PAUSE = 30.0, 300.0
"""Seconds between unasked looks at one order while nothing new comes: it is not known what clears `hasnewsms`."""


def sync(line: Line, order: Order, *, urgent: bool = False) -> bool:
    """One call of `sms`. Returns whether it succeeded; a failure keeps what is known and its reason."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.sms(order.vendor_id), urgent=urgent)
    except UpstreamError as problem:
        pause = min(max(order.sms_pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        # No is an answer; a call that failed has told nothing, and the last look is still to be made.
        last_look = order.sms_last_look and (not isinstance(problem, Refused) or problem.rate_limited)
        _note(order, asked_at, sms_reason=reason_of(problem), sms_pause=pause, sms_last_look=last_look)
        return False
    with transaction.atomic():
        fresh = keep(order, answer.value, asked_at)
        pause = FIRST_PAUSE if fresh else min(max(order.sms_pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
        _note(order, asked_at, sms_good_at=asked_at, sms_reason="", sms_pause=pause, sms_last_look=False)
        if order.has_new_sms or fresh:
            Order.objects.filter(pk=order.pk).update(has_new_sms=False)
            touch()
    return True


def _note(order: Order, asked_at: datetime, **fields: object) -> None:
    Order.objects.filter(pk=order.pk).update(sms_tried_at=asked_at, **fields)


def keep(order: Order, messages: Messages, seen_at: datetime) -> int:
    """Adds what is new and returns how many. Two equal messages in one answer are two; a later answer that shows
    fewer takes nothing away.
    """
    rows = [(False, row) for row in messages.own] + [(True, row) for row in messages.other]
    asked = Counter(digest(other, row) for other, row in rows)
    held = Counter(Sms.objects.filter(order=order, digest__in=asked).values_list("digest", flat=True))
    by_digest = {digest(other, row): (other, row) for other, row in rows}
    fresh = [
        _message(order, *by_digest[mark], mark, copy, seen_at)
        # Oldest first: the newest gets the highest id, by which a person's "seen" is kept.
        for mark in sorted(asked, key=lambda mark: _sort_key(by_digest[mark][1]))
        for copy in range(held[mark], asked[mark])
    ]
    Sms.objects.bulk_create(fresh)
    return len(fresh)


def digest(other: bool, row: SmsRow) -> str:
    """What makes two messages of one order the same: group, sender, text and time."""
    moment = str(row.date.timestamp()) if row.date else ""
    return hashlib.sha256("\x00".join([str(other), row.sender or "", row.text, moment]).encode()).hexdigest()


def _sort_key(row: SmsRow) -> float:
    return row.date.timestamp() if row.date else 0.0


def _message(order: Order, other: bool, row: SmsRow, mark: str, copy: int, seen_at: datetime) -> Sms:
    return Sms(
        order=order,
        other=other,
        sender=(row.sender or "")[:200],
        text=row.text.replace("\x00", ""),
        date=row.date,
        digest=mark,
        copy=copy,
        first_seen_at=seen_at,
    )


# --- which order to look at next ---


def asked_for() -> Order | None:
    """A person pressed "Actualizar" or opened a panel for the first time."""
    waiting = Q(sms_tried_at=None) | Q(sms_wanted_at__gt=F("sms_tried_at"))
    return Order.objects.filter(waiting, sms_wanted_at__isnull=False).order_by("sms_wanted_at").first()


def watched() -> QuerySet[Order]:
    """Active orders whose panel somebody has open, the one longest not looked at first."""
    looking = Watch.objects.filter(until__gt=timezone.now()).values("order")
    found = Order.objects.filter(pk__in=looking, listed=True, state=OrderState.ACTIVE)
    return found.order_by(F("sms_tried_at").asc(nulls_first=True), "pk")


def unasked() -> Order | None:
    """An order that is due: it has stopped being active, says it has news, or is active and long not looked at."""
    now = timezone.now()
    longest_unseen = F("sms_tried_at").asc(nulls_first=True)
    for order in Order.objects.filter(sms_last_look=True).order_by(longest_unseen, "pk"):
        if _rested(order, order.sms_pause, now):
            return order
    for order in Order.objects.filter(has_new_sms=True, listed=True).order_by(longest_unseen, "pk"):
        if _rested(order, max(order.sms_pause, FIRST_PAUSE), now):
            return order
    # An active number without the flag is looked at "now and then" only.
    long_ago = Q(sms_tried_at=None) | Q(sms_tried_at__lte=now - timedelta(seconds=LONGEST_PAUSE))
    active = Order.objects.filter(long_ago, state=OrderState.ACTIVE, listed=True)
    return active.order_by(longest_unseen, "pk").first()


def _rested(order: Order, seconds: float, now: datetime) -> bool:
    return order.sms_tried_at is None or abs(now - order.sms_tried_at) >= timedelta(seconds=seconds)
