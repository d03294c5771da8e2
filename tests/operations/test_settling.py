"""A rent whose outcome is not known ends as executed or not by evidence that fits exactly, or waits for a person."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from rentals.models import BalanceReading, Operation, OperationTarget, Order
from rentals.models.operations import State
from rentals.queries.evidence import look
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import balance, settling, spending, steps
from rentals.worker.loop import Worker
from tests.conftest import quoted, record, rent, restore


@pytest.fixture
def lose(synced, sandbox, operator):
    """Rents with a fault and returns the unknown operation."""

    def start(fault, **parameters):
        confirmation = rent(operator, synced, **parameters)
        sandbox.fault("create", fault)
        operation = record(confirmation, operator)
        spending.send(synced.line, synced.holder, operation)
        assert operation.state == State.UNKNOWN
        return operation

    return start


def test_one_new_order_that_fits_and_the_fallen_balance_prove_it_happened(lose, synced, sandbox):
    operation = lose("drop_after")
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")
    assert operation.charge == operation.quote
    assert operation.order is not None
    assert len(sandbox.calls("create")) == 1


def test_without_a_trace_and_with_an_unchanged_balance_it_did_not_happen(lose, later, sandbox):
    operation = lose("drop_before")
    later(8)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")
    assert operation.balance_after == operation.balance_before
    assert len(sandbox.calls("create")) == 1


def test_five_minutes_are_not_cut_short_by_many_syncs(lose, synced):
    operation = lose("drop_before")
    for _ in range(5):
        steps.sync_orders(synced)
        steps.sync_balance(synced)
    operation.refresh_from_db()
    # It counts no further than it needs to: it may wait for a person for months.
    assert (operation.state, operation.good_syncs) == (State.UNKNOWN, settling.SYNCS_WITHOUT_EVIDENCE)


def test_its_target_is_locked_until_it_is_settled(lose, operator, synced):
    lose("drop_before")
    with pytest.raises(NotRecorded) as refusal:
        record(rent(operator, synced), operator)
    assert refusal.value.code == "someone_ahead"


def test_when_it_is_settled_the_target_is_free_again(lose, later):
    lose("drop_before")
    later(8)
    assert not OperationTarget.objects.filter(held=True).exists()


def test_a_purchase_on_the_vendors_own_page_is_not_taken_for_ours(lose, synced, sandbox, later):
    operation = lose("drop_before")
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount="2")
    later(8)
    operation.refresh_from_db()
    assert operation.state == State.UNKNOWN
    assert operation.waits_for_person == "balance_moved"


def test_a_rent_that_somebody_prolonged_on_the_vendors_page_is_not_taken_for_one_that_never_ran(
    lose, later, synced, sandbox, operator
):
    operation = lose("drop_after")
    sandbox.outside("create", country="ES", service="opt16", dtype="week", dcount="1")
    steps.sync_orders(synced)
    made = Order.objects.get(service="opt29", origin=None, first_seen_at__gte=operation.recorded_at)
    sandbox.outside("prolong", id=made.vendor_id, dtype="week", dcount="1")
    # Another spend of ours: the balance tells no more about the first.
    record(rent(operator, synced, service="opt20"), operator)
    later(33)
    operation.refresh_from_db()
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "evidence_gone")


def test_two_orders_that_fit_wait_for_a_person(lose, synced, sandbox):
    operation = lose("drop_after")
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount="1")
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "several_candidates")


def test_an_order_that_fits_with_a_balance_that_does_not_waits_for_a_person(lose, synced, sandbox):
    operation = lose("drop_after")
    sandbox.post("balance", {"amount": "1.23"})
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "balance_differs")


def test_without_a_balance_an_order_that_fits_is_enough(synced, sandbox, lose):
    sandbox.fault("balance", "http_502", None)
    operation = lose("drop_after")
    for _ in range(settling.BALANCE_TRIES):
        balance.sync(synced.line)
    steps.sync_orders(synced)
    operation.refresh_from_db()
    assert (operation.state, operation.unmeasured) == (State.SUCCEEDED, True)


def test_without_a_balance_half_an_hour_without_a_trace_is_needed(lose, synced, sandbox):
    sandbox.fault("balance", "http_502", None)
    operation = lose("drop_before")
    for _ in range(settling.BALANCE_TRIES):
        balance.sync(synced.line)
        steps.sync_orders(synced)
    BalanceReading.objects.update(read_at=timezone.now() - timedelta(hours=1))
    Operation.objects.update(unknown_since=timezone.now() - timedelta(minutes=29))
    settling.settle(after_good_sync=False)
    operation.refresh_from_db()
    assert operation.state == State.UNKNOWN
    Operation.objects.update(unknown_since=timezone.now() - timedelta(minutes=31))
    settling.settle(after_good_sync=False)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")


def test_an_order_that_another_operation_owns_is_no_evidence(lose, synced, sandbox, operator):
    first = record(rent(operator, synced), operator)
    synced.run_until_idle()
    first.refresh_from_db()
    operation = lose("drop_before")
    Operation.objects.filter(pk=operation.pk).update(baseline={})
    operation.refresh_from_db()
    assert first.order not in look(operation).orders


def test_a_worker_that_died_during_the_call_leaves_an_unknown_outcome(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    assert spending.claim(synced.holder, operation)
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        other = Worker()
        other.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.UNKNOWN, "crash")
    assert sandbox.calls("create") == []


def test_a_call_that_may_still_be_running_is_not_a_crash(synced, operator):
    operation = record(rent(operator, synced), operator)
    spending.claim(synced.holder, operation)
    with time_machine.travel(timezone.now() + timedelta(seconds=19), tick=False):
        assert settling.crashed(synced.line.config.longest_call) == 0


def test_an_order_that_fitted_and_has_left_the_list_is_still_evidence(lose, synced, sandbox):
    operation = lose("drop_after")
    sandbox.post("balance", {"amount": "1.23"})
    synced.run_until_idle()
    sandbox.advance(33 * 86_400)
    steps.sync_orders(synced)
    Operation.objects.update(unknown_since=timezone.now() - timedelta(minutes=31), good_syncs=5)
    steps.sync_orders(synced)
    operation.refresh_from_db()
    assert len(look(operation).orders) == 1
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "balance_differs")


def test_an_order_that_fits_two_operations_in_doubt_waits_for_a_person(lose, synced, sandbox, operator):
    sandbox.post("balance", {"amount": "400"})
    rental = quoted(synced, country="ES")
    sandbox.fault("restore_user", "drop_before")
    restoring = record(restore(operator, rental), operator)
    synced.run_until_idle()
    renting = lose("drop_before", service=rental.service)
    fitting = {"country": "ES", "service": rental.service, "dtype": "week", "dcount": 1}
    made = sandbox.outside("create", **fitting)["data"]["id"]
    steps.sync_orders(synced)
    Order.objects.filter(vendor_id=made).update(number=rental.number)
    settling.settle(after_good_sync=False)
    for operation in (restoring, renting):
        operation.refresh_from_db()
        assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "several_operations")
