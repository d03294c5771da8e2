""" "2FA obligatorio": whose role is in it and who has none is led to set one up, and reaches nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rentals.models import Operation, Team
from tests.views.people.conftest import demand, is_in, log_in
from tools.scenes_people import totp

SET_UP = "/accounts/2fa/"


@pytest.fixture
def led(operator, synced):
    """Ana, signed in, in the moment when operators must have one."""
    client = log_in()
    demand("operator")
    return client


@pytest.mark.parametrize(
    "address", ["/", "/operations/", "/archive/", "/profile/", "/accounts/sessions/", "/accounts/password/"]
)
def test_every_page_leads_to_the_set_up_from_the_next_request_on(led, address):
    answer = led.get(address)
    assert (answer.status_code, answer["Location"]) == (303, SET_UP)


def test_what_htmx_asks_for_leads_the_whole_page_there(led, htmx):
    answer = led.get("/orders/table/", headers=htmx)
    assert (answer.status_code, answer["HX-Redirect"], answer.content) == (403, SET_UP, b"")


def test_what_is_posted_is_not_done(led, inactive, htmx):
    for headers in ({}, htmx):
        led.post(f"/orders/{inactive.vendor_id}/activate/", headers=headers)
    assert not Operation.objects.exists()


@pytest.mark.parametrize("address", [SET_UP, "/accounts/2fa/app/", "/accounts/passkeys/add/", "/healthz"])
def test_the_set_up_is_open(led, address):
    assert led.get(address).status_code == 200


def test_the_page_says_why_and_tells_nothing_else(led):
    page = led.get(SET_UP).content.decode()
    assert "Su rol exige un segundo factor." in page
    assert "saldo" not in page
    assert "Operaciones</a>" not in page


def test_leaving_and_the_theme_are_open(led):
    assert led.post("/theme/")["Location"] == "/"
    led.post("/accounts/logout/")
    assert not is_in(led)


def test_once_it_is_set_up_everything_is_open(led):
    secret = led.get("/accounts/2fa/app/").context["form"].secret
    assert led.post("/accounts/2fa/app/", {"code": totp(secret)})["Location"] == "/accounts/2fa/recovery/"
    assert led.get("/accounts/2fa/recovery/").status_code == 200
    assert led.get("/").status_code == 200


def test_a_passkey_is_one_too(led, with_key):
    assert led.get("/").status_code == 200


def test_recovery_codes_alone_are_none(led, with_app):
    with_app.authenticator_set.filter(type="totp").delete()
    assert led.get("/").status_code == 303


def test_of_other_roles_it_is_not_demanded(led, observer):
    assert log_in("olga").get("/").status_code == 200


def test_after_the_switch_is_off_nobody_is_led_there(led):
    demand()
    assert led.get("/").status_code == 200


def test_it_costs_no_query(operator, synced):
    def queries(client):
        with CaptureQueriesContext(connection) as seen:
            client.get("/accounts/sessions/")
        return len(seen)

    Team.objects.all().delete()
    client = log_in()
    without = queries(client)
    demand("administrator")
    assert queries(client) == without
    assert without == 5  # the session, the person, the list, which of them live, and the balance
