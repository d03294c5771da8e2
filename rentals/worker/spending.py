"""The only place that sends what changes something at the vendor: claim, call once, write down what came of it.

A spend is never retried. Whatever goes wrong after the claim ends as refused, not sent, or unknown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from rentals.models import Operation
from rentals.models.operations import PAID_KINDS, FailedHow, Kind, State
from rentals.models.transitions import lapse, move
from rentals.queries.mirror import clock_offset
from rentals.upstream import NotSent, OutcomeUnknown, Refused
from rentals.upstream.reading import Answer
from rentals.upstream.spending import Spender
from rentals.worker import adopting, balance, feeds, gates, lease, orders
from rentals.worker.line import Line

log = logging.getLogger(__name__)

CALL_WITHIN = timedelta(seconds=5)
"""From the claim to the call. A worker that takes over may settle a claim as not executed later on."""


def next_recorded() -> Operation | None:
    """The oldest operation that waits to be sent. Those too old to be sent are ended on the way."""
    for operation in Operation.objects.filter(state=State.RECORDED).order_by("recorded_at", "pk"):
        if not lapse(operation):
            return operation
    return None


def give_up(
    operation: Operation, reason: str, how: FailedHow = FailedHow.NOT_SENT, message: str = ""
) -> None:
    """Ends a recorded operation without sending it; `message` are the vendor's words, if it was the vendor who said
    so already before.
    """
    told = {"failed_how": how, "reason": reason, "vendor_message": message[:500], "settled_how": "not_sent"}
    move(operation, State.RECORDED, State.FAILED, **told)


def send(line: Line, holder: str, operation: Operation) -> None:
    """Claims the operation and makes its one call. Does nothing when the claim is lost."""
    if not claim(holder, operation):
        return
    if operation.sent_at and timezone.now() - operation.sent_at > CALL_WITHIN:
        # The machine slept since the claim: what others have concluded from silence must stay true.
        _fail(operation, FailedHow.NOT_SENT, "lapsed")
        return
    spender = Spender(line.config)
    try:
        answer = line.timed(lambda: _CALLS[operation.kind](spender, operation), urgent=True)
    except NotSent as problem:
        _fail(operation, FailedHow.NOT_SENT, feeds.reason_of(problem))
    except Refused as problem:
        _fail(operation, FailedHow.REFUSED, feeds.reason_of(problem), problem.message)
    except OutcomeUnknown as problem:
        _unknown(operation, feeds.reason_of(problem))
    except Exception:
        # A defect of ours must not leave money in the dark: it is treated as not known, then reported.
        _unknown(operation, "unexpected")
        log.exception("sending %s failed in our own code", operation.kind)
    else:
        _succeed(operation, answer)
    adopting.look_afterwards(operation)


# --- the claim ---


def claim(holder: str, operation: Operation) -> bool:
    """recorded -> sent, committed before the call leaves, only by the holder of the lease and after the gate."""
    with transaction.atomic(durable=True):
        if not lease.held_now(holder):
            return False
        if objection := gates.objection(operation):
            give_up(operation, objection)
            return False
        reading = balance.fresh_reading() if operation.kind in PAID_KINDS else None
        now = timezone.now()
        return move(
            operation,
            State.RECORDED,
            State.SENT,
            sent_at=now,
            sent_by=holder,
            shown={**operation.shown, "clock_offset": clock_offset().total_seconds()},
            baseline=orders.snapshot(),
            balance_before=reading.amount if reading else None,
            balance_before_at=reading.read_at if reading else None,
            **gates.fresh_quote(operation),
        )


# --- the call ---


def _call_create(spender: Spender, operation: Operation) -> Answer[Any]:
    asked = operation.parameters
    return spender.create(
        country=asked["country"],
        service=asked["service"],
        dtype=asked["unit"],
        dcount=asked["count"],
        operator=asked.get("operator") or None,
    )


def _call_create_multi(spender: Spender, operation: Operation) -> Answer[Any]:
    asked = operation.parameters
    return spender.create_multi(
        country=asked["country"],
        services=asked["services"],
        dtype=asked["unit"],
        dcount=asked["count"],
        operator=asked.get("operator") or None,
    )


def _call_prolong(spender: Spender, operation: Operation) -> Answer[Any]:
    asked = operation.parameters
    return spender.prolong(asked["order"], asked["unit"], asked["count"])


def _call_add_service(spender: Spender, operation: Operation) -> Answer[Any]:
    asked = operation.parameters
    return spender.add_service(asked["order"], asked["service"], asked["e164"], asked["days"])


_CALLS: dict[str, Callable[[Spender, Operation], Answer[Any]]] = {
    Kind.CREATE: _call_create,
    Kind.CREATE_MULTI: _call_create_multi,
    Kind.ACTIVATE: lambda spender, operation: spender.activate(operation.parameters["order"]),
    Kind.PROLONG: _call_prolong,
    Kind.PROLONG_DAYS: lambda spender, operation: spender.prolong_days(
        operation.parameters["order"], operation.parameters["count"]
    ),
    Kind.DELETE: lambda spender, operation: spender.delete(operation.parameters["order"]),
    Kind.ADD_SERVICE: _call_add_service,
    Kind.RESTORE: lambda spender, operation: spender.restore(operation.parameters["order"]),
}


# --- what came of it ---


def _fail(operation: Operation, how: FailedHow, reason: str, message: str = "") -> None:
    move(
        operation,
        State.SENT,
        State.FAILED,
        failed_how=how,
        reason=reason,
        vendor_message=message[:500],
        settled_how="answer",
    )


def _unknown(operation: Operation, reason: str) -> None:
    move(operation, State.SENT, State.UNKNOWN, reason=reason, unknown_since=timezone.now())


def _succeed(operation: Operation, answer: Answer[Any]) -> None:
    try:
        with transaction.atomic():
            adopting.note_success(operation, answer.value)
    except adopting.Contradiction:
        # Evidence must say what happened.
        _unknown(operation, "contradiction")
