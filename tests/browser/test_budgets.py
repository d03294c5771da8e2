"""A person with a limit: what is left, what does not fit and why, and what is left afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import choose, sign_in
from tools.stage import Stage

COUNTRY, SERVICE = "IT", "Discord"
OVER = "Con esto se supera el límite de gasto"
Limit = Callable[[Decimal], None]


@pytest.fixture
def limit(stage: Stage) -> Iterator[Limit]:
    """Sets the month's limit of "operador" so that this much is left of it."""

    def leave(amount: Decimal) -> None:
        used = stage.sql(
            "select coalesce(sum(quote), 0) from rentals_operation o join rentals_person p on p.id = person_id"
            " where username = 'operador' and state <> 'failed'"
        )
        most = amount + Decimal(str(used[0][0]))
        stage.sql("update rentals_person set month_limit = ? where username = 'operador'", str(most))

    yield leave
    stage.sql("update rentals_person set month_limit = null where username = 'operador'")


def total(page: Page) -> Decimal:
    return Decimal(page.locator("[data-total]").inner_text().replace(",", "."))


def spanish(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")


def ask(page: Page) -> None:
    page.get_by_role("button", name="Alquilar", exact=True).click()
    expect(page.get_by_role("dialog", name="Confirmar el alquiler")).to_be_visible()


def test_by_mouse(page: Page, stage: Stage, limit: Limit) -> None:
    sign_in(page, "operador")
    choose(page, COUNTRY, "week-1", SERVICE)
    week = total(page)
    limit(week)
    page.reload()
    allowances = page.locator("#allowances")
    expect(allowances).to_contain_text(f"Le quedan {spanish(week)} USD este mes")
    expect(allowances.get_by_text(OVER)).to_be_hidden()

    choose(page, COUNTRY, "week-2", SERVICE)
    expect(allowances.get_by_text(OVER)).to_be_visible()
    ask(page)
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#facts")).to_contain_text("Supera su límite")
    dialog.get_by_role("button", name="Confirmar").click()
    expect(dialog.get_by_role("alert")).to_contain_text(f"este mes le quedan {spanish(week)} USD.")
    expect(dialog.get_by_role("alert")).to_contain_text("No se ha enviado nada.")
    dialog.get_by_role("button", name="Cancelar").click()

    choose(page, COUNTRY, "week-1", SERVICE)
    expect(allowances.get_by_text(OVER)).to_be_hidden()
    ask(page)
    dialog.get_by_role("button", name="Confirmar").click()
    expect(page.locator("#outcome h1")).to_have_text("Hecho")
    page.get_by_role("link", name="Ver en mis números").click()
    expect(allowances).to_contain_text("Le quedan 0,00 USD este mes")
    expect(allowances).to_contain_text("Se renueva el 1 de")
    expect(allowances.get_by_text(OVER)).to_be_visible()
