"""`/accounts/login/`: in our words; and of allauth nothing is there but what is meant to be."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.template.loader import get_template

from rentals.models import Operation
from rentals.urls import urlpatterns

LOGIN = "/accounts/login/"


def test_it_leads_to_the_page_that_was_asked_for(client, operator, synced):
    answer = client.post(
        LOGIN + "?next=/operations/", {"login": "ana", "password": "correcta-8712", "next": "/operations/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/operations/")


def test_the_words_are_ours(client, singletons):
    page = client.get(LOGIN).content.decode()
    for words in ("Usuario</label>", "Contraseña</label>", ">Entrar</button>"):
        assert words in page


def test_a_wrong_password_is_said_without_saying_which_is_wrong(client, operator):
    page = client.post(LOGIN, {"login": "ana", "password": "falsa"}).content.decode()
    assert 'role="alert"' in page
    assert "falsa" not in page


def test_an_empty_form_says_what_is_missing_at_each_field(client, singletons):
    page = client.post(LOGIN, {}).content.decode()
    assert "Escriba su usuario." in page
    assert "Escriba su contraseña." in page


def test_it_does_not_lead_to_another_site(client, operator, synced):
    answer = client.post(
        LOGIN, {"login": "ana", "password": "correcta-8712", "next": "https://evil.example/"}
    )
    assert answer["Location"] == "/"


def test_the_demo_logins_are_told_only_with_the_sandbox(client, worker):
    assert "observador" in client.get(LOGIN).content.decode()


def test_without_the_sandbox_no_demo_login_is_told(client, singletons):
    assert "observador" not in client.get(LOGIN).content.decode()


def test_wrong_method(client, singletons):
    assert client.put(LOGIN).status_code == 405


OURS = {
    "account_login", "account_logout", "account_reauthenticate", "account_change_password",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_login_webauthn", "mfa_reauthenticate_webauthn",
}  # fmt: skip


def test_nothing_of_allauth_is_there_but_what_is_meant():
    names = {pattern.name for pattern in urlpatterns}
    assert {
        name for name in names if name.startswith(("account_", "mfa_", "usersessions_", "socialaccount_"))
    } == OURS


@pytest.mark.parametrize(
    "name", ["signup", "password/reset", "password/set", "password/change", "email", "confirm-email", "3rdparty",
             "inactive", "login/code", "2fa/trust", "passkeys/signup", "2fa/recovery/download", ""],
)  # fmt: skip
def test_its_other_addresses_lead_nowhere(client, as_operator, synced, name):
    for someone in (client, as_operator):
        assert someone.get(f"/accounts/{name}/").status_code == 404


def test_every_template_of_allauths_that_can_be_reached_is_ours():
    views = [pattern.callback for pattern in urlpatterns if pattern.name in OURS]
    classes = [found for view in views if (found := getattr(view, "view_class", None))]
    assert len(classes) > 8
    for view in classes:
        if name := getattr(view, "template_name", None):
            where = get_template(name).origin.name
            assert where.startswith(str(settings.BASE_DIR / "templates")), name


@pytest.mark.parametrize("login", ["\x00", "x" * 5000, "<script>"])
def test_junk_is_a_wrong_login(client, singletons, login):
    answer = client.post(LOGIN, {"login": login, "password": "x"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_a_session_that_ends_does_not_say_that_nothing_was_sent(client, singletons, htmx):
    for address in (f"/operations/{uuid4()}/", "/orders/table/", LOGIN):
        answer = client.get(address, headers=htmx, follow=True)
        text = answer.content.decode()
        assert (answer.status_code, answer["HX-Retarget"]) == (401, "#notices")
        assert "No se ha enviado nada" not in text
        assert "mire en «Operaciones» antes de repetirlo" in text


def test_what_was_pressed_after_the_session_had_ended_was_not_sent(client, inactive, htmx):
    answer = client.post(f"/orders/{inactive.vendor_id}/activate/", headers=htmx, follow=True)
    assert (answer.status_code, answer["HX-Retarget"]) == (401, "#notices")
    assert "No se ha enviado nada" in answer.content.decode()
    assert not Operation.objects.exists()
