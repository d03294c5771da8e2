""" "Pedir la contraseña por encima de": before much is spent, unless the person has just come in."""

import re

import pytest
from django.core.cache import cache

from rentals.models import AuditEntry, Operation, Team
from rentals.models.audit import AuditKind
from rentals.views.sentences import sentence
from tests.conftest import add_service, expiring_order, on_order, prolong, quoted, rent, restore
from tests.views.conftest import just_signed_in

PASSWORD = "correcta-8712"


@pytest.fixture
def dear(operator, synced):
    """A rent that costs more than the team lets pass, as its confirmation's address."""
    cache.clear()
    Team.only()
    Team.objects.update(confirm_above="1.00")
    return f"/operations/confirm/{rent(operator, synced).token}/"


def recorded():
    return Operation.objects.count()


def test_the_page_asks_for_it(as_operator, dear):
    page = as_operator.get(dear).content.decode()
    assert 'name="password"' in page
    assert "current-password" in page


@pytest.mark.parametrize(
    ("password", "words"), [({}, "Escriba su contraseña."), ({"password": "x"}, "no es correcta")]
)
def test_without_the_right_one_nothing_is_recorded(as_operator, dear, password, words):
    answer = as_operator.post(dear, password)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert recorded() == 0


def test_in_the_dialog_it_is_said_in_the_dialog(as_operator, dear, htmx):
    answer = as_operator.post(dear, {"password": "x"}, headers=htmx)
    text = answer.content.decode()
    assert (answer.status_code, "HX-Retarget" in answer, "<html" in text) == (422, False, False)
    assert 'role="alert">La contraseña no es correcta.' in text


def test_a_wrong_one_is_told_to_the_audit_as_a_slip_with_an_open_session(as_operator, dear):
    as_operator.post(dear, {"password": "x"})
    entry = AuditEntry.objects.get(kind=AuditKind.SIGN_IN_FAILED)
    assert sentence(entry) == "Contraseña equivocada de «ana» con la sesión abierta"


def focused(answer):
    """The elements that want the focus."""
    return re.findall(r"<[^>]* autofocus[^>]*>", answer.content.decode())


def refused(client, confirmation, htmx):
    """The dialog after a wrong password."""
    return client.post(f"/operations/confirm/{confirmation.token}/", {"password": "x"}, headers=htmx)


def test_the_dialog_opens_at_its_heading_and_after_a_wrong_password_at_the_field(as_operator, dear, htmx):
    (before,) = focused(as_operator.get(dear, headers=htmx))
    (after,) = focused(as_operator.post(dear, {"password": "x"}, headers=htmx))
    assert before.startswith('<h1 id="dialog-title"')
    assert 'name="password"' in after


def test_after_a_wrong_password_every_dialog_that_asks_for_it_stands_at_the_field(
    as_operator, dear, operator, synced, htmx
):
    order = expiring_order(synced)
    asked = [prolong(operator, order), add_service(operator, order), restore(operator, quoted(synced))]
    Team.objects.update(confirm_above="0.00")
    for confirmation in asked:
        (field,) = focused(refused(as_operator, confirmation, htmx))
        assert 'name="password"' in field, confirmation.kind


def test_with_it_it_is_recorded_and_not_asked_for_again(as_operator, dear, operator, synced):
    assert as_operator.post(dear, {"password": PASSWORD}).status_code == 303
    other = f"/operations/confirm/{rent(operator, synced, service='opt20').token}/"
    assert 'name="password"' not in as_operator.get(other).content.decode()
    assert as_operator.post(other).status_code == 303
    assert recorded() == 2


def test_whoever_has_just_come_in_is_not_asked(as_operator, dear, operator):
    just_signed_in(as_operator, operator)
    assert 'name="password"' not in as_operator.get(dear).content.decode()
    assert as_operator.post(dear).status_code == 303


def test_what_costs_no_more_is_not_asked_for(as_operator, dear):
    Team.objects.update(confirm_above="900.00")
    assert as_operator.post(dear).status_code == 303


def test_without_the_switch_nobody_is_asked(as_operator, dear):
    Team.objects.update(confirm_above=None)
    assert as_operator.post(dear).status_code == 303


def test_an_unknown_price_may_be_any(as_operator, operator, inactive):
    Team.only()
    Team.objects.update(confirm_above="900.00")
    unknown = on_order(operator, "prolong", inactive, None, unit="week", count=1)
    assert as_operator.post(f"/operations/confirm/{unknown.token}/").status_code == 422
    assert recorded() == 0


def test_deleting_costs_nothing(as_operator, operator, inactive):
    Team.only()
    Team.objects.update(confirm_above="0.00")
    free = on_order(operator, "delete", inactive)
    assert 'name="password"' not in as_operator.get(f"/operations/confirm/{free.token}/").content.decode()


def test_guessing_it_ends_after_ten_tries(as_operator, dear):
    for _ in range(10):
        assert as_operator.post(dear, {"password": "x"}).status_code == 422
    answer = as_operator.post(dear, {"password": PASSWORD})
    assert (answer.status_code, recorded()) == (429, 0)


def test_a_double_click_with_the_password_records_once(as_operator, dear):
    places = {as_operator.post(dear, {"password": PASSWORD})["Location"] for _ in range(2)}
    assert (len(places), recorded()) == (1, 1)
