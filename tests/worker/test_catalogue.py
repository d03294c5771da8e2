from decimal import Decimal

from rentals.models import Country, Feed, PriceList
from rentals.periods import Period
from rentals.queries import catalogue as queries
from rentals.use_cases import wants
from rentals.worker import catalogue
from tests.conftest import hold_prices


def test_the_countries_are_those_that_the_vendor_lists(synced):
    assert Country.objects.filter(listed=True).count() > 40
    assert {choice.switch for choice in queries.countries()} >= {"always", "on_order", "both"}


def test_a_country_that_is_no_longer_listed_is_not_offered_but_known(synced):
    Country.objects.create(code="XX", vendor_name="Nowhere")
    catalogue.sync_countries(synced.line)
    assert Country.objects.filter(code="XX", listed=False).exists()
    assert queries.find_country("XX") is None


def test_an_empty_list_of_countries_takes_none_away(synced):
    before = Country.objects.filter(listed=True).count()
    catalogue._keep_countries([], whole=True)
    assert Country.objects.filter(listed=True).count() == before


def test_a_wanted_price_list_is_fetched_for_exactly_that_period(synced, sandbox):
    hold_prices(synced, "ES", "month", 2)
    asked = sandbox.calls("getdataWithProviders")[-1]["params"]
    assert (asked["country"], asked["dtype"], asked["dcount"]) == ("ES", "month", "2")
    offer = queries.prices("ES", Period("month", 2)).offers[0]
    assert offer.price == (offer.price_day * 60).quantize(Decimal("0.01"))


def test_many_pages_ask_for_one_price_list_once(synced, sandbox):
    for _ in range(50):
        wants.want_prices("FR", Period("week", 1))
    synced.run_until_idle()
    assert len(sandbox.calls("getdataWithProviders")) == 1


def test_a_fresh_price_list_is_not_asked_for_again(synced, sandbox):
    hold_prices(synced)
    wants.want_prices("ES", Period("week", 1))
    synced.run_until_idle()
    assert len(sandbox.calls("getdataWithProviders")) == 1


def test_a_failed_price_list_says_why_and_keeps_the_old_one(synced, sandbox):
    held = hold_prices(synced)
    rows = held.rows
    sandbox.fault("getdataWithProviders", "http_502")
    catalogue.sync_prices(synced.line, held)
    held.refresh_from_db()
    assert (held.reason, held.rows) == ("server_error", rows)


def test_the_older_dialect_is_asked_for_the_plain_list(synced, sandbox):
    sandbox.fault("getdataWithProviders", "refuse", None, msg="Incorrect method")
    held = hold_prices(synced)
    assert held.fetched_at is not None
    assert sandbox.calls("getdata")


def test_a_country_without_services_has_an_empty_list_and_no_error(synced, sandbox):
    empty = [code for code in Country.objects.values_list("code", flat=True) if _is_empty(sandbox, code)]
    held = hold_prices(synced, empty[0])
    assert (held.rows, held.reason) == ([], "")


def _is_empty(sandbox, country):
    found = sandbox.outside("getdata", country=country)
    return found["status"] == 1 and not found["data"]["services"]


def test_a_refused_list_of_countries_is_tried_again_later(worker, sandbox):
    sandbox.fault("getcountries", "refuse", 1, msg="Bad day")
    catalogue.sync_countries(worker.line)
    feed = Feed.objects.get(name="countries")
    assert (feed.failures, feed.message) == (1, "Bad day")
    assert not PriceList.objects.exists()
