"""The team before a real browser: a link that lets somebody in, a role that changes while they look, and the door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import expect_heard, refresh, sign_in
from tools.stage import Stage

PASSWORD = "un-caballo-correcto-8712"


@pytest.fixture
def elsewhere(
    browser: Browser, browser_context_args: dict[str, Any]
) -> Iterator[Callable[..., BrowserContext]]:
    """Somebody else's browser."""
    opened: list[BrowserContext] = []

    def new(**more: Any) -> BrowserContext:
        opened.append(browser.new_context(**{**browser_context_args, **more}))
        return opened[-1]

    yield new
    for context in opened:
        context.close()


def to_team(page: Page) -> Page:
    """The team's page in a browser that has just signed in: it asks nobody again."""
    sign_in(page)
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    page.get_by_role("link", name="Equipo").click()
    expect(page.get_by_role("heading", name="Equipo", exact=True)).to_be_visible()
    return page


def invite(page: Page, name: str, role: str) -> str:
    """The link that the page shows."""
    page.get_by_label("Nombre").fill(name)
    page.get_by_role("combobox", name="Rol").select_option(role)
    page.get_by_role("button", name="Invitar").click()
    expect(page.get_by_role("heading", name="Invitación hecha")).to_be_visible()
    return page.locator("#link").inner_text()


def come_in(page: Page, link: str, user: str) -> Page:
    page.goto(link)
    page.get_by_label("Usuario").fill(user)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_label("Repita la contraseña").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    return page


def of(page: Page, name: str) -> Page:
    page.goto("/team/")
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    return page


def test_a_role_that_changes_is_seen_where_it_is_looked_at(
    page: Page, stage: Stage, elsewhere: Callable[..., BrowserContext]
) -> None:
    link = invite(to_team(page), "Berta", "operator")
    theirs = come_in(elsewhere().new_page(), link, "berta")
    expect(theirs.get_by_role("button", name="Alquilar", exact=True)).to_be_visible()
    activate = theirs.get_by_role("button", name=re.compile("^Activar")).first
    expect(activate).to_be_visible()
    of(page, "Berta").get_by_role("combobox", name="Rol").select_option("observer")
    page.get_by_role("button", name="Guardar el rol").click()
    expect(page.get_by_role("status").filter(has_text="vale desde ahora mismo")).to_be_visible()
    with theirs.expect_response("**/activate/") as refused:
        activate.click()
    assert refused.value.status == 403
    refresh(theirs)
    expect(theirs.get_by_text("pero no alquilar")).to_be_visible()
    expect(theirs.get_by_role("button", name="Alquilar", exact=True)).to_have_count(0)
    expect(theirs.get_by_role("button", name=re.compile("^Activar"))).to_have_count(0)


def test_whoever_is_deactivated_is_out_with_the_next_look(
    page: Page, stage: Stage, elsewhere: Callable[..., BrowserContext]
) -> None:
    link = invite(to_team(page), "Carla", "observer")
    theirs = come_in(elsewhere().new_page(), link, "carla")
    of(page, "Carla").get_by_role("button", name="Desactivar").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Desactivar")).to_be_focused()
    dialog.get_by_role("button", name="Desactivar Carla").click()
    expect(page.get_by_text("sus sesiones han terminado")).to_be_visible()
    refresh(theirs)
    expect(theirs.locator("#notices")).to_contain_text("Su sesión ha terminado")


def test_a_dialog_that_asks_is_left_by_escape_and_nothing_has_happened(page: Page, stage: Stage) -> None:
    of(to_team(page), "operador")
    button = page.get_by_role("button", name="Desactivar")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    page.reload()
    expect(page.get_by_text("Con acceso").first).to_be_visible()


def test_the_link_is_copied_whole(page: Page, stage: Stage) -> None:
    link = invite(to_team(page), "Diego", "observer")
    page.get_by_role("button", name="Copiar enlace").click()
    expect_heard(page, "Copiado")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.goto("/team/")
    pending = page.get_by_role("listitem").filter(has_text="Diego")
    pending.get_by_role("button", name="Anular").click()
    expect(page.get_by_text("La invitación está anulada")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="Este enlace ya no sirve")).to_be_visible()


def tab_to(page: Page, control: Locator) -> None:
    """By the tabulator alone, from wherever the focus is."""
    for _ in range(60):
        if control.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the tabulator does not lead there")


def test_by_keyboard_somebody_is_invited_and_a_person_is_let_go(
    page: Page, stage: Stage, elsewhere: Callable[..., BrowserContext]
) -> None:
    to_team(page)
    tab_to(page, page.get_by_label("Nombre"))
    page.keyboard.type("Fermín")
    tab_to(page, page.get_by_role("combobox", name="Rol"))
    page.keyboard.type("Obs")
    tab_to(page, page.get_by_role("button", name="Invitar"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Invitación hecha")).to_be_visible()
    come_in(elsewhere().new_page(), page.locator("#link").inner_text(), "fermin")
    tab_to(page, page.get_by_role("link", name="Volver al equipo"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Fermín", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Fermín", exact=True)).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Desactivar"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    tab_to(page, dialog.get_by_role("button", name="Desactivar"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("sus sesiones han terminado")).to_be_visible()


def test_all_of_it_works_without_script(stage: Stage, elsewhere: Callable[..., BrowserContext]) -> None:
    page = to_team(elsewhere(java_script_enabled=False).new_page())
    link = invite(page, "Elena", "operator")
    come_in(elsewhere().new_page(), link, "elena")
    of(page, "Elena").get_by_role("combobox", name="Rol").select_option("observer")
    page.get_by_role("button", name="Guardar el rol").click()
    expect(page.get_by_text("vale desde ahora mismo")).to_be_visible()
    page.get_by_role("button", name="Desactivar").click()
    expect(page.get_by_role("heading", name="Desactivar")).to_be_visible()
    page.get_by_role("button", name="Desactivar").click()
    expect(page.get_by_text("sus sesiones han terminado")).to_be_visible()
    page.goto("/team/audit/?about=elena")
    expect(page.get_by_text("demo cambió el rol de Elena (elena): Operador → Observador")).to_be_visible()
