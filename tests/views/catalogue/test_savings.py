"""What a longer period saves: only from price lists held, never a guess."""

import re
from datetime import timedelta

from django.utils import timezone

from rentals.models import PriceList
from rentals.queries.savings import savings
from tests.conftest import hold_prices


def hold(unit, count, **prices):
    """As if the mirror held this list of Spain: a price a day by service."""
    rows = [{"code": code, "name": code, "price_day": price, "total": 5} for code, price in prices.items()]
    PriceList.objects.update_or_create(
        country="ES", unit=unit, count=count, defaults={"rows": rows, "fetched_at": timezone.now()}
    )


def options(page):
    return re.findall(r"<option value=\"(?:week|month)-\d+\"[^>]*>([^<]+)</option>", page)


def test_it_is_told_against_the_dearest_period_of_the_same_service(db):
    hold("week", 1, a="1.00", b="2.00")
    hold("month", 1, a="0.80", b="1.90")
    assert savings("ES").of("a") == {"month-1": 20}
    assert savings("ES").of("b") == {"month-1": 5}


def test_without_a_service_it_is_the_median_over_them(db):
    hold("week", 1, a="1.00", b="1.00", c="1.00")
    hold("month", 3, a="0.90", b="0.88", c="0.50")
    assert savings("ES").usual == {"month-3": 12}


def test_it_is_rounded_down_and_nothing_is_said_of_less_than_one_percent(db):
    hold("week", 1, a="1.00", b="1.00")
    hold("month", 1, a="0.801", b="0.995")
    assert savings("ES").of("a") == {"month-1": 19}
    assert savings("ES").of("b") == {}


def test_one_list_or_a_price_that_is_not_told_saves_nothing(db):
    hold("week", 1, a="1.00")
    assert savings("ES").usual == {}
    hold("month", 1, a=None)
    assert savings("ES").of("a") == {}


def test_an_old_list_and_another_country_say_nothing(db):
    hold("week", 1, a="1.00")
    hold("month", 1, a="0.80")
    assert savings("PT").usual == {}
    held = PriceList.objects.get(unit="week")
    PriceList.objects.filter(pk=held.pk).update(fetched_at=held.fetched_at - timedelta(days=2))
    assert savings("ES").usual == {}


def test_the_periods_show_it_where_both_lists_are_held(as_operator, priced, choice):
    page = as_operator.get("/", choice).content.decode()
    assert "1 mes · 30 días" in options(page)
    hold_prices(priced, unit="month")
    page = as_operator.get("/", choice).content.decode()
    assert "1 semana · 7 días" in options(page)
    assert "1 mes · 30 días · −19 %" in options(page)
    assert "3 meses · 90 días" in options(page)


def test_it_is_explained_where_the_chosen_period_tells_one(as_operator, priced, choice):
    hold_prices(priced, unit="month")
    hidden = 'id="saving" hidden'
    assert hidden in as_operator.get("/", choice).content.decode()
    assert hidden not in as_operator.get("/", {**choice, "period": "month-1"}).content.decode()
    assert hidden in as_operator.get("/", {**choice, "period": "month-2"}).content.decode()


def test_it_asks_the_worker_for_no_list_to_compare(as_operator, priced, choice):
    as_operator.get("/", choice)
    assert list(PriceList.objects.values_list("unit", "count")) == [("week", 1)]


def test_the_script_is_told_with_the_services(as_operator, priced, choice, htmx):
    hold_prices(priced, unit="month")
    page = as_operator.get("/catalogue/prices/", choice, headers=htmx).content.decode()
    assert re.search(r'id="offers"[^>]*data-saves="month-1:\d+"', page)
