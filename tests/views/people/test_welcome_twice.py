"""A form behind an invitation link that is sent twice: the browser shows the answer to the second alone."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from rentals.forms.welcome import WelcomeForm
from rentals.models import AuditEntry, Person
from rentals.models.people import Role
from rentals.use_cases import invitations
from rentals.use_cases.invitations import NotInvited
from tests.views.people.conftest import LOGIN, is_in

NEW = {
    "username": "nuria",
    "name": "Nuria Gil",
    "password1": "una-frase-larga-81",
    "password2": "una-frase-larga-81",
}
ANEW = {"password1": "una-frase-larga-81", "password2": "una-frase-larga-81"}
OTHER = {"password1": "otra-frase-larga-81", "password2": "otra-frase-larga-81"}


@pytest.fixture
def link(administrator):
    return invitations.invite(administrator, role=Role.OBSERVER, name="Nuria").path


@pytest.mark.parametrize("name", ["nuria", "NURIA", "ｎｕｒｉａ"])
def test_the_second_press_of_two_lets_the_person_in_and_makes_nobody(client, link, synced, name):
    Client().post(link, NEW)
    answer = client.post(link, {**NEW, "username": name})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").context["user"].username == "nuria"
    assert Person.objects.count() == 2
    assert AuditEntry.objects.filter(kind="invitation_used").count() == 1


def test_a_second_press_for_a_new_access_lets_the_person_in(client, administrator, operator, synced):
    link = invitations.renew_access(administrator, operator).path
    Client().post(link, ANEW)
    client.post(link, ANEW)
    assert client.get("/").context["user"] == operator


def test_a_second_press_of_the_first_administrator_lets_them_in(client, synced):
    link = invitations.setup().path
    Client().post(link, NEW)
    client.post(link, NEW)
    assert client.get("/").context["user"].username == "nuria"


def test_a_second_press_that_waited_for_the_first_lets_the_person_in(client, link, synced, monkeypatch):
    def overtaken(secret, **said):
        accept(secret, **said)
        raise NotInvited("over")

    accept = invitations.accept
    monkeypatch.setattr(invitations, "accept", overtaken)
    client.post(link, NEW)
    assert is_in(client)


def test_a_second_press_that_finds_the_name_taken_by_the_first_lets_the_person_in(
    client, link, synced, monkeypatch
):
    class Overtaken(WelcomeForm):
        def __init__(self, *args, **kwargs):
            said = {"username": "nuria", "name": "", "password": NEW["password1"]}
            invitations.accept(link.split("/")[-2], **said)
            super().__init__(*args, **kwargs)

    monkeypatch.setattr("rentals.views.welcome.WelcomeForm", Overtaken)
    client.post(link, NEW)
    assert is_in(client)


@pytest.mark.parametrize("other", [{"username": "adela"}, {"username": ""}, {"username": "\0"}, OTHER])
def test_a_used_link_lets_nobody_in_who_says_something_else(client, link, synced, other):
    Client().post(link, NEW)
    answer = client.post(link, {**NEW, **other})
    assert (answer.status_code, is_in(client)) == (410, False)


def test_looking_at_a_used_link_lets_nobody_in(client, link, synced):
    Client().post(link, NEW)
    assert (client.get(link).status_code, is_in(client)) == (410, False)


def test_after_ten_minutes_a_used_link_lets_nobody_in(client, link, synced):
    Client().post(link, NEW)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert client.post(link, NEW).status_code == 410
    assert not is_in(client)


def test_a_link_that_was_just_used_lets_nobody_in_whose_access_was_taken_away(client, link, synced):
    Client().post(link, NEW)
    Person.objects.filter(username="nuria").update(is_active=False)
    assert client.post(link, NEW).status_code == 410


def test_a_used_link_is_no_place_to_guess_passwords_at(client, link, synced):
    Client().post(link, NEW)
    guesses = [client.post(link, {**NEW, **OTHER}).status_code for _ in range(11)]
    assert guesses == [410] * 10 + [429]
    assert client.post(link, NEW).status_code == 429
    assert AuditEntry.objects.filter(kind="sign_in_failed").count() == 10


def test_a_link_that_is_over_claims_nothing_of_what_was_done_with_it_and_leads_to_the_log_in(
    client, link, synced
):
    Client().post(link, NEW)
    page = client.get(link).content.decode()
    assert "No se ha cambiado nada" not in page
    assert "Si acaba de crear su usuario con él, entre con su contraseña." in page
    assert f'href="{LOGIN}"' in page
