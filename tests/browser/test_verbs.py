"""Prolong, add a service, delete and restore, as a person does them: by mouse, by keyboard and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import appearing, row_of, sign_in
from tests.browser.hands import Way, confirm, finished, rented, sent_once
from tools.stage import Stage


def test_by_mouse_a_number_is_prolonged_at_the_price_that_was_shown(home: Page, stage: Stage) -> None:
    order, before = rented(stage), len(stage.calls("prolong"))
    appearing(home, order).get_by_role("button", name="Prolongar").click()
    dialog = home.get_by_role("dialog")
    expect(dialog.locator("#prolong-facts")).not_to_contain_text("Calculando")
    price = dialog.locator("#prolong-facts .price dd").inner_text()
    dialog.get_by_role("button", name="Continuar").click()
    expect(dialog).to_contain_text("Confirmar la prolongación")
    expect(dialog.locator("#facts .price dd")).to_have_text(price)
    dialog.get_by_role("button", name="Confirmar").click()
    finished(home)
    assert len(stage.calls("prolong")) == before + 1


def test_by_keyboard_a_service_is_added_and_the_total_follows(home: Page, stage: Stage) -> None:
    order = rented(stage)
    more = appearing(home, order).get_by_role("button", name="Más")
    more.focus()
    home.keyboard.press("Enter")
    home.locator(f"#add-{order}").focus()
    home.keyboard.press("Enter")
    dialog = home.get_by_role("dialog", name="Alquilar un servicio adicional")
    dialog.get_by_role("searchbox", name="Buscar servicio").focus()
    home.keyboard.type("amaz")
    expect(dialog.get_by_role("radio")).to_have_count(1)
    dialog.get_by_role("radio", name="Amazon").focus()
    home.keyboard.press("Space")
    expect(dialog.locator("#add-facts strong")).not_to_have_text("0,00 USD")
    dialog.get_by_role("button", name="Continuar").focus()
    home.keyboard.press("Enter")
    dialog = home.get_by_role("dialog", name="Confirmar el servicio adicional")
    with sent_once(stage, "add_service_to_order"):
        dialog.get_by_role("button", name="Confirmar").focus()
        home.keyboard.press("Enter")
        finished(home)


def test_escape_leaves_the_dialog_and_focus_returns_to_its_button(home: Page, stage: Stage) -> None:
    order = rented(stage)
    button = appearing(home, order).get_by_role("button", name="Prolongar")
    button.focus()
    home.keyboard.press("Enter")
    expect(home.get_by_role("dialog")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_with_many_days_left_the_button_says_why_and_sends_nothing(home: Page, stage: Stage) -> None:
    button = home.locator("[id^=prolong-][aria-disabled=true]").first
    expect(button).to_have_attribute("aria-label", re.compile("menos de 7 días: se podrá desde el"))
    button.focus()
    home.keyboard.press("Enter")
    button.click(force=True)
    expect(home.get_by_role("dialog")).to_be_hidden()


def test_deleting_says_what_is_lost_and_the_number_goes_to_the_archive(home: Page, stage: Stage) -> None:
    order = rented(stage)
    appearing(home, order).get_by_role("button", name="Más").click()
    home.locator(f"#delete-{order}").click()
    dialog = home.get_by_role("dialog", name="Eliminar el número")
    expect(dialog).to_contain_text("no se devuelven si el número recibió algún SMS")
    with sent_once(stage, "delete"):
        dialog.get_by_role("button", name="Confirmar").click()
        finished(home)
    home.goto("/")
    expect(row_of(home, order)).to_have_count(0)
    home.goto("/archive/")
    expect(home.locator(f"#rental-{order}")).to_be_visible(timeout=15_000)


def test_the_archive_turns_its_pages_and_finds_without_loading_anew(home: Page, stage: Stage) -> None:
    home.goto("/archive/")
    home.get_by_role("link", name="Siguiente").click()
    expect(home.get_by_text("Página 2")).to_be_visible()
    expect(home).to_have_url(re.compile(r"page=2$"))
    home.get_by_role("searchbox").fill("zzzz")
    expect(home.get_by_text("No se encontraron registros coincidentes")).to_be_visible()


def test_restoring_asks_for_the_price_first_and_then_brings_the_number_back(home: Page, stage: Stage) -> None:
    home.goto("/archive/")
    row = home.locator(".archive tbody tr", has=home.get_by_role("button", name="Restaurar")).first
    phone = row.locator(".digits").inner_text()
    row.get_by_role("button", name="Restaurar").click()
    dialog = home.get_by_role("dialog", name="Confirmar la restauración")
    expect(dialog).to_contain_text("por adelantado", timeout=30_000)
    with sent_once(stage, "restore_user"):
        dialog.get_by_role("button", name="Confirmar").click()
        finished(home)
    home.goto("/")
    expect(home.locator("#rows")).to_contain_text(phone)


RENT_ANOTHER = "Consulte al soporte de SMSPVA o alquile otro número."
TOP_UP = "Recargue la cuenta en la página de SMSPVA y vuelva a intentarlo."
CHECK_KEY = "Compruebe que la clave API sea la de la cuenta con la que se alquiló el número."
WRITE = "Escriba al soporte de SMSPVA e indique el número de teléfono y el servicio."
AT_THE_SEND = [
    ("the user had not this order", "no pertenece a la cuenta", CHECK_KEY),
    ("Service not found", "datos del servicio", WRITE),
    ("Balance is not enough", "El saldo de la cuenta no alcanza", TOP_UP),
]


@pytest.mark.parametrize(
    ("word", "says", "next_step"),
    [
        ("NOAVAILDAYS", "muy pocos días de servicio", RENT_ANOTHER),
        ("NOTOWNER", "no pertenece a la cuenta", CHECK_KEY),
        ("NOREMOTEDATA", "no encontró", "Compruebe en el archivo que el alquiler haya vencido"),
        ("NOORDERCOUNTRY", "faltan datos", "Pida la restauración en el chat de la página de SMSPVA"),
        ("DATEDIFFINVERT", "todavía no ha vencido", "prolónguelo desde allí"),
        ("NOSERVICEDATA", "datos del servicio", WRITE),
        ("NOBALANCE", "El saldo de la cuenta no alcanza", TOP_UP),
        *AT_THE_SEND,
    ],
)
def test_each_documented_refusal_of_a_restore_is_explained_with_what_to_do_now(
    home: Page, stage: Stage, word: str, says: str, next_step: str
) -> None:
    home.goto("/archive/?page=2")
    # The answer to the one before, as long as it is only a second old, would be shown again.
    home.wait_for_timeout(1100)
    stage.sandbox("faults", method="restore_user_precalc", fault="refuse", msg=word, times=1)
    home.get_by_role("button", name="Restaurar").first.click()
    dialog = home.get_by_role("dialog")
    expect(dialog).to_contain_text(says)
    expect(dialog).to_contain_text("No se gastó nada")
    expect(dialog.locator("p", has_text="Qué hacer ahora:")).to_contain_text(next_step)


@pytest.mark.parametrize(("word", "says", "next_step"), AT_THE_SEND)
def test_a_restore_that_is_refused_only_at_the_send_is_explained_with_what_to_do_now(
    home: Page, stage: Stage, word: str, says: str, next_step: str
) -> None:
    stage.sandbox("balance", amount=900)
    home.goto("/archive/?page=2")
    stage.sandbox("faults", method="restore_user", fault="refuse", msg=word, times=1)
    with sent_once(stage, "restore_user"):
        home.get_by_role("button", name="Restaurar").first.click()
        confirm(Way(home, "mouse"), "Confirmar la restauración", "Rechazado")
    told = home.locator("#outcome")
    expect(told).to_contain_text(says)
    expect(told).to_contain_text("No se gastó nada")
    expect(told.locator("dl > div", has_text="Qué hacer ahora")).to_contain_text(next_step)


def test_a_prolongation_that_is_refused_at_the_send_is_explained_with_what_to_do_now(
    home: Page, stage: Stage
) -> None:
    order = rented(stage)
    stage.sandbox("faults", method="prolong", fault="refuse", msg="Insufficient funds on balance", times=1)
    with sent_once(stage, "prolong"):
        appearing(home, order).get_by_role("button", name="Prolongar").click()
        home.get_by_label("Prolongar por").select_option("week-1")
        expect(home.locator("#prolong-facts .price dd")).to_have_text("9,03 USD")
        home.get_by_role("button", name="Continuar").click()
        confirm(Way(home, "mouse"), "Confirmar la prolongación", "Rechazado")
    told = home.locator("#outcome")
    expect(told).to_contain_text("El saldo de la cuenta no alcanza")
    expect(told).to_contain_text("No se gastó nada")
    expect(told.locator("dl > div", has_text="Qué hacer ahora")).to_contain_text(TOP_UP)


def test_without_script_a_number_is_prolonged(plain: Page, stage: Stage) -> None:
    order = rented(stage)
    for _ in range(30):
        if row_of(plain, order).count():
            break
        plain.wait_for_timeout(500)
        plain.goto("/")
    row_of(plain, order).get_by_role("button", name="Prolongar").click()
    plain.get_by_label("Prolongar por").select_option("day-2")
    plain.get_by_role("button", name="Calcular").click()
    expect(plain.locator("#prolong-facts")).not_to_contain_text("Calculando")
    plain.get_by_role("button", name="Continuar").click()
    with sent_once(stage, "prolong_max"):
        plain.get_by_role("button", name="Confirmar").click()
        finished(plain)


def test_without_script_a_number_is_restored_and_deleted(plain: Page, stage: Stage) -> None:
    plain.goto("/archive/?page=2")
    plain.get_by_role("button", name="Restaurar").last.click()
    expect(plain.get_by_role("heading", name="Confirmar la restauración")).to_be_visible(timeout=30_000)
    with sent_once(stage, "restore_user"):
        plain.get_by_role("button", name="Confirmar").click()
        finished(plain)
    order = plain.get_by_role("link", name="Ver en mis números").get_attribute("href").split("order-")[1]  # type: ignore[union-attr]
    plain.goto(f"/orders/{order}/more/")
    plain.get_by_role("button", name="Eliminar").click()
    with sent_once(stage, "delete"):
        plain.get_by_role("button", name="Confirmar").click()
        finished(plain)


def test_an_observer_sees_the_archive_and_may_do_nothing_with_it(page: Page, stage: Stage) -> None:
    sign_in(page, "observador")
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    expect(page.get_by_role("button", name="Prolongar")).to_have_count(0)
    page.goto("/archive/")
    expect(page.get_by_role("button", name="Restaurar")).to_have_count(0)
