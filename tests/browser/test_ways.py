"""Each verb carried to its end by mouse, by keyboard alone and without script; the vendor's log shows one call.

The ways that are not here are in `test_verbs.py`, `test_several.py` and `test_path.py`.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hands import Way, confirm, rented, sent_once
from tools.stage import Stage


@pytest.mark.parametrize(
    ("way", "period", "method", "price"),
    [
        ("mouse", "day-2", "prolong_max", "2,58 USD"),
        ("keyboard", "day-2", "prolong_max", "2,58 USD"),
        ("keyboard", "week-2", "prolong", "18,06 USD"),
    ],
    indirect=["way"],
)
def test_a_number_is_prolonged(way: Way, stage: Stage, period: str, method: str, price: str) -> None:
    order = rented(stage)
    with sent_once(stage, method):
        way.begin(way.row(order).get_by_role("button", name="Prolongar"))
        way.choose(way.page.get_by_label("Prolongar por"), period)
        expect(way.page.locator("#prolong-facts .price dd")).to_have_text(price)
        way.press(way.page.get_by_role("button", name="Continuar"))
        confirm(way, "Confirmar la prolongación")
    sent = stage.calls(method)[-1]["params"]
    assert (str(sent["id"]), str(sent["dcount"])) == (order, "2")


@pytest.mark.parametrize("way", ["mouse", "plain"], indirect=True)
def test_a_service_is_added_to_a_number(way: Way, stage: Stage) -> None:
    order = rented(stage)
    with sent_once(stage, "add_service_to_order"):
        way.press(way.row(order).get_by_role("button", name="Más"))
        way.press(way.page.locator(f"#add-{order}"))
        way.press(way.page.locator("#add-services label", has_text="Amazon"))
        way.calculate()
        expect(way.page.locator("#add-facts strong")).not_to_have_text("0,00 USD")
        way.press(way.page.get_by_role("button", name="Continuar"))
        confirm(way, "Confirmar el servicio adicional")
    expect(way.row(order)).to_be_visible()
    expect(way.page.locator(".row", has_text="Amazon").first).to_be_visible()


@pytest.mark.parametrize("way", ["keyboard"], indirect=True)
def test_a_number_is_deleted(way: Way, stage: Stage) -> None:
    order = rented(stage)
    with sent_once(stage, "delete"):
        way.begin(way.row(order).get_by_role("button", name="Más"))
        way.press(way.page.locator(f"#delete-{order}"))
        confirm(way, "Eliminar el número")
    way.page.goto("/")
    expect(way.page.locator(f"#order-{order}")).to_have_count(0)


@pytest.mark.parametrize("way", ["keyboard"], indirect=True)
def test_a_number_is_restored(way: Way, stage: Stage) -> None:
    stage.sandbox("balance", amount=900)
    way.page.goto("/archive/?page=2")
    with sent_once(stage, "restore_user"):
        way.begin(way.page.get_by_role("button", name="Restaurar").first)
        confirm(way, "Confirmar la restauración")
    expect(way.page.get_by_role("link", name="Ver en mis números")).to_be_visible()


@pytest.mark.parametrize("way", ["keyboard"], indirect=True)
def test_one_number_is_rented_for_several_services(way: Way, stage: Stage) -> None:
    stage.sandbox("balance", amount=900)
    way.page.goto("/?country=ES&period=week-1&service=opt20")
    services = way.page.get_by_role("group", name="Servicio", exact=True)
    with sent_once(stage, "create_multi"):
        way.page.get_by_role("combobox", name="Seleccionar país").focus()
        way.tick(way.page.get_by_role("switch", name="Varios servicios"))
        expect(services.get_by_role("checkbox", name="WhatsApp")).to_be_checked()
        way.fill(way.page.get_by_role("searchbox", name="Buscar servicio"), "telegr")
        way.tick(services.get_by_role("checkbox", name="Telegram"))
        expect(way.page.locator("[data-total]")).to_have_text("12,11")
        way.press(way.page.get_by_role("button", name="Alquilar", exact=True))
        confirm(way, "Confirmar el alquiler")
    assert sorted(stage.calls("create_multi")[-1]["params"]["services"].split(",")) == ["opt20", "opt29"]
