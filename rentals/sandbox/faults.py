"""Which call goes wrong, how and how often: the plan behind `POST /_sandbox/faults`.

A plan is one rule or a list of rules; new rules queue up behind old ones, the first that fits a call is used.
`{"method": "create", "fault": "drop_after", "times": 1}`, with optional "msg", "seconds" and "acts".
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

from .methods import METHODS

BALANCE = "balance"
ANY = "*"
MOST_SECONDS = 3600.0
# Each fault with whether the call acts when the rule does not say.
ACTS = {
    "refuse": False,
    "slow": True,
    "hang": False,
    "drop_before": False,
    "drop_after": True,
    "half": True,
    "malformed": True,
    "wrong_types": True,
    "no_id": True,
    "bom": True,
    "php_notice": True,
    "oversized": True,
    "drip": True,
    "empty": False,
    "not_json": False,
    "redirect": False,
    "http_429": False,
    "http_500": False,
    "http_502": False,
    "http_503": False,
}
FIXED = {"refuse", "drop_before", "drop_after"}


class BadPlan(ValueError):
    """The plan is not understood; the text says which part."""


@dataclass
class Fault:
    """A rule. `times` None: until cleared; `seconds` are of the wall; `acts`: the call acts all the same."""

    method: str
    fault: str
    times: int | None
    msg: str
    seconds: float | None
    acts: bool


class Faults:
    """The rules in force, shared by all connections."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def post(self, plan: object) -> None:
        """Append a plan; `[]` or `{"clear": true}` clears. All of it is taken or, on BadPlan, none."""
        if plan == [] or plan == {"clear": True}:
            self.clear()
            return
        rules = [read_rule(raw) for raw in (plan if isinstance(plan, list) else [plan])]
        with self._lock:
            self._rules.extend(rules)

    def take(self, method: str) -> Fault | None:
        """The rule for this call, used up once."""
        with self._lock:
            rule = next((rule for rule in self._rules if rule.method in (method, ANY)), None)
            if rule is not None and rule.times is not None:
                rule.times -= 1
                if rule.times == 0:
                    self._rules.remove(rule)
            return rule

    def clear(self) -> None:
        """No faults any more."""
        with self._lock:
            self._rules.clear()

    def rows(self) -> list[dict[str, Any]]:
        """The rules as JSON."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]


def read_rule(raw: object) -> Fault:
    """A rule from JSON; BadPlan names what is wrong."""
    if not isinstance(raw, dict):
        raise BadPlan("a rule is an object, a plan is a rule or a list of rules")
    strange = sorted(set(raw) - {"method", "fault", "times", "msg", "seconds", "acts"})
    if strange:
        raise BadPlan(f"unknown field {strange[0]!r} in a rule")
    name = _one_of("fault", raw.get("fault"), ACTS)
    return Fault(
        method=_one_of("method", raw.get("method", ANY), {*METHODS, BALANCE, ANY}),
        fault=name,
        times=_times(raw.get("times", 1)),
        msg=_text(raw.get("msg", "Service temporarily unavailable")),
        seconds=_seconds(raw.get("seconds")),
        acts=_acts(name, raw.get("acts")),
    )


def _one_of(field: str, value: object, known: set[str] | dict[str, bool]) -> str:
    if not isinstance(value, str) or value not in known:
        raise BadPlan(f"unknown {field} {value!r}; known: {', '.join(sorted(known))}")
    return value


def _times(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise BadPlan("times is a whole number from 1, or null for until cleared")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadPlan("msg is a text")
    return value


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise BadPlan("seconds is a number")
    if not 0 <= value <= MOST_SECONDS:
        raise BadPlan(f"seconds is from 0 to {MOST_SECONDS:.0f}")
    return float(value)


def _acts(name: str, value: object) -> bool:
    if value is None:
        return ACTS[name]
    if not isinstance(value, bool):
        raise BadPlan("acts is true or false")
    if name in FIXED and value != ACTS[name]:
        raise BadPlan(f"acts of {name} is always {str(ACTS[name]).lower()}")
    return value
