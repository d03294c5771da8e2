"""Plans for what is done with a number that is rented: activate, prolong, add a service, delete."""

from __future__ import annotations

from decimal import Decimal

from rentals.confirmations import Confirmation
from rentals.models import Order
from rentals.models.orders import OrderState
from rentals.periods import Period, parse_prolonging
from rentals.queries import operations as known
from rentals.queries import pricing, rules
from rentals.queries.mirror import vendor_now
from rentals.use_cases.plan import Plan
from rentals.use_cases.refusals import NotRecorded
from rentals.use_cases.renting import refuse_without_money


def plan_activate(confirmation: Confirmation) -> Plan:
    order = _order_as_shown(confirmation)
    if order.state != OrderState.INACTIVE:
        raise NotRecorded("not_inactive")
    return Plan([known.order_target(order.vendor_id)], order=order)


def plan_prolong(confirmation: Confirmation) -> Plan:
    order = _order_as_shown(confirmation)
    if word := rules.against_prolonging(order, vendor_now()):
        raise NotRecorded(word)
    asked = confirmation.parameters
    period = parse_prolonging(f"{asked['unit']}-{asked['count']}")
    if period is None:
        raise NotRecorded("unknown_period")
    price = _same_price(confirmation, pricing.of_prolonging(order, period))
    return Plan([known.order_target(order.vendor_id)], quote=price, order=order)


def plan_delete(confirmation: Confirmation) -> Plan:
    order = _order_as_shown(confirmation)
    return Plan([known.order_target(order.vendor_id)], order=order)


def plan_add_service(confirmation: Confirmation) -> Plan:
    order, asked = _order_as_shown(confirmation), confirmation.parameters
    check_service(order, asked["service"], asked["days"])
    price = _same_price(confirmation, pricing.of_days(order.country, asked["service"], asked["days"]))
    targets = [known.order_target(order.vendor_id), known.service_target(asked["e164"], asked["service"])]
    return Plan(targets, quote=price, order=order)


def check_service(order: Order, service: str, days: int) -> None:
    """Raises NotRecorded when the service cannot be added for so many days as far as the mirror knows."""
    now = vendor_now()
    if word := rules.against_adding(order, now):
        raise NotRecorded(word)
    if not 1 <= days <= rules.service_days(order, now):
        raise NotRecorded("too_many_days")
    if rules.carries(order, service):
        raise NotRecorded("service_there")


def shown_of(order: Order) -> dict[str, object]:
    """What a form about an order carries: refused, nothing sent, when the order has moved since."""
    until = int(order.until.timestamp()) if order.until else None
    return {"state": order.state, "until": until, "attempts": order.attempts}


def period_kind(period: Period) -> str:
    """Days are prolonged by another call than weeks and months."""
    return "prolong_max" if period.unit == "day" else "prolong"


def _order_as_shown(confirmation: Confirmation) -> Order:
    """The order, when it is still what the person saw. Raises NotRecorded."""
    found = Order.objects.select_related("number").filter(vendor_id=confirmation.parameters["order"]).first()
    if found is None or not found.listed:
        raise NotRecorded("order_gone")
    if ahead := known.holder_of(known.order_target(found.vendor_id)):
        raise NotRecorded("someone_ahead", ahead=ahead)
    shown, now = confirmation.shown, shown_of(found)
    # An activation's form tells no expiry.
    watched = {"state", "attempts"} if confirmation.kind == "activate" else {"state", "until", "attempts"}
    if any(shown.get(name) != now[name] for name in watched):
        raise NotRecorded("order_moved")
    return found


def _same_price(confirmation: Confirmation, quote: pricing.Quote) -> Decimal | None:
    """The price, when it is the one that was shown. An unknown price must have been shown as unknown."""
    if quote.word not in ("ready", "unknown"):
        raise NotRecorded("no_prices")
    shown = confirmation.shown.get("price")
    if quote.price != (Decimal(shown) if shown is not None else None):
        raise NotRecorded("price_changed", price=quote.price)
    refuse_without_money(quote.price)
    return quote.price
