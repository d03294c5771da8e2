"""Guessing: 20 an hour from an address, 10 of them at one account; nobody at another address is locked out."""

from datetime import timedelta

import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from django.test import Client
from django.utils import timezone

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from tests.views.people.conftest import CODE, PASSWORD, is_in, log_in

HERE, THERE = "192.0.2.1", "192.0.2.2"
ALONE, UNKNOWN = "/accounts/passkeys/login/", {"credential": '{"id": "x"}'}


def fail(times, name="ana", address=HERE):
    return [log_in(name, "falsa", address=address).answer.status_code for _ in range(times)]


def test_after_10_failures_at_an_account_the_right_password_is_refused_too(operator):
    assert fail(10) == [200] * 10
    client = log_in()
    assert (client.answer.status_code, is_in(client)) == (429, False)


def test_a_colleague_at_another_address_is_not_locked_out(operator):
    fail(12)
    assert is_in(log_in(address=THERE))


def test_others_at_the_same_address_are_not_locked_out_by_one_account(operator, observer):
    fail(12)
    assert is_in(log_in("olga"))


def test_after_20_failures_an_address_is_refused_whatever_the_account(operator, observer):
    for number in range(20):
        fail(1, name=f"nadie{number}")
    assert log_in("olga").answer.status_code == 429
    assert is_in(log_in("olga", address=THERE))


def test_the_page_is_ours_and_says_when_to_try_again(operator):
    fail(10)
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        answer = log_in().answer
    assert "Vuelva a intentarlo dentro de 40 minutos." in answer.content.decode()
    assert answer["Retry-After"] == "2400"


def test_after_an_hour_it_is_over(operator):
    fail(10)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert is_in(log_in())


def test_a_right_log_in_now_and_then_does_not_make_guessing_free(operator, observer):
    fail(9)
    assert is_in(log_in())
    assert fail(2) == [200, 429]


def test_writing_the_name_otherwise_does_not_help(operator):
    for name in ("ana", "ANA", " ana ", "Ana", "aNa"):
        fail(2, name)
    assert log_in().answer.status_code == 429


def test_codes_count_with_the_passwords(with_app):
    client = log_in()
    for _ in range(10):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert client.post(CODE, {"code": "000000"}).status_code == 429
    assert log_in().answer.status_code == 429
    assert log_in(address=THERE).answer["Location"] == CODE


def try_passkeys(times):
    """How they are answered, nine a minute: allauth refuses more than ten."""
    began, client, answers = timezone.now(), Client(REMOTE_ADDR=HERE), []
    for number in range(times):
        with time_machine.travel(began + timedelta(minutes=number // 9, seconds=number), tick=False):
            answers.append(client.post(ALONE, UNKNOWN).status_code)
    return answers


def test_unknown_passkeys_count_against_their_address(operator):
    assert try_passkeys(22) == [302] * 20 + [429] * 2
    assert AuditEntry.objects.filter(kind=AuditKind.SIGN_IN_FAILED).count() == 20
    assert log_in().answer.status_code == 429
    assert is_in(log_in(address=THERE))


def test_a_right_passkey_does_not_count(with_key, monkeypatch):
    assert try_passkeys(19) == [302] * 19
    monkeypatch.setattr(
        AuthenticateWebAuthnForm, "clean_credential", lambda form: Authenticator.objects.get()
    )
    for _ in range(3):
        client = Client(REMOTE_ADDR=HERE)
        client.post(ALONE, UNKNOWN)
        assert is_in(client)


def test_the_header_of_a_proxy_that_nobody_trusts_is_no_other_address(operator):
    for number in range(10):
        client = log_in("ana", "falsa")
        client.post("/accounts/login/", headers={"X-Forwarded-For": f"192.0.2.{number}"})
    assert log_in().answer.status_code == 429


def test_a_server_that_listens_on_ipv6_too_tells_ipv4_addresses_apart(operator):
    for number in range(20):
        fail(1, name=f"nadie{number}", address=f"::ffff:{HERE}")
    assert log_in(address=f"::ffff:{HERE}").answer.status_code == 429
    assert log_in(address=HERE).answer.status_code == 429
    assert is_in(log_in(address=f"::ffff:{THERE}"))
    assert AuditEntry.objects.get(kind=AuditKind.SIGN_IN).address == THERE


def test_failures_are_in_the_audit_without_the_password(operator):
    log_in("ana", "secreta-1")
    log_in("x" * 150, "secreta-2")
    known, unknown = AuditEntry.objects.filter(kind=AuditKind.SIGN_IN_FAILED).order_by("pk")
    assert (known.person, known.about, known.address) == (None, operator, HERE)
    assert (unknown.about, unknown.detail["name"]) == (None, "x" * 150)
    assert "secreta" not in f"{known.detail} {unknown.detail}"


def test_what_is_refused_unread_is_not_written_down_again_and_again(operator):
    fail(15)
    assert AuditEntry.objects.filter(kind=AuditKind.SIGN_IN_FAILED).count() == 10
    assert PASSWORD not in str(list(AuditEntry.objects.values()))
