"""The page while the vendor hangs, is down or talks nonsense, and while no worker lives, against a healthy vendor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from tools.bench_house import Browser, Figure, House, house, p95, until, words

PATHS = ("/", "/orders/table/")
MOST = 1.1
QUICK = {"SMSPVA_MIN_INTERVAL": "0.5", "SMSPVA_PERSON_INTERVAL": "0.2"}
HEALTHY = "Mis números"
BAD, STOPPED = "No se han podido actualizar", "está parado"
Condition = Callable[[House], "Iterator[None]"]


def _says(person: Browser, sign: str) -> bool:
    return sign in words(person.get("/"))


Times = dict[str, dict[str, list[float]]]
"""By path: the seconds of each request, "now" in a condition and "normal" with a healthy vendor."""


def run(asked: int) -> list[Figure]:
    """Two houses side by side, one of them in trouble: each of its requests has one of the other just before it, so
    that a busy machine slows both alike. Half way they change places.
    """
    with house(**QUICK) as one, house(**QUICK) as other:
        found: dict[str, Times] = {
            name: {path: {"now": [], "normal": []} for path in PATHS} for name in CONDITIONS
        }
        for name, (condition, sign) in CONDITIONS.items():
            for troubled, well in ((one, other), (other, one)):
                _side_by_side(found[name], troubled, well, condition, sign, asked // 2)
    return list(figures(found))


def _side_by_side(
    times: Times, troubled: House, well: House, condition: Condition, sign: str, asked: int
) -> None:
    with contextmanager(condition)(troubled):
        until(partial(_says, troubled.browser(), sign), 60, f"the page notices: {sign}")
        until(partial(_says, well.browser(), HEALTHY), 60, "the other page is well")
        settle()
        for path in PATHS:
            for turn in range(asked):
                pair = [("now", troubled), ("normal", well)]
                for name, built in pair if turn % 2 else reversed(pair):
                    times[path][name].append(ask(built.browser(), path))


def settle() -> None:
    """Lets what was just started or stopped finish its own work."""
    time.sleep(1.0)


def ask(person: Browser, path: str) -> float:
    began = time.perf_counter()
    answer = person.get(path)
    took = time.perf_counter() - began
    assert answer.status_code == 200
    return took


def figures(found: dict[str, Times]) -> Iterator[Figure]:
    for path in PATHS:
        for name, times in found.items():
            now, normal = (p95(times[path][which]) for which in ("now", "normal"))
            seen = f"{now * 1000:.1f} ms, the healthy one beside it {normal * 1000:.1f} ms, ratio {now / normal:.2f}"
            yield Figure(f"`{path}` p95, {name}", seen, f"<= {MOST}", now / normal <= MOST)


def faulty(fault: str) -> Condition:
    def condition(built: House) -> Iterator[None]:
        built.sandbox.post("faults", {"method": "*", "fault": fault, "times": None})
        built.want("orders")
        yield
        built.sandbox.no_faults()
        built.want("orders")

    return condition


def down(built: House) -> Iterator[None]:
    built.running("sandbox")[0].kill()
    built.want("orders")
    yield
    built.start_sandbox()
    built.want("orders")


def deserted(built: House) -> Iterator[None]:
    built.worker_with_lease().kill()
    built.database.age("rentals_lease", "expires_at", 40)
    yield
    built.start_worker()
    built.worker_with_lease()
    built.wait_until_ready()


CONDITIONS: dict[str, tuple[Condition, str]] = {
    "vendor hangs": (faulty("hang"), BAD),
    "vendor is down": (down, BAD),
    "vendor talks nonsense": (faulty("not_json"), BAD),
    "worker killed": (deserted, STOPPED),
}
