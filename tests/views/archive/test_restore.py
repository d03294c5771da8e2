"""`/archive/<id>/restore/`: the price first, then the confirmation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Lease, Operation, Rental


@pytest.fixture(autouse=True)
def rich(sandbox):
    sandbox.post("balance", {"amount": "400"})


@pytest.fixture
def rental(synced):
    return Rental.objects.filter(restorable=True)[0]


def address(rental):
    return f"/archive/{rental.vendor_id}/restore/"


def test_asking_writes_the_wish_and_the_price_leads_to_the_confirmation(as_operator, synced, rental):
    asked = as_operator.post(address(rental), follow=True)
    assert "Preguntando a SMSPVA cuánto cuesta" in asked.content.decode()
    synced.run_until_idle()
    shown = as_operator.get(address(rental), follow=True)
    text = shown.content.decode()
    rental.refresh_from_db()
    assert "Confirmar la restauración" in text
    assert "30 días por adelantado" in text
    assert not Operation.objects.exists()


def test_confirming_restores_it(as_operator, synced, sandbox, rental):
    as_operator.post(address(rental))
    synced.run_until_idle()
    confirmation = as_operator.get(address(rental))["Location"]
    answer = as_operator.post(confirmation)
    assert answer.status_code == 303
    synced.run_until_idle()
    assert "Hecho" in as_operator.get(answer["Location"]).content.decode()
    assert len(sandbox.calls("restore_user")) == 1


def test_opening_the_address_asks_for_nothing(as_operator, synced, rental):
    assert "Preguntar el precio" in as_operator.get(address(rental)).content.decode()
    rental.refresh_from_db()
    assert rental.quote_wanted_at is None


def test_a_refused_quote_says_why_that_nothing_was_spent_and_what_to_do(as_operator, synced, sandbox, rental):
    sandbox.fault("restore_user_precalc", "refuse", msg="NOAVAILDAYS")
    as_operator.post(address(rental))
    synced.run_until_idle()
    answer = as_operator.get(address(rental))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "muy pocos días de servicio" in text
    assert "No se gastó nada" in text
    assert "NOAVAILDAYS" in text
    assert "Preguntar otra vez" in text


def test_without_a_worker_nobody_can_ask(as_operator, synced, rental):
    Lease.objects.update(expires_at=None)
    assert "está parado" in as_operator.get(address(rental)).content.decode()


def test_an_observer_may_not(as_observer, synced, rental):
    assert as_observer.post(address(rental)).status_code == 403
    rental.refresh_from_db()
    assert rental.quote_wanted_at is None


def test_one_that_does_not_exist_is_not_found(as_operator, synced):
    assert as_operator.post("/archive/999999999/restore/").status_code == 404


def test_wrong_method(as_operator, synced, rental):
    assert as_operator.delete(address(rental)).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, synced, rental):
    assert client.post(address(rental)).status_code == 302


def test_one_that_has_become_dearer_says_the_new_price_and_asks_for_it_anew(
    as_operator, operator, synced, sandbox, rental
):
    as_operator.post(address(rental))
    synced.run_until_idle()
    confirmation = as_operator.get(address(rental))["Location"]
    followed = as_operator.post(confirmation)["Location"]
    sandbox.advance(86_400)
    synced.run_until_idle()
    text = as_operator.get(followed).content.decode()
    rental.refresh_from_db()
    assert not sandbox.calls("restore_user")
    assert f"Ahora son {rental.quote_price:.2f} USD.".replace(".", ",", 1) in text
    assert f'action="{address(rental)}"' in text
    assert "Volver al archivo" in text
    Rental.objects.update(quote_good_at=timezone.now() - timedelta(hours=1))
    assert "Ahora son" not in as_operator.get(followed).content.decode()
    Rental.objects.filter(pk=rental.pk).update(quote_good_at=rental.quote_good_at)
    again = as_operator.post(address(rental), follow=True).content.decode()
    assert "Confirmar la restauración" in again
    assert f"{rental.quote_price:.2f}".replace(".", ",") in again
