"""`/catalogue/prices/`: services, stock and total for a choice."""

import re
from datetime import timedelta

import pytest
from django.db.models import F

from rentals.models import Lease, PriceList


def test_it_shows_price_stock_and_total(as_operator, priced, choice, htmx):
    answer = as_operator.get("/catalogue/prices/", choice, headers=htmx)
    page = answer.content.decode()
    assert 'role="radiogroup"' in page
    assert "0,92 USD al día" in page
    assert "<span data-total>6,44</span>" in page
    assert answer["HX-Replace-Url"] == "/?country=ES&period=week-1&service=opt20"


def test_while_it_is_fetched_it_looks_again(as_operator, synced, htmx):
    page = as_operator.get(
        "/catalogue/prices/", {"country": "LT", "period": "month-3"}, headers=htmx
    ).content.decode()
    assert "Calculando…" in page
    assert "load delay:700ms" in page


def test_a_choice_is_not_lost_while_its_list_is_fetched(as_operator, synced, htmx):
    query = {"country": "LT", "period": "month-3", "service": "opt20"}
    page = as_operator.get("/catalogue/prices/", query, headers=htmx).content.decode()
    assert '<input type="hidden" name="service" value="opt20">' in page


def test_a_list_that_could_not_be_read_says_why(as_operator, synced, sandbox, htmx):
    query = {"country": "LT", "period": "month-3"}
    sandbox.fault("*", "http_503", times=None)
    as_operator.get("/catalogue/prices/", query, headers=htmx)
    synced.run_until_idle()
    sandbox.no_faults()
    page = as_operator.get("/catalogue/prices/", query, headers=htmx).content.decode()
    assert "No se han podido leer los precios" in page
    assert "error interno" in page


def version(page):
    return re.search(r'hx-get="/catalogue/prices/\?v=([^"]+)" hx-trigger="again"', page)[1]


def test_a_list_that_could_not_be_read_is_looked_for_again_without_being_drawn_again(
    as_operator, synced, sandbox, htmx
):
    query = {"country": "LT", "period": "month-3"}
    sandbox.fault("*", "http_503", times=None)
    as_operator.get("/catalogue/prices/", query, headers=htmx)
    synced.run_until_idle()
    page = as_operator.get("/catalogue/prices/", query, headers=htmx).content.decode()
    again = {**query, "v": version(page)}
    assert as_operator.get("/catalogue/prices/", again, headers=htmx).status_code == 204
    sandbox.no_faults()
    PriceList.objects.update(tried_at=None)
    synced.run_until_idle()
    assert "USD al día" in as_operator.get("/catalogue/prices/", again, headers=htmx).content.decode()


def test_old_prices_say_their_age_and_are_looked_for_again(as_operator, priced, choice, htmx):
    then = F("fetched_at") - timedelta(hours=2)
    PriceList.objects.update(fetched_at=then, tried_at=then, wanted_at=None)
    page = as_operator.get("/catalogue/prices/", choice, headers=htmx).content.decode()
    assert re.search(r"Precios leídos <span data-age=\"\d+\">hace 2 h</span>; se están pidiendo", page)
    again = {**choice, "v": version(page)}
    assert as_operator.get("/catalogue/prices/", again, headers=htmx).status_code == 204
    priced.run_until_idle()
    fresh = as_operator.get("/catalogue/prices/", again, headers=htmx)
    assert fresh.status_code == 200
    assert "Precios leídos" not in fresh.content.decode()


def test_looking_again_by_itself_keeps_a_list_in_use_and_presses_nobody(as_operator, priced, choice, htmx):
    PriceList.objects.update(fetched_at=F("fetched_at") - timedelta(hours=2), wanted_at=None, used_at=None)
    as_operator.get("/catalogue/prices/", {**choice, "v": "x"}, headers=htmx)
    held = PriceList.objects.get()
    assert held.wanted_at is None
    assert held.used_at is not None


def test_a_failure_of_long_ago_is_not_told_as_news(as_operator, synced, htmx):
    query = {"country": "LT", "period": "month-3"}
    as_operator.get("/catalogue/prices/", query, headers=htmx)
    PriceList.objects.update(reason="http_503", tried_at=F("wanted_at") - timedelta(hours=1))
    assert "Calculando…" in as_operator.get("/catalogue/prices/", query, headers=htmx).content.decode()


def test_without_a_worker_it_does_not_pretend_to_calculate(as_operator, synced, htmx):
    Lease.objects.update(expires_at=None)
    page = as_operator.get("/catalogue/prices/", {"country": "LT"}, headers=htmx).content.decode()
    assert "sin worker no se pueden pedir" in page


def test_a_choice_that_does_not_exist_is_refused(as_operator, priced, htmx):
    for query in ({"country": "XX"}, {"country": "ES", "period": "week-99"}):
        assert as_operator.get("/catalogue/prices/", query, headers=htmx).status_code == 422


def test_opened_by_hand_it_is_the_page(as_operator, priced, choice):
    assert as_operator.get("/catalogue/prices/", choice)["Location"].startswith("/?country=ES")


def test_an_observer_may_look(as_observer, priced, choice, htmx):
    assert as_observer.get("/catalogue/prices/", choice, headers=htmx).status_code == 200


def test_wrong_method(as_operator, priced):
    assert as_operator.post("/catalogue/prices/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, priced):
    assert client.get("/catalogue/prices/").status_code == 302


@pytest.mark.parametrize(
    "mistake", [{"period": "week-0"}, {"period": "week-13"}, {"country": "ZZ"}, {"service": "<b>"}]
)
def test_a_mistake_in_the_address_asks_the_worker_for_nothing(as_operator, synced, htmx, mistake):
    query = {"country": "LT", "period": "month-3", **mistake}
    for address in ("/", "/rent/", "/catalogue/prices/"):
        assert as_operator.get(address, query, headers=htmx).status_code == 422
    assert not PriceList.objects.exists()
