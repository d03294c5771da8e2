"""For what reasons what is done with a number is not written down."""

from decimal import Decimal

import pytest

from rentals.confirmations import for_action, issue
from rentals.models import (
    BalanceReading,
    Mirror,
    Order,
    PriceList,
)
from rentals.models.orders import OrderState
from rentals.use_cases.holding import shown_of
from tests.conftest import record
from tests.operations.recording.conftest import (
    DAY,
    E164,
    NOW,
    SECOND,
    addition,
    changed,
    deletion,
    prolongation,
    refusal,
    refused,
    targets,
)


def test_prolonging_locks_the_order_and_names_it_with_its_price(operator, order):
    operation = record(prolongation(operator, order), operator)
    assert (operation.order, operation.quote) == (order, Decimal(7))
    assert targets(operation) == {("order:100", True)}


def test_deleting_locks_the_order_and_costs_nothing(operator, order):
    operation = record(deletion(operator, order), operator)
    assert (operation.order, operation.quote) == (order, None)
    assert targets(operation) == {("order:100", True)}


def test_activating_locks_the_order_and_costs_nothing(operator, order):
    operation = record(for_action(operator, "activate", "100", 0, 0), operator)
    assert (operation.order, operation.quote) == (order, None)
    assert targets(operation) == {("order:100", True)}


def test_adding_a_service_locks_the_order_and_the_service_on_the_number(operator, order):
    operation = record(addition(operator, order), operator)
    assert (operation.order, operation.quote) == (order, Decimal(4))
    assert targets(operation) == {("order:100", True), (f"service:{E164}:b", True)}


def test_the_same_service_by_another_order_of_the_number_is_the_same_target(operator, administrator, order):
    second = Order.objects.create(
        vendor_id="101",
        service="c",
        country="ES",
        number=order.number,
        until=order.until,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    first = record(addition(operator, order), operator)
    found = refusal(addition(administrator, second), administrator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + 3 * DAY}, "order_moved"),
        ({"until": None}, "order_moved"),
        ({"attempts": 1}, "order_moved"),
        ({"listed": False}, "order_gone"),
        ({"state": OrderState.ACTIVE}, "order_moved"),
        ({"has_new_sms": True}, ""),
    ],
)
@pytest.mark.parametrize("make", [prolongation, addition, deletion])
def test_an_order_that_is_not_as_it_was_shown_is_left_alone(operator, order, make, fields, code):
    confirmation = make(operator, order)
    changed(order, **fields)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + DAY}, ""),
        ({"attempts": 1}, "order_moved"),
        ({"state": OrderState.ACTIVATING}, "order_moved"),
        ({"listed": False}, "order_gone"),
    ],
)
def test_an_activation_watches_the_state_and_not_the_expiry(operator, order, fields, code):
    confirmation = for_action(operator, "activate", "100", 0, 0)
    changed(order, **fields)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


def test_an_order_that_nobody_knows_is_gone(operator, order):
    confirmation = deletion(operator, order)
    Order.objects.all().delete()
    assert refused(confirmation, operator) == "order_gone"


def test_who_is_ahead_on_an_order_is_named_even_when_it_has_moved(operator, administrator, order):
    confirmation = deletion(operator, order)
    first = record(deletion(administrator, order), administrator)
    changed(order, attempts=1)
    found = refusal(confirmation, operator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize("state", [OrderState.ACTIVE, OrderState.ACTIVATING, OrderState.OUT])
def test_only_an_inactive_number_is_activated(operator, order, state):
    changed(order, state=state)
    assert refused(for_action(operator, "activate", "100", state, 0), operator) == "not_inactive"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, "no_until"),
        (NOW, "expired"),
        (NOW + 7 * DAY, "too_early"),
        (NOW + 7 * DAY - SECOND, ""),
        (NOW + SECOND, ""),
    ],
)
def test_prolonging_is_for_the_last_seven_days(operator, order, until, code):
    order.until = until
    order.save()
    if code:
        assert refused(prolongation(operator, order), operator) == code
    else:
        assert record(prolongation(operator, order), operator)


