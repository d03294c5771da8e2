"""The refresh takes nothing out of people's hands."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import expect_heard, refresh, row_of
from tools.stage import Stage


@pytest.fixture
def shown(home: Page, stage: Stage) -> Page:
    """The page, with a worker that has looked once more: nothing changes unless a test wants it."""
    return home


def order_with(stage: Stage, **wanted: object) -> str:
    where = " and ".join(f"{name}=?" for name in wanted)
    found = stage.sql(
        f"select vendor_id from rentals_order where listed and {where} order by vendor_id", *wanted.values()
    )
    return str(found[0][0])


def change(stage: Stage, vendor_id: str, **values: object) -> None:
    """As the worker does: the mirror changes and its version grows."""
    names = ", ".join(f"{name}=?" for name in values)
    stage.hold_orders()
    stage.sql(f"update rentals_order set {names} where vendor_id=?", *values.values(), vendor_id)
    stage.sql("update rentals_mirror set version=version+1")


def test_unchanged_it_carries_no_body(shown: Page) -> None:
    refresh(shown)
    with shown.expect_response("**/orders/table/**") as answer:
        shown.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
    assert answer.value.status in {200, 204}


def test_only_the_row_that_changed_is_touched(shown: Page, stage: Stage) -> None:
    inactive, other = order_with(stage, state=0), order_with(stage, state=1)
    for vendor_id in (inactive, other):
        row_of(shown, vendor_id).locator(".c-service").evaluate("cell => { cell.mine = true; }")
    row_of(shown, inactive).locator(".c-number .quiet").evaluate("e => { e.closest('td').mine = true; }")
    change(stage, inactive, operator="Cambiado_IT")
    refresh(shown)
    expect(row_of(shown, inactive)).to_contain_text("Cambiado_IT")
    assert row_of(shown, other).locator(".c-service").evaluate("cell => cell.mine === true")
    assert row_of(shown, inactive).locator(".c-service").evaluate("cell => cell.mine === true")
    assert row_of(shown, inactive).locator(".c-number").evaluate("cell => cell.mine === undefined")


def test_a_panel_stays_open_and_focus_and_selection_stay_in_it(shown: Page, stage: Stage) -> None:
    order = order_with(stage, state=1, service="opt20")
    row_of(shown, order).get_by_role("button", name="SMS").click()
    copy = shown.locator(f"#sms-{order}").get_by_role("button", name=re.compile("Copiar código")).first
    copy.focus()
    shown.evaluate(
        "id => getSelection().selectAllChildren(document.querySelector(`#sms-${id} .text`))", order
    )
    chosen = shown.evaluate("getSelection().toString()")
    change(stage, order, operator="Otro_ES")
    change(stage, order_with(stage, state=0), operator="Otro_IT")
    refresh(shown)
    expect(row_of(shown, order)).to_contain_text("Otro_ES")
    expect(copy).to_be_focused()
    assert chosen
    assert shown.evaluate("getSelection().toString()") == chosen
    expect(row_of(shown, order).get_by_role("button", name="SMS")).to_have_attribute("aria-expanded", "true")


def test_half_typed_text_and_the_scroll_stay(shown: Page, stage: Stage) -> None:
    shown.get_by_role("combobox", name="Seleccionar país").select_option("ES")
    expect(shown.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    search = shown.get_by_role("searchbox", name="Buscar servicio")
    search.fill("what")
    shown.evaluate("scrollTo(0, 150)")
    change(stage, order_with(stage, state=0), operator="Tercero_IT")
    refresh(shown)
    expect(row_of(shown, order_with(stage, state=0))).to_contain_text("Tercero_IT")
    expect(search).to_be_focused()
    expect(search).to_have_value("what")
    assert shown.evaluate("scrollY") == 150


def test_a_row_that_goes_while_its_panel_is_open_stays_until_it_is_closed(shown: Page, stage: Stage) -> None:
    order = order_with(stage, state=-1)
    row_of(shown, order).get_by_role("button", name="SMS").click()
    expect(shown.locator(f"#sms-{order}")).to_be_visible()
    change(stage, order, listed=0)
    refresh(shown)
    expect(row_of(shown, order)).to_contain_text("Ya no está en la lista")
    expect(shown.locator(f"#sms-{order}")).to_be_visible()
    row_of(shown, order).get_by_role("button", name="SMS").click()
    expect(row_of(shown, order)).to_have_count(0)
    change(stage, order, listed=1)
    refresh(shown)
    expect(row_of(shown, order)).to_be_visible()


def test_a_change_of_state_is_announced(shown: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    change(stage, order, state=2)
    refresh(shown)
    expect_heard(shown, "Activando")
    change(stage, order, state=0)


def test_nothing_on_the_page_moves_when_no_row_comes_or_goes(shown: Page, stage: Stage) -> None:
    shown.evaluate("""() => {
        window.moved = 0;
        new PerformanceObserver((list) => { for (const e of list.getEntries()) window.moved += e.value; })
            .observe({ type: 'layout-shift' });
    }""")
    change(stage, order_with(stage, state=0), operator="Cuarto_IT")
    refresh(shown)
    expect(row_of(shown, order_with(stage, state=0))).to_contain_text("Cuarto_IT")
    shown.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert shown.evaluate("window.moved") == 0


def test_offline_it_says_so_and_comes_back(shown: Page) -> None:
    trouble = shown.locator("[data-refresh-trouble]")
    shown.context.set_offline(True)
    shown.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
    expect(trouble).to_contain_text("sin conexión con el panel")
    shown.context.set_offline(False)
    expect(trouble).to_be_hidden(timeout=20_000)


def test_a_session_that_has_ended_leads_to_the_log_in_and_back(shown: Page) -> None:
    shown.context.clear_cookies(name="dashboard_session")
    shown.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
    expect(shown.locator("#notices")).to_contain_text("Su sesión ha terminado")
    shown.get_by_role("link", name="Entre de nuevo").click()
    expect(shown).to_have_url(re.compile(r"/accounts/login/\?next=%2F"))


@pytest.mark.parametrize("fragment", ["#%", "#%E0%A4%A", "#order-%ff"])
def test_a_damaged_fragment_does_not_stop_the_page(shown: Page, stage: Stage, fragment: str) -> None:
    shown.goto("about:blank")
    shown.goto(f"/{fragment}")
    inactive = order_with(stage, state=0)
    change(stage, inactive, operator="Roto_IT")
    refresh(shown)
    expect(row_of(shown, inactive)).to_contain_text("Roto_IT")
    shown.evaluate("location.hash = '#%25%'")
    assert shown.evaluate("typeof window.house.say") == "function"


def test_the_age_counts_up_by_itself(shown: Page) -> None:
    age = shown.locator("[data-good-at] [data-age]")
    first = age.inner_text()
    expect(age).not_to_have_text(first, timeout=70_000)
