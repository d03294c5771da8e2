"""What the limits leave: on the order form, on a confirmation before it is pressed, and in the refusal afterwards."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rentals.models import BalanceReading, Operation, Team
from tests.conftest import expiring_order

CHOSEN = {"country": "ES", "period": "week-1", "service": "opt20"}
"""At 6.44 USD."""


def limit(who, day=None, month=None):
    who.day_limit, who.month_limit = day, month
    who.save()


def read(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def address(as_operator, priced, choice):
    return as_operator.get("/rent/", choice)["Location"]


def test_without_limits_the_order_form_and_the_confirmation_say_nothing_of_them(as_operator, address):
    for page in (read(as_operator.get("/", CHOSEN)), read(as_operator.get(address))):
        assert "ímite" not in page.split("<main", 1)[1].split("Preguntas frecuentes")[0]


def test_the_order_form_says_what_each_limit_leaves(as_operator, priced, operator):
    limit(operator, day=20, month=100)
    limit(Team.only(), month=Decimal("50.50"))
    page = read(as_operator.get("/", CHOSEN))
    assert "Le quedan 20,00 USD hoy (de 20,00)." in page
    assert "Le quedan 100,00 USD este mes (de 100,00)." in page
    assert "Al equipo le quedan 50,50 USD este mes (de 50,50)." in page
    assert 'data-allowance="20.00"' in page
    assert "data-over hidden" in page


def test_the_order_form_says_that_the_choice_does_not_fit(as_operator, priced, operator):
    limit(operator, day=Decimal("6.43"))
    for address in ("/", "/catalogue/prices/"):
        page = read(as_operator.get(address, CHOSEN, headers={"HX-Request": "true"}))
        assert "data-over>Con esto se supera el límite de gasto" in page
    limit(operator, day=Decimal("6.44"))
    assert "data-over hidden" in read(as_operator.get("/", CHOSEN))


def test_who_may_not_spend_is_told_nothing_of_limits(as_observer, priced, observer):
    limit(observer, day=20)
    limit(Team.only(), day=20)
    assert "data-allowance" not in read(as_observer.get("/", CHOSEN))


def test_the_confirmation_says_what_is_left_and_that_it_will_not_do_before_it_is_pressed(
    as_operator, address, operator
):
    limit(operator, month=5)
    for headers in ({}, {"HX-Request": "true"}):
        answer = as_operator.get(address, headers=headers)
        assert answer.status_code == 200
        assert "Le quedan 5,00 USD este mes (de 5,00)." in read(answer)
        assert "Supera su límite de 5,00 USD por mes: esto cuesta 6,44 USD" in read(answer)
    assert not Operation.objects.exists()


def test_the_confirmation_of_what_fits_says_only_what_is_left(as_operator, address, operator):
    limit(operator, month=Decimal("6.44"))
    page = read(as_operator.get(address))
    assert "Le quedan 6,44 USD este mes" in page
    assert "Supera" not in page


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_pressed_all_the_same_it_is_refused_in_the_same_words_and_can_be_pressed_again(
    as_operator, address, operator, headers
):
    limit(Team.only(), day=5)
    # The facts are drawn again once the balance has been read.
    BalanceReading.objects.update(read_at=timezone.now() - timedelta(minutes=2))
    answer = as_operator.post(address, headers=headers)
    assert answer.status_code == 409
    page = read(answer)
    assert page.count("Supera el límite del equipo de 5,00 USD por día") == 1
    assert "Confirmar el alquiler" in page
    assert "?facts&told" in page
    assert not Operation.objects.exists()
    limit(Team.only(), day=50)
    assert as_operator.post(address, headers=headers).status_code == 303


def test_the_facts_below_a_refusal_do_not_say_it_again(as_operator, address, operator, htmx):
    limit(operator, day=5)
    assert "Supera" in read(as_operator.get(f"{address}?facts", headers=htmx))
    page = read(as_operator.get(f"{address}?facts&told", headers=htmx))
    assert "Supera" not in page
    assert "Le quedan 5,00 USD hoy" in page


def test_what_was_recorded_is_gone_from_what_is_left(as_operator, address, operator):
    limit(operator, day=20)
    as_operator.post(address)
    assert "Le quedan 13,56 USD hoy (de 20,00)." in read(as_operator.get("/", CHOSEN))


def test_to_prolong_says_what_is_left_and_to_delete_does_not(as_operator, synced, operator):
    limit(operator, day=Decimal("0.50"))
    order = expiring_order(synced).vendor_id
    prolong = as_operator.get(f"/orders/{order}/prolong/", {"period": "week-1", "go": "1"})["Location"]
    assert "Supera su límite de 0,50 USD por día" in read(as_operator.get(prolong))
    delete = as_operator.get(f"/orders/{order}/delete/")["Location"]
    assert "0,50" not in read(as_operator.get(delete))


def test_a_limit_costs_the_order_form_one_query_more_than_none(as_operator, priced, operator):
    counts = []
    for day in (None, None, 20):
        limit(operator, day=day)
        with CaptureQueriesContext(connection) as seen:
            as_operator.get("/catalogue/prices/", CHOSEN, headers={"HX-Request": "true"})
        counts.append(len(seen))
    assert counts[2] == counts[1] + 1
