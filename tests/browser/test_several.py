"""«Varios servicios»: one number for several services, by mouse, by keyboard and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import choose
from tools.stage import Stage


@pytest.fixture
def switched(home: Page, stage: Stage) -> Page:
    """WhatsApp in Spain for a week, and then the switch."""
    stage.sandbox("balance", amount=900)
    choose(home, "ES", "week-1", "WhatsApp")
    home.get_by_role("switch", name="Varios servicios").check()
    expect(box(home, "WhatsApp")).to_be_checked()
    return home


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("group", name="Servicio", exact=True).get_by_role("checkbox", name=name)


def total(page: Page) -> Locator:
    return page.locator("[data-total]")


def bought(page: Page, stage: Stage, before: int) -> None:
    expect(page.locator("#outcome h1")).to_have_text("Hecho", timeout=30_000)
    sent = stage.calls("create_multi")
    assert len(sent) == before + 1
    assert sorted(sent[-1]["params"]["services"].split(",")) == ["opt20", "opt29"]


def test_by_mouse_one_number_is_rented_for_two_services_at_the_sum(switched: Page, stage: Stage) -> None:
    before = len(stage.calls("create_multi"))
    expect(total(switched)).to_have_text("6,44")
    box(switched, "Telegram").check()
    expect(total(switched)).to_have_text("12,11")
    expect(switched.locator("[data-picked]")).to_contain_text(
        re.compile("WhatsApp.*Telegram|Telegram.*WhatsApp")
    )
    box(switched, "WhatsApp").uncheck()
    expect(total(switched)).to_have_text("5,67")
    expect(switched.locator("[data-picked]")).to_have_text("Elegidos: Telegram")
    box(switched, "WhatsApp").check()
    expect(switched).to_have_url(
        re.compile(r"several=1&service=opt20&service=opt29|several=1&service=opt29&service=opt20")
    )
    switched.get_by_role("button", name="Alquilar", exact=True).click()
    dialog = switched.get_by_role("dialog", name="Confirmar el alquiler")
    expect(dialog).to_contain_text(re.compile("WhatsApp, Telegram|Telegram, WhatsApp"))
    expect(dialog.locator("#facts .price dd")).to_contain_text("12,11")
    dialog.get_by_role("button", name="Confirmar").click()
    bought(switched, stage, before)


def test_by_keyboard_the_switch_keeps_the_focus_and_space_ticks(home: Page, stage: Stage) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    switch = home.get_by_role("switch", name="Varios servicios")
    switch.focus()
    home.keyboard.press("Space")
    expect(box(home, "WhatsApp")).to_be_checked()
    expect(switch).to_be_focused()
    box(home, "Telegram").focus()
    home.keyboard.press("Space")
    expect(total(home)).to_have_text("12,11")
    switch.focus()
    home.keyboard.press("Space")
    expect(home.get_by_role("radiogroup", name="Servicio").get_by_role("radio", checked=True)).to_have_count(
        1
    )
    expect(total(home)).not_to_have_text("12,11")


def test_a_choice_of_several_survives_a_reload_and_another_period(switched: Page) -> None:
    box(switched, "Telegram").check()
    switched.reload()
    expect(total(switched)).to_have_text("12,11")
    switched.get_by_role("combobox", name="Seleccionar periodo").select_option("week-2")
    expect(total(switched)).not_to_have_text("12,11")
    for name in ("WhatsApp", "Telegram"):
        expect(box(switched, name)).to_be_checked()


def test_only_operators_that_have_all_of_them_are_offered(switched: Page) -> None:
    operator = switched.get_by_role("combobox", name="Operador")
    one = operator.locator("option").all_inner_texts()
    box(switched, "Telegram").check()
    both = operator.locator("option").all_inner_texts()
    assert {text.split(" · ")[0] for text in both} <= {text.split(" · ")[0] for text in one}


def test_nothing_ticked_is_said_at_the_field(switched: Page) -> None:
    box(switched, "WhatsApp").uncheck()
    expect(total(switched)).to_have_text("0,00")
    switched.get_by_role("button", name="Alquilar", exact=True).click()
    expect(switched.locator("#service-error")).to_have_text("Elija un servicio.")
    expect(switched.get_by_role("dialog")).to_have_count(0)


def test_without_script_several_are_ticked_and_rented(plain: Page, stage: Stage) -> None:
    stage.sandbox("balance", amount=900)
    before = len(stage.calls("create_multi"))
    plain.goto("/?country=ES&period=week-1")
    plain.get_by_role("switch", name="Varios servicios").check()
    plain.get_by_role("button", name="Calcular").click()
    for name in ("WhatsApp", "Telegram"):
        box(plain, name).check()
    plain.get_by_role("button", name="Calcular").click()
    expect(total(plain)).to_have_text("12,11")
    plain.get_by_role("button", name="Alquilar", exact=True).click()
    plain.get_by_role("button", name="Confirmar").click()
    bought(plain, stage, before)


def test_the_mistake_of_choosing_too_many_is_in_view_at_once(switched: Page) -> None:
    free = switched.locator("#services input:not(:disabled)")
    for at in range(11):
        free.nth(at).check()
    switched.get_by_role("button", name="Alquilar", exact=True).click()
    said = switched.locator("#service-error")
    expect(said).to_have_text("Elija como mucho 10 servicios para un número.")
    expect(said).to_be_in_viewport(ratio=1)
    expect(switched.locator("#services")).to_be_focused()
