"""Passkeys, with Chromium's virtual authenticator. They need a name for a host: localhost, not 127.0.0.1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HEAR, sign_in
from tools.stage import Stage

OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def local(browser: Browser, browser_context_args: dict[str, Any], stage: Stage) -> Iterator[Page]:
    """A page at http://localhost, whose complaints fail the test, and no passkeys afterwards."""
    address = stage.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(**{**browser_context_args, "base_url": address})
    context.add_init_script(HEAR)
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda fault: said.append(str(fault.error)))
    page = context.new_page()
    yield page
    context.close()
    stage.sql("delete from mfa_authenticator")
    assert said == []


@pytest.fixture
def device(local: Page) -> Any:
    """A device that holds passkeys: the session to speak to it, and its id."""
    session = local.context.new_cdp_session(local)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    return session, made["authenticatorId"]


def add_passkey(page: Page, name: str, *, alone: bool = True) -> None:
    page.goto("/accounts/passkeys/add/")
    page.get_by_label("Nombre").fill(name)
    if not alone:
        page.get_by_label("Entrar solo con ella").uncheck()
    page.get_by_role("button", name="Añadir").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()


def no_axe_violations(page: Page) -> None:
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()


def test_one_is_added_named_and_lets_in_alone(local: Page, device: Any) -> None:
    sign_in(local, "operador")
    add_passkey(local, "Portátil")
    local.goto("/accounts/passkeys/")
    expect(local.locator("b", has_text="Portátil")).to_be_visible()
    no_axe_violations(local)
    local.get_by_role("link", name="Renombrar Portátil").click()
    no_axe_violations(local)
    local.get_by_label("Nombre").fill("Portátil de casa")
    local.get_by_role("button", name="Guardar").click()
    expect(local.locator("b", has_text="Portátil de casa")).to_be_visible()
    local.get_by_role("button", name="Salir").click()
    local.goto("/accounts/login/?next=/archive/")
    local.get_by_role("button", name="Usar una passkey").click()
    expect(local.get_by_role("heading", name="Archivo")).to_be_visible()
    expect(local.get_by_role("link", name="Perfil de operador")).to_be_visible()


def test_one_is_the_second_factor_after_the_password(local: Page, device: Any) -> None:
    sign_in(local, "operador")
    add_passkey(local, "Llave", alone=False)
    local.get_by_role("button", name="Salir").click()
    sign_in(local, "operador")
    expect(local.get_by_role("heading", name="Segundo factor")).to_be_visible()
    local.get_by_role("button", name="Usar una passkey").click()
    expect(local.get_by_role("table", name="Mis números")).to_be_visible()


def test_one_that_was_taken_away_lets_nobody_in(local: Page, device: Any) -> None:
    sign_in(local, "operador")
    add_passkey(local, "Vieja")
    local.goto("/accounts/passkeys/")
    local.get_by_role("link", name="Quitar Vieja").click()
    no_axe_violations(local)
    local.get_by_role("button", name="Quitar").click()
    expect(local.get_by_text("Todavía no tiene ninguna.")).to_be_visible()
    local.get_by_role("button", name="Salir").click()
    local.get_by_role("button", name="Usar una passkey").click()
    expect(local.get_by_text("No se ha reconocido la passkey.")).to_be_visible()
    no_axe_violations(local)


def test_one_can_stand_for_the_password_when_asked_again(local: Page, device: Any) -> None:
    sign_in(local, "operador")
    add_passkey(local, "Llave")
    local.goto("/accounts/reauthenticate/?next=/archive/")
    local.get_by_role("link", name="Usar una passkey").click()
    no_axe_violations(local)
    local.get_by_role("button", name="Usar una passkey").click()
    expect(local.get_by_role("heading", name="Archivo")).to_be_visible()


def test_a_device_without_one_is_told_so_in_words(local: Page, device: Any) -> None:
    session, authenticator = device
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    local.goto("/accounts/login/")
    local.get_by_role("button", name="Usar una passkey").click()
    expect(local.get_by_role("alert").filter(has_text="No se ha usado ninguna passkey")).to_be_visible()


def test_with_numbers_for_a_host_it_says_what_is_wrong(page: Page, stage: Stage) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Usar una passkey").click()
    expect(page.get_by_role("alert").filter(has_text="abra el panel con su nombre")).to_be_visible()


def test_without_script_the_page_says_what_a_passkey_needs(plain_stranger: Page) -> None:
    sign_in(plain_stranger)
    expect(plain_stranger.get_by_role("table", name="Mis números")).to_be_visible()
    plain_stranger.goto("/accounts/passkeys/add/")
    # A browser whose script is only switched off from outside does not draw it.
    assert "Las passkeys necesitan JavaScript" in plain_stranger.locator("noscript").inner_text()
    expect(plain_stranger.get_by_role("button", name="Añadir")).to_have_count(0)
