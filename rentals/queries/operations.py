"""Operations as pages and use cases read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from rentals.models import Feed, Operation, OperationTarget, Rental
from rentals.models.operations import PAID_KINDS, State

CLOCKS_DIFFER = timedelta(minutes=1)
"""What two machines of one house may be apart; a time further ahead than this was written by another clock."""


def by_key(key: UUID) -> Operation | None:
    return Operation.objects.select_related("person", "order__number__holder").filter(key=key).first()


def order_target(vendor_id: str) -> str:
    """The lock of an order, whatever the kind of operation."""
    return f"order:{vendor_id}"


def rent_target(country: str, service: str) -> str:
    """The lock of renting a service in a country."""
    return f"rent:{country}:{service}"


def service_target(e164: str, service: str) -> str:
    """The lock of adding a service to a number, by whichever of its orders."""
    return f"service:{e164}:{service}"


def restore_targets(rental: Rental) -> list[str]:
    """The locks of restoring it: it may stand in the archive more than once, and comes back once."""
    number, order = rental.number, order_target(rental.vendor_id)
    if number is None:
        return [order]
    return [order, *(service_target(number.e164, code) for code in rental.service.split(","))]


def holder_of(target: str) -> Operation | None:
    """The open operation on this target, if any: the person ahead."""
    held = (
        OperationTarget.objects.select_related("operation__person").filter(target=target, held=True).first()
    )
    return held.operation if held else None


def in_doubt() -> list[Operation]:
    """Operations whose outcome is not known, the oldest first: they lock their targets for everybody."""
    unknown = Operation.objects.filter(state=State.UNKNOWN).select_related("person", "order__number")
    return list(unknown.order_by("recorded_at", "pk"))


def done_since_last_sync(target: str) -> bool:
    """Whether something on this target succeeded after the data of the last good `orders` were asked for."""
    done = OperationTarget.objects.filter(target=target, held=False, operation__state=State.SUCCEEDED)
    synced_at = Feed.objects.filter(name=Feed.Name.ORDERS).values_list("good_at", flat=True).first()
    if synced_at is None or synced_at > timezone.now() + CLOCKS_DIFFER:
        # Never, or before the clock was put back: nothing tells what has been seen since.
        return done.exists()
    return done.filter(operation__settled_at__gt=synced_at).exists()


def last_success(*targets: str) -> Operation | None:
    """The newest operation on one of these targets that succeeded, whoever asked for it."""
    done = OperationTarget.objects.filter(target__in=targets, held=False, operation__state=State.SUCCEEDED)
    newest = done.select_related("operation__person").order_by("-operation__settled_at", "-pk").first()
    return newest.operation if newest else None


def mark_of(operation: Operation | None) -> str:
    """What a form carries to say which success it knew of; empty when there was none."""
    return operation.key.hex if operation else ""


def spent_since(moment: datetime) -> bool:
    """Whether something that moves the balance has been sent since then."""
    return Operation.objects.filter(kind__in=PAID_KINDS, sent_at__gte=moment).exists()
