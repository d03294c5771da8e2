"""Passkeys, as far as no browser is needed; the rest is in tests/browser/test_passkey.py."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib.sessions.models import Session
from django.test import Client

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from tests.views.conftest import just_signed_in, signed_in
from tests.views.people.conftest import CODE, PASSWORD, is_in, log_in

LIST, ADD, ALONE = "/accounts/passkeys/", "/accounts/passkeys/add/", "/accounts/passkeys/login/"
RESPONSE = {
    "clientDataJSON": "x",
    "attestationObject": "x",
    "authenticatorData": "x",
    "signature": "x",
    "userHandle": "MQ",
}
CLIENT = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiZUEiLCJvcmlnaW4iOiJodHRwczovL3gifQ"
ZEROS = "A" * 42
# Flags that promise more than there is: CBOR reads on behind the end, or a number is cut off.
READ = {**RESPONSE, "clientDataJSON": CLIENT, "signature": "eA"}
BEHIND_THE_END = {**READ, "authenticatorData": f"{ZEROS}CAAAAAAA", "attestationObject": ""}
CUT_OFF = {**READ, "authenticatorData": f"{ZEROS}CAAAAAABk", "attestationObject": "GQ"}
NONSENSE = [
    "[" * 100_000,
    "1" * 5_000,
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": BEHIND_THE_END}),
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": CUT_OFF}),
    "",
    "x",
    "null",
    "[]",
    "{}",
    "1",
    '"x"',
    json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": {}}),
    json.dumps({"id": "x", "rawId": "x", "type": "public-key", "response": None}),
    json.dumps({"id": "eA", "rawId": "eA", "type": "public-key", "response": RESPONSE}),
    json.dumps(
        {"id": "eA", "rawId": "eA", "type": "public-key", "response": {**RESPONSE, "userHandle": None}}
    ),
]


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_does_not_let_in(client, operator, sent):
    client.get(ALONE, headers={"Accept": "application/json"})
    answer = client.post(ALONE, {"credential": sent})
    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/accounts/login/", False)


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_is_no_second_factor(with_app, sent):
    client = log_in()
    client.get(CODE)
    assert client.post(CODE, {"credential": sent}).status_code == 422
    assert not is_in(client)


@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_is_not_kept(operator, sent):
    client = log_in()
    client.get(ADD)
    assert client.post(ADD, {"name": "x", "credential": sent}).status_code == 422
    assert not Authenticator.objects.exists()


def test_what_is_wrong_is_said_at_the_log_in(client, singletons):
    client.post(ALONE, {"credential": '{"id": "x"}'})
    assert "No se ha reconocido la passkey." in client.get("/accounts/login/").content.decode()
    assert AuditEntry.objects.get().kind == AuditKind.SIGN_IN_FAILED


def test_without_script_the_page_says_what_it_needs(operator):
    assert "Las passkeys necesitan JavaScript" in log_in().get(ADD).content.decode()


def test_the_list_and_the_forms_of_ones_own(operator, with_key):
    client = as_owner(operator)
    assert "Llave" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{with_key_id()}/name/", {"name": "Teléfono"})["Location"] == LIST
    assert "Teléfono" in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{with_key_id()}/name/", {"name": ""}).status_code == 422


def as_owner(operator):
    return just_signed_in(signed_in(operator), operator)


def with_key_id():
    return Authenticator.objects.get(type="webauthn").pk


def test_taking_one_away(operator, with_key):
    client = as_owner(operator)
    assert "Llave" in client.get(f"{LIST}{with_key_id()}/remove/").content.decode()
    client.post(f"{LIST}{with_key_id()}/remove/")
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get(kind=AuditKind.MFA_CHANGED).detail == {"removed": "passkey"}


@pytest.mark.parametrize("what", ["name", "remove"])
def test_those_of_others_are_not_there(observer, with_key, what):
    client = as_owner(observer)
    assert client.get(f"{LIST}{with_key_id()}/{what}/").status_code == 404
    assert client.post(f"{LIST}{with_key_id()}/{what}/", {"name": "mía"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "Llave"


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 40])
def test_one_that_is_not_there(operator, number):
    assert as_owner(operator).get(f"{LIST}{number}/name/").status_code == 404


def test_a_form_that_was_posted_too_late_is_done_after_the_password(operator, with_key):
    client = just_signed_in(signed_in(operator), operator, seconds_ago=16 * 60)
    address = f"{LIST}{with_key_id()}/name/"
    asked = client.post(address, {"name": "Nueva"})
    assert asked["Location"].startswith("/accounts/reauthenticate/?next=")
    client.post("/accounts/reauthenticate/", {"password": "correcta-8712", "next": address})
    assert Authenticator.objects.get().data["name"] == "Nueva"


def test_what_was_given_up_is_not_done_when_the_password_is_given_for_something_else(operator, with_key):
    client = just_signed_in(signed_in(operator), operator, seconds_ago=16 * 60)
    address = f"{LIST}{with_key_id()}/remove/"
    client.post(address)
    asked = client.get(address)["Location"]
    client.get(asked)
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address}, follow=True)
    assert "Quitar" in answer.content.decode()
    assert Authenticator.objects.exists()


def test_a_wrong_one_when_asked_again_is_said_there_and_counts_once(operator, with_key, monkeypatch):
    monkeypatch.setattr(auth, "get_credentials", lambda user: [])
    client = signed_in(operator)
    sent = {"credential": '{"id": "x"}', "next": "/archive/"}
    answer = client.post("/accounts/passkeys/again/", sent)
    page = answer.content.decode()
    assert (answer.status_code, "No se ha reconocido la passkey." in page) == (422, True)
    assert 'name="next" value="/archive/"' in page
    assert AuditEntry.objects.get(kind=AuditKind.SIGN_IN_FAILED).about == operator


def test_too_many_tries_a_minute_are_refused_in_our_words(client, singletons):
    for _ in range(10):
        client.post(ALONE, {"credential": "x"})
    answer = client.post(ALONE, {"credential": "x"})
    assert answer.status_code == 429
    assert "Demasiados intentos" in answer.content.decode()


def test_one_address_is_asked_60_times_an_hour_and_makes_no_more_sessions(client, singletons):
    asked = [Client().get(ALONE, headers={"Accept": "application/json"}) for _ in range(61)]
    assert [answer.status_code for answer in asked] == [200] * 60 + [429]
    assert asked[60]["Retry-After"] == "3600"
    assert Session.objects.count() == 60
    elsewhere = Client(REMOTE_ADDR="192.0.2.9").get(ALONE, headers={"Accept": "application/json"})
    assert "challenge" in elsewhere.content.decode()
