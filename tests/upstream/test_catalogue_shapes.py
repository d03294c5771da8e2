"""Every shape in which countries, services and prices are known to come."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rentals.upstream import OutcomeUnknown, Reason, Refused

AIRBNB = {"name": "Airbnb", "service": "opt46", "price_day": 6, "count": 359}

COUNTRIES = {
    "list of the seed": ([{"name": "Россия", "code": "RU"}], [("RU", "Россия", None, None)]),
    "current list": (
        [{"name": "Germany", "code": "DE", "rent_switch_type": "FAST", "rent_avail_prolong": "1"}],
        [("DE", "Germany", "FAST", True)],
    ),
    "prolonging impossible": (
        [{"name": "X", "code": "UK", "rent_avail_prolong": "0"}],
        [("UK", "X", None, False)],
    ),
    "blanks around the name": ([{"name": "  Spain \n", "code": " ES "}], [("ES", "Spain", None, None)]),
    "other names of the fields": ([{"country_name": "Spain", "ccode": "ES"}], [("ES", "Spain", None, None)]),
    "name missing": ([{"code": "ES"}], [("ES", "", None, None)]),
    "name null": ([{"code": "ES", "name": None}], [("ES", "", None, None)]),
    "map of names": (
        {"ES": "Spain", "FR": "France"},
        [("ES", "Spain", None, None), ("FR", "France", None, None)],
    ),
    "map of rows": ({"ES": {"name": "Spain"}}, [("ES", "Spain", None, None)]),
    "list with PHP keys": ({"0": {"name": "Spain", "code": "ES"}}, [("ES", "Spain", None, None)]),
    "one object": ({"name": "Spain", "code": "ES"}, [("ES", "Spain", None, None)]),
    "unknown extra fields": (
        [{"code": "ES", "name": "Spain", "url": {"x": []}}],
        [("ES", "Spain", None, None)],
    ),
    "none, as list": ([], []),
    "none, as map": ({}, []),
}


@pytest.mark.parametrize(("data", "expected"), COUNTRIES.values(), ids=COUNTRIES.keys())
def test_countries_are_read(vendor, reader, data, expected):
    vendor.says({"status": 1, "data": data})
    rows = reader.countries().value
    assert [(row.code, row.name, row.switch_type, row.can_prolong) for row in rows] == expected


SERVICES = {
    "bare list": ([AIRBNB], ("opt46", "Airbnb", "6", 359, None)),
    "within services": ({"services": [AIRBNB], "totalAmount": 359}, ("opt46", "Airbnb", "6", 359, None)),
    "services as a map": ({"services": {"opt46": {"name": "A", "count": 2}}}, ("opt46", "A", None, 2, None)),
    "map by code": (
        {"opt46": {"name": "A", "price_day": "0.5", "count": "7"}},
        ("opt46", "A", "0.5", 7, None),
    ),
    "one object": (AIRBNB, ("opt46", "Airbnb", "6", 359, None)),
    "price as text": ([AIRBNB | {"price_day": "1.25"}], ("opt46", "Airbnb", "1.25", 359, None)),
    "price with fraction": ([AIRBNB | {"price_day": 0.5}], ("opt46", "Airbnb", "0.5", 359, None)),
    "price of binary fractions": (
        [AIRBNB | {"price_day": 0.1 + 0.2}],
        ("opt46", "Airbnb", "0.3", 359, None),
    ),
    "price missing": ([{"name": "A", "service": "opt1", "count": 1}], ("opt1", "A", None, 1, None)),
    "price negative": ([AIRBNB | {"price_day": -1}], ("opt46", "Airbnb", None, 359, None)),
    "price absurd": ([AIRBNB | {"price_day": "99999999999"}], ("opt46", "Airbnb", None, 359, None)),
    "price with a comma": ([AIRBNB | {"price_day": "1,5"}], ("opt46", "Airbnb", None, 359, None)),
    "price NaN": ([AIRBNB | {"price_day": float("nan")}], ("opt46", "Airbnb", None, 359, None)),
    "price infinite": ([AIRBNB | {"price_day": float("inf")}], ("opt46", "Airbnb", None, 359, None)),
    "stock as text": ([AIRBNB | {"count": "12"}], ("opt46", "Airbnb", "6", 12, None)),
    "stock of nothing": ([AIRBNB | {"count": 0}], ("opt46", "Airbnb", "6", 0, None)),
    "stock missing": ([{"name": "A", "service": "opt1"}], ("opt1", "A", None, None, None)),
    "stock negative": ([AIRBNB | {"count": -3}], ("opt46", "Airbnb", "6", None, None)),
    "stock by operator": (
        [AIRBNB | {"count": {"Claro_AR": 20, "Other": "6"}, "totalCount": 26}],
        ("opt46", "Airbnb", "6", 26, {"Claro_AR": 20, "Other": 6}),
    ),
    "total missing": ([AIRBNB | {"count": {"A": 1, "B": 2}}], ("opt46", "Airbnb", "6", 3, {"A": 1, "B": 2})),
    "no operators, as []": ([AIRBNB | {"count": [], "totalCount": 0}], ("opt46", "Airbnb", "6", 0, {})),
    "operators without counts": (
        [AIRBNB | {"count": ["A", "B"], "totalCount": 4}],
        ("opt46", "Airbnb", "6", 4, None),
    ),
    "an operator without a count": (
        [AIRBNB | {"count": {"A": None, "B": 2}}],
        ("opt46", "Airbnb", "6", 2, {"B": 2}),
    ),
    "other names of the fields": (
        [{"sname": "A", "scode": "opt1", "cost": "2", "total": 5, "count": None}],
        ("opt1", "A", "2", 5, None),
    ),
}


@pytest.mark.parametrize(("data", "expected"), SERVICES.values(), ids=SERVICES.keys())
def test_services_are_read(vendor, reader, data, expected):
    vendor.says({"status": 1, "data": data})
    (row,) = reader.services_with_operators("RU", "week", 1).value
    price = None if row.price_day is None else str(row.price_day)
    assert (row.code, row.name, price, row.total, row.by_operator) == expected


def test_a_price_with_an_exponent_is_the_plain_number(vendor, reader):
    vendor.says(b'{"status": 1, "data": [{"name": "A", "service": "opt1", "price_day": 1.2e2, "count": 3}]}')
    (row,) = reader.services_with_operators("RU", "week", 1).value
    assert str(row.price_day) == "120"


@pytest.mark.parametrize(
    "data", [[], {}, {"services": []}, {"services": {}, "totalAmount": 0, "allOperators": []}]
)
def test_no_services_are_no_services(vendor, reader, data):
    vendor.says({"status": 1, "data": data})
    assert reader.services("RU", "week", 1).value == []


def test_the_discount_rule_is_kept_as_it_comes(vendor, reader):
    row = AIRBNB | {"procent": "10", "procent_days": 30, "day_step": 0.5}
    vendor.says({"status": 1, "data": {"services": [row]}})
    (found,) = reader.services("RU", "week", 1).value
    assert (found.discount_percent, found.discount_days, found.day_step) == (Decimal(10), 30, Decimal("0.5"))


DEFAULTS = {
    "current": {
        "name": "Wise",
        "service": "opt0",
        "priceForDay": "0.4",
        "img": "x",
        "DAYP": "30",
        "PROC": "5",
    },
    "other names": {"title": "Wise", "opt": "opt0", "price": "0.4", "DAYP": 30, "PROC": 5},
}


@pytest.mark.parametrize("row", DEFAULTS.values(), ids=DEFAULTS.keys())
def test_default_services_are_read(vendor, reader, row):
    vendor.says({"status": 1, "data": [row]})
    (found,) = reader.default_services().value
    assert (found.code, found.name, str(found.price_day)) == ("opt0", "Wise", "0.4")
    assert (found.discount_days, found.discount_percent) == (30, Decimal(5))


OFFERS = {
    "map by country": (
        {"UK": {"service_name": "W", "price": "4.20", "country": "UK", "phoneAmount": 3, "day_step": "1"}},
        ("UK", "", "W", "4.20", 3),
    ),
    "map, country in the key only": ({"UK": {"price": 1, "phoneAmount": "3"}}, ("UK", "", "", "1", 3)),
    "map with running numbers": ({"7": {"country": "UK", "price": "1"}}, ("UK", "", "", "1", None)),
    "older list": ([{"name": "Spain", "code": "ES"}], ("ES", "Spain", "", None, None)),
}


@pytest.mark.parametrize(("data", "expected"), OFFERS.values(), ids=OFFERS.keys())
def test_countries_of_a_service_are_read(vendor, reader, data, expected):
    vendor.says({"status": 1, "data": data})
    (row,) = reader.countries_by_service("opt20", "week", 1).value
    price = None if row.price is None else str(row.price)
    assert (row.country, row.name, row.service_name, price, row.total) == expected


def test_a_list_is_salvaged_from_a_failure_without_a_reason_and_says_so(vendor, reader):
    vendor.says({"status": 0, "data": [AIRBNB]})
    answer = reader.services("RU", "week", 1)
    assert (answer.salvaged, answer.value[0].code) == (True, "opt46")


@pytest.mark.parametrize("data", [[{}], [], {}, None, "x", [{"name": "Spain"}], {"services": [{}]}])
def test_a_failure_without_a_usable_row_is_a_refusal(vendor, reader, data):
    vendor.says({"status": 0, "data": data})
    for call in (reader.countries, lambda: reader.services("RU", "week", 1)):
        with pytest.raises(Refused):
            call()


def test_a_failure_with_a_reason_is_never_salvaged(vendor, reader):
    vendor.says({"status": 0, "msg": "Invalid apikey", "data": [AIRBNB]})
    with pytest.raises(Refused):
        reader.services("RU", "week", 1)


@pytest.mark.parametrize("data", [None, "x", 5, True, [{}], [1, 2], {"totalAmount": 5}, {"services": None}])
def test_a_list_that_cannot_be_understood_is_an_error(vendor, reader, data):
    vendor.says({"status": 1, "data": data})
    with pytest.raises(OutcomeUnknown) as caught:
        reader.services("RU", "week", 1)
    assert caught.value.reason is Reason.UNEXPECTED_SHAPE


def test_a_row_without_a_code_is_skipped_and_counted(vendor, reader):
    vendor.says({"status": 1, "data": [AIRBNB, {"name": "Nameless"}, None, 7]})
    answer = reader.services("RU", "week", 1)
    assert (len(answer.value), answer.skipped) == (1, 3)


def test_what_was_asked_is_what_was_sent(vendor, reader, leaks):
    vendor.says({"status": 1, "data": []})
    reader.services_with_operators("UK", "month", 2)
    assert vendor.last_query().startswith(
        "/api/rent.php?method=getdataWithProviders&country=UK&dtype=month&dcount=2&apikey="
    )
