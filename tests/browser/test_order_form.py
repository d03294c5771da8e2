"""The order form follows every change, and says what is wrong where it is wrong."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import choose, refresh
from tools.stage import Stage


def test_the_total_follows_every_change(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    expect(home.locator("[data-total]")).to_have_text("6,44")
    expect(home.locator(".stock")).to_contain_text("Números disponibles")
    home.get_by_role("radio", name="Telegram").check()
    expect(home.locator("[data-total]")).to_have_text("5,67")
    home.get_by_role("combobox", name="Seleccionar periodo").select_option("week-2")
    expect(home.locator("[data-total]")).not_to_have_text("5,67")


def test_the_choice_is_in_the_address_and_survives_a_reload(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    expect(home).to_have_url(re.compile(r"\?country=ES&period=week-1&service=opt20"))
    home.reload()
    expect(home.get_by_role("radio", name="WhatsApp")).to_be_checked()
    expect(home.locator("[data-total]")).to_have_text("6,44")


def test_operators_are_offered_for_the_chosen_service(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    operator = home.get_by_role("combobox", name="Operador")
    operator.select_option("Orange_ES")
    expect(home.locator(".stock [data-available]")).to_have_text("23")
    home.get_by_role("radio", name="Telegram").check()
    expect(operator).to_have_value("")


def test_a_service_is_found_by_typing_without_accents_or_case(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    home.get_by_role("searchbox", name="Buscar servicio").fill("TELÉG")
    expect(home.locator(".offer:visible")).to_have_count(1)
    home.get_by_role("searchbox", name="Buscar servicio").fill("qqq")
    expect(home.get_by_text("Ningún servicio coincide")).to_be_visible()


def test_out_of_stock_is_seen_but_cannot_be_chosen(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    wise = home.locator("input[name=service][value=opt0]")
    expect(wise).to_be_disabled()
    expect(home.locator(".offer", has=wise)).to_contain_text("sin números ahora")


def test_nothing_chosen_is_said_at_the_field(home: Page) -> None:
    home.get_by_role("combobox", name="Seleccionar país").select_option("ES")
    expect(home.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    home.get_by_role("button", name="Alquilar", exact=True).click()
    expect(home.get_by_text("Elija un servicio.")).to_be_visible()
    expect(home.get_by_role("dialog")).to_have_count(0)


def test_two_quick_clicks_buy_one_number(home: Page, stage: Stage) -> None:
    before = len(stage.calls("create"))
    choose(home, "ES", "week-1", "Facebook")
    home.get_by_role("button", name="Alquilar", exact=True).click()
    home.get_by_role("button", name="Confirmar").dblclick()
    expect(home.locator("#outcome h1")).to_have_text("Hecho")
    assert len(stage.calls("create")) == before + 1


def test_the_first_load_is_small_and_all_ours(home: Page, stage: Stage) -> None:
    # The first list of a fresh stage is still on its way, and is looked for meanwhile.
    expect(home.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    home.wait_for_load_state("networkidle")
    asked: list[str] = []
    home.on("request", lambda request: asked.append(request.url))
    home.goto("/")
    home.wait_for_load_state("load")
    assert len(asked) <= 8, asked
    assert all(url.startswith(stage.url) for url in asked)


def country_field(page: Page) -> Locator:
    field = page.get_by_role("combobox", name="Seleccionar país")
    field.focus()
    return field


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("alem", "DE"),
        ("GERM", "DE"),
        ("de", "DE"),
        ("reino u", "UK"),
        ("uk", "UK"),
        ("gb", "UK"),
        ("united k", "UK"),
        ("unid", "US"),
    ],
)
def test_a_country_is_found_by_name_english_name_or_code(home: Page, typed: str, code: str) -> None:
    field = country_field(home)
    home.keyboard.type(typed)
    expect(field).to_have_value(code)
    expect(home.locator("#country-typed")).to_contain_text(f"«{typed}»: ")


def test_accents_do_not_matter_to_what_is_typed(home: Page) -> None:
    field = country_field(home)
    for letter in "MÉX":
        field.dispatch_event("keydown", {"key": letter})
    expect(field).to_have_value("MX")


def test_a_country_found_by_typing_is_chosen_as_by_hand(home: Page) -> None:
    country_field(home)
    home.keyboard.type("portu")
    expect(home).to_have_url(re.compile("country=PT"))
    expect(home.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    expect(home.locator("#country-typed")).to_have_text("")
    expect(home.get_by_text("Escriba para buscar por nombre o código.")).to_be_visible()


def test_what_no_country_matches_is_said_and_changes_nothing(home: Page) -> None:
    field = country_field(home)
    before = field.input_value()
    home.keyboard.type("qq")
    expect(home.locator("#country-typed")).to_have_text("«qq»: ningún país coincide")
    expect(field).to_have_value(before)


def test_backspace_takes_a_letter_and_escape_all_of_them(home: Page) -> None:
    field = country_field(home)
    home.keyboard.type("portx")
    home.keyboard.press("Backspace")
    expect(home.locator("#country-typed")).to_contain_text("«port»: Portugal")
    home.keyboard.press("Escape")
    expect(home.locator("#country-typed")).to_have_text("")
    home.keyboard.type("it")
    expect(field).to_have_value("IT")


def test_after_a_pause_a_new_word_begins_and_arrows_keep_their_meaning(home: Page) -> None:
    field = country_field(home)
    home.keyboard.type("ita")
    expect(field).to_have_value("IT")
    expect(home.locator("#country-typed")).to_have_text("")
    home.keyboard.type("por")
    expect(field).to_have_value("PT")
    home.keyboard.press("ArrowDown")
    expect(field).not_to_have_value("PT")
    home.keyboard.press("Tab")
    expect(home.get_by_role("combobox", name="Seleccionar periodo")).to_be_focused()


def test_every_country_can_be_chosen_by_its_value_and_stands_once(home: Page) -> None:
    values = home.locator("#country option").evaluate_all("all => all.map((one) => one.value)")
    assert len(values) == len(set(values)) > 50
    expect(home.locator("#country optgroup").first).to_have_attribute("label", "Usados hace poco")
    home.get_by_role("combobox", name="Seleccionar país").select_option("DE")
    expect(home.locator("#country option:checked")).to_have_count(1)


def test_savings_follow_country_and_service(home: Page, stage: Stage) -> None:
    # Other tests on this stage may have asked for prices of this country.
    stage.sql("delete from rentals_pricelist where country='SE'")
    choose(home, "SE", "week-1", "WhatsApp")
    expect(home.locator("#saving")).to_be_hidden()
    choose(home, "SE", "month-1", "WhatsApp")
    month = home.locator("#period option[value=month-1]")
    expect(month).to_have_text(re.compile(r"^1 mes · 30 días · −(19|20) %$"))
    expect(home.locator("#period option[value=week-1]")).to_have_text("1 semana · 7 días")
    expect(home.get_by_text("Ahorro al día frente al periodo más caro")).to_be_visible()
    home.get_by_role("combobox", name="Seleccionar periodo").select_option("week-1")
    expect(home.locator("#saving")).to_be_hidden()
    home.get_by_role("combobox", name="Seleccionar país").select_option("NO")
    expect(month).to_have_text("1 mes · 30 días")


def test_what_is_missing_is_said_at_once(home: Page, stage: Stage) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    advice = home.get_by_text("El saldo no alcanza. Recargue la cuenta")
    expect(advice).to_be_hidden()
    # The balance that is made up here would give way to the real one with the next prices.
    for address in ("**/catalogue/prices/**", "**/orders/table/**"):
        home.route(address, lambda route: None)
    home.locator("#offers").evaluate("box => { box.dataset.balance = '6.00'; }")
    home.get_by_role("radio", name="Facebook").check()
    home.get_by_role("radio", name="WhatsApp").check()
    expect(home.locator(".total")).to_contain_text("faltan 0,44 USD")
    expect(advice).to_be_visible()


def test_while_prices_are_on_their_way_no_other_price_is_shown(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    home.route("**/catalogue/prices/**", lambda route: None)
    home.get_by_role("combobox", name="Seleccionar periodo").select_option("month-2")
    expect(home.locator(".total")).to_contain_text("Calculando…")
    expect(home.locator("[data-total]")).to_be_hidden()


def test_prices_lost_on_the_way_are_asked_for_again(home: Page) -> None:
    choose(home, "ES", "month-2", "WhatsApp")
    total = home.locator("[data-total]").inner_text()
    choose(home, "ES", "week-1", "WhatsApp")
    home.route("**/catalogue/prices/**", lambda route: route.abort(), times=1)
    home.get_by_role("combobox", name="Seleccionar periodo").select_option("month-2")
    expect(home.locator("[data-total]")).to_be_visible()
    expect(home.locator("[data-total]")).to_have_text(total)


def test_services_used_last_have_a_heading_that_a_search_leaves_out(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    heading = home.locator("#services").get_by_text("Usados hace poco")
    expect(heading).to_have_count(1)
    home.get_by_role("searchbox", name="Buscar servicio").fill("what")
    expect(heading).to_be_hidden()


def test_an_operator_picked_while_prices_come_stays_picked(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    home.get_by_role("combobox", name="Operador").select_option("Orange_ES")
    home.get_by_role("combobox", name="Seleccionar periodo").select_option("week-2")
    home.get_by_role("combobox", name="Operador").select_option("Vodafone_ES")
    expect(home).to_have_url(re.compile("period=week-2.*operator=Vodafone_ES"))
    expect(home.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    expect(home.get_by_role("combobox", name="Operador")).to_have_value("Vodafone_ES")


def test_without_script_a_mistake_is_seen_at_once_and_leads_to_its_field(plain: Page) -> None:
    plain.set_viewport_size({"width": 320, "height": 640})
    plain.goto("/?country=ES&period=week-1")
    plain.get_by_role("button", name="Alquilar", exact=True).click()
    summary = plain.get_by_role("alert").filter(has_text="No se ha gastado nada")
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link", name="Elija un servicio.").click()
    expect(plain.locator("#service-error")).to_be_in_viewport()


def test_an_old_list_is_drawn_again_around_the_person_who_is_in_it(home: Page, stage: Stage) -> None:
    choose(home, "FI", "week-3", "WhatsApp")
    # First the worker: it would read an old list again before it stops.
    stage.stop("worker")
    try:
        stage.sql(
            "update rentals_pricelist set fetched_at='2026-01-01', tried_at='2026-01-01', wanted_at=null "
            "where country='FI'"
        )
        home.reload()
        expect(home.get_by_text("Precios leídos hace")).to_be_visible()
        telegram = home.get_by_role("radio", name="Telegram")
        telegram.check()
    finally:
        stage.start("worker")
    expect(home.get_by_text("Precios leídos hace")).to_have_count(0, timeout=30_000)
    expect(telegram).to_be_checked()
    expect(telegram).to_be_focused()


def test_a_spend_elsewhere_is_counted_with_as_soon_as_the_header_knows_it(home: Page, stage: Stage) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    stage.sandbox("balance", amount=777)
    stage.read_balance_now()
    for _ in range(20):
        refresh(home)
        if "777" in home.locator("#balance").inner_text():
            break
        home.wait_for_timeout(300)
    expect(home.locator("[data-balance-now]")).to_have_text("777,00")
    stage.sandbox("balance", amount=900)


def test_whoever_moves_on_in_a_dialog_at_once_is_not_taken_back(home: Page) -> None:
    choose(home, "ES", "week-1", "WhatsApp")
    home.evaluate(
        """document.addEventListener("htmx:afterSwap", (event) => {
             if (event.detail.target.id === "dialog-body")
               setTimeout(() => document.querySelector("#dialog [type=submit]").focus());
           })"""
    )
    home.get_by_role("button", name="Alquilar", exact=True).click()
    confirm = home.get_by_role("dialog").get_by_role("button", name="Confirmar")
    expect(confirm).to_be_focused()
    home.wait_for_timeout(300)
    expect(confirm).to_be_focused()
