"""`/archive/<id>/restore/`: the price first, then the confirmation."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Lease, Operation, Rental
from tests.views.conftest import signed_in


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


def test_a_quote_that_got_no_answer_says_that_it_may_be_asked_again_and_not_that_it_repeats(
    as_operator, synced, sandbox, rental
):
    sandbox.fault("restore_user_precalc", "http_502")
    as_operator.post(address(rental))
    synced.run_until_idle()
    text = as_operator.get(address(rental)).content.decode()
    assert "Pregunte otra vez dentro de unos minutos." in text
    assert "No se gastó nada" in text
    assert "No repita" not in text
    assert "se repetirá sola" not in text


def test_what_only_an_administrator_can_mend_is_told_to_administrators_alone(
    as_operator, administrator, rental
):
    now = timezone.now()
    Rental.objects.update(quote_reason="invalid_key", quote_tried_at=now)
    told = as_operator.get(address(rental)).content.decode()
    assert "SMSPVA_API_KEY" not in told
    assert "Avise a quien administra el panel." in told
    assert "SMSPVA_API_KEY" in signed_in(administrator).get(address(rental)).content.decode()


def test_a_price_that_is_refused_while_the_confirmation_is_open_says_why_when_it_is_confirmed(
    as_operator, synced, rental
):
    as_operator.post(address(rental))
    synced.run_until_idle()
    confirmation = as_operator.get(address(rental))["Location"]
    Rental.objects.filter(pk=rental.pk).update(quote_reason="noavaildays", quote_message="NOAVAILDAYS")
    text = as_operator.post(confirmation).content.decode()
    assert "muy pocos días de servicio" in text
    assert "Pídalo de nuevo" not in text
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    ("overdue", "days", "words"),
    [
        (1, 30, "Se paga 1 día vencido, sin descuento. Se pagan 30 días por adelantado, desde hoy."),
        (0, 30, "No hay días vencidos que pagar. Se pagan 30 días por adelantado, desde hoy."),
        (None, 1, "cuántos días vencidos incluye el precio. Se paga 1 día por adelantado, desde hoy."),
        (2, None, "Se pagan 2 días vencidos, sin descuento. SMSPVA no dice cuántos días por adelantado"),
        (None, None, '<p class="quiet"> SMSPVA no dice qué días incluye el precio.'),
    ],
)
def test_what_is_paid_for_is_told_in_whole_sentences(as_operator, rental, overdue, days, words):
    now = timezone.now()
    quote = {"quote_price": 5, "quote_overdue": overdue, "quote_days": days}
    Rental.objects.filter(pk=rental.pk).update(quote_good_at=now, quote_tried_at=now, **quote)
    text = " ".join(as_operator.get(address(rental), follow=True).content.decode().split())
    assert words in text
    assert ", SMSPVA" not in text


def test_a_number_that_the_archive_left_out_is_told_by_the_quote(as_operator, synced, rental):
    Rental.objects.filter(pk=rental.pk).update(number=None)
    as_operator.post(address(rental))
    synced.run_until_idle()
    assert "Confirmar la restauración" in as_operator.get(address(rental), follow=True).content.decode()
    e164 = rental.number.e164
    rental.refresh_from_db()
    assert rental.number.e164 == e164


def test_one_whose_number_nobody_tells_says_why_it_is_not_restored(as_operator, rental):
    now = timezone.now()
    quote = {"quote_price": 5, "quote_good_at": now, "quote_tried_at": now}
    Rental.objects.filter(pk=rental.pk).update(number=None, **quote)
    answer = as_operator.get(address(rental))
    assert answer.status_code == 409
    assert "no dice de qué número se trata" in answer.content.decode()
    assert "pregunte a SMSPVA cuánto cuesta" not in answer.content.decode()


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
