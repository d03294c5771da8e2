"""`/accounts/welcome/…`: behind an invitation link."""

import pytest
from django.test import Client

from rentals.models import AuditEntry, Invitation, Person
from rentals.models.people import Role
from rentals.use_cases import invitations
from tests.views.conftest import signed_in

NEW = {
    "username": "nuria",
    "name": "Nuria Gil",
    "password1": "una-frase-larga-81",
    "password2": "una-frase-larga-81",
}


@pytest.fixture
def link(administrator):
    return invitations.invite(administrator, role=Role.OBSERVER, name="Nuria").path


def test_it_says_who_invites_and_as_what(client, link):
    page = client.get(link).content.decode()
    assert "<b><bdi>adela</bdi></b> le invita" in page
    assert "<b>Observador</b>" in page
    assert 'value="Nuria"' in page


def test_opening_it_changes_nothing(client, link):
    for method in (client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert Invitation.objects.get().used_at is None
    assert Person.objects.count() == 1


def test_with_a_user_and_a_password_the_person_is_in(client, link, synced):
    answer = client.post(link, NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").context["user"].display_name() == "Nuria Gil"


def test_a_second_press_finds_the_link_used_and_makes_nobody(client, link, synced):
    client.post(link, NEW)
    answer = Client().post(link, {**NEW, "username": "otra"})
    assert answer.status_code == 410
    assert "Este enlace ya no sirve" in answer.content.decode()
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("username", "", "Escriba un usuario."),
        ("username", "con espacio", "sin espacios"),
        ("username", "adela", "ya existe"),
        ("username", "ADELA", "ya existe"),
        ("username", "ＡＤＥＬＡ", "ya existe"),
        ("password1", "", "Escriba una contraseña."),
        ("password2", "otra-cosa-9911", "no coinciden"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_the_link_stays(client, link, field, value, words):
    answer = client.post(link, {**NEW, field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f'id="id_{field}_error"' in page
    assert Invitation.objects.get().used_at is None


@pytest.mark.parametrize(
    ("username", "name"),
    [("nuria", "Eva  RUIZ"), ("nuria", "adela"), ("nuria", "ADELA"), ("eva.ruiz", "Eva Ruiz")],
)
def test_the_name_of_a_colleague_is_refused_at_the_field(
    client, link, administrator, make_person, username, name
):
    make_person("e", first_name="Eva", last_name="Ruiz")
    answer = client.post(link, {**NEW, "username": username, "name": name})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"name": ["Ese nombre ya lo usa otra persona del equipo."]}
    assert Invitation.objects.get().used_at is None


def test_whoever_gives_no_name_is_not_seen_under_that_of_a_colleague(client, link, make_person):
    make_person("e", first_name="Nuria")
    answer = client.post(link, {**NEW, "name": ""})
    assert answer.context["form"].errors == {"name": ["Ese nombre ya lo usa otra persona del equipo."]}


@pytest.mark.parametrize("password", ["corta", "12345678901", "password1"])
def test_a_weak_password_is_refused(client, link, password):
    answer = client.post(link, {**NEW, "password1": password, "password2": password})
    assert answer.status_code == 422
    assert Person.objects.count() == 1


def test_a_password_like_the_name_is_refused(client, link):
    answer = client.post(link, {**NEW, "password1": "nuria-gil-1", "password2": "nuria-gil-1"})
    assert answer.status_code == 422


def test_nobody_chooses_a_role_or_a_limit_by_hand(client, link, synced):
    client.post(
        link, {**NEW, "role": "administrator", "is_superuser": "on", "day_limit": "9999", "is_demo": "1"}
    )
    person = Person.objects.get(username="nuria")
    assert (person.role, person.is_superuser, person.is_staff) == (Role.OBSERVER, False, False)
    assert (person.day_limit, person.is_demo) == (None, False)


def test_a_link_that_never_was_is_gone(client, singletons):
    for secret in ("x", "A" * 3000, "%00", "%FF%FE"):
        assert client.get(f"/accounts/welcome/{secret}/").status_code == 410


def test_wrong_method(client, link):
    assert client.put(link).status_code == 405


def test_without_the_token_it_is_refused(link):
    assert Client(enforce_csrf_checks=True).post(link, NEW).status_code == 403
    assert Person.objects.count() == 1


def test_the_session_of_whoever_opened_it_is_not_the_new_persons(administrator, link, synced):
    browser = signed_in(administrator)
    before = browser.session.session_key
    browser.post(link, NEW)
    assert browser.session.session_key != before
    assert browser.get("/").context["user"].username == "nuria"


def test_a_new_access_asks_for_a_password_alone(client, administrator, operator, synced):
    link = invitations.renew_access(administrator, operator).path
    page = client.get(link).content.decode()
    assert "<b><bdi>ana</bdi></b>" in page
    assert 'name="username"' not in page
    client.post(link, {"password1": "una-frase-larga-81", "password2": "una-frase-larga-81"})
    assert client.get("/").context["user"] == operator


def test_a_new_access_ends_the_sessions_of_the_old_password(client, administrator, operator, synced):
    old = signed_in(operator)
    link = invitations.renew_access(administrator, operator).path
    client.post(link, {"password1": "una-frase-larga-81", "password2": "una-frase-larga-81"})
    assert old.get("/").status_code == 302


def test_the_first_set_up_says_so(client, singletons):
    page = client.get(invitations.setup().path).content.decode()
    assert "Será administrador" in page


def test_the_audit_knows_from_where(client, link, synced):
    client.post(link, NEW, REMOTE_ADDR="192.0.2.9")
    assert AuditEntry.objects.get(kind="invitation_used").address == "192.0.2.9"
