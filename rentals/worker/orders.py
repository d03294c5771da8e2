"""Keeps the mirror of `orders`: what the vendor lists, in which state, until when."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from rentals.models import Feed, Mirror, Number, Order
from rentals.models.orders import OrderState
from rentals.models.transitions import touch
from rentals.queries.orders import ACTIVATES_LATE, SOON, URGENT
from rentals.queries.rules import PROLONG_WINDOW
from rentals.upstream import UpstreamError
from rentals.upstream.rows import OrderRow
from rentals.worker import feeds
from rentals.worker.line import Line

EVERY = timedelta(seconds=30)
_FLIPS = (PROLONG_WINDOW, SOON, URGENT, timedelta(0))
"""Time left at which a row changes by itself: prolonging opens, it nears its end, it becomes urgent, it expires."""


def sync(line: Line, *, urgent: bool = False) -> bool:
    """One call of `orders`. Returns whether it gave whole data (a good sync); a failure leaves the old data."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.orders(), urgent=urgent)
    except UpstreamError as problem:
        feeds.failed(Feed.Name.ORDERS, asked_at, problem)
        return False
    whole = not answer.salvaged and not answer.skipped
    with transaction.atomic():
        apply(answer.value, asked_at, whole=whole)
        if whole:
            feeds.good(Feed.Name.ORDERS, asked_at)
            Mirror.objects.filter(pk=1).update(good_syncs=F("good_syncs") + 1)
        else:
            feeds.partial(Feed.Name.ORDERS, asked_at)
    return whole


def apply(rows: list[OrderRow], seen_at: datetime, *, whole: bool) -> None:
    """Writes the rows into the mirror. Only a whole answer may say that an order is gone."""
    rows = one_row_an_order(rows)
    known = {order.vendor_id: order for order in Order.objects.all().select_related("number")}
    numbers = numbers_of({row.e164 for row in rows if row.e164}, seen_at)
    fresh, changed = list[Order](), False
    for row in rows:
        fields, order = _fields(row, numbers), known.get(row.id)
        if order is None:
            seen = {"first_seen_at": seen_at, "last_seen_at": seen_at, "state_since": seen_at}
            fresh.append(Order(vendor_id=row.id, **seen, **fields))
        else:
            changed |= _apply_row(order, fields, seen_at)
    Order.objects.bulk_create(fresh)
    listed = {row.id for row in rows}
    Order.objects.filter(vendor_id__in=listed).update(last_seen_at=seen_at) if listed else None
    gone = _mark_gone(known, listed, seen_at) if whole else False
    if fresh or changed or gone:
        touch()
    if gone:
        # What has left the list is in the archive now.
        feeds.want(Feed.Name.HISTORY)
    note_next_flip()


def one_row_an_order(rows: list[OrderRow]) -> list[OrderRow]:
    """Rows that share an id are one order with several services (a client's author saw it after `create_multi`)."""
    by_id: dict[str, list[OrderRow]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    return [same[0] if len(same) == 1 else _joined(same) for same in by_id.values()]


def _joined(rows: list[OrderRow]) -> OrderRow:
    ordered = sorted(rows, key=lambda row: row.service or "")
    return rows[0].model_copy(
        update={
            "service": ",".join(dict.fromkeys(row.service for row in ordered if row.service))[:400],
            "service_name": ", ".join(dict.fromkeys(row.service_name for row in ordered if row.service_name))[
                :1000
            ],
            "has_new_sms": any(row.has_new_sms for row in rows),
        }
    )


def numbers_of(e164s: set[str], seen_at: datetime) -> dict[str, Number]:
    """The number of each E.164; one not seen before is known from now on."""
    found = {number.e164: number for number in Number.objects.filter(e164__in=e164s)}
    fresh = [Number(e164=e164, first_seen_at=seen_at) for e164 in sorted(e164s - found.keys())]
    return found | {number.e164: number for number in Number.objects.bulk_create(fresh)}


def _apply_row(order: Order, fields: dict[str, Any], seen_at: datetime) -> bool:
    changed = {name: value for name, value in fields.items() if getattr(order, name) != value}
    if not changed:
        return False
    if "state" in changed:
        changed["state_since"] = seen_at
        # Its last messages would be lost with the next activation: one more look.
        changed["sms_last_look"] = order.sms_last_look or order.state == OrderState.ACTIVE
        changed["sms_pause"] = 0.0
    Order.objects.filter(pk=order.pk).update(**changed)
    return bool(changed.keys() - {"last_online"})


def _fields(row: OrderRow, numbers: dict[str, Number]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "service": row.service or "",
        "service_name": row.service_name or "",
        "country": row.country or "",
        "operator": row.operator or "",
        "national": row.national or "",
        "state": row.state,
        "until": row.until,
        "can_prolong": row.can_prolong,
        "can_prolong_max": row.can_prolong_max,
        "can_prolong_until": row.can_prolong_until,
        "last_online": row.last_online,
        "has_new_sms": row.has_new_sms,
        "needs_replace": bool(row.needs_replace),
        "listed": True,
        "gone_at": None,
    }
    if row.e164:
        # A row that came without its number keeps the one that was known.
        fields["number"] = numbers[row.e164]
    return fields


def _mark_gone(known: dict[str, Order], listed: set[str], seen_at: datetime) -> bool:
    gone = [order.pk for vendor_id, order in known.items() if order.listed and vendor_id not in listed]
    for start in range(0, len(gone), 500):
        some = Order.objects.filter(pk__in=gone[start : start + 500])
        # What came since the last look at it is still to be read, if the vendor still tells it.
        some.filter(Q(state=OrderState.ACTIVE) | Q(has_new_sms=True)).update(
            sms_last_look=True, sms_pause=0.0
        )
        some.update(listed=False, gone_at=seen_at, has_new_sms=False)
    return bool(gone)


def note_next_flip() -> None:
    """Tells pages when the table will look different without any news, by the vendor's clock."""
    mirror = Mirror.objects.get(pk=1)
    offset = timedelta(seconds=mirror.clock_offset)
    now, listed = timezone.now() + offset, Order.objects.filter(listed=True)
    untils = listed.filter(until__isnull=False).values_list("until", flat=True)
    moments = [until - left for until in untils if until for left in _FLIPS]
    activating = listed.filter(state=OrderState.ACTIVATING).values_list("state_since", flat=True)
    # These began by our clock.
    moments += [since + ACTIVATES_LATE + offset for since in activating if since]
    Mirror.objects.filter(pk=1).update(next_flip_at=min((m for m in moments if m > now), default=None))


def snapshot() -> dict[str, dict[str, Any]]:
    """The listed orders as evidence: vendor id -> service, country, e164, until (UNIX seconds), state."""
    return {
        order.vendor_id: {
            "service": order.service,
            "country": order.country,
            "e164": order.number.e164 if order.number else None,
            "until": int(order.until.timestamp()) if order.until else None,
            "state": order.state,
        }
        for order in Order.objects.filter(listed=True).select_related("number")
    }
