"""`/orders/<id>/prolong/`: by how much, until when and at what price; then the confirmation."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from rentals.models import BalanceReading, Operation, Order, Person, PriceList
from tests.conftest import expiring_order, hold_prices_of


@pytest.fixture
def order(synced):
    return expiring_order(synced)


def address(order, query=""):
    return f"/orders/{order.vendor_id}/prolong/{query}"


def test_it_shows_the_new_expiry_and_the_price_of_the_chosen_period(as_operator, synced, order):
    hold_prices_of(synced, order, "week-2")
    answer = as_operator.get(address(order, "?period=week-2"))
    choosing = answer.context["choosing"]
    assert (choosing.until - order.until).days == 14
    assert f"{choosing.quote.price:.2f}".replace(".", ",") in answer.content.decode()


def test_the_limits_that_the_vendor_tells_have_a_unit_and_a_day_in_spanish(as_operator, order):
    told = {"can_prolong_max": 532, "can_prolong_until": datetime(2028, 5, 18, 12, tzinfo=UTC)}
    Order.objects.filter(pk=order.pk).update(**told)
    text = as_operator.get(address(order)).content.decode()
    assert "como máximo 532 días; como muy tarde hasta el jue 18 may 2028." in text


def test_one_to_six_days_weeks_and_months_are_offered(as_operator, order):
    text = as_operator.get(address(order)).content.decode()
    assert all(f'value="{slug}"' in text for slug in ("day-1", "day-6", "week-1", "week-12", "month-3"))
    assert 'value="day-7"' not in text


def test_going_on_leads_to_a_confirmation_that_prolongs_once(as_operator, synced, sandbox, order):
    confirmation = as_operator.get(address(order, "?period=week-1&go=1"))["Location"]
    text = as_operator.get(confirmation).content.decode()
    assert "Confirmar la prolongación" in text
    for _ in range(2):
        assert as_operator.post(confirmation).status_code == 303
    synced.run_until_idle()
    assert len(sandbox.calls("prolong")) == 1
    assert Operation.objects.get().state == "succeeded"


def test_with_more_than_seven_days_left_it_says_from_when_and_offers_nothing(as_operator, synced):
    early = Order.objects.filter(listed=True, can_prolong=False)[0]
    answer = as_operator.get(address(early, "?period=week-1&go=1"))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "menos de 7 días" in text
    assert "Se podrá desde" in text
    assert "Continuar" not in text


def test_a_number_that_is_gone_is_promised_no_day(as_operator, synced):
    early = Order.objects.filter(listed=True, can_prolong=False)[0]
    Order.objects.filter(pk=early.pk).update(listed=False)
    answer = as_operator.get(address(early))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "ya no está en «Mis números»" in text
    assert "Se podrá desde" not in text
    assert "quedan" not in text


@pytest.mark.parametrize("slug", ["day-7", "week-13", "month-4", "week-0", "x", "\x00", "week--1"])
def test_another_period_is_refused_at_its_field(as_operator, order, slug):
    answer = as_operator.get(address(order), {"period": slug, "go": "1"})
    assert answer.status_code == 422
    assert 'id="period-error"' in answer.content.decode()


def test_a_price_that_is_not_held_is_asked_for_and_said_to_be_calculated(as_operator, order):
    PriceList.objects.all().delete()
    text = as_operator.get(address(order, "?period=week-1")).content.decode()
    assert "Calculando…" in text
    assert PriceList.objects.get().wanted_at is not None


def test_who_goes_on_before_the_price_is_there_is_told_to_press_again(as_operator, order):
    PriceList.objects.all().delete()
    early = as_operator.get(address(order, "?period=week-3&go=1")).content.decode()
    assert "pulse «Continuar» cuando aparezca" in early
    assert "pulse «Continuar»" not in as_operator.get(address(order, "?period=week-3")).content.decode()


def test_a_price_that_is_not_held_cannot_be_confirmed(as_operator, order):
    PriceList.objects.all().delete()
    assert as_operator.get(address(order, "?period=week-1&go=1")).status_code == 200
    assert not Operation.objects.exists()


def test_it_says_what_the_limits_leave_and_when_the_choice_passes_one(as_operator, operator, synced, order):
    hold_prices_of(synced, order, "month-3")
    Person.objects.filter(pk=operator.pk).update(day_limit=5)
    short = as_operator.get(address(order, "?period=day-1")).content.decode()
    assert "Le quedan 5,00 USD hoy (de 5,00)." in short
    assert "se supera el límite" not in short
    assert "se supera el límite" in as_operator.get(address(order, "?period=month-3")).content.decode()


def test_without_a_limit_nothing_is_said_of_limits(as_operator, order):
    assert "Límites de gasto" not in as_operator.get(address(order)).content.decode()


def test_it_says_that_the_balance_does_not_cover_the_choice(as_operator, order):
    assert "El saldo no alcanza" not in as_operator.get(address(order)).content.decode()
    BalanceReading.objects.create(amount=Decimal("0.10"), read_at=timezone.now())
    assert "El saldo no alcanza" in as_operator.get(address(order)).content.decode()


def test_htmx_gets_the_dialog_alone(as_operator, order, htmx):
    assert as_operator.get(address(order), headers=htmx).content.decode().strip().startswith("<form")


def test_wrong_method(as_operator, order):
    assert as_operator.post(address(order)).status_code == 405


def test_an_observer_may_not(as_observer, order):
    assert as_observer.get(address(order)).status_code == 403


def test_a_stranger_is_led_to_the_log_in(client, order):
    assert client.get(address(order)).status_code == 302


def test_an_order_that_does_not_exist_is_not_found(as_operator, synced):
    assert as_operator.get("/orders/999999999/prolong/").status_code == 404
