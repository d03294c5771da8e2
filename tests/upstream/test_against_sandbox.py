"""The real client against the sandbox: every method in both of the vendor's dialects, and every fault it can play."""

from __future__ import annotations

import http.client
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from rentals.sandbox import SandboxServer
from rentals.upstream import NotSent, OutcomeUnknown, RefusalCode, Refused, UpstreamConfig, UpstreamError
from rentals.upstream.reading import Reader
from rentals.upstream.spending import Spender

DAY = 86_400


class Town:
    """A sandbox, the two halves of the client on it, and its control plane."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        waits = {"deadline": 2.0, "read_timeout": 1.0}
        config = UpstreamConfig(server.rent_url, server.balance_url, server.engine.key, **waits)
        self.reader, self.spender = Reader(config), Spender(config)

    def control(self, name: str, **body: object) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=5)
        connection.request("POST", f"/_sandbox/{name}", json.dumps(body))
        assert connection.getresponse().status == 200
        connection.close()

    def rent(self, country: str = "FR", service: str = "opt29") -> str:
        return self.spender.create(country=country, service=service, dtype="week", dcount=1).value.id

    def order(self, key: str):
        return next(row for row in self.reader.orders().value if row.id == key)


@pytest.fixture(params=["current", "classic"])
def town(request):
    with SandboxServer(seed="demo", dialect=request.param) as server:
        yield Town(server)


def test_the_catalogue_is_read(town):
    countries = {row.code: row for row in town.reader.countries().value}
    services = town.reader.services("FR", "week", 1).value
    assert countries["UK"].name
    assert len(countries) > 20
    assert len(services) >= 50
    assert all(row.price_day and row.total is not None and row.code for row in services)


def test_stock_is_told_by_operator(town):
    services = town.reader.services_with_operators("FR", "month", 1).value
    told = [row for row in services if row.by_operator]
    assert told
    assert all(sum(row.by_operator.values()) == row.total for row in told)


def test_default_services_and_their_countries_are_read(town):
    defaults = town.reader.default_services()
    offers = town.reader.countries_by_service("opt29", "week", 1)
    assert defaults.skipped == offers.skipped == 0
    assert len(defaults.value) > 20
    # The older answer lists countries without prices.
    assert all(offer.country and (offer.price or offer.name) for offer in offers.value)


def test_a_number_is_rented_and_listed(town):
    before = town.reader.balance().value
    answer = town.spender.create(country="FR", service="opt29", dtype="week", dcount=1)
    order = town.order(answer.value.id)
    assert order.e164 == answer.value.e164
    assert (order.country, order.service, order.state) == ("FR", "opt29", 0)
    assert abs(order.until - answer.server_time - timedelta(days=7)) < timedelta(minutes=2)
    assert town.reader.balance().value < before


def test_an_operator_can_be_chosen(town):
    (row, *_) = [row for row in town.reader.services_with_operators("FR", "week", 1).value if row.by_operator]
    name = max(row.by_operator, key=row.by_operator.__getitem__)
    bought = town.spender.create(country="FR", service=row.code, dtype="week", dcount=1, operator=name)
    assert town.order(bought.value.id).e164


def test_one_number_is_rented_for_several_services(town):
    services = [row.code for row in town.reader.services("FR", "week", 1).value if row.total][:2]
    bought = town.spender.create_multi(country="FR", services=services, dtype="week", dcount=1).value
    listed = [row for row in town.reader.orders().value if row.e164 == bought.e164]
    assert {row.service for row in listed} == set(services)


def test_a_number_is_activated_and_its_sms_read(town):
    key = town.rent()
    town.spender.activate(key)
    assert town.order(key).state == 2
    town.control("sms", order=int(key), text="Código 671 094", sender="ACME")
    town.control("sms", order=int(key), text="Ein anderer Code", sender="X", other=1)
    messages = town.reader.sms(key).value
    assert [(row.text, row.sender) for row in messages.own] == [("Código 671 094", "ACME")]
    assert messages.own[0].date > datetime(2020, 1, 1, tzinfo=UTC)


def test_a_number_is_prolonged_by_weeks_and_by_days(town):
    key = town.rent()
    town.control("advance", seconds=4 * DAY)
    before = town.order(key).until
    town.spender.prolong(key, "week", 1)
    town.control("advance", seconds=5 * DAY)
    town.spender.prolong_days(key, 3)
    assert town.order(key).until - before == timedelta(days=10)


def test_a_service_is_added_to_a_number(town):
    key = town.rent()
    number = town.order(key).e164
    added = town.spender.add_service(key, "opt20", number).value
    assert added is None or added.id
    assert "opt20" in {row.service for row in town.reader.orders().value if row.e164 == number}


def test_a_deleted_number_is_in_the_archive_and_comes_back(town):
    key = town.rent()
    number = town.order(key).e164
    town.spender.delete(key)
    assert key not in {row.id for row in town.reader.orders().value}
    past = next(row for row in town.reader.history(0, 100).value if row.id == key)
    assert (past.e164, past.country, past.service) == (number, "FR", "opt29")


def test_an_expired_number_is_quoted_and_restored(town):
    key = town.rent()
    number = town.order(key).e164
    town.control("advance", seconds=8 * DAY)
    quote = town.reader.restore_quote(key).value
    assert (quote.order_id, quote.e164, quote.country) == (key, number, "FR")
    assert quote.price > 0
    new = town.spender.restore(key).value
    assert new is None or town.order(new).e164 == number
    assert number in {row.e164 for row in town.reader.orders().value}


def test_the_archive_is_read_page_by_page(town):
    first, second = town.reader.history(0, 10).value, town.reader.history(10, 10).value
    assert (len(first), len(second)) == (10, 10)
    assert not {row.id for row in first} & {row.id for row in second}
    assert all(row.e164 and row.begin and row.end for row in first)


def test_the_seeds_orders_are_understood_to_the_last(town):
    answer = town.reader.orders()
    assert (answer.salvaged, answer.skipped) == (False, 0)
    assert all(row.e164 and row.service and row.country and row.until for row in answer.value)
    assert {row.state for row in answer.value} >= {-1, 0, 1}


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda t: t.spender.activate("1"), RefusalCode.ORDER_NOT_FOUND),
        (lambda t: t.reader.sms("1"), RefusalCode.ORDER_NOT_FOUND),
        (lambda t: t.spender.prolong("1", "week", 1), RefusalCode.ORDER_NOT_FOUND),
        (lambda t: t.spender.delete("1"), RefusalCode.ORDER_NOT_FOUND),
        (
            lambda t: t.spender.create(country="FR", service="opt29", dtype="month", dcount=4),
            RefusalCode.BAD_DURATION,
        ),
        (lambda t: t.reader.restore_quote("1"), RefusalCode.NO_REMOTE_DATA),
    ],
)
def test_a_refusal_is_understood(town, call, code):
    with pytest.raises(Refused) as caught:
        call(town)
    assert caught.value.code in {code, RefusalCode.INCORRECT_ORDER}


def test_a_wrong_key_is_refused_everywhere(town):
    config = UpstreamConfig(town.reader._config.api_url, town.reader._config.balance_url, "wrong")
    for call in (Reader(config).orders, Reader(config).balance, lambda: Spender(config).activate("1")):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.code is RefusalCode.INVALID_KEY


def test_an_empty_purse_is_a_refusal(town):
    town.control("balance", amount=0.01)
    with pytest.raises(Refused) as caught:
        town.rent()
    assert caught.value.code in {RefusalCode.INSUFFICIENT_BALANCE, RefusalCode.BALANCE_NOT_ENOUGH}
    assert town.reader.balance().value == Decimal("0.01")


FAULTS = {
    "refuse": Refused,
    "hang": OutcomeUnknown,
    "drop_before": OutcomeUnknown,
    "drop_after": OutcomeUnknown,
    "half": OutcomeUnknown,
    "malformed": OutcomeUnknown,
    "wrong_types": OutcomeUnknown,
    "no_id": OutcomeUnknown,
    "oversized": OutcomeUnknown,
    "drip": OutcomeUnknown,
    "empty": OutcomeUnknown,
    "not_json": OutcomeUnknown,
    "redirect": OutcomeUnknown,
    "http_429": Refused,
    "http_500": OutcomeUnknown,
    "http_502": OutcomeUnknown,
    "http_503": OutcomeUnknown,
}


@pytest.fixture(scope="module")
def shared_town():
    with SandboxServer(seed="demo") as server:
        yield Town(server)


@pytest.mark.parametrize(("fault", "kind"), FAULTS.items())
def test_a_fault_of_the_vendor_is_told_as_what_it_means_for_the_money(shared_town, fault, kind):
    shared_town.control("reset", seed="demo")
    shared_town.control("faults", method="create", fault=fault, times=1)
    with pytest.raises(UpstreamError) as caught:
        shared_town.rent()
    assert type(caught.value) is kind


@pytest.mark.parametrize("fault", ["bom", "php_notice"])
def test_an_answer_that_is_only_badly_dressed_is_read(shared_town, fault):
    shared_town.control("reset", seed="demo")
    shared_town.control("faults", method="create", fault=fault, times=1)
    assert shared_town.order(shared_town.rent()).service == "opt29"


def test_a_sandbox_that_is_gone_was_sent_nothing(town):
    town._server.stop()
    with pytest.raises(NotSent):
        town.rent()
