"""Scenes of what is done with numbers: prolong, add a service, delete, restore; and the archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tools.still import Still, ago

Show = Callable[[Page, Still], None]


def in_dialog(button: str, service: str = "WhatsApp", under_more: bool = False) -> Show:
    """The dialog that a button of a row opens."""

    def show(page: Page, still: Still) -> None:
        page.goto("/?country=ES&period=month-1")
        row = page.locator(".row", has_text=service).first
        if under_more:
            row.get_by_role("button", name="Más").click()
        within = page.locator(".more-panel") if under_more else row
        within.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        expect(page.get_by_role("dialog")).not_to_contain_text("Calculando")

    return show


def prolong_over_budget(page: Page, still: Still) -> None:
    """Longer than today's limit allows."""
    still.update("person", "username='demo'", day_limit="10", month_limit="200")
    in_dialog("Prolongar")(page, still)
    page.get_by_role("dialog").get_by_label("Prolongar por").select_option("month-1")
    expect(page.get_by_role("dialog")).to_contain_text("se supera el límite")


def add_service_over_budget(page: Page, still: Still) -> None:
    """Neither the limit nor the balance covers it."""
    still.update("person", "username='demo'", day_limit="0.05")
    still.update("balancereading", amount="0.02")
    in_dialog("Añadir servicio", under_more=True)(page, still)
    page.get_by_role("dialog").get_by_role("radio").first.check(force=True)
    expect(page.get_by_role("dialog")).to_contain_text("se supera el límite")


def why_not(page: Page, still: Still) -> None:
    page.goto("/?country=ES&period=month-1")
    page.locator("[id^=prolong-][aria-disabled=true]").first.focus()


def going_on(page: Page, still: Still) -> None:
    in_dialog("Prolongar")(page, still)
    page.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", name="Confirmar la prolongación")).to_be_visible()


def archive(query: str = "") -> Show:
    def show(page: Page, still: Still) -> None:
        page.goto(f"/archive/{query}")

    return show


def archive_being_read(page: Page, still: Still) -> None:
    still.sql("update rentals_mirror set archive_whole_at=null")
    page.goto("/archive/")
    expect(page.get_by_role("status").filter(has_text="por primera vez")).to_be_visible()


def _first(still: Still) -> str:
    query = "select vendor_id from rentals_rental where restorable order by sorted_at desc limit 1"
    return str(still.sql(query)[0][0])


def _quoted(still: Still, **fields: object) -> str:
    rental = _first(still)
    told = {"quote_wanted_at": ago(5), "quote_tried_at": ago(4), **fields}
    names = ", ".join(f"{name}=?" for name in told)
    still.sql(f"update rentals_rental set {names} where vendor_id=?", *told.values(), rental)
    return rental


def restore_asked(page: Page, still: Still) -> None:
    page.goto("/archive/")
    page.get_by_role("button", name="Restaurar").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Preguntando a SMSPVA")


def restore_refused(page: Page, still: Still) -> None:
    rental = _quoted(still, quote_reason="noavaildays", quote_message="NOAVAILDAYS")
    page.goto(f"/archive/{rental}/restore/")
    expect(page.get_by_role("alert").filter(has_text="No se puede restaurar")).to_be_visible()


def restore_priced(page: Page, still: Still) -> None:
    rental = _quoted(still, quote_good_at=ago(4), quote_price="10.08", quote_overdue=4, quote_days=30)
    page.goto(f"/archive/{rental}/restore/")
    expect(page.get_by_role("heading", name="Confirmar la restauración")).to_be_visible()


def restore_dearer(page: Page, still: Still) -> None:
    """It cost more by the time it was to be sent."""
    rental = _quoted(still, quote_good_at=ago(4), quote_price="12.48", quote_overdue=5, quote_days=30)
    asked = json.dumps({"order": rental, "e164": "+34611561974", "service": "opt20"})
    shown = json.dumps({"name": "WhatsApp", "price": "10.08"})
    told: dict[str, Any] = {"failed_how": "not_sent", "reason": "price_changed", "quote": "10.08"}
    key = still.operation(
        "failed", kind="restore_user", parameters=asked, shown=shown, settled_at=ago(1), **told
    )
    page.goto(f"/operations/{key}/")
    expect(page.get_by_text("Ahora son 12,48 USD.")).to_be_visible()


def delete_held(page: Page, still: Still) -> None:
    """A colleague uses the number."""
    still.sql(
        "update rentals_number set held_at=?, holder_id=(select id from rentals_person where username='operador')",
        ago(3000),
    )
    in_dialog("Eliminar", under_more=True)(page, still)
    expect(page.get_by_role("dialog")).to_contain_text("pregúntele antes de eliminarlo")


def add_service_confirm(page: Page, still: Still) -> None:
    in_dialog("Añadir servicio", under_more=True)(page, still)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio").nth(1).check(force=True)
    expect(dialog.locator("#add-facts strong")).not_to_have_text("0,00 USD")
    dialog.get_by_role("button", name="Continuar").click()
    expect(page.get_by_role("heading", name="Confirmar el servicio adicional")).to_be_visible()


def prolong_not_yet_page(page: Page, still: Still) -> None:
    """Its address, opened while more days are left than the vendor allows."""
    order = still.order("service='opt20'")
    still.update("order", f"vendor_id='{order}'", until=ago(-20 * 86_400))
    page.goto(f"/orders/{order}/prolong/")
    expect(page.get_by_role("alert").filter(has_text="Se podrá desde")).to_be_visible()


SCENES: list[tuple[str, Show, bool]] = [
    ("prolong", in_dialog("Prolongar"), False),
    ("prolong-over-budget", prolong_over_budget, False),
    ("prolong-not-yet", why_not, False),
    ("prolong-not-yet-page", prolong_not_yet_page, True),
    ("prolong-confirm", going_on, False),
    ("add-service", in_dialog("Añadir servicio", under_more=True), False),
    ("add-service-confirm", add_service_confirm, False),
    ("add-service-over-budget", add_service_over_budget, False),
    ("delete", in_dialog("Eliminar", under_more=True), False),
    ("delete-held", delete_held, False),
    ("archive", archive(), True),
    ("archive-found-none", archive("?q=zzzz"), True),
    ("archive-being-read", archive_being_read, True),
    ("restore-asked", restore_asked, False),
    ("restore-refused", restore_refused, True),
    ("restore-priced", restore_priced, True),
    ("restore-dearer", restore_dearer, True),
]
