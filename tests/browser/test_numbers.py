"""Mis números: found by typing; what is rare under "Más"; what is new marked until seen; thousands of rows."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import expect_heard, refresh, row_of, sign_in
from tests.browser.test_refresh import change, order_with
from tools.stage import Stage


def rows(page: Page) -> int:
    return page.locator("#rows > .row:not([hidden])").count()


def phone_of(page: Page, order: str) -> str:
    return str(row_of(page, order).locator(".digits").inner_text())


# --- the filter


def test_typing_leaves_the_rows_that_match_and_escape_brings_them_back(home: Page, stage: Stage) -> None:
    all_of_them = rows(home)
    phone = phone_of(home, order_with(stage, state=-1))
    field = home.get_by_role("searchbox", name="Filtrar números")
    for typed in (phone, phone.replace(" ", ""), phone.replace("+", "")[:9]):
        field.fill(typed)
        expect(home.locator("#rows > .row:not([hidden])")).to_have_count(1)
    expect(home.locator("#summary")).to_contain_text(f"1 de {all_of_them} números")
    expect_heard(home, f"1 de {all_of_them} números")
    expect(home).to_have_url(re.compile("q="))
    home.keyboard.press("Escape")
    expect(home.locator("#rows > .row:not([hidden])")).to_have_count(all_of_them)
    expect(field).to_be_focused()
    expect(home).not_to_have_url(re.compile("q="))


@pytest.mark.parametrize(("typed", "state"), [("FUERA del", -1), ("ináctivo", 0)])
def test_states_are_found_by_their_words(home: Page, stage: Stage, typed: str, state: int) -> None:
    home.get_by_role("searchbox", name="Filtrar números").fill(typed)
    found = stage.sql("select count(*) from rentals_order where listed and state=?", state)[0][0]
    expect(home.locator("#rows > .row:not([hidden])")).to_have_count(found)


def test_the_filter_survives_a_refresh_and_a_reload(home: Page, stage: Stage) -> None:
    hidden, shown = order_with(stage, state=0), order_with(stage, state=-1)
    home.get_by_role("searchbox", name="Filtrar números").fill("fuera")
    change(stage, hidden, operator="Quinto_IT")
    change(stage, shown, operator="Sexto_IT")
    refresh(home)
    expect(row_of(home, shown)).to_contain_text("Sexto_IT")
    expect(row_of(home, hidden)).to_be_hidden()
    expect(home.locator("#summary")).to_contain_text("1 de ")
    expect(home).to_have_url(re.compile("q=fuera"))
    home.reload()
    expect(row_of(home, hidden)).to_be_hidden()
    expect(row_of(home, shown)).to_be_visible()


def test_a_new_row_is_filtered_too(home: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    change(stage, order, listed=0)
    refresh(home)
    expect(row_of(home, order)).to_have_count(0)
    home.get_by_role("searchbox", name="Filtrar números").fill("fuera")
    change(stage, order, listed=1)
    refresh(home)
    expect(row_of(home, order)).to_have_count(1)
    expect(row_of(home, order)).to_be_hidden()


def test_a_row_that_does_not_match_is_hidden_with_its_panels(home: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    row_of(home, order).get_by_role("button", name="Más").click()
    expect(home.locator(f"#more-{order}")).to_be_visible()
    home.get_by_role("searchbox", name="Filtrar números").fill("fuera")
    expect(home.locator(f"#more-{order}")).to_be_hidden()
    home.keyboard.press("Escape")
    expect(home.locator(f"#more-{order}")).to_be_visible()


def test_nothing_found_is_said_and_a_link_shows_all(home: Page) -> None:
    home.get_by_role("searchbox", name="Filtrar números").fill("nadie")
    expect(home.get_by_text("Ningún número coincide")).to_be_visible()
    home.get_by_role("link", name="Ver todos").click()
    expect(home.get_by_text("Ningún número coincide")).to_be_hidden()
    assert rows(home) > 1


def test_without_script_the_filter_has_a_button(plain: Page, stage: Stage) -> None:
    plain.get_by_role("searchbox", name="Filtrar números").fill("fuera")
    plain.get_by_role("button", name="Filtrar", exact=True).click()
    expect(plain.locator("#rows > .row:not([hidden])")).to_have_count(1)


# --- "Más" and the explanation


def test_more_opens_by_keyboard_stays_over_a_refresh_and_escape_brings_focus_back(
    home: Page, stage: Stage
) -> None:
    order = order_with(stage, state=0)
    button = row_of(home, order).get_by_role("button", name="Más")
    button.focus()
    home.keyboard.press("Enter")
    panel = home.locator(f"#more-{order}")
    copy = panel.get_by_role("button", name="Copiar número sin prefijo")
    copy.click()
    assert home.evaluate("navigator.clipboard.readText()") in phone_of(home, order)
    change(stage, order, operator="Séptimo_IT")
    refresh(home)
    expect(panel).to_contain_text("Séptimo_IT")
    expect(copy).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    home.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_more_and_messages_are_open_side_by_side(home: Page, stage: Stage) -> None:
    order = order_with(stage, state=1, service="opt20")
    row_of(home, order).get_by_role("button", name="Más").click()
    expect(home.locator(f"#more-{order}")).to_be_visible()
    row_of(home, order).get_by_role("button", name="SMS").click()
    expect(home.locator(f"#sms-{order}")).to_be_visible()
    row_of(home, order).get_by_role("button", name="Más").click()
    expect(home.locator(f"#more-{order}")).to_have_count(0)
    expect(home.locator(f"#sms-{order}")).to_be_visible()


def test_without_script_more_is_a_page(plain: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    row_of(plain, order).get_by_role("button", name="Más").click()
    expect(plain.get_by_text("Pedido en SMSPVA")).to_be_visible()
    plain.get_by_role("link", name="Volver a mis números").click()
    expect(row_of(plain, order)).to_be_visible()


def test_the_mark_to_be_replaced_is_explained_by_keyboard(home: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    change(stage, order, needs_replace=1)
    refresh(home)
    button = row_of(home, order).get_by_role("button", name="necesita ser reemplazado")
    button.focus()
    home.keyboard.press("Enter")
    expect(home.get_by_text("el soporte puede cambiarlo")).to_be_visible()
    home.keyboard.press("Escape")
    expect(home.get_by_text("el soporte puede cambiarlo")).to_be_hidden()
    expect(button).to_be_focused()


# --- what is new


def news_in_title(home: Page) -> int:
    """How many rows the title calls new: those that are marked. In a young demo world others change too."""
    home.wait_for_function("""() => {
        const marked = document.querySelectorAll("#rows > [data-news]").length;
        return document.title.startsWith(marked ? `(${marked}) Mis números · ` : "Mis números · ");
    }""")
    return home.locator("#rows > [data-news]").count()


def test_what_is_new_is_marked_in_row_and_title_until_the_person_looks(home: Page, stage: Stage) -> None:
    order = order_with(stage, state=0)
    home.mouse.move(1, 1)
    change(stage, order, state=2)
    refresh(home)
    expect(row_of(home, order)).to_have_attribute("data-news", "Ha cambiado")
    assert news_in_title(home) > 0
    expect_heard(home, f"{phone_of(home, order)}: Activando")
    change(stage, order, operator="Octavo_IT")
    refresh(home)
    expect(row_of(home, order)).to_contain_text("Octavo_IT")
    expect(row_of(home, order)).to_have_attribute("data-news", "Ha cambiado")
    row_of(home, order).hover()
    expect(row_of(home, order)).not_to_have_attribute("data-news", re.compile(""))
    news_in_title(home)
    change(stage, order, state=0)


# --- many


@pytest.fixture(
    params=[600, pytest.param(2000, marks=pytest.mark.long)], scope="module", ids=["600 rows", "2,000 rows"]
)
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("crowd"), seed=f"large:{request.param}") as found:
        found.count = request.param  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def crowded(crowd: Stage, browser: Browser, browser_context_args: dict[str, object]) -> Iterator[Page]:
    context = browser.new_context(**{**browser_context_args, "base_url": crowd.url})  # type: ignore[arg-type]
    page = sign_in(context.new_page())
    wanted = page.locator("#rows > .row")
    expect(wanted).to_have_count(crowd.count, timeout=120_000)  # type: ignore[attr-defined]
    yield page
    context.close()


def test_no_key_is_lost_while_many_rows_refresh(crowded: Page, crowd: Stage) -> None:
    field = crowded.get_by_role("searchbox", name="Filtrar números")
    field.focus()
    text = "españa whatsapp 34 activo"
    crowd.hold_orders()
    for number, letter in enumerate(text):
        if number % 4 == 0:
            crowd.sql("update rentals_order set operator=? where id % 3 = 0", f"Operador {number}")
            crowd.sql("update rentals_mirror set version=version+1")
            crowded.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
        crowded.keyboard.type(letter)
    expect(field).to_have_value(text)
    expect(field).to_be_focused()
    field.fill("")
    refresh(crowded)
    expect(crowded.locator("#rows > .row", has_text=f"Operador {number - number % 4}")).not_to_have_count(0)


def rows_sent(page: Page) -> int:
    with page.expect_response("**/orders/table/**") as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")
    return 0 if answer.value.status == 204 else answer.value.text().count('<tr id="order-')


FEW = 20
"""The worker goes on reading the messages of many numbers, so a few rows change between any two looks."""


def test_a_change_among_many_rows_sends_a_few_of_them(crowded: Page, crowd: Stage) -> None:
    while rows_sent(crowded) > FEW:
        # What came before is still being patched in.
        crowded.wait_for_timeout(500)
    order = order_with(crowd, state=1)
    change(crowd, order, operator="Uno_entre_muchos")
    assert 0 < rows_sent(crowded) <= FEW
    expect(row_of(crowded, order)).to_contain_text("Uno_entre_muchos")


def test_of_many_rows_only_those_in_view_are_counted_on(crowded: Page) -> None:
    crowded.evaluate("""() => {
        const rows = [...document.querySelectorAll('#rows > .row')];
        for (const row of [rows[0], rows.at(-1)]) row.querySelector('[data-until]').textContent = 'x';
    }""")
    expect(crowded.locator("#rows > .row").first).to_contain_text("queda")
    last = crowded.locator("#rows > .row").last
    assert last.locator("[data-until]").evaluate("e => e.textContent") == "x"
    last.scroll_into_view_if_needed()
    expect(last).to_contain_text("queda")
