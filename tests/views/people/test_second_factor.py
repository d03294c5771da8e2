"""Codes: setting up, coming in, once each, and nothing readable in the database."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from tests.views.conftest import just_signed_in
from tests.views.people.conftest import CODE, PASSWORD, SECRET, codes_of, is_in, log_in
from tools.scenes_people import totp

APP, RECOVERY = "/accounts/2fa/app/", "/accounts/2fa/recovery/"


def now_code(secret=SECRET):
    return totp(secret)


def set_up(client):
    """The secret, and the answer to its first code."""
    secret = client.get(APP).context["form"].secret
    return secret, client.post(APP, {"code": totp(secret)})


def test_setting_up_shows_a_picture_and_the_secret_in_letters(operator):
    page = log_in().get(APP)
    secret = page.context["form"].secret
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert secret in page.content.decode()


def test_after_the_first_code_it_is_on_and_leads_to_the_recovery_codes(operator):
    _, answer = set_up(log_in())
    assert (answer.status_code, answer["Location"]) == (302, RECOVERY)
    kinds = set(Authenticator.objects.filter(user=operator).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}


def test_a_wrong_first_code_is_said_at_the_field_and_the_secret_stays(operator):
    client = log_in()
    secret = client.get(APP).context["form"].secret
    answer = client.post(APP, {"code": "000000"})
    assert (answer.status_code, answer.context["form"].secret) == (422, secret)
    assert "El código no es correcto" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_long_after_the_log_in_the_password_is_asked_for_first(operator, as_operator):
    just_signed_in(as_operator, operator, seconds_ago=16 * 60)
    assert as_operator.get(APP)["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F"
    answer = as_operator.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": APP})
    assert answer["Location"] == APP
    assert as_operator.get(APP).status_code == 200


def test_the_password_alone_does_not_let_in(with_app):
    client = log_in(next="/archive/")
    assert (client.answer["Location"], is_in(client)) == (CODE, False)
    assert client.get("/profile/").status_code == 302


def test_the_code_lets_in_and_leads_on(with_app):
    client = log_in(next="/archive/")
    answer = client.post(CODE, {"code": now_code()})
    assert (answer["Location"], is_in(client)) == ("/archive/", True)


def test_a_code_cannot_be_used_twice(with_app):
    code = now_code()
    assert is_in_with(code)
    assert not is_in_with(code)


def is_in_with(code):
    client = log_in()
    client.post(CODE, {"code": code})
    return is_in(client)


def test_nor_later_while_a_slow_clock_would_still_take_it(with_app):
    start = timezone.now().replace(second=0, microsecond=0)
    with time_machine.travel(start + timedelta(seconds=1), tick=False):
        code = now_code()
        assert is_in_with(code)
    with time_machine.travel(start + timedelta(seconds=45), tick=False):
        assert not is_in_with(code)
        assert not is_in_with(f"{code[:3]} {code[3:]}")


def test_nor_the_code_that_set_it_up(operator):
    client = log_in()
    secret, _ = set_up(client)
    assert not is_in_with(totp(secret))


def test_a_telephone_that_is_half_a_minute_slow_is_let_in(with_app):
    assert is_in_with(totp(SECRET, timezone.now().timestamp() - 30))


@pytest.mark.parametrize("code", ["", "000000", "abc", "١٢٣٤٥٦", "x" * 5000, "\x00"])
def test_nonsense_is_a_wrong_code(with_app, code):
    client = log_in()
    assert client.post(CODE, {"code": code}).status_code == 422
    assert not is_in(client)


def test_a_recovery_code_lets_in_once(with_app):
    code = codes_of(with_app)[0]
    assert is_in_with(code)
    assert not is_in_with(code)
    assert len(codes_of(with_app)) == 9


def whole_database():
    rows = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{name}"')
            rows.append(cursor.fetchall())
    sessions = [session.get_decoded() for session in Session.objects.all()]
    return f"{rows} {sessions}"


def test_secrets_are_encrypted_in_the_database_even_while_they_are_set_up(operator):
    client = log_in()
    secret = client.get(APP).context["form"].secret
    assert secret not in whole_database()
    client.post(APP, {"code": totp(secret)})
    assert secret not in whole_database()
    assert not any(code in whole_database() for code in codes_of(operator))
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert seed.startswith("gAAAA")


def test_with_another_field_key_it_says_so(with_app, settings):
    client = log_in()
    settings.FIELD_KEY = Fernet.generate_key().decode()
    answer = client.post(CODE, {"code": now_code()})
    assert (answer.status_code, is_in(client)) == (503, False)
    assert "FIELD_KEY" in answer.content.decode()


def test_a_new_field_key_before_the_old_one_reads_both(with_app, settings):
    settings.FIELD_KEY = f"{Fernet.generate_key().decode()}, {settings.FIELD_KEY}"
    assert is_in_with(now_code())


def test_recovery_codes_are_shown_once(operator):
    client = log_in()
    set_up(client)
    assert "Todavía no los ha visto" in client.get(RECOVERY).content.decode()
    codes = codes_of(operator)
    shown = client.post(RECOVERY).content.decode()
    assert all(code in shown for code in codes)
    for again in (client.get(RECOVERY), client.post(RECOVERY)):
        assert not any(code in again.content.decode() for code in codes)


def test_looking_at_the_page_shows_none_and_uses_none(operator):
    client = log_in()
    set_up(client)
    codes = codes_of(operator)
    for _ in range(2):
        page = client.get(RECOVERY).content.decode()
        assert not any(code in page for code in codes)
    assert codes[0] in client.post(RECOVERY).content.decode()


def test_they_can_be_kept_as_a_text(operator):
    client = log_in()
    set_up(client)
    page = client.post(RECOVERY).content.decode()
    assert 'href="data:text/plain;charset=utf-8,' in page
    assert f"%0A{codes_of(operator)[9]}%0A" in page


def test_new_ones_make_the_old_ones_worthless(operator):
    client = log_in()
    set_up(client)
    old = codes_of(operator)
    shown = client.post(RECOVERY, {"new": "1"}).content.decode()
    assert codes_of(operator)[0] in shown
    assert not set(old) & set(codes_of(operator))
    assert not is_in_with(old[0])


def test_without_a_second_factor_there_are_none(operator):
    assert log_in().get(RECOVERY)["Location"] == "/accounts/2fa/"


def test_taking_it_away_takes_the_recovery_codes_too(operator):
    client = log_in()
    set_up(client)
    assert "Quitar" in client.get("/accounts/2fa/app/remove/").content.decode()
    client.post("/accounts/2fa/app/remove/")
    assert not Authenticator.objects.exists()
    assert is_in(log_in())


def test_a_code_can_stand_for_the_password_when_asked_again(with_app, as_operator):
    answer = as_operator.post("/accounts/2fa/again/", {"code": now_code(), "next": "/profile/"})
    assert answer["Location"] == "/profile/"
    assert as_operator.get("/accounts/2fa/app/remove/").status_code == 200


def test_the_audit_tells_what_was_changed_and_how_people_came_in(operator):
    client = log_in()
    secret, _ = set_up(client)
    client.post("/accounts/logout/")
    other = log_in()
    other.post(CODE, {"code": codes_of(operator)[0]})
    told = list(AuditEntry.objects.order_by("pk").values_list("kind", "detail"))
    assert told == [
        (AuditKind.SIGN_IN, {"method": "contraseña"}),
        (AuditKind.MFA_CHANGED, {"added": "aplicación de códigos"}),
        (AuditKind.SIGN_OUT, {}),
        (AuditKind.SIGN_IN, {"method": "contraseña + código de recuperación"}),
    ]
    assert secret not in str(told)


def test_a_wrong_code_is_a_failed_log_in_of_the_person(with_app):
    log_in().post(CODE, {"code": "000000"})
    failed = AuditEntry.objects.get(kind=AuditKind.SIGN_IN_FAILED)
    assert (failed.about, failed.detail["method"]) == (with_app, "código")
