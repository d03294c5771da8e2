"""A number as a thing of its own: which order stands for it, and who has last written on it."""

from __future__ import annotations

from rentals.models import AuditEntry, Number, Order
from rentals.models.audit import AuditKind


def by_pk(pk: int) -> Number | None:
    return Number.objects.select_related("holder").filter(pk=pk).first()


def order_of(number: Number, vendor_id: str = "") -> Order | None:
    """That order of it, else one that is rented now, else its last; None when it never had any."""
    orders = list(Order.objects.filter(number=number).order_by("-listed", "-until", "pk"))
    return next((order for order in orders if order.vendor_id == vendor_id), orders[0] if orders else None)


def last_written(number: Number) -> AuditEntry | None:
    """Who has set its label or note, and when."""
    written = AuditEntry.objects.filter(number=number, kind=AuditKind.LABELLED).select_related("person")
    return written.order_by("-at", "-pk").first()


def said_of(number: Number | None) -> tuple[object, ...]:
    """All that is said of it: where it is shown, this tells whether it has changed."""
    if number is None:
        return ()
    holder = (number.holder.display_name(), number.holder.is_active) if number.holder else ()
    return (number.label, number.note, number.held_at, holder)
