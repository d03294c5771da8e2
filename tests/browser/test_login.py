"""Coming in and going out."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tools.stage import Stage


def test_a_wrong_password_is_said_and_the_name_stays(page: Page, stage: Stage) -> None:
    sign_in(page, password="falsa")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("Usuario")).to_have_value("demo")


def test_an_empty_form_says_what_is_missing(page: Page, stage: Stage) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("Escriba su usuario.")).to_be_visible()
    expect(page.get_by_text("Escriba su contraseña.")).to_be_visible()


def test_leaving(fresh_home: Page) -> None:
    fresh_home.get_by_role("button", name="Salir").click()
    expect(fresh_home.get_by_role("heading", name="Entrar")).to_be_visible()
    fresh_home.goto("/")
    expect(fresh_home.get_by_label("Usuario")).to_be_visible()


def test_an_observer_has_no_button_that_spends(page: Page, stage: Stage) -> None:
    sign_in(page, "observador")
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    expect(page.get_by_role("button", name="SMS").first).to_be_visible()
    expect(page.get_by_role("button", name="Alquilar")).to_have_count(0)
    expect(page.get_by_role("button", name="Activar")).to_have_count(0)
    expect(page.get_by_text("pero no alquilar")).to_be_visible()
