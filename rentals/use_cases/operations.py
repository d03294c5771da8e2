"""Records what people want done at the vendor. Nothing is sent here: the worker claims what is recorded."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

from rentals.confirmations import Confirmation
from rentals.models import Operation, OperationTarget, Person
from rentals.models.audit import AuditKind
from rentals.models.operations import Kind
from rentals.models.transitions import lapse, lapse_overdue, touch
from rentals.permissions import Verb, may
from rentals.queries import mirror
from rentals.queries import operations as known
from rentals.use_cases import budgets, holding, renting, restoring
from rentals.use_cases.audit import note
from rentals.use_cases.plan import Plan
from rentals.use_cases.refusals import NotRecorded


def record(person: Person, confirmation: Confirmation) -> Operation:
    """Records the confirmed intent, once; the same key again returns the first operation.

    Raises NotRecorded, and then nothing has been written.
    """
    if not may(person, Verb.SPEND) or confirmation.person_id != person.pk:
        raise NotRecorded("forbidden")
    if first := known.by_key(confirmation.key):
        return _same(first, confirmation)
    try:
        return _write(person, confirmation, _planned(confirmation))
    except NotRecorded:
        # The other half of a double click may have been recorded since: it must not be told that it is ahead, nor that
        # it has used up what was left.
        if first := known.by_key(confirmation.key):
            return _same(first, confirmation)
        raise


def lapse_if_overdue(operation: Operation) -> None:
    """Ends an operation that was recorded while a worker lived but was not claimed in time."""
    lapse(operation)


def _planned(confirmation: Confirmation) -> Plan:
    if not mirror.worker_alive():
        raise NotRecorded("no_worker")
    lapse_overdue()
    plan = _PLANS[confirmation.kind](confirmation)
    _refuse_when_not_free(plan)
    return plan


_PLANS: dict[str, Callable[[Confirmation], Plan]] = {
    Kind.CREATE: renting.plan_create,
    Kind.CREATE_MULTI: renting.plan_create_multi,
    Kind.ACTIVATE: holding.plan_activate,
    Kind.PROLONG: holding.plan_prolong,
    Kind.PROLONG_DAYS: holding.plan_prolong,
    Kind.DELETE: holding.plan_delete,
    Kind.ADD_SERVICE: holding.plan_add_service,
    Kind.RESTORE: restoring.plan_restore,
}


def _same(first: Operation, confirmation: Confirmation) -> Operation:
    same_person = first.person_id == confirmation.person_id
    if same_person and first.kind == confirmation.kind and first.parameters == confirmation.parameters:
        return first
    raise NotRecorded("key_reused")


def _refuse_when_not_free(plan: Plan) -> None:
    if ahead := _ahead(plan):
        raise NotRecorded("someone_ahead", ahead=ahead)
    if plan.after is not None and known.mark_of(done := known.last_success(*plan.targets)) != plan.after:
        # Two dialogs opened side by side are two intents: the second must not buy again what the first has bought.
        raise NotRecorded("done_meanwhile", ahead=done)
    if any(known.done_since_last_sync(target) for target in plan.targets):
        raise NotRecorded("just_done")


def _ahead(plan: Plan) -> Operation | None:
    """Whose operation holds a target that this one needs."""
    return next((held for target in plan.targets if (held := known.holder_of(target))), None)


def _write(person: Person, confirmation: Confirmation, plan: Plan) -> Operation:
    try:
        with transaction.atomic():
            recorded_at = budgets.reserve(person, confirmation.kind, plan.quote)
            operation = Operation.objects.create(
                key=confirmation.key,
                kind=confirmation.kind,
                person=person,
                parameters=confirmation.parameters,
                shown=confirmation.shown,
                quote=plan.quote,
                order=plan.order,
                recorded_at=recorded_at,
            )
            for target in plan.targets:
                OperationTarget.objects.create(operation=operation, target=target)
            note(AuditKind.OPERATION, person, operation=operation)
            touch()
            return operation
    except (IntegrityError, NotRecorded) as fault:
        # Lost a race for the key or for a target; then what the winner has reserved may be what is missing here.
        ahead = _ahead(plan)
        if isinstance(fault, NotRecorded) and ahead is None:
            raise
        raise NotRecorded("someone_ahead", ahead=ahead) from None
