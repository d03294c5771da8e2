"""The panel of a number's SMS: messages come by themselves and take nothing out of people's hands."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import expect_heard, row_of
from tools.stage import Stage

ARRIVES = 15_000


@pytest.fixture
def order(stage: Stage) -> str:
    """The active WhatsApp number of the demo world, which has messages of its own and another service's."""
    found = stage.sql(
        "select o.vendor_id from rentals_sms s join rentals_order o on o.id=s.order_id where s.text like '%671-094%'"
    )
    return str(found[0][0])


@pytest.fixture
def panel(home: Page, order: str) -> Locator:
    row_of(home, order).get_by_role("button", name="SMS").click()
    panel = home.locator(f"#sms-of-{order}")
    expect(panel).to_be_visible()
    return panel


def arrive(stage: Stage, order: str, text: str, sender: str = "WhatsApp", other: int = 0) -> None:
    stage.sandbox("sms", order=int(order), text=text, sender=sender, other=other)


def message(panel: Locator, text: str) -> Locator:
    return panel.locator(".sms", has_text=text)


def test_a_message_appears_by_itself_marked_as_new_and_is_announced(
    panel: Locator, stage: Stage, order: str
) -> None:
    # Others may come at any time: the demo world has one of its own on the way.
    older = panel.locator(".sms").first.get_attribute("id")
    arrive(stage, order, "Tu código de WhatsApp: 918-273")
    expect(message(panel, "918-273")).to_be_visible(timeout=ARRIVES)
    expect(message(panel, "918-273")).to_contain_text("nuevo")
    expect(panel.locator(f".sms:has-text('918-273') ~ #{older}")).to_be_attached()
    expect_heard(panel.page, "SMS nuevo de WhatsApp: código 918273")
    expect(panel.locator(".sms [data-copy]").first).to_have_class(re.compile("main"))


def test_what_is_being_read_stays_when_a_message_arrives(panel: Locator, stage: Stage, order: str) -> None:
    page = panel.page
    panel.locator("summary").click()
    old = panel.locator("#" + str(panel.locator(".sms").nth(2).get_attribute("id")))
    page.set_viewport_size({"width": 1440, "height": 500})
    old.locator("button").focus()
    old.evaluate("sms => getSelection().selectAllChildren(sms.querySelector('.text'))")
    old.evaluate("sms => sms.scrollIntoView()")
    chosen, place = page.evaluate("getSelection().toString()"), old.bounding_box()
    arrive(stage, order, "Código nuevo 554433")
    expect(message(panel, "554433")).to_be_attached(timeout=ARRIVES)
    assert chosen
    assert page.evaluate("getSelection().toString()") == chosen
    expect(old.locator("button")).to_be_focused()
    expect(panel.locator("details")).to_have_attribute("open", "")
    now = old.bounding_box()
    assert place
    assert now
    assert abs(now["y"] - place["y"]) < 2


def test_another_services_message_joins_the_others_without_opening_them(
    panel: Locator, stage: Stage, order: str
) -> None:
    expect(panel.locator("summary")).to_contain_text("Mostrar")
    before = int(re.findall(r"\d+", panel.locator("summary span").first.inner_text())[0])
    arrive(stage, order, "G-771188 es tu código", "Google", other=1)
    expect(panel.locator("summary")).to_contain_text(f": {before + 1}", timeout=ARRIVES)
    expect(panel.locator("details")).not_to_have_attribute("open", "")
    panel.locator("summary").click()
    expect(panel.locator("summary")).to_contain_text("Esconder")
    expect(message(panel, "G-771188")).to_be_visible()


def test_one_key_copies_the_newest_code_only_where_the_focus_is_in_the_panel(
    panel: Locator, order: str
) -> None:
    page = panel.page
    newest = panel.locator("#sms-own-" + order + " [data-copy]").first.get_attribute("data-copy")
    page.evaluate("navigator.clipboard.writeText('nada')")
    page.locator("#main").focus()
    page.keyboard.press("c")
    search = page.get_by_role("searchbox", name="Buscar servicio")
    search.focus()
    page.keyboard.press("c")
    expect(search).to_have_value("c")
    assert page.evaluate("navigator.clipboard.readText()") == "nada"
    panel.get_by_role("button", name="Actualizar").focus()
    page.keyboard.press("c")
    expect_heard(page, f"Copiado: {newest}")
    assert page.evaluate("navigator.clipboard.readText()") == newest
    expect(panel.get_by_role("button", name="Actualizar")).to_be_focused()


def test_the_key_leaves_copying_of_a_selection_alone(panel: Locator) -> None:
    page = panel.page
    last = panel.locator("[id^=sms-own] .sms").last
    last.focus()
    last.locator(".text").evaluate("text => getSelection().selectAllChildren(text)")
    page.keyboard.press("Control+c")
    assert page.evaluate("navigator.clipboard.readText()").strip()
    assert not any("Copiado" in told for told in page.evaluate("window.heard"))


def test_one_click_copies_a_code(panel: Locator) -> None:
    button = panel.get_by_role("button", name=re.compile("Copiar código")).nth(1)
    button.click()
    assert panel.page.evaluate("navigator.clipboard.readText()") == button.get_attribute("data-copy")


def test_update_shows_that_it_works_and_what_came_of_it(panel: Locator, stage: Stage) -> None:
    stage.sandbox("faults", method="sms", fault="slow", seconds=5, times=1)
    button = panel.get_by_role("button", name="Actualizar")
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(panel).to_contain_text("Actualizando…")
    expect(panel).to_contain_text(re.compile(r"Actualizado hace \d+ s"))
    expect_heard(panel.page, "Actualizado", "SMS nuevo")
    expect(button).to_be_focused()


