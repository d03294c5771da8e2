"""Lighthouse on the rental page, signed in, on a phone, in both themes: performance, accessibility, best practices.

    python -m tools.lighthouse [--keep FOLDER]

It is installed by npm, in exactly this version, into var/lighthouse when it is not there yet; nothing else leaves
the machine. Exit code 1 when a score is below 95. Not part of CI: it needs node, npm and a quiet machine.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.scenes import THEMES
from tools.scenes_money import CHOICE
from tools.stage import ROOT, chrome_path
from tools.still import Still

VERSION = "13.5.0"
HOME = ROOT / "var" / "lighthouse"
CATEGORIES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
}
LEAST = 95
CHROME = "--headless=new --no-sandbox --disable-background-networking --disable-component-update"


def missing() -> str:
    """What this machine lacks, in one line, or nothing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "Lighthouse needs node and npm (Debian's packages nodejs and npm)."
    if chrome_path() is None:
        return "No Chromium here: install Debian's package chromium, or name one in CHROME_PATH."
    return ""


def program() -> Path:
    """Lighthouse's own start file; installs it when this version is not there."""
    home = HOME / "node_modules" / "lighthouse"
    about = home / "package.json"
    if not about.is_file() or json.loads(about.read_text(encoding="utf-8"))["version"] != VERSION:
        HOME.mkdir(parents=True, exist_ok=True)
        print(f"Installing lighthouse {VERSION} into {HOME.relative_to(ROOT)}/ …", flush=True)
        options = "--no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error"
        command = ["npm", "install", "--prefix", str(HOME), *options.split(), f"lighthouse@{VERSION}"]
        subprocess.run(command, cwd=HOME, check=True)
    return home / "cli" / "index.js"


def audit(still: Still, theme: str, report: Path) -> dict[str, Any]:
    """Lighthouse's report of the rental page in that theme."""
    cookies = {cookie["name"]: cookie["value"] for cookie in still.cookies["demo"]} | {"theme": theme}
    headers = report.with_suffix(".headers.json")
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers.write_text(json.dumps({"Cookie": sent}), encoding="utf-8")
    options = [
        f"--only-categories={','.join(CATEGORIES)}",
        f"--extra-headers={headers}",
        f"--chrome-flags={CHROME}",
        f"--output-path={report}",
        *("--output=json", "--form-factor=mobile", "--quiet", "--no-enable-error-reporting"),
    ]
    environment = {**os.environ, "CHROME_PATH": str(chrome_path()), "CI": "1"}
    command = ["node", str(program()), f"{still.url}{CHOICE}", *options]
    # A browser that has only just been installed may lose its first trace (NO_NAVSTART): Lighthouse says run it again.
    if subprocess.run(command, env=environment, check=False).returncode:
        subprocess.run(command, env=environment, check=True)
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    if "login" in found["finalDisplayedUrl"]:
        raise RuntimeError("Lighthouse was shown the log-in instead of the rental page.")
    return found


def scores(report: dict[str, Any]) -> dict[str, int]:
    """0 to 100 by category; what could not be measured counts as 0."""
    found = report["categories"]
    return {name: round((found[name]["score"] or 0) * 100) for name in CATEGORIES}


def wanting(report: dict[str, Any]) -> list[str]:
    """The audits that cost points, for whoever mends them."""
    parts = [
        part for name in CATEGORIES for part in report["categories"][name]["auditRefs"] if part["weight"]
    ]
    audits = [report["audits"][part["id"]] for part in parts]
    return [
        f"{one['id']}: {one['title']}"
        for one in audits
        if (one["score"] or 0) < 0.9 and one["score"] is not None
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keep", type=Path, help="a folder for the whole reports")
    keep = parser.parse_args().keep
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 1
    kept = True
    with tempfile.TemporaryDirectory() as folder, Still(Path(folder) / "still") as still:
        for theme in THEMES:
            still.reset()
            place = keep or Path(folder)
            place.mkdir(parents=True, exist_ok=True)
            report = audit(still, theme, place / f"lighthouse-{theme}.json")
            kept &= told(theme, report)
    return 0 if kept else 1


def told(theme: str, report: dict[str, Any]) -> bool:
    """Prints what was seen; whether all of it is good enough."""
    found = scores(report)
    good = all(score >= LEAST for score in found.values())
    shown = ", ".join(f"{CATEGORIES[name]} {score}" for name, score in found.items())
    print(f"{'PASS' if good else 'FAIL'}  {theme}: {shown} (each >= {LEAST})", flush=True)
    for line in wanting(report):
        print(f"      {line}")
    return good


if __name__ == "__main__":
    sys.exit(main())
