"""What the browser gets and how soon it can be used: the first load, and a page of 2,000 rows on a slow machine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tools.bench_house import Figure, House, house, session_cookies
from tools.bench_refresh import large_house
from tools.stage import chrome_path

MOST_BYTES, MOST_REQUESTS = 60 * 1024, 8
SLOWER, MOST_SLOWER = 4, 1.5
Load = tuple[str, float]
"""An address, and its bytes on the wire with headers."""
# In braces: what this gives back is the promise, and it would be waited for.
_ANSWERED = """() => { window.answered = new Promise((done, failed) => {
    setTimeout(() => failed("no key was answered within a minute"), 60000);
    addEventListener("keydown", () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))),
        { once: true }) }) }"""
# Within the shells of its ancestors: the same rules of the style sheets hold for both.
_BARE = """() => {
    let html = document.getElementById("table").outerHTML;
    for (let at = document.getElementById("table").parentElement; at !== document.body; at = at.parentElement)
        html = at.cloneNode(false).outerHTML.replace(/<\\/[^>]+>$/, (end) => html + end);
    return `<!doctype html><html lang="es" data-theme="light"><meta charset="utf-8"><title>Bare</title>
        ${[...document.querySelectorAll("link[rel=stylesheet]")].map((one) => one.outerHTML).join("")}
        <body>${html}</body></html>` }"""


@contextmanager
def signed_in(built: House) -> Iterator[BrowserContext]:
    """A browser that has never been here, but for its session."""
    name, _, value = session_cookies(built, 1)[0].partition("=")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chrome_path(), args=["--no-sandbox"])
        context = browser.new_context(base_url=built.url, locale="es-ES")
        context.add_cookies([{"name": name, "value": value, "url": built.url}])
        yield context
        browser.close()


# --- the first load


def first_load() -> list[Figure]:
    with house() as built, signed_in(built) as context:
        page = context.new_page()
        loads = listen(page)
        page.goto("/", wait_until="networkidle")
        return judge_load(built.url, list(loads.values()))


def listen(page: Page) -> dict[str, Load]:
    """What goes over the wire, by request: what the browser has already (the bar's picture as icon) counts nothing."""
    seen: dict[str, Load] = {}

    def asked(of: dict[str, Any]) -> None:
        seen[of["requestId"]] = of["request"]["url"], 0.0

    def done(of: dict[str, Any]) -> None:
        request, size = of["requestId"], of["encodedDataLength"]
        if size:
            seen[request] = seen[request][0], size
        else:
            del seen[request]

    wire: Any = page.context.new_cdp_session(page)
    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", done)
    wire.send("Network.enable")
    return seen


def judge_load(ours: str, loads: list[Load]) -> list[Figure]:
    loads = [load for load in loads if not load[0].startswith("data:")]
    size, page = sum(load[1] for load in loads), loads[0][1]
    strangers = [address for address, _ in loads if not address.startswith(f"{ours}/")]
    shown = f"{size / 1024:.1f} KB, of which the page itself {page / 1024:.1f}"
    return [
        Figure("bytes of the first visit", shown, "<= 60 KB", size <= MOST_BYTES),
        Figure("requests", str(len(loads)), f"<= {MOST_REQUESTS}", len(loads) <= MOST_REQUESTS),
        Figure("requests to third parties", str(len(strangers)), "0", not strangers),
    ]


# --- many rows


def many_rows(rows: int, rounds: int) -> list[Figure]:
    """Interactive: loaded, and a key that was pressed then has been answered with a frame on the screen."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.html"
        with large_house(rows, BENCH_HTML=str(bare)) as built, signed_in(built) as context:
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto("/")
            bare.write_text(page.evaluate(_BARE), encoding="utf-8")
            throttle(page)
            times: dict[str, list[float]] = {"/": [], "/bench/static/": []}
            for _ in range(rounds + 1):
                for address, seen in times.items():
                    seen.append(interactive(page, address))
            tab = median(interactive(page, "/", "Tab") for _ in range(3))
    # The first round fills the browser's cache.
    dashboard, still = (median(seen[1:]) for seen in times.values())
    return [
        *judge_rows(rows, dashboard, still),
        Figure("the same until the first Tab is answered", f"{tab:.0f} ms"),
    ]


def throttle(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def interactive(page: Page, address: str, key: str = "Shift") -> float:
    """Milliseconds from the navigation's start. A key that does nothing: where Tab goes is the browser's own search,
    which takes the bare page many seconds.
    """
    page.goto(address, wait_until="load")
    page.evaluate(_ANSWERED)
    page.keyboard.press(key)
    return float(page.evaluate("window.answered"))


def judge_rows(rows: int, dashboard: float, bare: float) -> list[Figure]:
    ratio = dashboard / bare
    seen = f"{dashboard:.0f} ms, bare HTML {bare:.0f} ms, ratio {ratio:.2f}"
    what = f"{rows} rows interactive, processor {SLOWER} times slower"
    return [Figure(what, seen, f"<= {MOST_SLOWER}", ratio <= MOST_SLOWER)]