def test_a_click_while_the_panel_looks_by_itself_is_not_lost(panel: Locator) -> None:
    page, asked = panel.page, list[str]()

    def hold(route: Route) -> None:
        # The panel's own look hangs; what a person asks for does not.
        asked.append(route.request.method)
        if route.request.method == "POST":
            route.continue_()

    page.route("**/sms/**", hold)
    # A look that had begun before the route was laid is let go by; the next one hangs.
    while not asked:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('panel:refresh'))")
        page.wait_for_timeout(100)
    assert set(asked) == {"GET"}
    panel.get_by_role("button", name="Actualizar").click()
    expect(panel).to_contain_text("Actualizando…")
    assert "POST" in asked
    page.unroute("**/sms/**")


@pytest.fixture
def failing(stage: Stage) -> Iterator[None]:
    stage.sandbox("faults", method="sms", fault="http_502", times=None)
    yield
    stage.sandbox("faults", clear=True)


def test_an_update_that_fails_says_why_in_words(panel: Locator, stage: Stage, failing: None) -> None:
    panel.get_by_role("button", name="Actualizar").click()
    expect(panel).to_contain_text("No se pudo actualizar.")
    expect(panel).to_contain_text("error interno")
    expect(panel).to_contain_text("se vuelve a intentar")
    stage.sandbox("faults", clear=True)
    expect(panel).not_to_contain_text("No se pudo actualizar.", timeout=30_000)


def test_offline_the_panel_says_so_and_comes_back(panel: Locator) -> None:
    context = panel.page.context
    context.set_offline(True)
    expect(panel).to_contain_text("Sin conexión con el panel")
    expect(panel.page.locator("#notices")).to_contain_text("Se ven los últimos datos")
    context.set_offline(False)
    expect(panel).not_to_contain_text("Sin conexión con el panel")
    expect(panel.page.locator("#notices")).to_be_empty()


def test_opening_it_takes_the_badge_off_the_row_and_escape_closes_it(
    home: Page, stage: Stage, order: str
) -> None:
    row, button = row_of(home, order), row_of(home, order).get_by_role("button", name="SMS")
    stage.sql("delete from rentals_seen")
    stage.sql("update rentals_mirror set version=version+1")
    home.reload()
    expect(button).to_have_accessible_name(re.compile("nuevos? de"))
    button.press("Enter")
    expect(home.locator(f"#sms-of-{order} .badge").first).to_be_visible()
    expect(button.locator(".badge")).to_have_count(0)
    expect(button).not_to_have_accessible_name(re.compile("nuevo"))
    expect(row).not_to_have_class(re.compile("fresh"))
    home.locator(f"#sms-of-{order}").get_by_role("button", name="Actualizar").focus()
    home.keyboard.press("Escape")
    expect(home.locator(f"#sms-of-{order}")).to_have_count(0)
    expect(button).to_be_focused()


def test_hundreds_of_messages_do_not_make_the_table_endless(home: Page, stage: Stage) -> None:
    # An inactive number without any: no message comes by itself and changes the counts.
    pk, order = stage.sql(
        "select id, vendor_id from rentals_order o where listed and state=0"
        " and not exists (select 1 from rentals_sms where order_id=o.id) limit 1"
    )[0]
    moment = "2026-01-01 10:00:00"
    columns = "order_id, other, sender, text, date, digest, copy, first_seen_at"
    for count in range(300):
        values = (pk, 0, "Banco", f"Código {100000 + count}", moment, f"many{count}", 0, moment)
        stage.sql(f"insert into rentals_sms({columns}) values(?, ?, ?, ?, ?, ?, ?, ?)", *values)
    row_of(home, order).get_by_role("button", name="SMS").click()
    panel = home.locator(f"#sms-of-{order}")
    expect(panel.locator(".sms")).to_have_count(10)
    panel.get_by_role("link", name="Ver los 300 SMS").press("Enter")
    expect(panel.locator(".sms")).to_have_count(300)
    expect(panel.locator(".sms").nth(10)).to_be_focused()
    expect(panel.get_by_role("link", name="Ver los")).to_have_count(0)
    time.sleep(2.5)
    expect(panel.locator(".sms")).to_have_count(300)


def test_strange_messages_stay_inside_their_panel_as_text(home: Page, stage: Stage, order: str) -> None:
    home.set_viewport_size({"width": 320, "height": 700})
    for text in (
        "رمز التحقق الخاص بك هو 493021",
        "x" * 900,
        "<b>hola</b><script>alert(1)</script> código 445566",
        "👩‍👩‍👧‍👦" * 40,
    ):
        arrive(stage, order, text, sender="Remitente" * 6)
    row_of(home, order).get_by_role("button", name="SMS").click()
    panel = home.locator(f"#sms-of-{order}")
    expect(message(panel, "<b>hola</b><script>alert(1)</script>")).to_be_visible(timeout=ARRIVES)
    arabic = message(panel, "رمز التحقق الخاص بك").locator(".text")
    assert arabic.evaluate("text => getComputedStyle(text).direction") == "rtl"
    assert arabic.locator(".code").evaluate("code => getComputedStyle(code).direction") == "ltr"
    assert home.evaluate("document.documentElement.scrollWidth") <= 320
