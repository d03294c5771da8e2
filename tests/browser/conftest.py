"""A real browser before real processes: Debian's Chromium, and a stage with its own sandbox, worker and web."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from tests.browser.hands import Way
from tools.stage import Stage, chrome_path

HERE = Path(__file__).resolve().parent
# An answer with a 4xx is what some tests ask for; Chromium writes it to the console all the same.
EXPECTED = re.compile(
    r"Failed to load resource|Response Status Error Code (401|409|503)"
    r"|htmx:(responseError|sendError|afterRequest|sendAbort|timeout)"
)
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chrome_path(bare=True)
    if path is None:
        pytest.skip("no Chromium here: install Debian's package chromium, or name one in CHROME_PATH")
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def stage(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("stage")) as found:
        # Enough for all tests of a session; those who need little of it say so.
        found.sandbox("balance", amount=900)
        yield found


@pytest.fixture(scope="session")
def browser_context_args(stage: Stage) -> dict[str, Any]:
    return {
        "base_url": stage.url,
        "locale": "es-ES",
        "timezone_id": "Europe/Madrid",
        "viewport": {"width": 1440, "height": 900},
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@pytest.fixture(autouse=True)
def _no_complaint_in_the_console(request: pytest.FixtureRequest) -> Iterator[None]:
    """A violation of the policy, a fault of a script: the browser says it in the console, and the test fails."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not EXPECTED.search(message.text):
            said.append(message.text)

    if "context" in request.fixturenames:
        context: BrowserContext = request.getfixturevalue("context")
        context.add_init_script(HEAR)
        context.on("console", listen)
        context.on("weberror", lambda fault: said.append(str(fault.error)))
    yield
    assert said == []


HEAR = """
window.heard = [];
new MutationObserver((changes) => {
  for (const change of changes) {
    const live = change.target.closest?.("#live, [data-live]");
    if (live && live.textContent) window.heard.push(live.textContent);
  }
}).observe(document, { subtree: true, childList: true });
"""


def expect_heard(page: Page, *words: str) -> None:
    """A screen reader has been told one of these since the page was loaded; other news may have followed at once."""
    said = "words => words.some((word) => window.heard.some((one) => one.includes(word)))"
    page.wait_for_function(said, arg=list(words), timeout=15_000)


SignIn = Callable[..., Page]


def sign_in(page: Page, who: str = "demo", password: str = "demo") -> Page:
    page.goto("/accounts/login/")
    page.get_by_label("Usuario").fill(who)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar").click()
    return page


@pytest.fixture(scope="session")
def session(browser: Browser, browser_context_args: dict[str, Any]) -> list[Any]:
    """The cookies of an administrator who has signed in: most tests begin after that."""
    context = browser.new_context(**browser_context_args)
    expect(sign_in(context.new_page()).get_by_role("table", name="Mis números")).to_be_visible()
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture
def home(page: Page, session: list[Any]) -> Page:
    """The rental page, signed in as an administrator. Whoever signs out takes `fresh_home`: the session is shared."""
    page.context.add_cookies(session)
    page.goto("/")
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    return page


@pytest.fixture
def fresh_home(page: Page, stage: Stage) -> Page:
    """The same with a session of its own."""
    sign_in(page)
    expect(page.get_by_role("table", name="Mis números")).to_be_visible()
    return page


@pytest.fixture
def plain(browser: Browser, browser_context_args: dict[str, Any], session: list[Any]) -> Iterator[Page]:
    """The rental page in a browser without script."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    # The zone is what a script has found out.
    context.add_cookies([cookie for cookie in session if cookie["name"] != "tz"])
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


@pytest.fixture
def plain_stranger(browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Page]:
    """A browser without script in which nobody has signed in: for whoever leaves, or must have come in just now."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["mouse", "keyboard", "plain"])
def way(request: pytest.FixtureRequest) -> Way:
    """Each of the three ways through a flow, on the rental page; a test names those that it wants as `way`."""
    return Way(request.getfixturevalue("plain" if request.param == "plain" else "home"), request.param)


def row_of(page: Page, vendor_id: str) -> Any:
    return page.locator(f"#order-{vendor_id}")


def choose(page: Page, country: str, period: str, service: str) -> None:
    """Fills the order form in, as a person would, and waits for the prices."""
    page.get_by_role("combobox", name="Seleccionar país").select_option(country)
    page.get_by_role("combobox", name="Seleccionar periodo").select_option(period)
    expect(page.locator("#offers")).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("radiogroup", name="Servicio").get_by_role("radio", name=service).first.check()


def refresh(page: Page) -> None:
    """What the page does every 30 seconds, now."""
    with page.expect_response("**/orders/table/**"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")


def appearing(page: Page, vendor_id: str) -> Any:
    """The row of a number that the worker is about to read, without waiting for the page's own 30 seconds."""
    row = row_of(page, vendor_id)
    for _ in range(60):
        if row.count():
            break
        page.wait_for_timeout(300)
        refresh(page)
    return row
