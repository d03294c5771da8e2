"""The main job from end to end: rent, activate, read, copy; by mouse, by keyboard, and without script."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import choose, row_of
from tools.stage import Stage

ACTIVATION = 60_000
"""Milliseconds: the worker's next look comes within 30 s."""


def rented(page: Page) -> str:
    """The vendor's id of the number just rented, from the link that leads to its row."""
    expect(page.locator("#outcome h1")).to_have_text("Hecho")
    link = page.get_by_role("link", name="Ver en mis números")
    return str(link.get_attribute("href")).split("#order-")[1]


def some_time_later(stage: Stage) -> None:
    """The vendor has activated the number meanwhile (at the sandbox's pace 5 to 15 s)."""
    stage.sandbox("advance", seconds=20)
    stage.read_orders_now()


def send_sms(stage: Stage, order: str, code: str) -> None:
    stage.sandbox(
        "sms", order=int(order), text=f"Tu código es {code}. No lo compartas.", sender="Prueba", other=0
    )


def test_by_mouse(home: Page, stage: Stage) -> None:
    choose(home, "IT", "week-1", "Discord")
    total = home.locator("[data-total]").inner_text()
    home.get_by_role("button", name="Alquilar", exact=True).click()
    dialog = home.get_by_role("dialog", name="Confirmar el alquiler")
    expect(dialog).to_contain_text(f"{total} USD")
    dialog.get_by_role("button", name="Confirmar").click()
    order = rented(home)
    home.get_by_role("link", name="Ver en mis números").click()
    expect(home.get_by_role("dialog")).to_have_count(0)
    row = row_of(home, order)
    expect(row).to_contain_text("Inactivo")
    row.get_by_role("button", name="Activar").click()
    expect(row).to_contain_text(re.compile("Enviando…|Activando"))
    expect(row).to_contain_text("Activando")
    some_time_later(stage)
    expect(row).to_contain_text("Activo", timeout=ACTIVATION)
    row.get_by_role("button", name="SMS").click()
    panel = home.locator(f"#sms-{order}")
    expect(panel).to_contain_text("SMS que llegó al número")
    send_sms(stage, order, "671 094")
    panel.get_by_role("button", name="Actualizar").click()
    panel.get_by_role("button", name="Copiar código 671094").click()
    assert home.evaluate("navigator.clipboard.readText()") == "671094"
    assert len([call for call in stage.calls("create") if call["params"].get("service") == "opt44"]) <= 1


def test_by_keyboard(home: Page, stage: Stage) -> None:
    country = home.get_by_role("combobox", name="Seleccionar país")
    country.focus()
    # By arrows: what is typed slower than a second apart begins a new word, and a busy machine types slowly.
    home.keyboard.press("Home")
    while country.input_value() != "IT":
        before = country.input_value()
        home.keyboard.press("ArrowDown")
        assert country.input_value() != before
    expect(country).to_have_value("IT")
    home.keyboard.press("Tab")
    home.keyboard.press("Home")
    expect(home.get_by_role("combobox", name="Seleccionar periodo")).to_have_value("week-1")
    expect(home.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    home.get_by_role("searchbox", name="Buscar servicio").focus()
    home.keyboard.type("telegram")
    home.keyboard.press("Enter")
    expect(home.get_by_role("radio", name="Telegram")).to_be_checked()
    home.get_by_role("button", name="Alquilar", exact=True).focus()
    home.keyboard.press("Enter")
    dialog = home.get_by_role("dialog", name="Confirmar el alquiler")
    expect(dialog.get_by_role("heading")).to_be_focused()
    home.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(home.get_by_role("button", name="Alquilar", exact=True)).to_be_focused()
    home.keyboard.press("Enter")
    expect(dialog.get_by_role("heading")).to_be_focused()
    home.keyboard.press("Tab")
    expect(dialog.get_by_role("button", name="Confirmar")).to_be_focused()
    home.keyboard.press("Enter")
    order = rented(home)
    home.get_by_role("link", name="Ver en mis números").focus()
    home.keyboard.press("Enter")
    row = row_of(home, order)
    row.get_by_role("button", name="Activar").focus()
    home.keyboard.press("Enter")
    expect(row.get_by_role("button", name="SMS")).to_be_focused()
    expect(row).to_contain_text("Activando")
    some_time_later(stage)
    expect(row).to_contain_text("Activo", timeout=ACTIVATION)
    home.keyboard.press("Enter")
    send_sms(stage, order, "220518")
    copy = home.locator(f"#sms-{order}").get_by_role("button", name="Copiar código 220518")
    expect(copy).to_be_visible(timeout=30_000)
    copy.focus()
    home.keyboard.press("Enter")
    assert home.evaluate("navigator.clipboard.readText()") == "220518"
    home.keyboard.press("Escape")
    expect(home.locator(f"#sms-{order}")).to_have_count(0)
    expect(row.get_by_role("button", name="SMS")).to_be_focused()


def until(page: Page, ready: str) -> None:
    """Loads the page again, as its own refresh does, until the words are there."""
    for _ in range(40):
        if page.get_by_text(ready).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    raise AssertionError(f"{ready!r} did not come")


def test_without_script(plain: Page, stage: Stage) -> None:
    plain.get_by_role("combobox", name="Seleccionar país").select_option("IT")
    plain.get_by_role("combobox", name="Seleccionar periodo").select_option("week-2")
    plain.get_by_role("button", name="Calcular").click()
    until(plain, "USD al día")
    plain.get_by_role("radio", name="Facebook").check()
    plain.get_by_role("button", name="Alquilar", exact=True).click()
    expect(plain.get_by_role("heading", name="Confirmar el alquiler")).to_be_visible()
    plain.get_by_role("button", name="Confirmar").click()
    until(plain, "Hecho")
    order = rented(plain)
    plain.get_by_role("link", name="Ver en mis números").click()
    row_of(plain, order).get_by_role("button", name="Activar").click()
    until(plain, "Hecho")
    some_time_later(stage)
    plain.get_by_role("link", name="mis números").first.click()
    for _ in range(60):
        if "Activo" in row_of(plain, order).inner_text():
            break
        plain.wait_for_timeout(1_000)
        plain.reload()
    send_sms(stage, order, "909 313")
    row_of(plain, order).get_by_role("button", name="SMS").click()
    plain.get_by_role("button", name="Actualizar").click()
    until(plain, "909 313")
    expect(plain.get_by_role("textbox", name="Código 909313")).to_have_value("909313")
