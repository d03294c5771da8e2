"""What the vendor is told of each kind, and what each of its answers leaves behind."""

import logging
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from rentals.confirmations import for_action, issue
from rentals.models import Feed, Operation, Order
from rentals.models.operations import FailedHow, State
from rentals.upstream import Refused
from rentals.worker import spending
from rentals.worker.line import Line
from tests.conftest import (
    add_service,
    expiring_order,
    hold_prices,
    hold_prices_of,
    inactive_order,
    on_order,
    prolong,
    quoted,
    record,
    rent,
    restore,
)


def told(sandbox, method):
    """The parameters of the only call of the method, without what every call carries."""
    (call,) = sandbox.calls(method)
    return {name: value for name, value in call["params"].items() if name not in ("method", "apikey")}


@pytest.fixture
def send(synced, operator):
    """Records and sends at once."""

    def at_once(confirmation, line=None):
        operation = record(confirmation, operator)
        spending.send(line or synced.line, synced.holder, operation)
        return operation

    return at_once


# --- what the vendor is told ---


def test_a_rent_names_country_service_and_period(send, synced, sandbox, operator):
    send(rent(operator, synced))
    assert told(sandbox, "create") == {"country": "ES", "service": "opt29", "dtype": "week", "dcount": "1"}


def test_a_rent_names_the_operator_that_was_chosen(send, synced, sandbox, operator):
    rows = hold_prices(synced).rows
    offered = next(row["by_operator"] for row in rows if row["code"] == "opt29")
    name = next(name for name, count in offered.items() if count)
    send(rent(operator, synced, operator=name))
    assert told(sandbox, "create")["provider"] == name


@pytest.mark.parametrize("chosen", [True, False])
def test_a_rent_of_several_names_them_all_with_the_period_and_the_operator(
    send, synced, sandbox, operator, chosen
):
    sandbox.post("balance", {"amount": "400"})
    offers = {row["code"]: row for row in hold_prices(synced).rows}
    shelves = [offers[code]["by_operator"] for code in ("opt29", "opt20")]
    name = next(name for name in shelves[0] if all(shelf.get(name) for shelf in shelves))
    price = sum(Decimal(offers[code]["price_day"]) * 7 for code in ("opt29", "opt20"))
    asked = {"country": "ES", "services": ["opt29", "opt20"], "unit": "week", "count": 1}
    more = {"operator": name} if chosen else {"operator": ""}
    send(issue(operator, "create_multi", {**asked, **more}, {"price": f"{price:.2f}"}))
    named = {"country": "ES", "services": "opt29,opt20", "dtype": "week", "dcount": "1"}
    assert told(sandbox, "create_multi") == (named | {"provider": name} if chosen else named)


def test_an_activation_and_a_deletion_name_the_order(send, sandbox, operator):
    order, other = Order.objects.filter(state=0, listed=True).order_by("vendor_id")[:2]
    send(for_action(operator, "activate", order.vendor_id, order.state, order.attempts))
    send(on_order(operator, "delete", other))
    assert told(sandbox, "activate") == {"id": order.vendor_id}
    assert told(sandbox, "delete") == {"id": other.vendor_id}


def test_a_prolongation_names_the_order_and_the_period(send, synced, sandbox, operator):
    order = expiring_order(synced)
    hold_prices_of(synced, order, "week-2")
    send(prolong(operator, order, "week-2"))
    assert told(sandbox, "prolong") == {"id": order.vendor_id, "dtype": "week", "dcount": "2"}


def test_a_prolongation_by_days_names_the_days(send, synced, sandbox, operator):
    order = expiring_order(synced)
    send(prolong(operator, order, "day-3"))
    assert told(sandbox, "prolong_max") == {"id": order.vendor_id, "dtype": "day", "dcount": "3"}


def test_an_added_service_names_the_order_the_number_and_the_days(send, synced, sandbox, operator):
    order = expiring_order(synced, service="opt29")
    send(add_service(operator, order, "opt44", days=1))
    asked = {"id": order.vendor_id, "service": "opt44", "rent_days": "1"}
    assert told(sandbox, "add_service_to_order") == {**asked, "pnumber": order.number.e164.removeprefix("+")}


def test_a_restore_names_the_order_that_has_ended(synced, sandbox, operator):
    sandbox.post("balance", {"amount": "400"})
    rental = quoted(synced)
    record(restore(operator, rental), operator)
    synced.run_until_idle()
    assert told(sandbox, "restore_user") == {"id": rental.vendor_id}


# --- what an answer leaves behind ---


def test_a_success_says_that_the_answer_settled_it(send, synced, operator):
    operation = send(rent(operator, synced))
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "answer")
    assert (operation.reason, operation.vendor_message, operation.failed_how) == ("", "", "")


def test_a_refusal_keeps_the_first_500_letters_of_the_vendors_words(
    send, synced, sandbox, operator, monkeypatch
):
    def refuse(*_):
        raise Refused("x" * 499 + "yz")

    confirmation = rent(operator, synced)
    monkeypatch.setitem(spending._CALLS, "create", refuse)
    operation = send(confirmation)
    assert (operation.state, operation.failed_how) == (State.FAILED, FailedHow.REFUSED)
    assert (operation.reason, operation.settled_how) == ("refused", "answer")
    assert operation.vendor_message == "x" * 499 + "y"


