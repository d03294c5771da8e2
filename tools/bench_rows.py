"""The whole table with few and many rows: the same number of queries, and no row dearer than another."""

from __future__ import annotations

from statistics import median

from tools.bench_house import Figure, House
from tools.bench_refresh import large_house, show_only, timed

ROUNDS = 8
MOST = 1.2
PATH = "/orders/table/"


def run(counts: list[int]) -> list[Figure]:
    times: dict[int, list[float]] = {count: [] for count in counts}
    queries: dict[int, int] = {}
    with large_house(max(counts)) as built:
        for _ in range(ROUNDS):
            for count in counts:
                show_only(built, count)
                queries[count] = asked(built)
                # The fewer the rows the noisier the figure, and the cheaper to look again.
                again = max(1, min(10, 300 // count))
                times[count] += [timed(built.browser(), PATH, 200) for _ in range(again)]
    return figures(queries, {count: median(seen) for count, seen in times.items()})


def asked(built: House) -> int:
    answer = built.browser().get(PATH, headers={"HX-Request": "true", "X-Count": "1"})
    return int(answer.headers["X-Queries"])


def figures(queries: dict[int, int], times: dict[int, float]) -> list[Figure]:
    """`queries` and seconds by the number of rows."""
    same = len(set(queries.values())) == 1
    shown = ", ".join(f"{count}: {number}" for count, number in queries.items())
    out = [Figure("queries of the whole table, by rows", shown, "the same", same)]
    out += [
        Figure(
            f"{count} rows: the whole table", f"{seconds * 1000:.1f} ms, {seconds / count * 1000:.3f} a row"
        )
        for count, seconds in times.items()
    ]
    many, fewer = sorted(times)[-1], sorted(times)[-2]
    ratio = (times[many] / many) / (times[fewer] / fewer)
    what = f"a row among {many} against a row among {fewer}"
    return [*out, Figure(what, f"{ratio:.2f}", f"<= {MOST}", ratio <= MOST)]
