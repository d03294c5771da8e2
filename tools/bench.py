"""The benchmarks: a table of figures and ratios, each with its limit. Everything runs on this machine's loopback.

    python -m tools.bench [--write] [--only NAME,NAME] [--seconds 120] [--viewers 1,100,1000]

The parts are: viewers, pages, refresh, rows, load, large, messages, rents, overhead, archive.
Each runs alone with --only.

Exit code 1 when a limit is exceeded. --write puts the table into docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tools import (
    bench_browser,
    bench_messages,
    bench_money,
    bench_pages,
    bench_refresh,
    bench_rows,
    bench_screen,
    bench_viewers,
)
from tools.bench_house import Figure

FILE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
LARGE = 2000
Part = tuple[str, Callable[[], list[Figure]]]


def parts(options: argparse.Namespace) -> Iterator[Part]:
    if "viewers" in options.only:
        for count in options.viewers:
            title = f"{count} viewers for {options.seconds:.0f} s, one person who acts"
            yield title, partial(bench_viewers.run, count, options.seconds)
    yield from (PARTS[name](options) for name in PARTS if name in options.only)


PARTS: dict[str, Callable[[argparse.Namespace], Part]] = {
    "pages": lambda of: ("Pages while the vendor misbehaves", partial(bench_pages.run, of.asked)),
    "refresh": lambda of: ("An unchanged refresh", partial(bench_refresh.run, of.rows)),
    "rows": lambda of: ("The whole table, by its rows", partial(bench_rows.run, of.rows)),
    "load": lambda of: ("The first load, in a browser", bench_screen.first_load),
    "large": lambda of: (
        "2,000 rows in a slow browser",
        partial(bench_screen.many_rows, LARGE, of.large_rounds),
    ),
    "messages": lambda of: ("A message to the screen", partial(bench_messages.run, of.messages)),
    "rents": lambda of: ("From Confirmar to the outcome, in a browser", partial(bench_browser.run, of.rents)),
    "overhead": lambda of: ("What a paid action costs beside the vendor", bench_money.overhead),
    "archive": lambda of: ("The archive, by its rentals", bench_money.archive),
}
NAMES = ("viewers", *PARTS)


def line(figure: Figure) -> str:
    verdict = {True: "PASS", False: "**FAIL**", None: ""}[figure.ok]
    return f"| {figure.what} | {figure.seen} | {figure.limit} | {verdict} |"


def measure(part: Part) -> tuple[list[str], bool]:
    """The lines of one part, printed as they come, and whether all its limits were kept."""
    title, run = part
    lines = ["", f"## {title}", "", "| | Seen | Limit | |", "|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    figures = run()
    shown = [line(figure) for figure in figures]
    print("\n".join(shown), flush=True)
    return lines + shown, all(figure.ok is not False for figure in figures)


def heading() -> list[str]:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return [
        "# Benchmarks",
        "",
        "Written by `make bench ARGS=--write`: real processes (web, worker, sandbox) on one machine, SQLite, loopback.",
        f"This run: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {machine}; load before it {os.getloadavg()[0]:.1f}.",
    ]


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def names(text: str) -> list[str]:
    asked = text.split(",")
    if unknown := [name for name in asked if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"no part {unknown[0]}; there are: {', '.join(NAMES)}")
    return asked


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    parser.add_argument("--only", type=names, default=NAMES, help=", ".join(NAMES))
    parser.add_argument("--seconds", type=float, default=120.0, help="of each run with viewers")
    parser.add_argument("--viewers", type=numbers, default=[1, 100, 1000])
    parser.add_argument("--asked", type=int, default=400, help="of each page in each trouble")
    parser.add_argument(
        "--rows", type=numbers, default=[10, 100, 1000], help="orders in the table that is refreshed"
    )
    parser.add_argument("--large-rounds", type=int, default=5, help="of the page of 2,000 rows")
    parser.add_argument("--messages", type=int, default=50)
    parser.add_argument("--rents", type=int, default=20, help="in the browser")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    options = arguments(given)
    # What browsers are given are the files as a start leaves them, not those of the last one.
    subprocess.run([sys.executable, "-m", "tools.prepare", "--static"], cwd=FILE.parent.parent, check=True)
    lines, kept = heading(), True
    for part in parts(options):
        more, passed = measure(part)
        lines += more
        kept &= passed
    if options.write:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
