from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.confirmations import for_action
from rentals.models import Operation, Order
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import orders, settling, spending
from tests.conftest import inactive_order, record


def activation(person, order):
    return for_action(person, "activate", order.vendor_id, order.state, order.attempts)


def refused(confirmation, person):
    with pytest.raises(NotRecorded) as refusal:
        record(confirmation, person)
    return refusal.value.code


def test_a_person_activates_a_number(synced, sandbox, operator):
    order = inactive_order()
    operation = record(activation(operator, order), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    order.refresh_from_db()
    assert (operation.state, order.state) == (State.SUCCEEDED, OrderState.ACTIVATING)
    assert len(sandbox.calls("activate")) == 1


def test_it_becomes_active_after_the_vendors_queue(synced, sandbox, operator):
    order = inactive_order()
    record(activation(operator, order), operator)
    synced.run_until_idle()
    sandbox.advance(16 * 60)
    orders.sync(synced.line)
    order.refresh_from_db()
    assert order.state == OrderState.ACTIVE


def test_a_double_click_is_one_call(synced, sandbox, operator):
    order = inactive_order()
    first = record(activation(operator, order), operator)
    assert record(activation(operator, order), operator) == first
    synced.run_until_idle()
    assert record(activation(operator, order), operator) == first
    assert len(sandbox.calls("activate")) == 1


def test_two_people_activate_once(synced, operator, administrator):
    order = inactive_order()
    record(activation(operator, order), operator)
    assert refused(activation(administrator, order), administrator) == "someone_ahead"


def test_an_observer_cannot_activate(synced, observer):
    assert refused(activation(observer, inactive_order()), observer) == "forbidden"


def test_an_active_number_is_not_activated(synced, operator):
    order = Order.objects.filter(state=OrderState.ACTIVE)[0]
    assert refused(activation(operator, order), operator) == "not_inactive"


def test_a_number_that_has_left_the_list_is_not_activated(synced, operator):
    order = inactive_order()
    Order.objects.filter(pk=order.pk).update(listed=False)
    assert refused(activation(operator, order), operator) == "order_gone"


def test_a_button_of_an_old_page_does_nothing(synced, operator):
    order = inactive_order()
    old = activation(operator, order)
    Order.objects.filter(pk=order.pk).update(state=OrderState.ACTIVATING)
    assert refused(old, operator) == "order_moved"


def test_a_number_that_moves_before_the_send_is_left_alone(synced, sandbox, operator):
    order = inactive_order()
    operation = record(activation(operator, order), operator)
    Order.objects.filter(pk=order.pk).update(state=OrderState.ACTIVE)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.FAILED, "order_moved")
    assert sandbox.calls("activate") == []


def test_after_a_refusal_the_same_button_is_a_new_intent(synced, sandbox, operator):
    order = inactive_order()
    sandbox.fault("activate", "refuse", msg="Try later")
    record(activation(operator, order), operator)
    synced.run_until_idle()
    order.refresh_from_db()
    second = record(activation(operator, order), operator)
    synced.run_until_idle()
    second.refresh_from_db()
    assert (second.state, len(sandbox.calls("activate"))) == (State.SUCCEEDED, 2)


def test_an_activation_whose_answer_is_lost_is_settled_by_the_state_of_the_number(synced, sandbox, operator):
    sandbox.fault("activate", "drop_after")
    operation = record(activation(operator, inactive_order()), operator)
    spending.send(synced.line, synced.holder, operation)
    assert operation.state == State.UNKNOWN
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")


def test_an_activation_that_left_no_trace_lapses_after_half_an_hour(synced, sandbox, operator):
    sandbox.fault("activate", "drop_before")
    operation = record(activation(operator, inactive_order()), operator)
    synced.run_until_idle()
    Operation.objects.update(unknown_since=timezone.now() - timedelta(minutes=31))
    settling.settle(after_good_sync=False)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")
