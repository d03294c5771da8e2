"""Codes of a telephone: set up by hand, asked for at the log-in, and demanded of a role while people work."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import refresh, sign_in
from tools.scenes_people import AN_HOUR_AGO, add_app, totp
from tools.stage import Stage


@pytest.fixture
def person(page: Page, stage: Stage) -> Iterator[Page]:
    """The operator, signed in; afterwards without second factors, and nobody demands any."""
    sign_in(page, "operador")
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    yield page
    stage.sql("delete from mfa_authenticator")
    stage.sql("update rentals_team set mfa_roles='[]', confirm_above=null")
    # A code is used once; the next test takes the same half minute's.
    stage.sql("delete from cache")


def test_setting_it_up_and_coming_in_with_it(person: Page) -> None:
    person.get_by_role("link", name="Perfil de operador").click()
    person.get_by_role("link", name="Configurar el segundo factor").click()
    person.get_by_role("link", name="Configurar la aplicación de códigos").click()
    expect(person.get_by_role("img", name="Imagen QR")).to_be_visible()
    secret = person.locator(".secret").inner_text()
    code = totp(secret)
    person.get_by_label("Código", exact=True).fill(code)
    person.get_by_role("button", name="Activar").click()
    person.get_by_role("button", name="Mostrar los códigos").click()
    expect(person.locator(".codes li")).to_have_count(10)
    recovery = person.locator(".codes li").first.inner_text()
    person.get_by_role("button", name="Salir").click()
    sign_in(person, "operador")
    person.get_by_label("Código", exact=True).fill(code)
    person.get_by_role("button", name="Entrar").click()
    expect(person.get_by_text("El código no es correcto o ya se ha usado.")).to_be_visible()
    person.get_by_label("Código", exact=True).fill(recovery)
    person.get_by_role("button", name="Entrar").click()
    expect(person.get_by_role("table", name="Mis números")).to_be_visible()


def test_the_recovery_codes_are_downloaded_as_a_text(person: Page) -> None:
    add_app(person)
    person.get_by_role("button", name="Mostrar los códigos").click()
    codes = person.locator(".codes li").all_inner_texts()
    with person.expect_download() as download:
        person.get_by_role("link", name="Descargar como texto").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename.endswith(".txt")
    assert [line for line in text.splitlines() if line.isdigit()] == codes


def test_whoever_works_when_it_becomes_obligatory_is_led_to_it(person: Page, stage: Stage) -> None:
    stage.sql("insert or ignore into rentals_team (id, mfa_roles) values (1, '[]')")
    stage.sql("update rentals_team set mfa_roles=?", json.dumps(["operator"]))
    person.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
    expect(person.get_by_text("Su rol exige un segundo factor.")).to_be_visible()
    person.goto("/archive/")
    expect(person.get_by_role("heading", name="Segundo factor")).to_be_visible()
    add_app(person)
    person.goto("/")
    expect(person.get_by_role("table", name="Mis números")).to_be_visible()
    refresh(person)


def test_without_script_it_works_too(plain_stranger: Page, stage: Stage) -> None:
    sign_in(plain_stranger, "observador")
    expect(plain_stranger.get_by_role("table", name="Mis números")).to_be_visible()
    add_app(plain_stranger)
    plain_stranger.get_by_role("button", name="Mostrar los códigos").click()
    expect(plain_stranger.locator(".codes li")).to_have_count(10)
    stage.sql("delete from mfa_authenticator")
    stage.sql("delete from cache")


def test_a_dear_rent_asks_for_the_password_in_its_dialog(person: Page, stage: Stage) -> None:
    stage.sql("insert or ignore into rentals_team (id, mfa_roles) values (1, '[]')")
    stage.sql("update rentals_team set confirm_above='1.00'")
    stage.manage("shell", "-v", "0", "-c", AN_HOUR_AGO)
    person.goto("/?country=ES&period=week-1&service=opt20")
    expect(person.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    person.get_by_role("button", name="Alquilar", exact=True).click()
    dialog = person.get_by_role("dialog")
    dialog.get_by_label("Contraseña").fill("falsa")
    dialog.get_by_role("button", name="Confirmar").click()
    expect(dialog.get_by_text("La contraseña no es correcta.")).to_be_visible()
    dialog.get_by_label("Contraseña").fill("demo")
    dialog.get_by_role("button", name="Confirmar").click()
    expect(dialog).to_contain_text("Hecho")
