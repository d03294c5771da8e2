"""What the sandbox's call log says of the worker's manners."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tools.bench_house import Figure

EVERY = 30.0
SLACK = 0.05
"""Seconds by which two processes may read the same moment differently."""
REACTION = 0.4
"""Seconds for the worker to notice a wish (it looks every 0.15 s) on a machine that has other work too."""
Call = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What a person waits for: a call of `method` whose parameters include `params`, wanted at `at` (UNIX seconds).

    `before` are the methods the worker may have to call first.
    """

    method: str
    params: dict[str, str]
    at: float
    before: tuple[str, ...] = ()

    def served_by(self, calls: list[Call]) -> Call | None:
        fitting = (
            c for c in calls if c["method"] == self.method and self.params.items() <= c["params"].items()
        )
        return next((call for call in fitting if call["at"] >= self.at - SLACK), None)

    def prepared_by(self, calls: list[Call], served: Call) -> list[Call]:
        between = (c for c in calls if self.at - SLACK <= c["at"] < served["at"])
        return [call for call in between if call["method"] in self.before]


def judge(calls: list[Call], wishes: list[Wish]) -> list[Figure]:
    """The figures of one run; `calls` in the order of their arrival."""
    answered = [(wish, served) for wish in wishes if (served := wish.served_by(calls))]
    personal = {served["n"] for _, served in answered}
    personal |= {call["n"] for wish, served in answered for call in wish.prepared_by(calls, served)}
    background = [call for call in calls if call["n"] not in personal]
    lost = len(wishes) - len(answered)
    return [
        Figure(
            "calls in all / of the background / wishes", f"{len(calls)} / {len(background)} / {len(wishes)}"
        ),
        _orders(calls),
        _spacing("background calls apart", background, 4.5),
        _spacing("any two calls apart", calls, 1.0),
        _delay(calls, answered),
        Figure("wishes not served", str(lost), "0", lost == 0),
    ]


def _orders(calls: list[Call]) -> Figure:
    """Once in 30 s, and once after each paid action."""
    asked = [call for call in calls if call["method"] == "orders"]
    paid = [call for call in calls if call["method"] == "create" and call["finished"]]
    unpaid_gaps = [
        later["at"] - earlier["at"]
        for earlier, later in pairwise(asked)
        if not any(earlier["at"] < call["finished"] <= later["at"] for call in paid)
    ]
    shortest = min(unpaid_gaps, default=EVERY)
    seen = f"{shortest:.2f} s ({len(asked)} calls, {len(paid)} paid actions)"
    return Figure(
        "orders apart, without a paid action between", seen, f">= {EVERY:.0f} s", shortest >= EVERY - SLACK
    )


def _spacing(what: str, calls: list[Call], least: float) -> Figure:
    gaps = [later["at"] - earlier["finished"] for earlier, later in pairwise(calls)]
    shortest = min(gaps, default=least)
    return Figure(what, f"{shortest:.2f} s", f">= {least} s", shortest >= least - SLACK)


def _delay(calls: list[Call], answered: list[tuple[Wish, Call]]) -> Figure:
    """How long after the wish its call began, beyond what was in flight and what had to be read first."""
    waits = [_wait(calls, wish, served) for wish, served in answered]
    longest = max(waits, default=0.0)
    seen = f"max {longest:.2f} s of {len(waits)}"
    limit = f"<= 1 s (+ {REACTION} s to notice)"
    return Figure("a person's call begins, after the call in flight", seen, limit, longest <= 1.0 + REACTION)


def _wait(calls: list[Call], wish: Wish, served: Call) -> float:
    in_flight = sum(call["finished"] - wish.at for call in calls if call["at"] < wish.at < call["finished"])
    prepared = sum(call["finished"] - call["at"] + 1.0 + REACTION for call in wish.prepared_by(calls, served))
    return float(served["at"] - wish.at - in_flight - prepared)
