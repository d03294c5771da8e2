"""What the mirror shows of an operation whose outcome is not known.

The account may also be used on the vendor's own page, so evidence must fit exactly; what fits in part is said, with
the word of why a person has to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from rentals.models import Operation, Order
from rentals.models.operations import Kind, State
from rentals.models.orders import OrderState
from rentals.periods import Period
from rentals.queries.mirror import clock_offset

UNTIL_TOLERANCE = timedelta(hours=1)
PROLONG_TOLERANCE = 60
"""Seconds. The vendor may keep whole minutes only; asked is always a number of whole days."""


@dataclass(frozen=True)
class Evidence:
    """`executed`: it fits exactly. `doubt`: something fits in part, as a key of the reasons why a person decides.

    Neither: there is no trace of it. `orders`: what it brought about.
    """

    executed: bool = False
    orders: tuple[Order, ...] = ()
    doubt: str = ""


NO_TRACE = Evidence()
DOUBTS = frozenset(
    (
        "several_candidates", "several_operations", "services_differ", "until_differs", "no_expiry", "order_left",
        "gone_at_expiry",
    )
)  # fmt: skip
"""What `look` may be in doubt about. They pass when it no longer is."""
_SILENT = (Kind.RESTORE, Kind.ADD_SERVICE, Kind.CREATE_MULTI)
"""What succeeds may be answered with a bare yes."""


def look(operation: Operation) -> Evidence:
    """What the mirror shows of it now. Evidence once seen stays seen, also when its order has left the list.

    What would be evidence for two operations is evidence for neither: which of them was executed, a person says.
    """
    found = _LOOKS[operation.kind](operation)
    mine = {order.pk for order in found.orders}
    if mine and any(mine & {order.pk for order in theirs} for theirs in _of_others(operation)):
        return Evidence(doubt="several_operations")
    return found


def _of_others(operation: Operation) -> Iterator[Iterable[Order]]:
    """What may be evidence for other operations: those in doubt or on their way, and those that were answered with a
    bare yes since this one was asked for and whose order has not been found.
    """
    others = Operation.objects.exclude(pk=operation.pk)
    for other in others.filter(state__in=(State.UNKNOWN, State.SENT)):
        yield _FITS[other.kind](other)
    silent = others.filter(kind__in=_SILENT, state=State.SUCCEEDED, settled_at__gte=operation.recorded_at)
    for other in silent.filter(made=None).exclude(kind=Kind.RESTORE, order__isnull=False):
        yield possible(other)


def expected_until(operation: Operation) -> datetime:
    """When an order rented by this operation runs out, by the vendor's clock."""
    asked = operation.parameters
    return _sent_at(operation) + timedelta(days=Period(asked["unit"], asked["count"]).days)


def _sent_at(operation: Operation) -> datetime:
    # The difference of the clocks at the send: a later one would move the evidence.
    kept = operation.shown.get("clock_offset")
    offset = clock_offset() if kept is None else timedelta(seconds=kept)
    return (operation.sent_at or timezone.now()) + offset


def undecided() -> list[Operation]:
    """Operations that wait for a person because no evidence fits exactly, the oldest first."""
    waiting = Operation.objects.filter(state=State.UNKNOWN).exclude(waits_for_person="")
    return list(waiting.select_related("person", "order__number").order_by("recorded_at"))


def possible(operation: Operation) -> list[Order]:
    """Orders that a person may name as what the operation brought about.

    With any expiry, and also with services that nobody asked for here: somebody may have prolonged a rent or added to
    it on the vendor's own page before anybody looked. And where the vendor leaves out of what it is.
    """
    if operation.kind in (Kind.CREATE, Kind.CREATE_MULTI, Kind.RESTORE):
        found, wanted = _new(operation), _wanted(operation)
        # What is restored may come back under another number, and the archive tells countries otherwise.
        if operation.kind != Kind.RESTORE:
            found = found.filter(country__in=(operation.parameters["country"], ""))
        return [order for order in found if not order.service or wanted & set(order.service.split(","))]
    return _on_its_number(operation) if operation.kind == Kind.ADD_SERVICE else []


# --- rents ---


def _look_create(operation: Operation) -> Evidence:
    """Exactly one new order with the country, service and expiry that were asked for, which no operation owns."""
    found = _fitting_rent(operation)
    if len(found) > 1:
        return Evidence(doubt="several_candidates")
    return Evidence(True, tuple(found)) if found else NO_TRACE


def _look_create_multi(operation: Operation) -> Evidence:
    """The same for all its services on one number; the vendor may make one order of them or one of each."""
    wanted, by_number = set(operation.parameters["services"]), dict[int | None, list[Order]]()
    for order in _fitting_rent(operation):
        by_number.setdefault(order.number_id, []).append(order)
    whole = [orders for orders in by_number.values() if _covers(orders, wanted)]
    if len(whole) > 1 or (by_number and not whole):
        return Evidence(doubt="several_candidates" if whole else "services_differ")
    return Evidence(True, tuple(whole[0])) if whole else NO_TRACE


def _covers(orders: list[Order], wanted: set[str]) -> bool:
    codes = [code for order in orders for code in order.service.split(",")]
    return sorted(codes) == sorted(wanted)


