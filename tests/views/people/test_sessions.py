"""`/accounts/sessions/`: where a person is signed in, and ending that."""

from datetime import timedelta
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from rentals.use_cases.invitations import invite
from rentals.use_cases.sessions import end_sessions
from tests.views.conftest import signed_in
from tests.views.people.conftest import CODE, PASSWORD, SECRET, is_in, log_in
from tools.scenes_people import totp

SESSIONS = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def still_in(client):
    return client.get("/profile/").status_code == 200


@pytest.fixture
def two(operator):
    return log_in(), log_in(address="192.0.2.9")


def test_the_list_says_where(two):
    page = two[0].get(SESSIONS).content.decode()
    assert "192.0.2.1" in page
    assert "192.0.2.9" in page
    assert page.count(">esta</span>") == 1


def test_it_says_with_what(operator):
    client = signed_in(operator)
    client.post("/accounts/logout/")
    client.post(
        "/accounts/login/", {"login": "ana", "password": "correcta-8712"}, headers={"User-Agent": FIREFOX}
    )
    assert "Firefox · Linux" in client.get(SESSIONS).content.decode()


def test_the_others_end_and_this_one_stays(two):
    third = log_in()
    assert two[0].post(SESSIONS)["Location"] == SESSIONS
    assert [still_in(client) for client in (*two, third)] == [True, False, False]


def test_ending_them_reads_no_session_of_strangers(two, operator, monkeypatch):
    monkeypatch.setattr(Session, "get_decoded", lambda session: pytest.fail("read a session"))
    assert end_sessions(operator) == 2


@pytest.mark.parametrize("way", ["password", "code", "link", "passkey"])
def test_however_a_person_has_come_in_the_session_is_listed(way, with_app, administrator, monkeypatch):
    client = COME_IN[way](with_app, administrator, monkeypatch)
    assert is_in(client)
    assert (
        UserSession.objects.get(user__pk=client.session["_auth_user_id"]).session_key
        == client.session.session_key
    )


def by_code(person, administrator, monkeypatch):
    client = log_in()
    client.post(CODE, {"code": totp(SECRET)})
    return client


def by_link(person, administrator, monkeypatch):
    client, made = Client(), invite(administrator, role="observer")
    said = {"username": "nuria", "name": "Nuria", "password1": PASSWORD, "password2": PASSWORD}
    client.post(made.path, said)
    return client


def by_passkey(person, administrator, monkeypatch):
    client, key = Client(), Authenticator(user=person, type="webauthn", data={"name": "Llave"})
    key.save()
    monkeypatch.setattr(AuthenticateWebAuthnForm, "clean_credential", lambda form: key)
    client.post("/accounts/passkeys/login/", {"credential": '{"id": "x"}'})
    return client


COME_IN = {
    "password": lambda *others: log_in("adela"),
    "code": by_code,
    "link": by_link,
    "passkey": by_passkey,
}


def expired(key):
    ended = timezone.now() - timedelta(seconds=1)
    return Session.objects.create(session_key=key, session_data="", expire_date=ended)


def test_those_that_have_expired_are_cleared_once_a_day_with_a_log_in(operator):
    expired("first")
    mine = log_in()
    expired("second")
    log_in()
    assert set(Session.objects.values_list("session_key", flat=True)) >= {"second", mine.session.session_key}
    assert not Session.objects.filter(session_key="first").exists()
    # A day later; Redis has a clock of its own, which no test can move.
    cache.delete("expired-sessions")
    log_in()
    assert not Session.objects.filter(session_key="second").exists()


def test_a_session_from_before_they_were_listed_ends_with_the_upgrade(two, operator):
    old = signed_in(operator)
    assert still_in(old)
    import_module("rentals.migrations.0008_every_session_is_listed").end_unlisted(apps, None)
    assert not still_in(old)
    assert still_in(two[0])
    assert still_in(two[1])


def test_those_of_other_people_stay(two, observer):
    other = log_in("olga")
    two[0].post(SESSIONS)
    assert still_in(other)


def test_one_ends(two, operator):
    listed = UserSession.objects.get(ip="192.0.2.9")
    two[0].post(f"{SESSIONS}{listed.pk}/end/")
    assert [still_in(client) for client in two] == [True, False]


def test_nobody_ends_a_strangers(two, observer):
    listed = UserSession.objects.get(ip="192.0.2.9")
    assert log_in("olga").post(f"{SESSIONS}{listed.pk}/end/").status_code == 404
    assert still_in(two[1])


def test_twice_is_a_clear_page(two):
    listed = UserSession.objects.get(ip="192.0.2.9")
    assert [two[0].post(f"{SESSIONS}{listed.pk}/end/").status_code for _ in range(2)] == [303, 404]


def test_looking_changes_nothing(two):
    two[1].post("/accounts/logout/")
    before = UserSession.objects.count()
    assert "192.0.2.9" not in two[0].get(SESSIONS).content.decode()
    assert UserSession.objects.count() == before


def test_it_is_told_to_the_audit(two):
    two[0].post(SESSIONS)
    assert AuditEntry.objects.get(kind=AuditKind.SESSIONS_ENDED).detail == {"count": 1}


def test_wrong_method(two):
    assert two[0].get(f"{SESSIONS}1/end/").status_code == 405
    assert two[0].put(SESSIONS).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, singletons):
    assert client.get(SESSIONS)["Location"].startswith("/accounts/login/")
    assert not is_in(client)
