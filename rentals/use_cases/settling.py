"""A person decides what became of an operation that evidence cannot settle, and signs."""

from __future__ import annotations

from django.db import transaction

from rentals.models import Operation, Order, Person
from rentals.models.audit import AuditKind
from rentals.models.operations import PAID_KINDS, FailedHow, Kind, State
from rentals.models.transitions import move, succeed
from rentals.permissions import Verb, may
from rentals.queries.evidence import possible
from rentals.use_cases import audit
from rentals.use_cases.refusals import NotDecided

_NAMES_ITS_ORDER = (Kind.CREATE, Kind.CREATE_MULTI)
"""Executed means that there is an order, and which one it is decides what other evidence is still free. Where the
mirror shows any, a person who knows better says in so many words that it is none of them."""


def decide(
    person: Person,
    operation: Operation,
    note: str,
    *,
    executed: bool,
    order: Order | None = None,
    none_of_these: bool = False,
) -> None:
    """Settles an undecided operation: executed (as `order`, where it made one), or not executed at all.

    `none_of_these`: it was executed, and what it made is none of the candidates, as when it left the list unseen.
    The charge stays "sin medir": nobody saw it alone. Raises NotDecided, and then nothing has changed.
    """
    if not may(person, Verb.SETTLE):
        raise NotDecided("forbidden")
    if not note.strip():
        raise NotDecided("note_missing")
    if operation.state != State.UNKNOWN or not operation.waits_for_person:
        raise NotDecided("not_waiting")
    if order is not None and (not executed or order not in possible(operation)):
        raise NotDecided("not_a_candidate")
    names_none = executed and order is None and not none_of_these
    if names_none and operation.kind in _NAMES_ITS_ORDER and possible(operation):
        raise NotDecided("order_missing")
    signed = {"settled_how": "person", "settled_by": person, "settled_note": note.strip()[:500]}
    with transaction.atomic():
        if not (_executed(operation, order, signed) if executed else _not_executed(operation, signed)):
            raise NotDecided(_why_not(operation))
        audit.note(AuditKind.DECIDED, person, operation=operation, executed=executed)


def _why_not(operation: Operation) -> str:
    """It is settled, or the order that was named has become another's since."""
    waiting = Operation.objects.filter(pk=operation.pk, state=State.UNKNOWN).exclude(waits_for_person="")
    return "not_a_candidate" if waiting.exists() else "not_waiting"


def _executed(operation: Operation, order: Order | None, signed: dict[str, object]) -> bool:
    made = [order] if order else []
    if order and operation.kind == Kind.CREATE_MULTI:
        made += [
            other for other in possible(operation) if other != order and other.number_id == order.number_id
        ]
    paid = operation.kind in PAID_KINDS
    return succeed(operation, State.UNKNOWN, made, unmeasured=paid, **signed)


def _not_executed(operation: Operation, signed: dict[str, object]) -> bool:
    outcome = {"failed_how": FailedHow.NOT_EXECUTED, "waits_for_person": ""}
    return move(operation, State.UNKNOWN, State.FAILED, **outcome, **signed)