def _fitting_rent(operation: Operation) -> list[Order]:
    until = expected_until(operation)
    near = (until - UNTIL_TOLERANCE, until + UNTIL_TOLERANCE)
    found = _new(operation).filter(country=operation.parameters["country"], until__range=near)
    return _with_its_services(operation, found)


def _with_its_services(operation: Operation, orders: QuerySet[Order]) -> list[Order]:
    """Those that carry nothing but what was asked for; one order may carry several of its services."""
    wanted = _wanted(operation)
    return [order for order in orders if set(order.service.split(",")) <= wanted]


def _wanted(operation: Operation) -> set[str]:
    asked = operation.parameters
    return set(asked["services"] if "services" in asked else asked["service"].split(","))


def _new(operation: Operation) -> QuerySet[Order]:
    """Orders first seen since it was recorded that were not there before the send and that no operation owns."""
    unowned = Order.objects.filter(origin=None, first_seen_at__gte=operation.recorded_at)
    unowned = unowned.exclude(vendor_id__in=list(operation.baseline or {}))
    return unowned.select_related("number").order_by("vendor_id")


# --- what is done with an order ---


def _look_prolong(operation: Operation) -> Evidence:
    """Its expiry grew by exactly what was asked."""
    order, before = operation.order, _before(operation).get("until")
    if order is None or order.until is None or before is None:
        return Evidence(doubt="no_expiry")
    grown = order.until.timestamp() - before
    asked = Period(operation.parameters["unit"], operation.parameters["count"]).days * 86_400
    if abs(grown - asked) <= PROLONG_TOLERANCE:
        return Evidence(True)
    if abs(grown) > PROLONG_TOLERANCE:
        return Evidence(doubt="until_differs")
    return NO_TRACE if order.listed else Evidence(doubt="order_left")


def _look_delete(operation: Operation) -> Evidence:
    """The order left the list before its expiry."""
    order = operation.order
    if order is None or order.listed:
        return NO_TRACE
    until = order.until
    seen_gone = (order.gone_at or timezone.now()) + clock_offset()
    return Evidence(True) if until is None or seen_gone < until else Evidence(doubt="gone_at_expiry")


def _look_add_service(operation: Operation) -> Evidence:
    """The service is on the number: as an order of its own, or in the list of the order it was added to."""
    found = tuple(_on_its_number(operation))
    if len(found) > 1:
        return Evidence(doubt="several_candidates")
    if found:
        return Evidence(True, found)
    order, code = operation.order, operation.parameters["service"]
    before = str(_before(operation).get("service", ""))
    if order and code in order.service.split(",") and code not in before.split(","):
        return Evidence(True)
    # It may have joined an order that somebody deleted before anybody looked.
    return NO_TRACE if order is None or order.listed else Evidence(doubt="order_left")


def _look_restore(operation: Operation) -> Evidence:
    """The number is back for its service with a new expiry; the vendor may have given it a new id."""
    found = tuple(_fitting_restore(operation))
    # What was rented for several services may come back as one order or as one of each.
    if len(found) > 1 and not _covers(list(found), _wanted(operation)):
        return Evidence(doubt="several_candidates")
    return Evidence(True, found) if found else NO_TRACE


def _fitting_restore(operation: Operation) -> list[Order]:
    # Under its old id the order is known already: it is back when the vendor lists it again.
    again = Order.objects.filter(vendor_id=operation.parameters["order"], listed=True)
    # Once, where the old id is new to us: it was archived before we were there.
    return list({order.pk: order for order in (*_on_its_number(operation), *again)}.values())


def _fitting_nothing(operation: Operation) -> list[Order]:
    return []


def _on_its_number(operation: Operation) -> list[Order]:
    return _with_its_services(operation, _new(operation).filter(number__e164=operation.parameters["e164"]))


def _look_activate(operation: Operation) -> Evidence:
    order = operation.order
    return Evidence(bool(order and order.state in (OrderState.ACTIVATING, OrderState.ACTIVE)))


def _before(operation: Operation) -> dict[str, Any]:
    """The order as it was in the last snapshot before the send."""
    known: dict[str, Any] = (operation.baseline or {}).get(operation.parameters["order"], {})
    return known


_LOOKS: dict[str, Callable[[Operation], Evidence]] = {
    Kind.CREATE: _look_create,
    Kind.CREATE_MULTI: _look_create_multi,
    Kind.ACTIVATE: _look_activate,
    Kind.PROLONG: _look_prolong,
    Kind.PROLONG_DAYS: _look_prolong,
    Kind.DELETE: _look_delete,
    Kind.ADD_SERVICE: _look_add_service,
    Kind.RESTORE: _look_restore,
}
_FITS: dict[str, Callable[[Operation], Iterable[Order]]] = {
    Kind.CREATE: _fitting_rent,
    Kind.CREATE_MULTI: _fitting_rent,
    Kind.ACTIVATE: _fitting_nothing,
    Kind.PROLONG: _fitting_nothing,
    Kind.PROLONG_DAYS: _fitting_nothing,
    Kind.DELETE: _fitting_nothing,
    Kind.ADD_SERVICE: _on_its_number,
    Kind.RESTORE: _fitting_restore,
}
"""The new orders that may be what each brought about, as far as they fit exactly."""
