"""Money and stock: what is charged, what is refused, what comes back."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

DURATION = "Incorrect duration count. Min 7 days. Max 90 days."


def price_day(box, country, service, dtype, dcount=1):
    rows = box.data("getdata", country=country, dtype=dtype, dcount=dcount)["services"]
    return next(Decimal(str(row["price_day"])) for row in rows if row["service"] == service)


def free(box, country="FR", service="opt29"):
    return box.data("getCountWithProviders", country=country)[service]


def spent(box, before):
    return Decimal(before) - Decimal(box.balance())


def test_renting_charges_the_price_per_day_times_the_days(box):
    before = box.balance()
    box.create("FR", dtype="week", dcount=2)
    assert spent(box, before) == price_day(box, "FR", "opt29", "week", 2) * 14


def test_a_month_costs_less_per_day_than_a_week(box):
    assert price_day(box, "FR", "opt29", "month") < price_day(box, "FR", "opt29", "week")


def test_prices_differ_between_countries(box):
    assert len({price_day(box, country, "opt29", "week") for country in ("FR", "UK", "PL", "ID", "US")}) == 5


def test_several_services_are_charged_together(box):
    before = box.balance()
    box.data("create_multi", country="FR", services="opt29,opt20", dtype="week", dcount=1)
    assert spent(box, before) == 7 * sum(price_day(box, "FR", code, "week") for code in ("opt29", "opt20"))


@pytest.mark.parametrize(
    ("method", "period", "days"),
    [("prolong", {"dtype": "week", "dcount": 1}, 7), ("prolong_max", {"dtype": "day", "dcount": 5}, 5)],
)
def test_prolonging_charges_the_days_added(box, method, period, days):
    key = box.create("FR")
    box.advance(days=1)
    before = box.balance()
    box.data(method, id=key, **period)
    assert spent(box, before) == price_day(box, "FR", "opt29", "week") * days


def test_adding_a_service_charges_its_days(box):
    key = box.create("FR")
    before = box.balance()
    number = box.state()["orders"][0]["number"].lstrip("+")
    box.data("add_service_to_order", id=key, service="opt20", pnumber=number)
    assert spent(box, before) == price_day(box, "FR", "opt20", "week") * 7


def test_activating_and_deleting_cost_nothing_and_give_nothing_back(box):
    key = box.create("FR")
    before = box.balance()
    box.data("activate", id=key)
    box.data("delete", id=key)
    assert box.balance() == before


@pytest.mark.parametrize(
    "method", ["create", "create_multi", "prolong", "prolong_max", "add_service_to_order"]
)
def test_without_money_everything_paid_is_refused_and_nothing_changes(box, method):
    key = box.create("FR")
    number = box.state()["orders"][0]["number"].lstrip("+")
    box.advance(days=1)
    box.control("balance", amount="0.05")
    before = box.state()["orders"]
    wanted = {"country": "FR", "service": "opt20", "services": "opt20,opt1", "pnumber": number, "id": key}
    period = {"dtype": "day", "dcount": 6} if method == "prolong_max" else {"dtype": "week", "dcount": 1}
    assert box.refusal(method, **wanted, **period) == "Insufficient balance"
    assert (box.state()["orders"], box.balance()) == (before, "0.05")


def test_the_exact_price_is_enough(box):
    price = price_day(box, "FR", "opt29", "week") * 7
    box.control("balance", amount=str(price - Decimal("0.01")))
    refused = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}
    assert box.refusal("create", **refused) == "Insufficient balance"
    box.control("balance", amount=str(price))
    box.create("FR")
    assert Decimal(box.balance()) == 0


@pytest.mark.parametrize(
    ("dtype", "dcount"),
    [("day", 6), ("day", 91), ("week", 0), ("week", -1), ("week", 13), ("month", 4), ("week", "x")],
)
def test_a_period_out_of_bounds_is_refused_in_the_vendors_words(box, dtype, dcount):
    assert box.refusal("create", country="FR", service="opt29", dtype=dtype, dcount=dcount) == DURATION
    assert box.state()["orders"] == []


def test_stock_goes_down_with_a_rental_and_comes_back_at_its_end(box):
    before = free(box)
    key = box.create("FR")
    operator = box.order(key)["provider"]
    assert free(box)["Amount"][operator] == before["Amount"][operator] - 1
    assert free(box)["Total"] == before["Total"] - 1
    box.advance(days=7)
    assert free(box) == before


def test_the_operator_asked_for_is_the_one_that_is_used(box):
    key = box.data("create", country="FR", service="opt29", dtype="week", dcount=1, provider="SFR_FR")["id"]
    assert box.order(key)["provider"] == "SFR_FR"


def test_an_empty_shelf_is_no_number_available(box):
    box.control("stock", country="FR", service="opt29", count=1)
    box.create("FR")
    assert free(box)["Total"] == 2
    for operator in ("Orange_FR", "SFR_FR", "Bouygues_FR"):
        box.control("stock", country="FR", service="opt29", operator=operator, count=0)
    words = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}
    assert box.refusal("create", **words) == "No number available"
    assert box.refusal("create", **words, provider="SFR_FR") == "No number available"


def test_services_together_need_one_operator_that_has_them_all(box):
    box.control("stock", country="FR", service="opt29", count=0)
    box.control("stock", country="FR", service="opt29", operator="SFR_FR", count=2)
    wanted = {"country": "FR", "services": "opt29,opt20", "dtype": "week", "dcount": 1}
    assert box.data("get_count_multi", **wanted) == {"count": 2}
    box.data("create_multi", **wanted)
    assert {row["provider"] for row in box.data("orders")} == {"SFR_FR"}


def test_concurrent_buyers_never_sell_the_last_number_twice(box):
    box.control("stock", country="FR", service="opt29", count=0)
    box.control("stock", country="FR", service="opt29", operator="SFR_FR", count=3)
    buy = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: box.rent("create", **buy), range(20)))
    assert sum(answer["status"] for answer in answers) == 3
    assert len({row["pnumber"] for row in box.data("orders")}) == 3
    assert spent(box, "100.00") == 3 * 7 * price_day(box, "FR", "opt29", "week")


def test_paypal_in_canada_has_a_longer_least_period(box):
    assert box.data("get_min_paypal_days", country="CA", service="opt83")["Days"] == 30
    wanted = {"country": "CA", "service": "opt83"}
    refused = box.refusal("create", **wanted, dtype="week", dcount=1)
    assert refused == "Incorrect duration count. Min 30 days. Max 90 days."
    assert box.create("CA", "opt83", "month") > 0
