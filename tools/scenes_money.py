"""Scenes where money is at stake: the confirmation, what became of it, and what may stand in its way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tools.still import Still, ago

CHOICE = "/?country=ES&period=month-1&service=opt20"
Show = Callable[[Page, Still], None]


def poor(still: Still) -> None:
    still.update("balancereading", amount="1.25")


def out_of_stock(still: Still) -> None:
    """Nothing left of anything."""
    _change_prices(still, total=0, by_operator=None)


def dearer(still: Still) -> None:
    _change_prices(still, price_day="0.99")


def _change_prices(still: Still, **values: Any) -> None:
    for pk, rows in still.sql("select id, rows from rentals_pricelist where country='ES'"):
        changed = [{**row, **values} for row in json.loads(rows)]
        still.update("pricelist", f"id={pk}", rows=json.dumps(changed))


def limited(still: Still) -> None:
    """Limits of every sort, into which a month of WhatsApp still fits."""
    still.update("person", "username='demo'", day_limit="50", month_limit="200")
    still.update("team", day_limit="120", month_limit="1500")
    still.operation("succeeded", charge="4.60", settled_at=ago(1))


def used_up(still: Still) -> None:
    """Of today's limit too little is left."""
    still.update("person", "username='demo'", day_limit="25")
    still.operation("succeeded", charge="4.60", settled_at=ago(1))


def limit_set_meanwhile(page: Page, still: Still) -> None:
    still.update("team", month_limit="20")


def somebody_ahead(still: Still) -> None:
    still.operation("sent", target="rent:ES:opt20")


def ask(page: Page) -> Locator:
    """The confirmation of the choice, in its dialog."""
    page.goto(CHOICE)
    expect(page.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Alquilar", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Confirmar")).to_be_visible()
    return dialog


def asked(before: Callable[[Still], object] = id) -> Show:
    def show(page: Page, still: Still) -> None:
        before(still)
        ask(page)

    return show


def asked_as_a_page(arrange: Callable[[Still], object] = id) -> Show:
    """The confirmation at its own address, read again after something has moved."""

    def show(page: Page, still: Still) -> None:
        page.goto(f"/rent/{CHOICE[1:]}")
        expect(page.get_by_role("button", name="Confirmar")).to_be_visible()
        arrange(still)
        page.goto(page.url)

    return show


def confirmed(says: str, before: Callable[[Page, Still], object] = lambda page, still: None) -> Show:
    """Something happens while the dialog is open; then "Confirmar" is pressed."""

    def show(page: Page, still: Still) -> None:
        dialog = ask(page)
        before(page, still)
        dialog.get_by_role("button", name="Confirmar").click()
        expect(dialog).to_contain_text(says)

    return show


def session_gone(page: Page, still: Still) -> None:
    page.context.clear_cookies(name="dashboard_session")


def network_gone(page: Page, still: Still) -> None:
    page.context.set_offline(True)


def worker_gone(page: Page, still: Still) -> None:
    still.update("lease", expires_at=ago(1))


def taken(page: Page, still: Still) -> None:
    somebody_ahead(still)


def followed(page: Page, still: Still) -> None:
    confirmed("Enviando…")(page, still)
    page.keyboard.press("Escape")
    expect(page.locator("#following")).to_contain_text("Enviando…")


def outcome(state: str, **fields: Any) -> Show:
    """The page of an operation that stands so; the row is made by hand, nothing is sent."""

    def show(page: Page, still: Still) -> None:
        page.goto(f"/operations/{still.operation(state, **fields)}/")

    return show


def done(page: Page, still: Still) -> None:
    made = still.sql("select id from rentals_order where service='opt20'")[0][0]
    outcome("succeeded", charge="22.08", order_id=made, settled_at=ago(1))(page, still)


def history(still: Still) -> None:
    """A journal with every kind of line."""
    rented, prolonged = still.order("service='opt20'"), still.order("service='opt29'")
    order_id = still.sql("select id from rentals_order where vendor_id=?", rented)[0][0]
    longer = {
        "kind": "prolong",
        "order": prolonged,
        "parameters": json.dumps({"order": prolonged, "unit": "week", "count": 2}),
        "shown": json.dumps({"until": int(time.time()) + 3 * 86_400}),
        "quote": "5.60",
        "charge": "5.60",
    }
    lines: list[tuple[str, dict[str, Any]]] = [
        ("sent", {}),
        ("unknown", {"reason": "read_timeout"}),
        ("succeeded", {"charge": "22.08", "order_id": order_id}),
        ("succeeded", longer),
        ("succeeded", {"unmeasured": 1}),
        ("failed", {"failed_how": "refused", "reason": "no_number"}),
        ("failed", {"failed_how": "not_sent", "reason": "connection_refused"}),
        ("failed", {"failed_how": "not_executed", "reason": "read_timeout"}),
        ("succeeded", {"kind": "activate", "order": still.order("service='opt1'")}),
    ]
    for number, (state, fields) in enumerate(lines):
        still.operation(state, seconds=number * 3000 + 4, **fields)


SCENES: list[tuple[str, Show, bool]] = [
    ("confirmation", asked(), False),
    ("confirmation-page", asked_as_a_page(), True),
    ("confirmation-not-enough-money", asked(poor), False),
    ("confirmation-price-moved", asked_as_a_page(dearer), True),
    ("confirmation-somebody-ahead", asked(somebody_ahead), False),
    ("confirmation-refused", confirmed("curso", taken), False),
    ("confirmation-over", confirmed("Ya no se puede confirmar", lambda page, still: dearer(still)), False),
    ("confirmation-within-budget", asked(limited), False),
    ("confirmation-over-budget", asked(used_up), False),
    ("confirmation-over-budget-page", asked_as_a_page(used_up), True),
    ("confirmation-refused-budget", confirmed("Supera el límite del equipo", limit_set_meanwhile), False),
    ("confirmation-no-worker", confirmed("parado", worker_gone), False),
    ("confirmation-session-ended", confirmed("Su sesión ha terminado", session_gone), False),
    ("confirmation-offline", confirmed("Sin conexión con el panel", network_gone), False),
    ("outcome-sending", confirmed("Enviando…"), False),
    ("outcome-in-the-corner", followed, False),
    ("outcome-slow", outcome("sent", seconds=16), True),
    ("outcome-done", done, True),
    ("outcome-done-unmeasured", outcome("succeeded", unmeasured=1, settled_at=ago(1)), True),
    (
        "outcome-refused-money",
        outcome("failed", failed_how="refused", reason="insufficient_balance",
                vendor_message="Insufficient funds on balance"),
        True,
    ),
    (
        "outcome-refused",
        outcome("failed", failed_how="refused", reason="no_number", vendor_message="No free numbers"),
        True,
    ),
    ("outcome-not-sent", outcome("failed", failed_how="not_sent", reason="connection_refused"), True),
    ("outcome-not-executed", outcome("failed", failed_how="not_executed", reason="read_timeout"), True),
    (
        "outcome-long-words",
        outcome("failed", failed_how="not_executed", vendor_message="x" * 400, settled_note="ñ" * 480, settled_by_id=1),
        True,
    ),
    ("outcome-unknown", outcome("unknown", seconds=90, reason="read_timeout"), True),
    (
        "outcome-unknown-waits",
        outcome("unknown", seconds=900, reason="read_timeout", waits_for_person="balance_differs"),
        True,
    ),
]  # fmt: skip
