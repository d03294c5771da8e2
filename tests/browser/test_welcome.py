"""The first minutes of a new panel."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.stage import Stage

PASSWORD = "una-frase-larga-81"


def link(stage: Stage) -> str:
    found = re.search(r"/accounts/welcome/\S+", stage.manage("setup_link"))
    assert found
    return found[0]


def fill(page: Page, user: str) -> None:
    page.get_by_label("Usuario").fill(user)
    # Not the other's name: two people of one name could not be told apart.
    page.get_by_label("Nombre").fill("Inés Segura")
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label("Repita la contraseña").fill(PASSWORD)


@pytest.fixture(autouse=True)
def _administrators_of_the_demo_only(stage: Stage) -> Iterator[None]:
    """The stage is everybody's, and a test that failed half way must not take the link from the next one."""
    yield
    stage.sql("update rentals_person set is_active=0 where username like 'ines%'")


def test_the_first_administrator_comes_in_by_keyboard_and_can_sign_in_again(page: Page, stage: Stage) -> None:
    address = link(stage)
    page.goto(address)
    # The page puts the focus there itself; keys that come before it does would be lost.
    expect(page.get_by_label("Usuario")).to_be_focused()
    for words in ("ines", "Inés Prieto", PASSWORD, PASSWORD):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Inés Prieto")).to_be_visible()
    expect(page.get_by_text("Administrador")).to_be_visible()
    page.get_by_role("button", name="Salir").click()
    page.get_by_label("Usuario").fill("ines")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("heading", name="Este enlace ya no sirve")).to_be_visible()


def test_without_script(browser: Browser, browser_context_args: dict, stage: Stage) -> None:
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(link(stage))
    fill(page, "demo")
    page.get_by_role("button", name="Crear usuario").click()
    expect(page.get_by_text("Ese usuario ya existe")).to_be_visible()
    expect(page.get_by_label("Nombre")).to_have_value("Inés Segura")
    fill(page, "ines2")
    page.get_by_role("button", name="Crear usuario").click()
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    context.close()
