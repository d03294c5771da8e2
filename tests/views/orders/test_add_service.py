"""`/orders/<id>/service/`: which service, for how many of the days left, at what price; then the confirmation."""

from decimal import Decimal

import pytest

from rentals.models import Order, Person
from tests.conftest import expiring_order


@pytest.fixture
def order(synced):
    return expiring_order(synced, service="opt29")


def address(order, query=""):
    return f"/orders/{order.vendor_id}/service/{query}"


def test_it_offers_the_services_with_their_price_per_day_and_not_those_it_has(as_operator, order):
    text = as_operator.get(address(order)).content.decode()
    assert "Alquilar un servicio adicional" in text
    assert 'value="opt44"' in text
    assert 'value="opt29"' not in text


def test_the_days_begin_at_seven_or_what_is_left(as_operator, order, synced):
    assert as_operator.get(address(order)).context["choosing"].form.chosen_days == 2
    longer = Order.objects.filter(service="opt44", listed=True)[0]
    assert as_operator.get(address(longer)).context["choosing"].form.chosen_days == 7


def test_going_on_leads_to_a_confirmation_that_adds_it(as_operator, synced, sandbox, order):
    confirmation = as_operator.get(address(order, "?service=opt44&days=2&go=1"))["Location"]
    text = as_operator.get(confirmation).content.decode()
    assert "Amazon" in text
    assert "2 días" in text
    as_operator.post(confirmation)
    synced.run_until_idle()
    assert len(sandbox.calls("add_service_to_order")) == 1
    assert Order.objects.filter(number=order.number, service="opt44", listed=True).exists()


@pytest.mark.parametrize("days", ["0", "-1", "3", "1.5", "x", "9" * 40])
def test_other_days_are_refused_at_their_field(as_operator, order, days):
    answer = as_operator.get(address(order), {"service": "opt44", "days": days, "go": "1"})
    assert answer.status_code == 422
    assert 'id="add-days-error"' in answer.content.decode()


@pytest.mark.parametrize("service", ["", "opt29", "opt99999", "x'--", "\x00"])
def test_another_service_is_refused_at_its_field(as_operator, order, service):
    answer = as_operator.get(address(order), {"service": service, "days": "1", "go": "1"})
    assert answer.status_code == 422
    assert 'id="add-service-error"' in answer.content.decode()


def test_with_less_than_a_day_left_it_says_why(as_operator, order, sandbox, synced):
    Order.objects.filter(pk=order.pk).update(until=order.until.replace(year=2020))
    answer = as_operator.get(address(order))
    assert answer.status_code == 409
    assert "menos de un día" in answer.content.decode()


def test_what_the_limits_leave_is_said_at_once_and_that_one_is_passed_once_a_service_is_chosen(
    as_operator, operator, order
):
    Person.objects.filter(pk=operator.pk).update(day_limit=Decimal("0.01"))
    text = as_operator.get(address(order)).content.decode()
    assert "Le quedan 0,01 USD hoy (de 0,01)." in text
    assert "se supera el límite" not in text
    assert "se supera el límite" in as_operator.get(address(order, "?service=opt44&days=2")).content.decode()


def test_wrong_method(as_operator, order):
    assert as_operator.post(address(order)).status_code == 405


def test_an_observer_may_not(as_observer, order):
    assert as_observer.get(address(order)).status_code == 403


def test_a_stranger_is_led_to_the_log_in(client, order):
    assert client.get(address(order)).status_code == 302


def test_a_number_of_days_that_makes_no_sense_has_no_price_and_is_said_where_the_total_stands(
    as_operator, order, htmx
):
    hold = as_operator.get(address(order, "?service=opt29&days=1")).context["choosing"]
    assert hold.most
    answer = as_operator.get(
        address(order, "?service=opt29&days=500"), headers={**htmx, "HX-Target": "add-facts"}
    )
    text = answer.content.decode()
    facts = text.split('id="add-facts"')[1]
    assert answer.context["choosing"].quote.price is None
    assert "<strong>—" in facts
    assert "Escriba un número entero de días" in facts
