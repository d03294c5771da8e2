"""The vendor's own client library, whose parser is strict, drives every rental method and the balance."""

from __future__ import annotations

import types
import typing

import pytest
import smspva
from smspva.errors import ApiError, ProtocolError, RequestTimeoutError, TransportError

DAY = 86_400
WEEK = {"dtype": "week", "dcount": 1}


def assert_fits(value, kind, where="answer"):
    """A value is what the library's own types say, all the way down; fields it does not know are allowed."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Required, typing.NotRequired):
        assert_fits(value, inner[0], where)
    elif origin in (typing.Union, types.UnionType):
        assert any(fits(value, option) for option in inner), where
    elif typing.is_typeddict(kind):
        assert type(value) is dict, f"{where}: {value!r} is no object"
        for name, field in typing.get_type_hints(kind).items():
            if name in value:
                assert_fits(value[name], field, f"{where}.{name}")
    elif origin is list:
        assert type(value) is list, f"{where}: {value!r} is no list"
        for item in value:
            assert_fits(item, inner[0], f"{where}[]")
    elif origin is dict:
        assert type(value) is dict, f"{where}: {value!r} is no object"
        for name, item in value.items():
            assert_fits(item, inner[1], f"{where}.{name}")
    elif kind is not typing.Any:
        assert type(value) in ((int, float) if kind is float else (kind,)), (
            f"{where}: {value!r} is not {kind}"
        )


def fits(value, kind):
    try:
        assert_fits(value, kind)
    except (AssertionError, AttributeError, TypeError):
        return False
    return True


class Checking:
    """Passes calls on, checks each answer against the library's types and remembers which methods were used."""

    def __init__(self, rental: object) -> None:
        self._rental = rental
        self.used: set[str] = set()

    def __getattr__(self, name: str):
        method = getattr(self._rental, name)

        def call(**params):
            self.used.add(name)
            answer = method(**params)
            assert_fits(answer, typing.get_type_hints(method)["return"])
            return answer

        return call


PUBLIC = {name for name in vars(type(smspva.SMSPVA("k").rental)) if not name.startswith("_")}


@pytest.fixture
def library(box):
    with smspva.SMSPVA(
        "sandbox", activation_base_url=box.server.url, rental_base_url=box.server.url
    ) as client:
        yield client


@pytest.fixture
def rental(library, request):
    """The rental part of the library; a test named after one of its methods must have used it."""
    checking = Checking(library.rental)
    yield checking
    named = request.node.name.removeprefix("test_")
    assert named not in PUBLIC or named in checking.used


@pytest.fixture
def order(rental):
    """The id of an always active number's order."""
    return rental.create(country="UK", service="opt29", **WEEK)["data"]["id"]


def test_get_countries(rental):
    rows = {row["code"]: row for row in rental.get_countries()["data"]}
    assert (rows["ES"]["name"], rows["ES"]["rent_switch_type"]) == ("Spain", "MIXED")
    assert rows["UK"]["rent_switch_type"] == "FAST"


def test_get_default_services(rental):
    rows = {row["service"]: row for row in rental.get_default_services()["data"]}
    assert (rows["opt29"]["name"], rows["opt29"]["priceForDay"]) == ("Telegram", "0.90")
    assert (rows["opt29"]["DAYP"], rows["opt29"]["PROC"]) == ("30", "20")


def test_get_countries_by_service(rental):
    rows = rental.get_countries_by_service(service="opt20", dtype="week", dcount=1)["data"]
    assert rows["FR"]["service_name"] == "WhatsApp"
    assert float(rows["FR"]["price"]) > 0 < rows["FR"]["phoneAmount"]
    assert "GI" not in rows


def test_get_data(rental):
    data = rental.get_data(country="FR", **WEEK)["data"]
    assert data["totalAmount"] == sum(row["count"] for row in data["services"])
    assert next(row["name"] for row in data["services"] if row["service"] == "opt147") == "Discord"


def test_get_data_with_providers(rental):
    data = rental.get_data_with_providers(country="AR", dtype="month", dcount=1, extend="1")["data"]
    assert data["allOperators"] == ["Claro_AR", "Movistar_AR", "Personal_AR"]
    row = data["services"][0]
    assert sum(row["count"].values()) == row["totalCount"]


def test_get_count(rental):
    counts = rental.get_count(country="FR", **WEEK)["data"]
    assert counts["opt29"] > 0
    assert set(map(type, counts.values())) == {int}


def test_get_count_with_providers(rental):
    row = rental.get_count_with_providers(country="FR")["data"]["opt29"]
    assert set(row["Amount"]) == {"Orange_FR", "SFR_FR", "Bouygues_FR"}
    assert sum(row["Amount"].values()) == row["Total"]


def test_get_multi_service_count(rental):
    single = rental.get_count(country="FR")["data"]
    both = rental.get_multi_service_count(country="FR", services="opt29,opt20", **WEEK)["data"]["count"]
    assert 0 < both <= min(single["opt29"], single["opt20"])


def test_get_canada_paypal_days(rental):
    rows = rental.get_canada_paypal_days()["data"]
    assert [row["Days"] for row in rows] == [30, 60, 90]
    assert rows[0]["Amount"] == rental.get_count(country="CA")["data"]["opt83"]


def test_get_minimum_paypal_days(rental):
    assert rental.get_minimum_paypal_days(country="CA", service="opt83")["data"]["Days"] == 30
    assert rental.get_minimum_paypal_days(country="ES", service="opt83")["data"]["Days"] == 7


