"""Adding a service to a number: for whole days that are left, once a service."""

import pytest

from rentals.models import Operation, Order
from rentals.models.operations import State
from rentals.queries import rules
from rentals.queries.mirror import vendor_now
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import adopting, spending
from tests.conftest import add_service, expiring_order, record


@pytest.fixture
def order(synced):
    return expiring_order(synced, service="opt29")


def refused(confirmation, person):
    with pytest.raises(NotRecorded) as refusal:
        record(confirmation, person)
    assert not Operation.objects.exists()
    return refusal.value.code


def test_the_number_has_the_service_and_the_charge_is_what_was_shown(synced, sandbox, operator, order):
    operation = record(add_service(operator, order), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert operation.charge == operation.quote
    added = Order.objects.get(number=order.number, service="opt44")
    assert (added.listed, added.origin) == (True, operation)


def test_the_vendor_is_told_the_whole_number_without_plus(synced, sandbox, operator, order):
    record(add_service(operator, order, days=2), operator)
    synced.run_until_idle()
    (call,) = sandbox.calls("add_service_to_order")
    assert call["params"]["pnumber"] == order.number.e164.removeprefix("+")
    assert call["params"]["rent_days"] == "2"


@pytest.mark.parametrize("days", [0, -1, 90])
def test_other_days_than_those_left_are_refused(synced, operator, order, days):
    assert refused(add_service(operator, order, days=days), operator) == "too_many_days"


def test_exactly_the_full_days_left_may_be_asked_for(synced, operator, order):
    days = rules.service_days(order, vendor_now())
    assert record(add_service(operator, order, days=days), operator).state == State.RECORDED


def test_a_service_that_the_number_has_already_is_refused(synced, operator, order):
    assert refused(add_service(operator, order, service="opt29"), operator) == "service_there"


def test_the_same_service_twice_at_once_is_added_once(synced, sandbox, operator, administrator, order):
    mine, theirs = add_service(operator, order), add_service(administrator, order)
    record(mine, operator)
    with pytest.raises(NotRecorded):
        record(theirs, administrator)
    synced.run_until_idle()
    assert len(sandbox.calls("add_service_to_order")) == 1


def test_a_lost_answer_is_settled_by_the_service_on_the_number(synced, sandbox, operator, order):
    operation = record(add_service(operator, order), operator)
    sandbox.fault("add_service_to_order", "drop_after")
    spending.send(synced.line, synced.holder, operation)
    assert operation.state == State.UNKNOWN
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.charge) == (State.SUCCEEDED, operation.quote)
    assert Order.objects.get(number=order.number, service="opt44").origin == operation


def test_without_the_service_on_the_number_it_was_not_executed(synced, sandbox, operator, order, later):
    operation = record(add_service(operator, order), operator)
    sandbox.fault("add_service_to_order", "drop_before")
    spending.send(synced.line, synced.holder, operation)
    later(8)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")


def test_an_answer_that_names_no_order_is_a_success_all_the_same(synced, sandbox, operator, order):
    operation = record(add_service(operator, order), operator)
    Operation.objects.filter(pk=operation.pk).update(state=State.SENT)
    operation.refresh_from_db()
    adopting.note_success(operation, None)
    assert (operation.state, operation.made.count()) == (State.SUCCEEDED, 0)
