"""The only way an operation's state moves: one conditional update, and only the winner acts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from rentals.models.mirror import Mirror
from rentals.models.operations import FailedHow, Operation, OperationTarget, State
from rentals.models.orders import Order

CLAIM_WITHIN = timedelta(minutes=2)
"""A recorded operation that no worker has claimed by then is not sent any more: the person may have gone away."""

_ALLOWED = {
    State.SENT: {State.RECORDED},
    State.SUCCEEDED: {State.SENT, State.UNKNOWN},
    State.FAILED: {State.RECORDED, State.SENT, State.UNKNOWN},
    State.UNKNOWN: {State.SENT},
}
_SETTLED = {State.SUCCEEDED, State.FAILED}


def move(operation: Operation, from_state: State, to_state: State, **fields: Any) -> bool:
    """Moves the operation if it is still in `from_state`; returns whether this caller won.

    A settled operation lets go of its targets in the same transaction. `operation` is refreshed when the move was won.
    """
    if from_state not in _ALLOWED[to_state]:
        raise ValueError(f"{from_state} does not lead to {to_state}")
    with transaction.atomic():
        if to_state in _SETTLED:
            fields.setdefault("settled_at", timezone.now())
        won = Operation.objects.filter(pk=operation.pk, state=from_state).update(state=to_state, **fields)
        if won:
            _follow(operation, to_state)
    if won:
        operation.refresh_from_db()
    return bool(won)


def succeed(operation: Operation, from_state: State, orders: Iterable[Order] = (), **fields: Any) -> bool:
    """Moves to succeeded; the orders it brought about are its own from now on. Returns whether this caller won."""
    made = list(orders)
    if made and operation.order_id is None:
        fields["order"] = made[0]
    with transaction.atomic():
        # The orders before the mirror's row, as the sync locks them: the other way round two could wait for each other.
        locked = Order.objects.select_for_update().filter(pk__in=[order.pk for order in made]).order_by("pk")
        owners = {order.origin_id for order in locked} - {None, operation.pk}
        if owners and from_state == State.UNKNOWN:
            # Somebody else was quicker: what is another's is no evidence of this one.
            return False
        won = move(operation, from_state, State.SUCCEEDED, waits_for_person="", **fields)
        if won:
            Order.objects.filter(pk__in=[order.pk for order in made]).update(origin=operation)
    return won


def _follow(operation: Operation, to_state: State) -> None:
    if to_state in _SETTLED:
        OperationTarget.objects.filter(operation=operation).update(held=False)
        if operation.order_id:
            Order.objects.filter(pk=operation.order_id).update(attempts=F("attempts") + 1)
    touch()


def touch() -> None:
    """Tells every page that the active table has changed."""
    Mirror.objects.filter(pk=1).update(version=F("version") + 1)


def lapse(operation: Operation) -> bool:
    """Ends a recorded operation that nobody claimed in time. Returns whether it lapsed now."""
    # As far off in the time to come: the clock was put back, and nobody knows how long the person has waited.
    if operation.state != State.RECORDED or abs(timezone.now() - operation.recorded_at) <= CLAIM_WITHIN:
        return False
    return move(
        operation,
        State.RECORDED,
        State.FAILED,
        failed_how=FailedHow.NOT_SENT,
        reason="lapsed",
        settled_how="lapse",
    )


def lapse_overdue() -> int:
    """Lapses every recorded operation that is too old to be sent. Returns how many."""
    overdue = Operation.objects.filter(state=State.RECORDED, recorded_at__lt=timezone.now() - CLAIM_WITHIN)
    return sum(lapse(operation) for operation in overdue)
