"""`/rent/confirm/<token>/`: what will be bought, then the one POST that records it."""

import pytest
from django.core import signing
from django.utils import timezone

from rentals import confirmations
from rentals.models import BalanceReading, Lease, Operation, PriceList
from rentals.models.operations import State
from tests.conftest import record, rent


@pytest.fixture
def address(as_operator, priced, choice):
    return as_operator.get("/rent/", choice)["Location"]


def test_it_says_what_how_long_at_what_price_and_from_which_balance(as_operator, address):
    page = as_operator.get(address).content.decode()
    for words in (
        "España",
        "WhatsApp",
        "1 semana",
        "7 días",
        "6,44",
        "42,60",
        "36,16",
        "Confirmar",
        "Cancelar",
    ):
        assert words in page
    assert not Operation.objects.exists()


def test_confirming_records_and_leads_to_the_operation(as_operator, address, priced, sandbox):
    answer = as_operator.post(address)
    operation = Operation.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/operations/{operation.key}/")
    priced.run_until_idle()
    assert len(sandbox.calls("create")) == 1


def test_in_the_dialog_it_is_a_fragment(as_operator, address, htmx):
    page = as_operator.get(address, headers=htmx).content.decode()
    assert "<html" not in page
    assert "Confirmar el alquiler" in page


def test_wrong_method(as_operator, address):
    assert as_operator.delete(address).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, address):
    assert client.post(address).status_code == 302
    assert not Operation.objects.exists()


def test_an_observer_may_not(as_observer, address):
    assert as_observer.post(address).status_code == 403
    assert not Operation.objects.exists()


def test_twice_is_one_operation(as_operator, address):
    first, second = (as_operator.post(address)["Location"] for _ in range(2))
    assert first == second
    assert Operation.objects.count() == 1


def test_after_it_was_used_opening_it_again_shows_its_operation(as_operator, address):
    as_operator.post(address)
    assert as_operator.get(address)["Location"] == f"/operations/{Operation.objects.get().key}/"


def test_the_address_of_another_person_is_refused(as_other, address):
    for answer in (as_other.get(address), as_other.post(address)):
        assert answer.status_code == 403
    assert not Operation.objects.exists()


@pytest.mark.parametrize("damage", ["x", "%00", "/../", ":", "é"])
def test_a_damaged_address_is_not_found(as_operator, address, damage):
    assert as_operator.get(address[:-5] + damage + "/").status_code == 404


def test_a_stale_address_says_so_and_records_nothing(as_operator, address, monkeypatch):
    monkeypatch.setattr(confirmations, "VALID_FOR", -1)
    for answer in (as_operator.get(address), as_operator.post(address)):
        assert answer.status_code == 410
        assert "Esta confirmación ha caducado" in answer.content.decode()
    assert not Operation.objects.exists()


def test_a_stale_address_that_was_used_still_leads_to_its_operation(as_operator, address, monkeypatch):
    as_operator.post(address)
    monkeypatch.setattr(confirmations, "VALID_FOR", -1)
    assert as_operator.post(address).status_code == 303


def test_a_forged_price_breaks_the_signature(as_operator, address):
    forged = signing.dumps(["a" * 32, 1, "create", {}, {"price": "0.01"}], salt="other", compress=True)
    assert as_operator.post(f"/rent/confirm/{forged}/").status_code == 404


def test_a_price_that_moved_is_said_and_refused(as_operator, address):
    held = PriceList.objects.get(country="ES", unit="week", count=1)
    held.rows = [{**row, "price_day": "9.99"} for row in held.rows]
    held.save()
    assert "ahora son 69,93 USD" in as_operator.get(address).content.decode()
    answer = as_operator.post(address)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "El precio ha cambiado desde que se mostró" in page
    assert "Ahora son 69,93 USD" in page
    assert 'type="submit" class="main' not in page


def test_too_little_money_is_said_before_asking_and_refused(as_operator, address):
    BalanceReading.objects.update(amount="1.00")
    assert "El saldo no alcanza" in as_operator.get(address).content.decode()
    assert as_operator.post(address).status_code == 409
    assert not Operation.objects.exists()


def test_without_a_worker_nothing_is_recorded(as_operator, address, htmx):
    Lease.objects.update(expires_at=None)
    answer = as_operator.post(address, headers=htmx)
    assert answer.status_code == 503
    assert "está parado" in answer.content.decode()
    assert not Operation.objects.exists()


def test_the_second_person_is_told_who_is_ahead(as_operator, as_other, address, choice):
    other = as_other.get("/rent/", choice)["Location"]
    as_operator.post(address)
    assert "ana tiene ahora mismo una operación en curso" in as_other.get(other).content.decode()
    answer = as_other.post(other)
    assert answer.status_code == 409
    assert "Ver la operación en curso de" in answer.content.decode()
    assert Operation.objects.filter(state=State.RECORDED).count() == 1


def test_it_asks_for_a_fresh_balance_and_prices(as_operator, address, priced, sandbox):
    BalanceReading.objects.update(read_at="2020-01-01T00:00Z")
    priced.run_until_idle()
    page = as_operator.get(f"{address}?facts", headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div class="facts"')


def test_a_balance_from_before_the_last_spend_is_said_to_be_read_again(
    as_operator, address, priced, choice, operator
):
    record(rent(operator, priced, service="opt1"), operator)
    BalanceReading.objects.create(amount=500, read_at=timezone.now())
    assert "releyendo…" not in as_operator.get(address).content.decode()
    Operation.objects.update(state=State.SENT, sent_at=timezone.now())
    assert "releyendo…" in as_operator.get(address).content.decode()
    BalanceReading.objects.create(amount=480, read_at=timezone.now())
    assert "releyendo…" not in as_operator.get(address).content.decode()


def test_the_button_stands_out_only_while_it_would_be_accepted(as_operator, address):
    stands_out = 'type="submit" class="main'
    assert stands_out in as_operator.get(address).content.decode()
    Lease.objects.update(expires_at=None)
    assert stands_out not in as_operator.get(address).content.decode()


def test_what_can_never_be_confirmed_any_more_leads_back_to_the_choice(as_operator, address):
    PriceList.objects.update(rows=[])
    page = as_operator.post(address).content.decode()
    assert "Ya no se puede confirmar" in page
    assert 'type="submit" class="main' not in page
    assert "/?country=ES&amp;period=week-1&amp;service=" in page
