"""What a stranger can learn and bring about at the door."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from rentals.models import AuditEntry, Mirror
from rentals.models.audit import AuditKind
from tests.views.conftest import signed_in
from tests.views.people.conftest import LOGIN, PASSWORD, SECRET, is_in, log_in
from tools.scenes_people import totp

VARIES = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|data-now="[\d.]+"|value="[a-z]+"')
FORMS = [
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
    "/accounts/password/",
    "/accounts/sessions/",
    "/accounts/sessions/1/end/",
    "/accounts/2fa/code/",
    "/accounts/2fa/again/",
    "/accounts/2fa/app/",
    "/accounts/2fa/app/remove/",
    "/accounts/2fa/recovery/",
    "/accounts/passkeys/add/",
    "/accounts/passkeys/login/",
    "/accounts/passkeys/again/",
    "/accounts/passkeys/1/name/",
    "/accounts/passkeys/1/remove/",
    "/profile/",
    "/theme/",
]


@pytest.fixture
def people(make_person, operator):
    """Somebody of every kind who cannot come in with the password that is tried."""
    make_person("inactiva", is_active=False)
    make_person("demo", is_demo=True)
    without = make_person("invitada")
    without.set_unusable_password()
    without.save()
    Mirror.objects.update(upstream=Mirror.Upstream.VENDOR)


@pytest.fixture
def work(monkeypatch):
    """How often a password was hashed."""
    done = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: done.append(1) or encode(*args))
    return done


CASES = [
    ("nadie", PASSWORD),
    ("ana", "falsa"),
    ("inactiva", PASSWORD),
    ("demo", PASSWORD),
    ("invitada", PASSWORD),
]


def test_user_enumeration_the_answer_is_the_same_whoever_it_is(people):
    answers = [log_in(name, password).answer for name, password in CASES]
    assert {answer.status_code for answer in answers} == {200}
    assert len({VARIES.sub("", answer.content.decode()) for answer in answers}) == 1


def test_user_enumeration_so_is_the_work(people, work):
    counts = []
    for name, password in CASES:
        work.clear()
        log_in(name, password)
        counts.append(len(work))
    assert counts == [1] * len(CASES)


def test_session_fixation_the_session_before_the_log_in_is_worth_nothing_after_it(operator):
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.cookies["dashboard_session"] = planted
    client.post(LOGIN, {"login": "ana", "password": PASSWORD})
    assert is_in(client)
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["dashboard_session"] = planted
    assert thief.get("/profile/").status_code == 302


@pytest.mark.parametrize("address", FORMS)
def test_csrf_without_the_token_nothing_is_done(operator, address):
    client = signed_in(operator, enforce_csrf_checks=True)
    answer = client.post(address, {"first_name": "x", "new": "1"})
    assert answer.status_code == 403
    assert "No hemos podido comprobar" in answer.content.decode()
    assert not AuditEntry.objects.exists()


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "http://localhost/",
    "https://testserver.evil.example/",
]


@pytest.mark.parametrize("next", ELSEWHERE)
def test_open_redirect_at_the_log_in(operator, next):
    assert log_in(next=next).answer["Location"] == "/"
    assert Client().get(LOGIN, {"next": next}).status_code == 200


@pytest.mark.parametrize("next", ELSEWHERE)
def test_open_redirect_when_the_password_is_given_again(as_operator, next):
    answer = as_operator.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": next})
    assert (answer.status_code, answer["Location"]) == (302, "/")


@pytest.mark.parametrize("next", ELSEWHERE)
def test_open_redirect_after_leaving_and_of_the_theme(as_operator, next):
    assert as_operator.post("/theme/", {"next": next})["Location"] == "/"
    assert as_operator.post("/accounts/logout/", {"next": next})["Location"] == LOGIN


def test_a_deactivated_person_cannot_come_in(people):
    client = log_in("inactiva")
    assert not is_in(client)
    assert not AuditEntry.objects.filter(kind=AuditKind.SIGN_IN).exists()


def test_the_session_of_a_deactivated_person_ends_at_once(as_operator, operator, synced):
    assert as_operator.get("/profile/").status_code == 200
    operator.is_active = False
    operator.save()
    assert as_operator.get("/profile/").status_code == 302


def test_whoever_is_deactivated_between_password_and_code_stays_out(with_app):
    client = log_in()
    with_app.is_active = False
    with_app.save()
    answer = client.post("/accounts/2fa/code/", {"code": totp(SECRET)})
    assert (answer.status_code, is_in(client)) == (403, False)
