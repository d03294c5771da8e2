"""What the vendor's rules allow with an order at a moment of the vendor's clock. The words are keys of refusals."""

from __future__ import annotations

from datetime import datetime, timedelta

from rentals.models import Order

PROLONG_WINDOW = timedelta(days=7)
"""An order can be prolonged while fewer than 7 days are left [vendor's page]."""
MAX_SERVICE_DAYS = 90


def against_prolonging(order: Order, now: datetime) -> str:
    """Why it cannot be prolonged now; empty when it can. The vendor's other hints are shown, never enforced."""
    if not order.listed:
        return "order_gone"
    if order.until is None:
        return "no_until"
    left = order.until - now
    if left <= timedelta(0):
        return "expired"
    if left >= PROLONG_WINDOW:
        return "too_early"
    # Where the vendor says nothing, it may be tried: a refusal costs nothing, an expired number is lost.
    return "cannot_prolong" if order.can_prolong is False else ""


def prolong_from(order: Order) -> datetime | None:
    """When prolonging becomes possible, by the vendor's clock."""
    return order.until - PROLONG_WINDOW if order.until else None


def service_days(order: Order, now: datetime) -> int:
    """For how many whole days a service can be added: those that are left, 90 at most; 0 when none is."""
    if order.until is None:
        return 0
    return max(0, min((order.until - now).days, MAX_SERVICE_DAYS))


def against_adding(order: Order, now: datetime) -> str:
    """Why no service can be added now; empty when one can."""
    if not order.listed:
        return "order_gone"
    if order.number is None:
        return "number_unknown"
    return "" if service_days(order, now) else "too_short"


def carries(order: Order, service: str) -> bool:
    """Whether the number of this order already has the service, by this order or by another that is listed."""
    if order.number_id is None:
        return service in order.service.split(",")
    codes = Order.objects.filter(number_id=order.number_id, listed=True).values_list("service", flat=True)
    return any(service in code.split(",") for code in codes)
