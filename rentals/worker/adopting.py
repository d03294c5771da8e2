"""What a success leaves in the mirror at once, before the next `orders` tells the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from rentals.models import Feed, Number, Operation, Order, Rental, Service
from rentals.models.operations import PAID_KINDS, Kind, State
from rentals.models.orders import OrderState
from rentals.models.transitions import succeed, touch
from rentals.queries.evidence import expected_until
from rentals.upstream.rows import Purchase
from rentals.worker import feeds, orders

Brought = list[Order]


class Contradiction(Exception):
    """The answer names an order that was there before: it cannot be what this operation brought about."""


def note_success(operation: Operation, value: Any) -> None:
    """sent -> succeeded, with what the answer brought. Raises Contradiction, and then nothing has changed."""
    brought = _BRINGS.get(operation.kind, _brings_nothing)(operation, value)
    fields: dict[str, Any] = {"settled_how": "answer"}
    if operation.kind in PAID_KINDS:
        fields["unmeasured"] = operation.balance_before is None
    succeed(operation, State.SENT, brought, **fields)


def _brings_nothing(operation: Operation, value: Any) -> Brought:
    return []


def _bring_rented(operation: Operation, bought: Purchase) -> Brought:
    asked, until = operation.parameters, bought.until or expected_until(operation)
    rows = [bought, *bought.others]
    services = asked["services"] if "services" in asked else [asked["service"]]
    # One order for all of them, or one of each: the vendor's two dialects.
    named = [row.service or ",".join(services) for row in rows] if len(services) > 1 else services * len(rows)
    common = {"country": asked["country"], "operator": asked.get("operator", ""), "until": until}
    found = [
        _adopt(operation, row, {**common, "service": ",".join(code.split(","))})
        for row, code in zip(rows, named, strict=True)
    ]
    orders.note_next_flip()
    return found


def _bring_service(operation: Operation, added: Purchase | None) -> Brought:
    order = operation.order
    if added is None or order is None or added.id == order.vendor_id:
        return []
    asked = operation.parameters
    fields = {
        "country": order.country,
        "operator": order.operator,
        "service": asked["service"],
        "until": added.until,
        "number": order.number,
        "national": order.national,
        "state": order.state,
    }
    found = [_adopt(operation, added, fields)]
    orders.note_next_flip()
    return found


def _bring_restored(operation: Operation, vendor_id: str | None) -> Brought:
    """The vendor may give the number back under a new id, the old one, or say only that it is done."""
    rental = Rental.objects.select_related("number").filter(vendor_id=operation.parameters["order"]).first()
    if vendor_id is None or rental is None:
        return []
    _refuse_known(operation, vendor_id)
    fields = {"country": rental.country, "service": rental.service, "number": rental.number, "listed": True}
    order, _ = Order.objects.update_or_create(
        vendor_id=vendor_id,
        defaults={**fields, "gone_at": None, "last_seen_at": timezone.now()},
        create_defaults={**fields, **_first_seen(), "service_name": _names(rental.service.split(","))},
    )
    return [order]


def _bring_activation(operation: Operation, value: Any) -> Brought:
    # The vendor has accepted the request: the number is in its queue until `orders` says otherwise.
    waiting = Order.objects.filter(vendor_id=operation.parameters["order"], state=OrderState.INACTIVE)
    if waiting.update(state=OrderState.ACTIVATING, state_since=timezone.now()):
        touch()
    return []


def _bring_deletion(operation: Operation, value: Any) -> Brought:
    gone = Order.objects.filter(vendor_id=operation.parameters["order"], listed=True)
    gone.update(listed=False, gone_at=timezone.now(), has_new_sms=False, sms_last_look=False)
    return []


def _adopt(operation: Operation, bought: Purchase, fields: dict[str, Any]) -> Order:
    """Puts a bought order into the mirror; the next `orders` completes it."""
    _refuse_known(operation, bought.id)
    if "number" not in fields and bought.e164:
        number, _ = Number.objects.get_or_create(e164=bought.e164, defaults={"first_seen_at": timezone.now()})
        fields = {**fields, "number": number, "national": bought.national or ""}
    names = {"service_name": _names(fields["service"].split(","))}
    order, _ = Order.objects.get_or_create(vendor_id=bought.id, defaults={**fields, **names, **_first_seen()})
    return order


def _refuse_known(operation: Operation, vendor_id: str) -> None:
    if vendor_id in (operation.baseline or {}):
        raise Contradiction


def _first_seen() -> dict[str, Any]:
    now = timezone.now()
    return {"first_seen_at": now, "last_seen_at": now, "state_since": now}


def _names(codes: Iterable[str]) -> str:
    known = dict(Service.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return ", ".join(known[code] for code in codes if code in known)


_BRINGS: dict[str, Callable[[Operation, Any], Brought]] = {
    Kind.CREATE: _bring_rented,
    Kind.CREATE_MULTI: _bring_rented,
    Kind.ACTIVATE: _bring_activation,
    Kind.DELETE: _bring_deletion,
    Kind.ADD_SERVICE: _bring_service,
    Kind.RESTORE: _bring_restored,
}


def look_afterwards(operation: Operation) -> None:
    """What has to be read once after an operation: the orders, and the archive where something went or came."""
    if operation.kind != Kind.ACTIVATE or operation.state == State.UNKNOWN:
        feeds.want(Feed.Name.ORDERS)
    if operation.kind in (Kind.DELETE, Kind.RESTORE) and operation.state == State.SUCCEEDED:
        feeds.want(Feed.Name.HISTORY)
