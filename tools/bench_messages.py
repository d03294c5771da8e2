"""From a message's arrival at the vendor to the screen of a person who has the number's panel open."""

from __future__ import annotations

import random
import time
from typing import Any

from playwright.sync_api import Page

from tools.bench_house import AS_PEOPLE_RUN_IT, Figure, House, house, p95
from tools.bench_screen import signed_in

INTERVAL = float(AS_PEOPLE_RUN_IT["SMSPVA_MIN_INTERVAL"])
MOST = 2 * INTERVAL + 2
GAPS = (1.0, 6.0)
"""Seconds between two messages: they fall into every moment of the worker's round."""
_WATCH = """window.seen = {};
new MutationObserver(() => requestAnimationFrame(() => {
    for (const [, number] of document.body.innerText.matchAll(/Mensaje (\\d+) /g)) window.seen[number] ??= Date.now();
})).observe(document.body, { childList: true, subtree: true, characterData: true })"""


def run(count: int) -> list[Figure]:
    with house() as built, signed_in(built) as context:
        page = context.new_page()
        order = open_panel(built, page)
        page.evaluate(_WATCH)
        sent = [send(built, page, order, number) for number in range(count)]
        seen = wait_for_all(page, count)
    return judge(
        [seen[str(number)] / 1000 - at for number, at in enumerate(sent) if str(number) in seen], count
    )


def open_panel(built: House, page: Page) -> str:
    """The panel of a number that stays active; the vendor's id of its order."""
    found = "SELECT vendor_id FROM rentals_order WHERE service = 'opt29' AND state = 1"
    order = str(built.database.one(found))
    page.goto("/")
    page.locator(f"#order-{order}").get_by_role("button", name="SMS").click()
    page.get_by_text("SMS que llegó al número").first.wait_for()
    return order


def send(built: House, page: Page, order: str, number: int) -> float:
    """When it arrived, UNIX seconds."""
    page.wait_for_timeout(random.Random(number).uniform(*GAPS) * 1000)
    at = time.time()
    built.sandbox.post(
        "sms", {"order": int(order), "text": f"Mensaje {number} de 50: 4{number:05d}", "sender": "Prueba"}
    )
    return at


def wait_for_all(page: Page, count: int) -> dict[str, Any]:
    """When each was on the screen, in milliseconds of UNIX time."""
    end = time.monotonic() + 3 * MOST
    while time.monotonic() < end:
        seen: dict[str, Any] = page.evaluate("window.seen")
        if len(seen) == count:
            break
        page.wait_for_timeout(500)
    return seen


def judge(delays: list[float], count: int) -> list[Figure]:
    lost = count - len(delays)
    worst = p95(delays) if delays else float("inf")
    shown = f"p95 {worst:.1f} s, max {max(delays, default=0):.1f} s of {count}"
    return [
        Figure("a message from the vendor to the screen", shown, f"p95 <= {MOST:.0f} s", worst <= MOST),
        Figure("messages that did not come", str(lost), "0", lost == 0),
    ]
