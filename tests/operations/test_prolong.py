"""Prolonging: only in the last 7 days, at the price that was shown, once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from rentals.models import Operation, Order, PriceList
from rentals.models.operations import State
from rentals.queries.evidence import look
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import balance, spending
from tests.conftest import expiring_order, hold_prices_of, prolong, record


@pytest.fixture
def order(synced):
    return expiring_order(synced)


def sent(operation, worker):
    spending.send(worker.line, worker.holder, operation)
    return operation


def refused(confirmation, person):
    before = Operation.objects.count()
    with pytest.raises(NotRecorded) as refusal:
        record(confirmation, person)
    assert Operation.objects.count() == before
    return refusal.value.code


def until_of(sandbox, order):
    return next(row["until"] for row in sandbox.state()["orders"] if str(row["id"]) == order.vendor_id)


@pytest.mark.parametrize(("slug", "days"), [("day-1", 1), ("day-6", 6), ("week-2", 14), ("month-1", 30)])
def test_it_is_prolonged_by_what_was_asked_and_charged_what_was_shown(
    synced, sandbox, operator, order, slug, days
):
    hold_prices_of(synced, order, slug)
    before = until_of(sandbox, order)
    operation = record(prolong(operator, order, slug), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    order.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert until_of(sandbox, order) == before + days * 86_400 == order.until.timestamp()
    assert operation.charge == operation.quote > 0


def test_days_are_asked_for_by_the_call_for_days(synced, sandbox, operator, order):
    record(prolong(operator, order, "day-3"), operator)
    synced.run_until_idle()
    assert [call["params"]["dtype"] for call in sandbox.calls("prolong_max")] == ["day"]
    assert sandbox.calls("prolong") == []


def test_with_seven_days_left_or_more_it_is_refused_without_a_call(synced, sandbox, operator):
    early = next(order for order in Order.objects.filter(listed=True, can_prolong=False))
    expiring_order(synced)
    assert refused(prolong(operator, early), operator) == "too_early"
    assert sandbox.calls("prolong") == []


def test_what_the_vendor_does_not_let_prolong_is_refused(synced, operator, order):
    Order.objects.filter(pk=order.pk).update(can_prolong=False)
    assert refused(prolong(operator, order), operator) == "cannot_prolong"


def test_where_the_vendor_says_nothing_it_may_be_tried(synced, operator, order):
    Order.objects.filter(pk=order.pk).update(can_prolong=None)
    order.refresh_from_db()
    assert record(prolong(operator, order), operator).state == State.RECORDED


def test_two_people_who_opened_it_side_by_side_prolong_once(synced, sandbox, operator, administrator, order):
    mine, theirs = prolong(operator, order), prolong(administrator, order)
    record(mine, operator)
    assert refused(theirs, administrator) == "someone_ahead"
    synced.run_until_idle()
    assert refused(theirs, administrator) == "order_moved"
    assert len(sandbox.calls("prolong")) == 1


def test_a_price_that_has_changed_is_shown_instead_of_sent(synced, sandbox, operator, order):
    operation = record(prolong(operator, order), operator)
    held = PriceList.objects.get(country=order.country, unit="week", count=1)
    held.rows = [{**row, "price_day": "9.99"} for row in held.rows]
    held.save()
    sent(operation, synced)
    assert (operation.state, operation.reason) == (State.FAILED, "price_changed")
    assert sandbox.calls("prolong") == []


def test_an_order_that_has_moved_since_it_was_shown_is_not_prolonged(synced, sandbox, operator, order):
    operation = record(prolong(operator, order), operator)
    Order.objects.filter(pk=order.pk).update(until=order.until + timedelta(days=1))
    sent(operation, synced)
    assert (operation.state, operation.reason) == (State.FAILED, "order_moved")
    assert sandbox.calls("prolong") == []


def test_too_little_money_is_refused_before_anything_is_sent(synced, sandbox, operator, order):
    hold_prices_of(synced, order, "month-3")
    confirmation = prolong(operator, order, "month-3")
    sandbox.post("balance", {"amount": "0.10"})
    synced.run_until_idle()
    balance.sync(synced.line)
    assert refused(confirmation, operator) == "no_money"


def test_a_service_without_a_known_price_can_be_prolonged_when_that_was_shown(
    synced, sandbox, operator, order
):
    for held in PriceList.objects.all():
        held.rows = [row for row in held.rows if row["code"] != order.service]
        held.save()
    confirmation = prolong(operator, order)
    assert confirmation.shown["price"] is None
    operation = record(confirmation, operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.quote) == (State.SUCCEEDED, None)
    assert operation.charge > 0


def test_a_lost_answer_is_settled_by_the_expiry_that_grew_and_the_charge(synced, sandbox, operator, order):
    operation = record(prolong(operator, order), operator)
    sandbox.fault("prolong", "drop_after")
    sent(operation, synced)
    assert operation.state == State.UNKNOWN
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")
    assert operation.charge == operation.quote


def test_an_expiry_that_did_not_grow_means_that_it_was_not_executed(synced, sandbox, operator, order, later):
    operation = record(prolong(operator, order), operator)
    sandbox.fault("prolong", "drop_before")
    sent(operation, synced)
    later(8)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")
    assert len(sandbox.calls("prolong")) == 1


def test_an_expiry_that_grew_by_something_else_waits_for_a_person(synced, sandbox, operator, order):
    operation = record(prolong(operator, order), operator)
    sandbox.fault("prolong", "drop_before")
    sent(operation, synced)
    sandbox.outside("prolong_max", id=order.vendor_id, dtype="day", dcount=2)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "until_differs")


def test_evidence_once_seen_stays_seen_when_the_order_leaves_the_list(synced, sandbox, operator, order):
    operation = record(prolong(operator, order), operator)
    sandbox.fault("prolong", "drop_after")
    sent(operation, synced)
    synced.run_until_idle()
    Order.objects.filter(pk=order.pk).update(listed=False)
    operation.refresh_from_db()
    assert look(operation).executed


def test_a_refusal_of_the_vendor_ends_it_with_nothing_spent(synced, sandbox, operator, order):
    balance = Decimal(sandbox.state()["balance"])
    sandbox.fault("prolong", "refuse", msg="Insufficient balance")
    operation = record(prolong(operator, order), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "refused")
    assert Decimal(sandbox.state()["balance"]) == balance
