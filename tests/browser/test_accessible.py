"""axe finds nothing in any scene, in both themes, wide and narrow; and nothing is wider than the window.

A scene is brought up once; the window's width and the theme change in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import EXPECTED
from tools.scenes import ALL, THEMES, Scene, shown, wear
from tools.still import Still

TABLET = 768
WIDTHS = (1440, TABLET, 320)
WIDER_THAN_ITS_CARD = """
[...document.querySelectorAll(".card")]
  .filter((card) => card.scrollWidth > card.clientWidth + 1)
  .map((card) => card.className)
"""
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
# Of the services on offer the ninth that is seen is drawn as the eighth is, and there are two hundred. Behind an open
# dialog lies a page that is inert and has a scene of its own.
RUN_AXE = """options => {
  const seen = [...document.querySelectorAll(".offer:not(:has(:checked))")].filter((one) => one.checkVisibility());
  const whole = document.querySelector("dialog[open]") ?? document.documentElement;
  return axe.run({ include: [whole], exclude: seen.slice(8).filter((one) => whole.contains(one)) }, options);
}"""
# The rows of the others again and again: nothing else for axe to find, in minutes.
LARGE = {"200-rows", "200-rows-held", "2000-rows"}
SCENES = [scene for scene in ALL if scene.script and scene.name not in LARGE]


@pytest.fixture(scope="module")
def still(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Still]:
    with Still(tmp_path_factory.mktemp("still")) as found:
        yield found


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_axe_finds_nothing(browser: Browser, still: Still, scene: Scene) -> None:
    complaints: list[str] = []

    def listen(context: BrowserContext) -> None:
        context.on("weberror", lambda fault: complaints.append(str(fault.error)))
        context.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)

    with shown(browser, still, scene, WIDTHS[0], listen) as page:
        page.evaluate(Axe().axe_script)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(WIDER_THAN_ITS_CARD) == []
            for theme in THEMES if width != TABLET else ():
                wear(page, theme)
                # Themes differ in colours and in nothing else.
                rules = {} if theme == THEMES[0] else {"runOnly": RULES_OF_COLOUR}
                options = {"resultTypes": ["violations"], **rules}
                found = AxeResults(page.evaluate(RUN_AXE, options))
                assert found.violations_count == 0, f"{width} {theme}: {found.generate_report()}"
    assert complaints == []


OVERLAPS = """cells => cells.some((one, at) => cells.slice(at + 1).some((other) => {
  const [a, b] = [one, other].map((cell) => cell.getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}))"""


def test_no_two_cells_of_the_journal_and_its_sums_lie_on_each_other(browser: Browser, still: Still) -> None:
    (journal,) = (scene for scene in ALL if scene.name == "journal")
    with shown(browser, still, journal, 320) as page:
        for wide in (320, 640, 752, 768):
            page.set_viewport_size({"width": wide, "height": 900})
            assert page.locator(".sums tbody td").count() > 0
            assert page.locator(".journal tbody td").evaluate_all(OVERLAPS) is False, wide


def _bad(said: Any) -> bool:
    refused = "Response Status Error Code 4" in said.text
    return said.type in {"error", "warning"} and not refused and not EXPECTED.search(said.text)