def test_create(rental, box):
    bought = rental.create(country="UK", service="opt29", provider="EE_UK", partner_key="p", **WEEK)["data"]
    row = box.order(bought["id"])
    assert (bought["pnumber"], bought["ccode"]) == (row["pnumber"], "+44")
    assert (bought["service"], bought["until"]) == ("opt29", str(row["until"]))


def test_create_multi(rental):
    bought = rental.create_multi(country="FR", services="opt29,opt20", **WEEK)["data"]
    rows = rental.get_orders()["data"]
    assert bought["id"] == rows[0]["id"]
    assert [(row["scode"], row["pnumber"]) for row in rows] == [
        (code, bought["pnumber"]) for code in ("opt29", "opt20")
    ]


def test_add_service_to_order(rental, order):
    row = rental.get_orders()["data"][0]
    number = row["ccode"].lstrip("+") + row["pnumber"]
    added = rental.add_service_to_order(id=order, service="opt1", pnumber=number, rent_days=7)["data"]
    assert (added["pnumber"], added["service"]) == (number, "opt1")
    assert abs(added["until"] - row["until"]) < 60
    assert added["id"] != order


def test_get_orders(rental, order):
    row = rental.get_orders()["data"][0]
    assert (row["id"], row["scode"], row["sname"], row["state"]) == (order, "opt29", "Telegram", 1)
    assert (row["cname"], row["ccode"], row["canprolong"]) == ("UK", "+44", True)


def test_activate(rental, box):
    key = box.create("FR")
    assert rental.activate(id=key)["data"] == [{"id": key}]
    assert rental.get_orders()["data"][0]["state"] == 2


def test_get_sms(rental, box, order):
    box.control("sms", order=order, text="Code: 671 094", sender="Telegram")
    data = rental.get_sms(id=order)["data"]
    assert (data["SmsList"][-1]["text"], data["OtherSms"]) == ("Code: 671 094", [])


def test_prolong(rental, box, order):
    before = box.order(order)["until"]
    box.advance(days=1)
    assert rental.prolong(id=order, dtype="week", dcount=2) == {"status": 1}
    assert box.order(order)["until"] == before + 14 * DAY


def test_prolong_by_days(rental, box, order):
    before = box.order(order)["until"]
    box.advance(days=1)
    assert rental.prolong_by_days(id=order, dtype="day", dcount=5) == {"status": 1}
    assert box.order(order)["until"] == before + 5 * DAY


def test_delete_order(rental, order):
    assert rental.delete_order(id=order)["data"] == {"id": order}
    assert rental.get_orders()["data"] == []


def test_get_history(rental, order):
    rental.delete_order(id=order)
    row = rental.get_history(skip=0, take=10)["data"][0]
    assert (row["orderId"], row["resourceCode"], row["country"], row["days"]) == (order, "opt29", "UK", 7)
    assert row["isAvailForRestore"] is True
    assert row["number"].startswith("44")


def test_get_restore_cost(rental, order):
    rental.delete_order(id=order)
    quote = rental.get_restore_cost(id=order)["data"]
    assert (quote["orderid"], quote["scode"], quote["sname"]) == (order, "opt29", "Telegram")
    assert quote["price"] > 0


def test_restore(rental, order):
    rental.delete_order(id=order)
    fresh = rental.restore(id=order)["data"]["id"]
    assert [row["id"] for row in rental.get_orders()["data"]] == [fresh]


def test_the_balance(library, rental, order):
    left = library.activation.get_balance()["data"]["balance"]
    price = next(
        row for row in rental.get_data(country="UK", **WEEK)["data"]["services"] if row["service"] == "opt29"
    )
    assert float(left) == pytest.approx(100 - 7 * price["price_day"])


def test_a_refusal_is_an_api_error_with_the_vendors_words(rental):
    with pytest.raises(ApiError) as caught:
        rental.activate(id=1)
    assert caught.value.response == {"status": 0, "msg": "Order not found"}


def test_a_wrong_key_is_an_api_error(box):
    with smspva.SMSPVA("wrong", activation_base_url=box.server.url, rental_base_url=box.server.url) as client:
        with pytest.raises(ApiError):
            client.rental.get_orders()
        with pytest.raises(ApiError):
            client.activation.get_balance()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop_after", TransportError),
        ("half", TransportError),
        ("hang", RequestTimeoutError),
        ("malformed", ProtocolError),
        ("not_json", ProtocolError),
        ("redirect", ProtocolError),
        ("http_502", ProtocolError),
        ("refuse", ApiError),
    ],
)
def test_the_library_sees_each_kind_of_fault(box, rental, fault, error):
    box.control("faults", method="create", fault=fault)
    with pytest.raises(error):
        rental.create(country="UK", service="opt29", timeout=0.5, **WEEK)


@pytest.mark.parametrize(
    "answer", [{"status": "1"}, {"status": 1, "data": {}}, {"status": 1, "data": [{"id": "5"}]}]
)
def test_the_check_of_types_catches_what_does_not_fit(answer):
    kind = typing.get_type_hints(smspva.SMSPVA("k").rental.get_orders)["return"]
    assert not fits(answer, kind)
    assert fits({"status": 1, "data": [{"id": 5}]}, kind)


def test_every_rental_method_of_the_library_has_its_test():
    tests = {name.removeprefix("test_") for name in globals()}
    assert PUBLIC - tests == set()
    assert len(PUBLIC) == 22
