"""Two people and one number: who takes it, who is told, and what stays where it was."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import HEAR, expect_heard, refresh, row_of, sign_in
from tests.browser.test_refresh import order_with
from tools.stage import Stage


@pytest.fixture
def order(stage: Stage) -> Iterator[str]:
    """A number that nobody holds, before and after."""
    yield order_with(stage, state=0)
    stage.sql("update rentals_number set holder_id=null, held_at=null, label='', note=''")
    stage.sql("update rentals_mirror set version=version+1")


@pytest.fixture
def colleague(browser: Browser, browser_context_args: dict[str, Any], order: str) -> Iterator[Page]:
    """The page of an operator, beside that of the administrator."""
    context = browser.new_context(**browser_context_args)
    context.add_init_script(HEAR)
    page = sign_in(context.new_page(), "operador")
    expect(row_of(page, order)).to_be_visible()
    yield page
    context.close()


def take(page: Page, order: str) -> Locator:
    return row_of(page, order).get_by_role("button", name=re.compile(r"^Tomar \+"))


def release(page: Page, order: str) -> Locator:
    return row_of(page, order).get_by_role("button", name=re.compile(r"^Soltar \+"))


def test_one_click_takes_it_and_the_other_browser_sees_who(home: Page, colleague: Page, order: str) -> None:
    take(home, order).click()
    expect(row_of(home, order)).to_contain_text("lo usa demo (usted)")
    expect_heard(home, "lo usa demo")
    refresh(colleague)
    expect(row_of(colleague, order)).to_contain_text("lo usa demo")
    expect(take(colleague, order)).to_have_count(0)
    expect(release(colleague, order)).to_have_count(0)
    release(home, order).click()
    expect(take(home, order)).to_be_visible()
    refresh(colleague)
    take(colleague, order).click()
    expect(row_of(colleague, order)).to_contain_text("lo usa operador (usted)")


def test_the_second_of_two_is_told_in_the_row_who_was_first(home: Page, colleague: Page, order: str) -> None:
    # Held back, so that the second page still shows it as free when it is pressed.
    colleague.route("**/orders/table/**", lambda route: route.abort())
    take(home, order).click()
    expect(release(home, order)).to_be_visible()
    take(colleague, order).click()
    expect(row_of(colleague, order).get_by_role("alert")).to_contain_text("Ya lo usa demo desde hace")
    expect_heard(colleague, "Ya lo usa demo")
    expect(row_of(colleague, order)).to_contain_text("lo usa demo")
    expect(take(colleague, order)).to_have_count(0)
    colleague.unroute("**/orders/table/**")
    refresh(colleague)
    expect(row_of(colleague, order).get_by_role("alert")).to_have_count(0)


def test_an_administrator_releases_what_a_colleague_holds(home: Page, colleague: Page, order: str) -> None:
    take(colleague, order).click()
    expect(release(colleague, order)).to_be_visible()
    refresh(home)
    release(home, order).click()
    expect(take(home, order)).to_be_visible()
    refresh(colleague)
    expect(take(colleague, order)).to_be_visible()


def test_the_second_half_of_a_double_click_does_not_undo_the_first(home: Page, order: str) -> None:
    take(home, order).click()
    # This comes with the refresh that follows: nothing is on its way any more.
    expect(home.get_by_role("link", name="los que uso yo: 1")).to_be_visible()
    # Where it is now, for rows may have come or gone; that the button itself stays in its place is tried below.
    box = release(home, order).bounding_box()
    assert box
    home.mouse.move(box["x"] + 5, box["y"] + 5)
    asked = list[str]()
    home.on("request", lambda request: asked.append(request.url))
    home.mouse.down(click_count=2)
    home.mouse.up(click_count=2)
    refresh(home)
    expect(release(home, order)).to_be_visible()
    assert not any("/numbers/" in address for address in asked)
    release(home, order).click()
    expect(take(home, order)).to_be_visible()


def test_by_keyboard_the_focus_stays_on_the_button_that_changes_its_word(home: Page, order: str) -> None:
    take(home, order).focus()
    home.keyboard.press("Enter")
    expect(release(home, order)).to_be_focused()
    home.keyboard.press("Space")
    expect(take(home, order)).to_be_focused()
    refresh(home)
    expect(take(home, order)).to_be_focused()


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_in_the_row_moves_when_its_holder_changes(home: Page, order: str, width: int) -> None:
    home.set_viewport_size({"width": width, "height": 900})
    home.mouse.move(1, 1)
    places = "row => [row, ...row.querySelectorAll('button')].map((e) => JSON.stringify(e.getBoundingClientRect()))"

    def corners() -> list[Any]:
        return [re.sub(r'"(width|right)":[^,]+', "", one) for one in row_of(home, order).evaluate(places)]

    take(home, order).scroll_into_view_if_needed()
    before = corners()
    take(home, order).press("Enter")
    expect(release(home, order)).to_be_visible()
    assert corners() == before
    assert all(side >= 24 for side in release(home, order).evaluate("b => [b.offsetWidth, b.offsetHeight]"))


def test_those_i_use_are_one_click_away(home: Page, order: str) -> None:
    expect(home.get_by_role("link", name="los que uso yo")).to_have_count(0)
    take(home, order).click()
    home.get_by_role("link", name="los que uso yo: 1").click()
    expect(home.locator("#rows > .row:not([hidden])")).to_have_count(1)
    expect(row_of(home, order)).to_be_visible()
    expect(home.get_by_role("searchbox", name="Filtrar números")).to_be_focused()
    home.keyboard.press("Escape")
    expect(home.locator("#rows > .row[hidden]")).to_have_count(0)


def test_all_rows_of_one_number_change_together(home: Page, stage: Stage) -> None:
    twins = (
        "select a.vendor_id, b.vendor_id from rentals_order a join rentals_order b "
        "on a.number_id=b.number_id and a.id<b.id where a.listed and b.listed"
    )
    one, other = stage.sql(twins)[0]
    take(home, one).click()
    expect(row_of(home, other)).to_contain_text("lo usa demo (usted)")
    release(home, other).click()
    expect(take(home, one)).to_be_visible()


# --- label and note


def describe(page: Page, order: str) -> Locator:
    """The form in its dialog, by way of "Más"."""
    row_of(page, order).get_by_role("button", name="Más").click()
    page.locator(f"#more-{order}").get_by_role("button", name="Etiqueta y nota").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Etiqueta")).to_be_visible()
    return dialog


def test_a_label_is_written_found_and_seen_by_the_others(home: Page, colleague: Page, order: str) -> None:
    dialog = describe(home, order)
    dialog.get_by_label("Etiqueta").fill("Tienda Ñandú")
    dialog.get_by_label("Nota").fill("Con PIN")
    dialog.get_by_label("Etiqueta").press("Enter")
    expect(dialog).to_be_hidden()
    expect_heard(home, "Guardado")
    expect(row_of(home, order)).to_contain_text("Tienda Ñandú")
    expect(home.locator(f"#more-{order}")).to_contain_text("Con PIN")
    expect(home.locator(f"#more-{order}").get_by_role("button", name="Etiqueta y nota")).to_be_focused()
    refresh(colleague)
    colleague.get_by_role("searchbox", name="Filtrar números").fill("nandu")
    expect(colleague.locator("#rows > .row:not([hidden])")).to_have_count(1)


def test_what_a_colleague_wrote_meanwhile_is_shown_and_nothing_typed_is_lost(
    home: Page, colleague: Page, order: str
) -> None:
    mine, theirs = describe(home, order), describe(colleague, order)
    theirs.get_by_label("Etiqueta").fill("La de operador")
    theirs.get_by_role("button", name="Guardar").click()
    expect(theirs).to_be_hidden()
    mine.get_by_label("Etiqueta").fill("La mía")
    mine.get_by_role("button", name="Guardar").click()
    expect(mine.get_by_role("alert")).to_contain_text("operador las cambió mientras usted escribía")
    expect(mine.get_by_role("alert")).to_contain_text("La de operador")
    expect(mine.get_by_label("Etiqueta")).to_have_value("La mía")
    mine.get_by_role("button", name="Guardar lo mío").click()
    expect(row_of(home, order)).to_contain_text("La mía")


# --- whose messages


def test_the_panel_of_a_number_that_a_colleague_holds_says_so(
    home: Page, colleague: Page, order: str
) -> None:
    row_of(colleague, order).get_by_role("button", name="SMS").click()
    panel = colleague.locator(f"#sms-of-{order}")
    expect(panel).not_to_contain_text("Lo usa")
    take(home, order).click()
    expect(panel).to_contain_text("Lo usa demo desde hace")
    release(home, order).click()
    expect(panel).not_to_contain_text("Lo usa")


# --- without script


def test_without_script_it_is_taken_and_released_and_the_filter_stays(plain: Page, order: str) -> None:
    plain.goto("/?q=inactivo")
    take(plain, order).click()
    expect(row_of(plain, order)).to_contain_text("lo usa demo (usted)")
    expect(plain).to_have_url(re.compile(rf"/\?q=inactivo#order-{order}$"))
    plain.get_by_role("link", name="los que uso yo").click()
    expect(plain.locator("#rows > .row:not([hidden])")).to_have_count(1)
    release(plain, order).click()
    plain.goto("/")
    expect(take(plain, order)).to_be_visible()


def test_without_script_the_label_is_a_page(plain: Page, order: str) -> None:
    row_of(plain, order).get_by_role("button", name="Más").click()
    plain.get_by_role("button", name="Etiqueta y nota").click()
    plain.get_by_label("Etiqueta").fill("x" * 60)
    plain.get_by_role("button", name="Guardar").click()
    expect(row_of(plain, order)).to_contain_text("x" * 60)