def test_what_never_left_has_no_words_of_the_vendors(send, synced, operator, settings):
    confirmation = rent(operator, synced)
    settings.SMSPVA_API_URL = "http://127.0.0.1:9/api/rent.php"
    operation = send(confirmation, Line())
    assert (operation.failed_how, operation.settled_how) == (FailedHow.NOT_SENT, "answer")
    assert operation.vendor_message == ""


def test_a_lost_answer_is_unknown_since_then_with_its_reason(send, synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "drop_after")
    before = timezone.now()
    operation = send(confirmation)
    assert (operation.state, operation.reason) == (State.UNKNOWN, "connection_lost")
    assert before < operation.unknown_since <= timezone.now()
    assert (operation.settled_how, operation.settled_at, operation.waits_for_person) == ("", None, "")


def test_a_defect_of_our_own_is_reported_with_the_kind_of_operation(
    send, synced, operator, monkeypatch, caplog
):
    def broken(*_):
        raise KeyError("ours")

    confirmation = rent(operator, synced)
    monkeypatch.setitem(spending._CALLS, "create", broken)
    with caplog.at_level(logging.ERROR, logger="rentals.worker.spending"):
        operation = send(confirmation)
    (line,) = caplog.records
    assert (line.name, line.getMessage()) == (spending.__name__, "sending create failed in our own code")
    assert line.exc_info
    assert operation.unknown_since


def test_an_answer_that_names_an_order_of_before_is_not_believed(send, synced, sandbox, operator):
    first = send(rent(operator, synced))
    confirmation = rent(operator, synced, "opt20")
    # The number that the vendor gives next is in the list already.
    order = Order.objects.filter(listed=True).exclude(pk=first.order_id).order_by("pk")[0]
    Order.objects.filter(pk=order.pk).update(vendor_id=int(first.order.vendor_id) + 1)
    operation = send(confirmation)
    assert len(sandbox.calls("create")) == 2
    assert (operation.state, operation.reason) == (State.UNKNOWN, "contradiction")
    assert (operation.order, operation.made.count()) == (None, 0)
    assert operation.unknown_since is not None


def test_a_spend_keeps_no_pause_of_the_background_waiting(send, synced, operator, settings):
    confirmation, line = rent(operator, synced), Line()
    send(confirmation, line)
    settings.SMSPVA_MIN_INTERVAL = 100
    assert line.wait(urgent=False) == 0


@pytest.mark.parametrize(("seconds", "state"), [(5, State.SUCCEEDED), (5.001, State.FAILED)])
def test_a_call_that_has_not_left_five_seconds_after_the_claim_is_not_made(
    synced, sandbox, operator, monkeypatch, seconds, state
):
    operation = record(rent(operator, synced), operator)
    claim = spending.claim
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def claim_and_sleep(*given):
            won = claim(*given)
            clock.shift(timedelta(seconds=seconds))
            return won

        monkeypatch.setattr(spending, "claim", claim_and_sleep)
        spending.send(synced.line, synced.holder, operation)
    assert operation.state == state
    assert len(sandbox.calls("create")) == (state == State.SUCCEEDED)
    assert operation.reason == ("lapsed" if state == State.FAILED else "")


# --- what is read afterwards ---


def wanted(name):
    feed = Feed.objects.get(name=name)
    return feed.wanted_at is not None and feed.wanted_at > feed.tried_at


@pytest.mark.parametrize("fault", [None, "refuse", "drop_after"])
def test_after_a_rent_the_orders_are_read_whatever_the_answer(send, synced, sandbox, operator, fault):
    confirmation = rent(operator, synced)
    if fault:
        sandbox.fault("create", fault)
    send(confirmation)
    assert (wanted("orders"), wanted("history")) == (True, False)


@pytest.mark.parametrize(("fault", "orders"), [(None, False), ("refuse", False), ("drop_after", True)])
def test_after_an_activation_the_orders_are_read_only_when_its_outcome_is_not_known(
    send, sandbox, operator, fault, orders
):
    order = inactive_order()
    if fault:
        sandbox.fault("activate", fault)
    send(for_action(operator, "activate", order.vendor_id, order.state, order.attempts))
    assert (wanted("orders"), wanted("history")) == (orders, False)


@pytest.mark.parametrize(("fault", "history"), [(None, True), ("refuse", False), ("drop_after", False)])
def test_after_a_deletion_the_archive_is_read_when_it_has_gone_there(send, sandbox, operator, fault, history):
    if fault:
        sandbox.fault("delete", fault)
    send(on_order(operator, "delete", inactive_order()))
    assert (wanted("orders"), wanted("history")) == (True, history)


def test_a_lost_claim_leaves_everything_as_it_was(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    before = len(sandbox.calls())
    spending.send(synced.line, "somebody else", operation)
    operation.refresh_from_db()
    assert (operation.state, operation.sent_at) == (State.RECORDED, None)
    assert (len(sandbox.calls()), wanted("orders"), Operation.objects.count()) == (before, False, 1)
