"""Deleting: free, once, and never taken for an expiry."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from rentals.models import Feed, Operation, Order
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import spending
from tests.conftest import inactive_order, on_order, record


@pytest.fixture
def order(synced):
    return inactive_order()


def delete(person, order):
    return on_order(person, "delete", order)


def listed_at_vendor(sandbox):
    return {str(row["id"]) for row in sandbox.state()["orders"]}


def test_the_number_is_gone_at_once_and_costs_nothing(synced, sandbox, operator, order):
    operation = record(delete(operator, order), operator)
    spending.send(synced.line, synced.holder, operation)
    order.refresh_from_db()
    assert (operation.state, operation.quote, operation.charge) == (State.SUCCEEDED, None, None)
    assert not order.listed
    assert order.vendor_id not in listed_at_vendor(sandbox)


def test_the_archive_is_read_again_afterwards(synced, operator, order):
    before = Feed.objects.get(name="history").good_at
    record(delete(operator, order), operator)
    synced.run_until_idle()
    assert Feed.objects.get(name="history").good_at > before


def test_twice_is_once(synced, sandbox, operator, administrator, order):
    mine, theirs = delete(operator, order), delete(administrator, order)
    record(mine, operator)
    with pytest.raises(NotRecorded):
        record(theirs, administrator)
    synced.run_until_idle()
    with pytest.raises(NotRecorded) as refusal:
        record(theirs, administrator)
    assert refusal.value.code == "order_gone"
    assert len(sandbox.calls("delete")) == 1


def test_a_lost_answer_is_settled_when_the_order_has_left_the_list(synced, sandbox, operator, order, later):
    operation = record(delete(operator, order), operator)
    sandbox.fault("delete", "drop_after")
    spending.send(synced.line, synced.holder, operation)
    assert operation.state == State.UNKNOWN
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.UNKNOWN
    later(1)
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")


def test_an_order_that_stays_listed_was_not_deleted(synced, sandbox, operator, order, later):
    operation = record(delete(operator, order), operator)
    sandbox.fault("delete", "drop_before")
    spending.send(synced.line, synced.holder, operation)
    later(7)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")


def test_an_order_that_left_at_its_expiry_proves_nothing(synced, sandbox, operator, order):
    operation = record(delete(operator, order), operator)
    sandbox.fault("delete", "drop_before")
    spending.send(synced.line, synced.holder, operation)
    sandbox.advance((order.until - timezone.now()).total_seconds() + 60)
    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        synced._renewed = float("-inf")
        synced.run_until_idle()
    operation.refresh_from_db()
    assert not Order.objects.get(pk=order.pk).listed
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "gone_at_expiry")
    assert Operation.objects.count() == 1


def test_a_deleted_number_keeps_the_sms_that_came_just_before(synced, sandbox, operator):
    order = Order.objects.filter(listed=True, state=OrderState.ACTIVE).order_by("vendor_id")[0]
    sandbox.post("sms", {"order": int(order.vendor_id), "text": "el último", "sender": "X", "other": 0})
    operation = record(delete(operator, order), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert order.messages.filter(text="el último").exists()


def test_messages_that_cannot_be_read_do_not_keep_a_number_from_being_deleted(synced, sandbox, operator):
    order = Order.objects.filter(listed=True, state=OrderState.ACTIVE).order_by("vendor_id")[0]
    sandbox.fault("sms", "http_502", None)
    operation = record(delete(operator, order), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
