"""axe finds nothing in any scene, in both themes, wide and narrow; and nothing is wider than the window.

A scene is brought up once; the window's width and the theme change in place. In the suite axe looks at each scene in
one width and theme, at the next in the next; in `make test-long` at each in the three others.
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
WIDTHS = (1440, 320)
WIDER_THAN_ITS_CARD = """
[...document.querySelectorAll(".card")]
  .filter((card) => card.scrollWidth > card.clientWidth + 1)
  .map((card) => card.className)
"""
# Of the services on offer the ninth that is seen is drawn as the eighth is, and there are two hundred. Behind an open
# dialog lies a page that is inert and has a scene of its own. What is not there does not keep axe busy.
LEAVE_OUT = """() => {
  const seen = [...document.querySelectorAll(".offer:not(:has(:checked))")].filter((one) => one.checkVisibility());
  for (const offer of seen.slice(8)) offer.remove();
  let kept = document.querySelector("dialog[open]");
  for (; kept && kept !== document.body; kept = kept.parentElement)
    for (const other of [...kept.parentElement.children]) if (other !== kept) other.remove();
}"""
RUN_AXE = "options => axe.run(document.querySelector('dialog[open]') ?? document, options)"
# The rows of the others again and again: nothing else for axe to find, in minutes.
LARGE = {"200-rows", "200-rows-held", "2000-rows"}
SCENES = [scene for scene in ALL if scene.script and scene.name not in LARGE]


@pytest.fixture(scope="module")
def still(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Still]:
    with Still(tmp_path_factory.mktemp("still")) as found:
        yield found


LOOKS = [(width, theme) for theme in THEMES for width in WIDTHS]


@pytest.mark.parametrize(("nth", "scene"), list(enumerate(SCENES)), ids=lambda one: getattr(one, "name", ""))
def test_axe_finds_nothing(browser: Browser, still: Still, nth: int, scene: Scene) -> None:
    look(browser, still, scene, [LOOKS[nth % len(LOOKS)]])


@pytest.mark.long
@pytest.mark.parametrize(("nth", "scene"), list(enumerate(SCENES)), ids=lambda one: getattr(one, "name", ""))
def test_axe_finds_nothing_otherwise(browser: Browser, still: Still, nth: int, scene: Scene) -> None:
    look(browser, still, scene, [one for one in LOOKS if one != LOOKS[nth % len(LOOKS)]])


def look(browser: Browser, still: Still, scene: Scene, looks: list[tuple[int, str]]) -> None:
    complaints: list[str] = []

    def listen(context: BrowserContext) -> None:
        context.on("weberror", lambda fault: complaints.append(str(fault.error)))
        context.on("console", lambda said: complaints.append(said.text) if _bad(said) else None)

    with shown(browser, still, scene, WIDTHS[0], listen) as page:
        for width in (WIDTHS[0], TABLET, WIDTHS[1]):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(WIDER_THAN_ITS_CARD) == []
        assert complaints == []
        # From here on the scripts of the page may miss what is gone.
        page.evaluate(LEAVE_OUT)
        page.evaluate(Axe().axe_script)
        for width, theme in looks:
            page.set_viewport_size({"width": width, "height": 900})
            wear(page, theme)
            found = AxeResults(page.evaluate(RUN_AXE, {"resultTypes": ["violations"]}))
            assert found.violations_count == 0, f"{width} {theme}: {found.generate_report()}"


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
