"""Vendors that act late, machines that sleep, and balances that were read before the last spend."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from rentals.models import BalanceReading, Feed, Operation
from rentals.models.operations import State
from rentals.models.transitions import lapse
from rentals.queries import mirror
from rentals.use_cases import wants
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import balance, gates, orders, spending, steps
from tests.conftest import expiring_order, prolong, record, rent


def test_a_rent_that_the_vendor_makes_after_we_gave_up_is_found_with_its_charge(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "drop_before")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    synced.run_until_idle()
    asked = operation.parameters
    sandbox.outside("create", country=asked["country"], service=asked["service"], dtype="week", dcount=1)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        synced._renewed = float("-inf")
        synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")
    assert (operation.charge, operation.waits_for_person) == (operation.quote, "")


def test_a_machine_that_sleeps_between_claim_and_call_does_not_call_when_it_wakes(
    synced, sandbox, operator, monkeypatch
):
    operation = record(rent(operator, synced), operator)
    claim, clock = spending.claim, time_machine.travel(timezone.now() + timedelta(minutes=10))

    def claim_and_sleep(*given):
        won = claim(*given)
        clock.start()
        return won

    monkeypatch.setattr(spending, "claim", claim_and_sleep)
    spending.send(synced.line, synced.holder, operation)
    clock.stop()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_sent")
    assert sandbox.calls("create") == []


def test_a_confirmation_after_a_spend_asks_for_the_balance_that_is_left(synced, operator):
    operation = record(rent(operator, synced), operator)
    balance.sync(synced.line)
    wants.want_balance()
    assert Feed.objects.get(name=Feed.Name.BALANCE).wanted_at is None
    spending.send(synced.line, synced.holder, operation)
    wants.want_balance()
    assert Feed.objects.get(name=Feed.Name.BALANCE).wanted_at > Operation.objects.get().sent_at


def put_the_clock_back(**by):
    """As if all that was read had been read by a clock that ran ahead."""
    Feed.objects.update(good_at=timezone.now() + timedelta(**by), tried_at=timezone.now() + timedelta(**by))
    BalanceReading.objects.update(read_at=timezone.now() + timedelta(**by))


def test_a_clock_that_is_put_back_lets_nothing_be_sent_twice(synced, sandbox, operator):
    order = expiring_order(synced)
    spending.send(synced.line, synced.holder, record(prolong(operator, order), operator))
    put_the_clock_back(hours=1)
    order.refresh_from_db()
    with pytest.raises(NotRecorded) as refusal:
        record(prolong(operator, order), operator)
    assert refusal.value.code == "just_done"
    assert not gates.snapshot_is_fresh()
    assert balance.fresh_reading() is None
    assert len(sandbox.calls("prolong")) == 1


def test_when_the_clock_is_put_back_everything_is_read_anew(synced):
    put_the_clock_back(hours=1)
    synced.run_until_idle()
    assert all(feed.good_at <= timezone.now() for feed in Feed.objects.filter(good_at__isnull=False))
    assert mirror.balance().read_at <= timezone.now()


def test_an_intent_from_before_the_clock_was_put_back_is_not_sent(synced, operator):
    operation = record(rent(operator, synced), operator)
    Operation.objects.update(recorded_at=timezone.now() + timedelta(hours=1))
    operation.refresh_from_db()
    assert lapse(operation)
    assert operation.reason == "lapsed"


def test_a_balance_read_hours_later_measures_nothing(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    sandbox.outside("create", country="ES", service="opt20", dtype="week", dcount=1)
    with time_machine.travel(timezone.now() + timedelta(hours=9)):
        balance.sync(synced.line)
    operation.refresh_from_db()
    assert (operation.charge, operation.unmeasured) == (None, True)


def test_orders_asked_for_before_a_send_in_doubt_are_no_baseline_for_the_next(synced, sandbox, operator):
    sandbox.fault("create", "drop_after")
    spending.send(synced.line, synced.holder, record(rent(operator, synced), operator))
    assert not gates.snapshot_is_fresh()
    assert orders.sync(synced.line)
    assert gates.snapshot_is_fresh()


@pytest.mark.parametrize(("words", "again"), [("", 1), ("Incorrect order", 0)])
def test_after_a_no_without_a_word_the_orders_are_read_before_the_next_send(
    synced, sandbox, operator, words, again
):
    order = expiring_order(synced)
    sandbox.post("faults", {"method": "prolong", "fault": "refuse", "times": 1, "msg": words})
    spending.send(synced.line, synced.holder, record(prolong(operator, order), operator))
    before = len(sandbox.calls("orders"))
    order.refresh_from_db()
    record(prolong(operator, order), operator)
    steps.urgent_step().run(synced)
    assert len(sandbox.calls("orders")) == before + again


def test_a_balance_that_fell_by_more_than_the_quote_after_a_lost_answer_is_no_charge(
    synced, sandbox, operator
):
    sandbox.fault("create", "drop_before")
    lost = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, lost)
    synced.run_until_idle()
    operation = record(rent(operator, synced, service="opt20"), operator)
    spending.send(synced.line, synced.holder, operation)
    # As if the vendor had charged for the first one only now.
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount=1)
    balance.sync(synced.line)
    operation.refresh_from_db()
    assert (operation.state, operation.charge, operation.unmeasured) == (State.SUCCEEDED, None, True)


def test_a_send_in_doubt_from_before_the_clock_was_put_back_stops_no_other(synced, sandbox, operator):
    sandbox.fault("create", "drop_after")
    spending.send(synced.line, synced.holder, record(rent(operator, synced), operator))
    Operation.objects.update(sent_at=timezone.now() + timedelta(hours=1))
    assert orders.sync(synced.line)
    assert gates.snapshot_is_fresh()


def test_an_answer_that_is_not_whole_is_no_good_sync(synced, sandbox, operator, not_whole):
    order = expiring_order(synced)
    spending.send(synced.line, synced.holder, record(prolong(operator, order), operator))
    not_whole(order)
    order.refresh_from_db()
    with pytest.raises(NotRecorded) as refusal:
        record(prolong(operator, order), operator)
    assert refusal.value.code == "just_done"
    assert not gates.snapshot_is_fresh()
    assert Feed.objects.get(name=Feed.Name.ORDERS).reason == "partial"


@pytest.fixture
def not_whole(synced, monkeypatch):
    """One look at the orders of which this one's row cannot be read."""
    read = synced.line.read

    def look(order):
        def without(call, **more):
            answer = read(call, **more)
            return replace(
                answer, value=[row for row in answer.value if row.id != order.vendor_id], skipped=1
            )

        with monkeypatch.context() as patch:
            patch.setattr(synced.line, "read", without)
            steps.sync_orders(synced)

    return look
