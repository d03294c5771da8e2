"""Three ways through a flow: by mouse, by keyboard alone, and by mouse in a browser without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page, expect

from tools.stage import Stage

MOST_TABS = 60


class Way:
    """Does with `page` what `name` can do: "mouse", "keyboard" or "plain" (by mouse, without script)."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.plain, self.by_keyboard = name == "plain", name == "keyboard"

    def begin(self, target: Locator) -> None:
        """Presses what may be anywhere on the page: not every button before it is tabbed through."""
        if self.by_keyboard:
            target.focus()
        self.press(target)

    def press(self, target: Locator) -> None:
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def tick(self, box: Locator) -> None:
        if self.by_keyboard:
            self.reach(box)
            self.page.keyboard.press("Space")
        else:
            box.check()

    def fill(self, field: Locator, words: str) -> None:
        if self.by_keyboard:
            self.reach(field)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(words)
        else:
            field.fill(words)

    def choose(self, select: Locator, value: str) -> None:
        """The option of that value; by keyboard one after the other, as the arrows go."""
        if not self.by_keyboard:
            select.select_option(value)
            return
        self.reach(select)
        self.page.keyboard.press("Home")
        for _ in range(select.locator("option").count()):
            if select.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrows do not come to {value}")

    def calculate(self) -> None:
        """What script does by itself once something has been chosen."""
        if self.plain:
            self.page.get_by_role("button", name="Calcular").click()

    def reach(self, target: Locator) -> None:
        """Tab until it has the focus."""
        expect(target).to_be_visible()
        for _ in range(MOST_TABS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{MOST_TABS} tabs do not come to {target}")

    def row(self, order: str) -> Locator:
        """The row of a number that the worker is about to read."""
        row = self.page.locator(f"#order-{order}")
        for _ in range(60):
            self.page.goto("/")
            if row.count():
                break
            self.page.wait_for_timeout(300)
        return row


def rented(stage: Stage, service: str = "opt29", days_left: float = 3) -> str:
    """A number of our own, with that many days left."""
    stage.sandbox("balance", amount=900)
    asked = {"country": "UK", "service": service, "dtype": "week", "dcount": 1}
    answer = stage.sandbox("outside", method="create", params=asked)
    order = str(answer["data"]["id"])
    now = stage.sandbox("advance", seconds=0)["now"]
    stage.sandbox("order", order=int(order), until=int(now + days_left * 86_400))
    stage.read_orders_now()
    return order


def finished(page: Page, word: str = "Hecho") -> None:
    expect(page.locator("#outcome h1")).to_have_text(word, timeout=30_000)


def ask_to_rent(way: Way, service: str) -> None:
    """The confirmation of a week in Spain for the service of that code."""
    way.page.goto(f"/?country=ES&period=week-1&service={service}")
    # Without script the page loads itself again until the prices are there.
    expect(way.page.locator("[data-total]")).not_to_have_text("0,00", timeout=30_000)
    way.begin(way.page.get_by_role("button", name="Alquilar", exact=True))


def confirm(way: Way, heading: str, outcome: str = "Hecho") -> None:
    """What the page asks before it spends, in its dialog or as a page of its own; and what became of it."""
    asked = way.page.locator("#dialog-body")
    expect(asked.get_by_role("heading", name=heading)).to_be_visible(timeout=30_000)
    way.press(asked.get_by_role("button", name="Confirmar"))
    finished(way.page, outcome)


@contextmanager
def sent_once(stage: Stage, method: str) -> Iterator[None]:
    """Whatever is done meanwhile, the vendor has got exactly one call of it."""
    before = len(stage.calls(method))
    yield
    assert len(stage.calls(method)) == before + 1
