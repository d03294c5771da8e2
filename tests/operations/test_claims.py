"""The claim: what is written down before a call leaves, and who may make it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction

from rentals.models import (
    BalanceReading,
    Feed,
    Lease,
    Mirror,
    Number,
    Operation,
    OperationTarget,
    Order,
    PriceList,
    Rental,
)
from rentals.models.operations import FailedHow, Kind, State
from rentals.worker import lease, spending

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    with time_machine.travel(NOW, tick=False):
        lease.take("me")
        Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW, tried_at=NOW)
        yield


@pytest.fixture
def order(singletons):
    number = Number.objects.create(e164="+34600000001", first_seen_at=NOW)
    fields = {"service": "opt29", "country": "ES", "number": number, "until": NOW + timedelta(days=3)}
    return Order.objects.create(vendor_id="100", first_seen_at=NOW, last_seen_at=NOW, state=0, **fields)


@pytest.fixture
def recorded(operator, order):
    """A recorded operation on the order."""

    def make(kind=Kind.DELETE, target="order:100", **more):
        fields = {"parameters": {"order": "100"}, "shown": {"until": int(order.until.timestamp())}}
        fields |= {"recorded_at": NOW, "order": order, **more}
        made = Operation.objects.create(kind=kind, person=operator, **fields)
        OperationTarget.objects.create(operation=made, target=target)
        return made

    return make


@pytest.fixture
def paid(recorded):
    """One that costs money, at a price that the vendor does not tell."""
    PriceList.objects.create(country="ES", unit="week", count=1, rows=[], fetched_at=NOW)

    def make(**more):
        asked = {"order": "100", "unit": "week", "count": 1}
        return recorded(Kind.PROLONG, parameters=asked, **more)

    return make


def read(amount, at):
    return BalanceReading.objects.create(amount=Decimal(amount), read_at=at)


# --- which comes next ---


def test_the_oldest_goes_first_and_of_two_of_one_moment_the_first_written(recorded):
    first = recorded(target="a", recorded_at=NOW - SECOND)
    twin = recorded(target="b", recorded_at=NOW - SECOND)
    oldest = recorded(target="c", recorded_at=NOW - 2 * SECOND)
    recorded(target="d", recorded_at=NOW - 3 * SECOND, state=State.SENT)
    for expected in (oldest, first, twin, None):
        assert spending.next_recorded() == expected
        if expected:
            spending.give_up(expected, "x")


def test_those_too_old_to_be_sent_end_on_the_way(recorded):
    old, due = recorded(target="a", recorded_at=NOW - 3 * MINUTE), recorded(target="b")
    assert spending.next_recorded() == due
    old.refresh_from_db()
    assert (old.state, old.reason) == (State.FAILED, "lapsed")


# --- giving up ---


def test_what_is_given_up_was_not_sent_and_says_why(recorded):
    operation = recorded()
    spending.give_up(operation, "no_snapshot")
    told = (operation.state, operation.failed_how, operation.reason, operation.vendor_message)
    assert told == (State.FAILED, FailedHow.NOT_SENT, "no_snapshot", "")
    assert (operation.settled_how, operation.sent_at) == ("not_sent", None)


def test_a_refusal_that_came_before_the_send_keeps_500_letters_of_the_vendors_words(recorded):
    operation = recorded()
    spending.give_up(operation, "nobalance", FailedHow.REFUSED, "x" * 499 + "yz")
    assert (operation.failed_how, operation.vendor_message) == (FailedHow.REFUSED, "x" * 499 + "y")


def test_what_was_sent_is_not_given_up(recorded):
    operation = recorded(state=State.SENT)
    spending.give_up(operation, "no_snapshot")
    operation.refresh_from_db()
    assert operation.state == State.SENT


# --- the claim ---


def test_a_claim_writes_down_what_the_evidence_will_be_held_against(paid):
    Mirror.objects.update(clock_offset=90.5)
    read("12.50", NOW - SECOND)
    operation = paid()
    assert spending.claim("me", operation) is True
    assert (operation.state, operation.sent_at, operation.sent_by) == (State.SENT, NOW, "me")
    assert (operation.balance_before, operation.balance_before_at) == (Decimal("12.50"), NOW - SECOND)
    until = int((NOW + timedelta(days=3)).timestamp())
    assert operation.shown == {"until": until, "clock_offset": 90.5}
    as_it_was = {"service": "opt29", "country": "ES", "e164": "+34600000001", "until": until, "state": 0}
    assert operation.baseline == {"100": as_it_was}


def test_without_a_fresh_balance_the_claim_names_none(paid):
    read("12.50", NOW - MINUTE - SECOND)
    operation = paid()
    assert spending.claim("me", operation)
    assert (operation.balance_before, operation.balance_before_at) == (None, None)


def test_what_costs_nothing_is_not_held_against_a_balance(recorded):
    read("12.50", NOW - SECOND)
    operation = recorded()
    assert spending.claim("me", operation)
    assert (operation.balance_before, operation.balance_before_at) == (None, None)


@pytest.mark.parametrize("kind", [Kind.DELETE, Kind.PROLONG])
def test_what_is_not_a_restore_keeps_its_price(recorded, paid, kind):
    operation = paid(quote=None) if kind == Kind.PROLONG else recorded(quote=Decimal(3))
    quote = operation.quote
    assert spending.claim("me", operation)
    assert operation.quote == quote


def test_a_restore_that_has_become_cheaper_is_held_against_the_new_price(recorded):
    fields = {"quote_price": Decimal("4.50"), "quote_good_at": NOW, "sorted_at": NOW, "first_seen_at": NOW}
    Rental.objects.create(vendor_id="300", **fields)
    asked = {"order": "300", "service": "opt29", "e164": "+34600000001"}
    operation = recorded(Kind.RESTORE, parameters=asked, quote=Decimal(5), order=None)
    assert spending.claim("me", operation)
    assert operation.quote == Decimal("4.50")


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_others_could_still_undo_is_not_made(recorded):
    operation = recorded()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        spending.claim("me", operation)
    operation.refresh_from_db()
    assert operation.state == State.RECORDED


def test_whoever_does_not_hold_the_lease_claims_nothing(recorded):
    operation = recorded()
    assert spending.claim("somebody else", operation) is False
    Lease.objects.update(expires_at=NOW)
    assert spending.claim("me", operation) is False
    operation.refresh_from_db()
    assert (operation.state, operation.sent_at) == (State.RECORDED, None)


def test_an_objection_ends_it_instead_of_a_claim(recorded):
    operation = recorded()
    Order.objects.update(listed=False)
    assert spending.claim("me", operation) is False
    assert (operation.state, operation.failed_how, operation.reason) == (
        State.FAILED,
        "not_sent",
        "order_gone",
    )
    assert operation.settled_how == "not_sent"


@pytest.mark.parametrize(("seconds", "sent"), [(120, True), (121, False)])
def test_two_minutes_after_it_was_recorded_no_claim_is_made(recorded, seconds, sent):
    operation = recorded(recorded_at=NOW - seconds * SECOND)
    assert spending.claim("me", operation) is sent
    assert operation.reason == ("" if sent else "lapsed")


@pytest.mark.parametrize(("seconds", "sent"), [(60, True), (61, False)])
def test_a_claim_needs_orders_of_the_last_minute(recorded, seconds, sent):
    operation = recorded()
    Feed.objects.update(good_at=NOW - seconds * SECOND)
    assert spending.claim("me", operation) is sent
    assert operation.reason == ("" if sent else "no_snapshot")


@pytest.mark.parametrize("missing", [{"good_at": None}, {"failures": 1}])
def test_orders_that_were_never_good_or_that_fail_now_are_no_base_for_a_claim(recorded, missing):
    operation = recorded()
    Feed.objects.update(**missing)
    assert spending.claim("me", operation) is False
    assert operation.reason == "no_snapshot"


def test_a_mirror_that_has_no_orders_feed_is_no_base_for_a_claim(recorded):
    operation = recorded()
    Mirror.objects.update(orders_feed=None)
    Feed.objects.all().delete()
    assert spending.claim("me", operation) is False
    assert operation.reason == "no_snapshot"


def test_what_was_just_done_on_one_of_its_targets_is_not_done_again(recorded):
    operation = recorded()
    OperationTarget.objects.create(operation=operation, target="service:x")
    done = recorded(state=State.SUCCEEDED, target="other", settled_at=NOW + SECOND)
    OperationTarget.objects.create(operation=done, target="service:x", held=False)
    assert spending.claim("me", operation) is False
    assert operation.reason == "just_done"
