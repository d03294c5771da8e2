"""Scenes of what a person decides, corrects and looks up in the journal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tools import scenes_money as money
from tools.still import Still, ago

Show = Callable[[Page, Still], None]


def undecided(page: Page, still: Still) -> None:
    """What waits for a person, with its story."""
    key = still.operation(
        "unknown", reason="read_timeout", waits_for_person="balance_moved", unknown_since=ago(900)
    )
    page.goto(f"/operations/{key}/")
    expect(page.get_by_role("heading", name="¿Se ejecutó esta operación?")).to_be_visible()


def candidates(page: Page, still: Still) -> None:
    """A rent without an answer; since then two numbers have appeared that may be it."""
    new = [still.order(f"service='{code}'") for code in ("opt1", "opt29")]
    known = [row[0] for row in still.sql("select vendor_id from rentals_order where listed")]
    fields: dict[str, Any] = {
        "reason": "read_timeout",
        "waits_for_person": "several_candidates",
        "unknown_since": ago(900),
        "balance_before": "64.68",
        "baseline": json.dumps({order: {} for order in known if order not in new}),
    }
    key = still.operation("unknown", seconds=905, **fields)
    for place, order in enumerate(new):
        like = {"service": "opt20", "service_name": "WhatsApp", "country": "ES", "first_seen_at": ago(800)}
        still.update("order", f"vendor_id='{order}'", until=ago(-30 * 86_400), **like)
        owner = f"id=(select number_id from rentals_order where vendor_id='{order}')"
        still.update("number", owner, e164=f"+3461270468{place}")
    page.goto(f"/operations/{key}/")
    expect(page.get_by_role("button", name="Sí, es esta")).to_have_count(2)


def prolonged_in_doubt(page: Page, still: Still) -> None:
    """It runs out later than before, and not by what was asked."""
    order, before = still.order("service='opt29'"), int(time.time()) + 2 * 86_400
    still.update("order", f"vendor_id='{order}'", until=ago(-5 * 86_400))
    fields: dict[str, Any] = {
        "parameters": json.dumps({"order": order, "unit": "week", "count": 1}),
        "shown": json.dumps({"until": before}),
        "baseline": json.dumps({order: {"until": before}}),
        "waits_for_person": "until_differs",
    }
    key = still.operation(
        "unknown", kind="prolong", order=order, seconds=905, reason="read_timeout", **fields
    )
    page.goto(f"/operations/{key}/")
    expect(page.get_by_role("button", name="No se ejecutó")).to_be_visible()


def decision_refused(page: Page, still: Still) -> None:
    candidates(page, still)
    page.get_by_role("button", name="Sí, es esta").first.click()
    expect(page.get_by_text("Escriba en una nota por qué lo decide así.")).to_be_visible()


def correcting(page: Page, still: Still) -> None:
    made = still.sql("select id from rentals_order where service='opt20'")[0][0]
    measured: dict[str, Any] = {"balance_before": "100.00", "balance_after": "77.92", "charge": "22.08"}
    key = still.operation("succeeded", order_id=made, settled_at=ago(1), **measured)
    page.goto(f"/operations/{key}/")
    page.locator("summary", has_text="Añadir una corrección").click()
    expect(page.get_by_role("button", name="Guardar la corrección")).to_be_visible()


def correction_refused(page: Page, still: Still) -> None:
    correcting(page, still)
    page.get_by_label("Cobro real en USD").fill("cuatro")
    page.get_by_role("button", name="Guardar la corrección").click()
    expect(page.get_by_text("Escriba un importe, por ejemplo 4,20.")).to_be_visible()


def filter_refused(page: Page, still: Still) -> None:
    money.history(still)
    page.goto("/operations/?since=2026-05-02&until=2026-05-01")
    expect(page.get_by_role("alert").filter(has_text="no puede ser anterior")).to_be_visible()


SCENES: list[tuple[str, Show, bool]] = [
    ("operation-undecided", undecided, True),
    ("operation-undecided-candidates", candidates, True),
    ("operation-undecided-prolong", prolonged_in_doubt, True),
    ("operation-undecided-refused", decision_refused, True),
    ("operation-correcting", correcting, True),
    ("operation-correction-refused", correction_refused, True),
    ("journal-filter-refused", filter_refused, True),
]
