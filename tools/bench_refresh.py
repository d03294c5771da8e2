"""What an unchanged refresh costs against a view that does nothing, with few and many rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from tools.bench_house import Browser, Figure, House, house, p95, until
from tools.bench_viewers import VERSION

ROUNDS = 400
LEAST = 0.8
QUIET = {"SMSPVA_MIN_INTERVAL": "60", "SMSPVA_PERSON_INTERVAL": "1"}
EMPTY, BARE = "/bench/empty/", "/bench/bare/"
Times = dict[str, list[float]]


def run(counts: list[int]) -> list[Figure]:
    with large_house(max(counts)) as built:
        return [figure for count in counts for figure in figures(count, measure(built, count))]


@contextmanager
def large_house(rows: int, **settings: str) -> Iterator[House]:
    """A house with so many rows and no news: the worker is gone, and its lease and its data do not grow old."""
    with house("--seed", f"large:{rows}", wsgi="tools.bench_wsgi:application", **QUIET, **settings) as built:
        read = "SELECT count(*) FROM rentals_order"
        until(lambda: built.database.one(read) == rows, 60, "all rows are there")
        built.worker_with_lease().kill()
        built.database.age("rentals_lease", "expires_at", -500)
        built.database.age("rentals_feed", "good_at", -3600)
        give_to_people(built)
        yield built


def give_to_people(built: House) -> None:
    """Every number has a label, two of three a holder, and one of five a note: no row is bare."""
    set_all = "label = 'Tienda de Valencia', note = CASE WHEN id % 5 = 0 THEN 'Antes, pregunte' ELSE '' END"
    built.database.change(f"UPDATE rentals_number SET {set_all}")
    for rest, name in enumerate(("demo", "operador")):
        whom = "(SELECT id FROM rentals_person WHERE username = ?)"
        held = f"holder_id = {whom}, held_at = first_seen_at WHERE id % 3 = {rest}"
        built.database.change(f"UPDATE rentals_number SET {held}", name)


def show_only(built: House, count: int) -> None:
    """As if the account had so many numbers and no more."""
    first = "SELECT id FROM rentals_order ORDER BY id LIMIT ?"
    built.database.change(f"UPDATE rentals_order SET listed = id IN ({first})", count)
    built.database.change("UPDATE rentals_mirror SET version = version + 1")


def measure(built: House, count: int) -> Times:
    """Seconds of each path, asked in turn, so that all meet the same machine."""
    show_only(built, count)
    person = built.browser()
    found = VERSION.search(person.get("/").text)
    assert found, "the page names its version"
    unchanged = f"/orders/table/?v={found.group(1)}"
    times: Times = {path: [] for path in (EMPTY, unchanged, BARE)}
    for _ in range(ROUNDS):
        for path, seen in times.items():
            seen.append(timed(person, path, 204))
    return {"empty": times[EMPTY], "unchanged": times[unchanged], "bare": times[BARE]}


def timed(person: Browser, path: str, status: int) -> float:
    began = time.perf_counter()
    answer = person.get(path, headers={"HX-Request": "true"})
    assert answer.status_code == status, f"{path}: {answer.status_code}"
    return time.perf_counter() - began


def figures(rows: int, times: Times) -> list[Figure]:
    """How fast the refresh is, as a share of the speed of what it is held against."""
    refresh = median(times["unchanged"])
    of_empty, of_bare = median(times["empty"]) / refresh, median(times["bare"]) / refresh
    return [
        Figure(
            f"{rows} rows: an unchanged refresh",
            f"{refresh * 1000:.1f} ms, p95 {p95(times['unchanged']) * 1000:.1f} ms",
        ),
        Figure(
            f"{rows} rows: speed against an empty view", f"{of_empty:.2f}", f">= {LEAST}", of_empty >= LEAST
        ),
        Figure(f"{rows} rows: speed against a bare view, without middleware and login", f"{of_bare:.2f}"),
    ]