def test_the_last_seven_days_are_those_of_the_vendors_clock(operator, order):
    order.until = NOW + 7 * DAY
    order.save()
    Mirror.objects.update(clock_offset=1.0)
    assert record(prolongation(operator, order), operator)


@pytest.mark.parametrize(("unit", "count"), [("day", 7), ("week", 13), ("month", 4), ("week", 0)])
def test_a_period_that_does_not_exist_is_not_prolonged_by(operator, order, unit, count):
    assert refused(prolongation(operator, order, unit=unit, count=count), operator) == "unknown_period"


@pytest.mark.parametrize("make", [prolongation, addition])
@pytest.mark.parametrize("price", ["6.99", "3.99", None])
def test_another_price_than_the_one_that_was_shown_is_not_paid(operator, order, make, price):
    found = refusal(make(operator, order, price), operator)
    assert (found.code, found.price) == ("price_changed", Decimal(7 if make is prolongation else 4))


@pytest.mark.parametrize("make", [prolongation, addition])
def test_a_price_that_is_not_told_is_paid_only_when_that_was_shown(operator, order, make):
    PriceList.objects.update(rows=[])
    found = refusal(make(operator, order), operator)
    assert (found.code, found.price) == ("price_changed", None)
    assert record(make(operator, order, None), operator).quote is None


def test_a_form_that_shows_no_price_at_all_says_that_it_is_not_known(operator, order):
    PriceList.objects.update(rows=[])
    asked = {"order": "100", "unit": "week", "count": 1}
    assert record(issue(operator, "prolong", asked, shown_of(order)), operator).quote is None


@pytest.mark.parametrize("make", [prolongation, addition])
@pytest.mark.parametrize(
    "fields", [{"fetched_at": None}, {"fetched_at": None, "tried_at": NOW, "reason": "x"}]
)
def test_while_the_prices_are_not_held_nothing_is_paid(operator, order, make, fields):
    PriceList.objects.update(**fields)
    assert refused(make(operator, order), operator) == "no_prices"
    assert refused(make(operator, order, None), operator) == "no_prices"


@pytest.mark.parametrize(("make", "price"), [(prolongation, 7), (addition, 4)])
def test_what_is_done_with_a_number_must_be_covered_by_the_balance(operator, order, make, price):
    BalanceReading.objects.update(amount=Decimal(price) - Decimal("0.01"))
    found = refusal(make(operator, order), operator)
    assert (found.code, found.price) == ("no_money", Decimal(price))
    BalanceReading.objects.update(amount=Decimal(price))
    assert record(make(operator, order), operator)


@pytest.mark.parametrize(("days", "code"), [(0, "too_many_days"), (1, ""), (3, ""), (4, "too_many_days")])
def test_a_service_is_added_for_whole_days_that_are_left(operator, order, days, code):
    confirmation = addition(operator, order, f"{2 * days:.2f}", days=days)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + DAY - SECOND}, "too_short"),
        ({"until": None}, "too_short"),
        ({"number": None}, "number_unknown"),
    ],
)
def test_a_number_that_is_not_known_or_ends_today_gets_no_service(operator, order, fields, code):
    changed(order, **fields)
    order.refresh_from_db()
    assert refused(addition(operator, order, days=1), operator) == code


def test_the_days_that_are_left_are_those_of_the_vendors_clock(operator, order):
    Mirror.objects.update(clock_offset=3601.0)
    assert refused(addition(operator, order, "6.00", days=3), operator) == "too_many_days"


def test_with_more_than_ninety_days_left_the_refusal_names_the_most_that_can_be_asked_for(operator, order):
    changed(order, until=NOW + 96 * DAY)
    order.refresh_from_db()
    found = refusal(addition(operator, order, "182.00", days=91), operator)
    assert found.code == "too_many_days"
    assert "como máximo 90" in found.words


def test_a_service_that_is_there_already_is_not_added(operator, order):
    assert refused(addition(operator, order, "2.00", service="a"), operator) == "service_there"
