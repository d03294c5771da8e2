"""`/accounts/logout/`: the button "Salir", and "Cancelar" where a code is asked for."""

from django.test import Client

from tests.views.people.conftest import CODE, LOGIN, PASSWORD, log_in


def test_it_ends_the_session(as_operator, synced):
    answer = as_operator.post("/accounts/logout/")
    assert answer["Location"] == "/accounts/login/"
    assert as_operator.get("/").status_code == 302


def test_wrong_method(as_operator, synced):
    assert as_operator.get("/accounts/logout/").status_code == 405
    assert as_operator.get("/").status_code == 200


def test_twice_is_harmless(as_operator, synced):
    for _ in range(2):
        assert as_operator.post("/accounts/logout/").status_code == 302


def test_a_stranger_is_led_to_the_log_in(client, singletons):
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert client.get("/accounts/logout/").status_code == 405


def test_cancelling_the_second_factor_leads_back_to_the_password(with_app):
    client = log_in()
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert client.get(LOGIN).status_code == 200
    assert client.get(CODE)["Location"] == LOGIN


def test_nobody_else_can_cancel_it(with_app):
    client = Client(enforce_csrf_checks=True)
    token = client.get(LOGIN).cookies["csrftoken"].value
    client.post(LOGIN, {"login": "ana", "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert client.post("/accounts/logout/").status_code == 403
    assert client.get(CODE).status_code == 200
