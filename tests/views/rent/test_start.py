"""`/rent/`: from a choice to its confirmation."""

import pytest

from rentals.models import Operation


def test_it_leads_to_a_confirmation(as_operator, priced, choice):
    answer = as_operator.get("/rent/", choice)
    assert answer.status_code == 303
    assert answer["Location"].startswith("/rent/confirm/")
    assert not Operation.objects.exists()


def test_an_operator_of_the_phone_network_can_be_chosen(as_operator, priced, choice):
    page = as_operator.get("/rent/", {**choice, "operator": "Orange_ES"}, follow=True).content.decode()
    assert "Orange_ES" in page


def test_wrong_method(as_operator, priced, choice):
    assert as_operator.post("/rent/", choice).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, priced, choice):
    assert client.get("/rent/", choice)["Location"].startswith("/accounts/login/")


def test_an_observer_may_not(as_observer, priced, choice):
    answer = as_observer.get("/rent/", choice)
    assert answer.status_code == 403
    assert "Su rol no permite esta acción" in answer.content.decode()


def test_twice_is_two_intents(as_operator, priced, choice):
    first, second = (as_operator.get("/rent/", choice)["Location"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"country": ""}, "Elija un país."),
        ({"service": ""}, "Elija un servicio."),
        ({"country": "XX"}, "Ese país no está en la lista"),
        ({"period": "week-13"}, "Ese periodo no existe"),
        ({"period": "month-0"}, "Ese periodo no existe"),
        ({"service": "opt99999"}, "Ese servicio no está en la lista de este país"),
        ({"service": "opt0"}, "Ahora no hay números disponibles"),
        ({"operator": "Nadie"}, "Ese operador no está en la lista"),
        ({"country": "LT"}, "Todavía no tenemos los precios"),
    ],
)
def test_what_cannot_be_bought_is_said_at_its_field(as_operator, priced, choice, htmx, changed, words):
    plain = as_operator.get("/rent/", {**choice, **changed})
    smooth = as_operator.get("/rent/", {**choice, **changed}, headers=htmx)
    for answer in (plain, smooth):
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert smooth["HX-Retarget"] == "#order-form"
    assert "<html" not in smooth.content.decode()


def test_without_script_what_is_wrong_is_said_at_the_top_and_leads_to_its_field(as_operator, priced, choice):
    page = as_operator.get("/rent/", {**choice, "service": "", "operator": "x" * 90}).content.decode()
    summary, numbers = page.index('id="form-errors" role="alert"'), page.index('id="numbers-title"')
    assert summary < numbers
    assert '<a href="#services">Elija un servicio.</a>' in page
    assert '<a href="#operator">' in page
    for field in ('id="services"', 'id="operator"'):
        assert field in page


def test_an_operator_that_is_wrong_is_seen_though_no_service_offers_one(as_operator, priced, choice):
    page = as_operator.get("/rent/", {**choice, "service": "", "operator": "x" * 90}).content.decode()
    assert '<div class="field" data-operator-field>' in page


def test_a_form_without_mistakes_has_no_summary(as_operator, priced, choice):
    assert "form-errors" not in as_operator.get("/", choice).content.decode()
