"""For what reasons a rent is not written down, as far as the mirror alone can say."""

from decimal import Decimal

import pytest

from rentals.confirmations import issue
from rentals.models import (
    BalanceReading,
    Feed,
    Operation,
    OperationTarget,
    PriceList,
)
from rentals.models.operations import State
from rentals.use_cases import renting
from tests.conftest import record
from tests.operations.recording.conftest import (
    MINUTE,
    NOW,
    RENT,
    SECOND,
    SEVERAL,
    offer,
    refusal,
    refused,
    rented,
    row,
    several,
)

# --- renting ---


def test_without_a_wish_any_operator_will_do():
    assert renting.check_rent("ES", "week-1", "a").code == "a"
    offer(by_operator=None)
    assert renting.check_rent("ES", "week-1", "a").code == "a"
    assert [found.code for found in renting.check_rent_of_several("ES", "week-1", ["b", "a"])] == ["b", "a"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"total": 0}, "out_of_stock"),
        ({"price_day": None}, "out_of_stock"),
        ({"price_day": "0"}, "out_of_stock"),
        ({"price_day": "1.01"}, "price_changed"),
        ({"price_day": "0.99"}, "price_changed"),
    ],
)
def test_a_service_that_has_no_stock_or_another_price_is_not_rented(operator, changed, code):
    offer(**changed)
    assert refused(rented(operator), operator) == code


def test_a_stock_that_is_not_told_is_no_obstacle(operator):
    offer(total=None)
    assert record(rented(operator), operator)


@pytest.mark.parametrize(("name", "code"), [("Two", "out_of_stock"), ("Three", "unknown_operator")])
def test_the_stock_is_that_of_the_operator(operator, name, code):
    assert refused(rented(operator, {**RENT, "operator": name}), operator) == code
    assert refused(
        rented(operator, {**SEVERAL, "operator": name}, "21.00", kind="create_multi"), operator
    ) in (
        code,
        "unknown_operator",
    )


def test_an_operator_with_stock_is_rented_from(operator):
    assert record(rented(operator, {**RENT, "operator": "One"}), operator).parameters["operator"] == "One"


def test_a_service_that_is_sold_out_can_not_be_rented_from_an_operator_that_has_some(operator):
    offer(total=0)
    assert refused(rented(operator, {**RENT, "operator": "One"}), operator) == "out_of_stock"


def test_a_list_that_has_never_come_has_no_prices(operator):
    PriceList.objects.update(fetched_at=None)
    assert refused(rented(operator), operator) == "no_prices"
    assert refused(rented(operator, {**RENT, "count": 2}), operator) == "no_prices"


def test_a_price_that_has_changed_is_told(operator):
    found = refusal(rented(operator, price="6.99"), operator)
    assert (found.code, found.price) == ("price_changed", Decimal(7))


@pytest.mark.parametrize(("amount", "enough"), [("7.00", True), ("6.99", False)])
def test_the_balance_must_cover_the_price(operator, amount, enough):
    BalanceReading.objects.update(amount=Decimal(amount))
    if enough:
        assert record(rented(operator), operator)
    else:
        found = refusal(rented(operator), operator)
        assert (found.code, found.price) == ("no_money", Decimal(7))


def test_a_balance_that_is_not_known_is_no_obstacle(operator):
    BalanceReading.objects.all().delete()
    assert record(rented(operator), operator)


@pytest.mark.parametrize("count", [2, 10])
def test_two_to_ten_services_share_a_number(operator, count):
    codes = [f"s{n}" for n in range(count)]
    PriceList.objects.update(rows=[row(code, "0.1") for code in codes])
    assert record(several(operator, codes, f"{Decimal('0.7') * count:.2f}"), operator)


@pytest.mark.parametrize("count", [0, 1, 11])
def test_fewer_than_two_or_more_than_ten_are_refused(operator, count):
    codes = [f"s{n}" for n in range(count)]
    PriceList.objects.update(rows=[row(code, "0.1") for code in codes])
    assert refused(several(operator, codes), operator) == "too_many_services"


def test_the_same_service_twice_is_no_rent_of_several(operator):
    assert refused(several(operator, ["a", "a"]), operator) == "unknown_service"


def test_each_of_several_must_be_for_rent(operator):
    assert refused(several(operator, ["a", "c"]), operator) == "unknown_service"
    offer(total=0)
    assert refused(several(operator), operator) == "out_of_stock"


def test_the_sum_of_several_is_told_only_when_each_price_is(operator):
    a, b = renting.check_rent_of_several("ES", "week-1", ["a", "b"])
    assert renting.total([a, b]) == Decimal(21)
    offer(price_day=None)
    assert renting.total([a, renting._prices("ES", "week-1").offer("a")]) is None
    assert renting.total([]) is None


@pytest.fixture
def done(operator):
    """A rent of the service `a` that has succeeded and been seen by the orders since."""
    operation = record(rented(operator), operator)
    Operation.objects.filter(pk=operation.pk).update(state=State.SUCCEEDED, settled_at=NOW - SECOND)
    OperationTarget.objects.update(held=False)
    return operation


def test_a_dialog_that_knew_of_the_last_success_may_rent_again(operator, done):
    assert record(rented(operator, after=done.key.hex), operator)


def test_a_dialog_that_did_not_know_of_it_is_told_what_was_done(operator, done):
    for confirmation in (rented(operator), several(operator)):
        found = refusal(confirmation, operator)
        assert (found.code, found.ahead) == ("done_meanwhile", done)
    without_mark = issue(operator, "create", RENT, {"price": "7.00"})
    assert refused(without_mark, operator) == "done_meanwhile"


def test_a_dialog_that_says_nothing_of_a_success_may_rent_where_there_was_none(operator):
    assert record(issue(operator, "create", RENT, {"price": "7.00"}), operator)


def test_who_is_ahead_is_told_before_what_was_done_before_them(operator, administrator, done):
    opened_before = rented(operator)
    ahead = record(rented(administrator, after=done.key.hex), administrator)
    found = refusal(opened_before, operator)
    assert (found.code, found.ahead) == ("someone_ahead", ahead)


def test_a_success_on_any_of_several_waits_for_the_next_orders(operator, done):
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW - MINUTE)
    asked = {**SEVERAL, "services": ["b", "a"]}
    confirmation = rented(operator, asked, "21.00", done.key.hex, "create_multi")
    assert refused(confirmation, operator) == "just_done"
