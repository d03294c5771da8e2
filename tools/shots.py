"""Pictures of every page, dialog and state into shots/, in both themes at 320, 768 and 1440 px.

    python -m tools.shots [--only WORD] [--width N] [--theme light|dark]

Each picture is named scene-width-theme.png; the scenes are in tools/scenes.py. They are for looking at, so nothing
is compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Error, expect, sync_playwright

from tools.scenes import ALL, HEIGHTS, THEMES, Scene, shown, wear
from tools.stage import ROOT, chrome_path
from tools.still import Still

OUT = ROOT / "shots"


class Camera:
    def __init__(
        self, browser: Browser, still: Still, widths: tuple[int, ...], themes: tuple[str, ...]
    ) -> None:
        self.browser, self.still = browser, still
        self.widths, self.themes = widths, themes
        self.taken = 0
        self.failed: list[str] = []

    def take(self, scene: Scene) -> None:
        for width in scene.widths:
            if width not in self.widths:
                continue
            try:
                self._take_one(scene, width)
            except (Error, AssertionError) as problem:
                self.failed.append(f"{scene.name} at {width} px: {str(problem).splitlines()[0]}")

    def _take_one(self, scene: Scene, width: int) -> None:
        with shown(self.browser, self.still, scene, width) as page:
            for theme in self.themes:
                wear(page, theme)
                page.screenshot(path=OUT / f"{scene.name}-{width}-{theme}.png", full_page=scene.whole)
                self.taken += 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="scenes whose name contains this")
    parser.add_argument("--width", type=int, choices=tuple(HEIGHTS), action="append")
    parser.add_argument("--theme", choices=THEMES, action="append")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    path = chrome_path()
    if path is None:
        print(
            "No Chromium here: install Debian's package chromium, or name one in CHROME_PATH.",
            file=sys.stderr,
        )
        return 1
    OUT.mkdir(exist_ok=True)
    expect.set_options(timeout=4_000)
    with (
        tempfile.TemporaryDirectory() as directory,
        Still(Path(directory)) as still,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        camera = Camera(browser, still, tuple(asked.width or HEIGHTS), tuple(asked.theme or THEMES))
        for scene in ALL:
            if asked.only in scene.name:
                camera.take(scene)
        browser.close()
    print(f"{camera.taken} pictures in {OUT.name}/")
    print("\n".join(f"NOT TAKEN: {line}" for line in camera.failed), end="\n" if camera.failed else "")
    return 1 if camera.failed or not camera.taken else 0


if __name__ == "__main__":
    sys.exit(main())
