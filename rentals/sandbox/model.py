"""What the sandbox remembers: plain dataclasses that turn into JSON and back without loss.

Times are UNIX seconds of the simulated clock, money is `Decimal` in USD (text in JSON).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

DAY = 86_400
STATE_VERSION = 1


@dataclass
class Sms:
    """One message on a number; `service` is the rental code it was meant for ("" when unknown)."""

    date: int
    sender: str
    text: str
    service: str


@dataclass
class Line:
    """One phone number: it outlives its orders, and orders that share it share its activity.

    `activates_at` is set while activating, `lapses_at` while active by activation; `always` means active
    without activation. `coming` are messages already on their way, by date.
    """

    number: str
    dial: str
    country: str
    operator: str
    always: bool
    works_until: int
    branch: int
    in_system: bool = True
    needs_replace: bool = False
    activates_at: float | None = None
    lapses_at: float | None = None
    last_online: int = 0
    draws: int = 0
    orders: list[int] = field(default_factory=list)
    coming: list[Sms] = field(default_factory=list)
    sms: list[Sms] = field(default_factory=list)

    @property
    def national(self) -> str:
        """The number without its dial code."""
        return self.number[len(self.dial) :]

    @property
    def state(self) -> int:
        """The vendor's number: 0 inactive, 1 active, 2 activating, -1 out of the system."""
        if not self.in_system:
            return -1
        if self.always or self.lapses_at is not None:
            return 1
        return 0 if self.activates_at is None else 2


@dataclass
class Order:
    """A live rental of one service on one number; `days` is all that was paid for so far."""

    id: int
    number: str
    service: str
    country: str
    begin: int
    until: int
    days: int
    from_stock: bool = False
    has_new: bool = False


@dataclass
class Ended:
    """A row of the archive. `refusal` forces what restoring it answers, `mine` is False for a stranger's."""

    id: int
    number: str
    service: str
    country: str
    begin: int
    end: int
    closed: int
    days: int
    have_sms: bool
    branch: int
    refusal: str = ""
    mine: bool = True


@dataclass
class Anchor:
    """Where the simulated clock stood (`sim`) at a moment of the wall (`wall`), and how fast it ran."""

    wall: float
    sim: float
    speed: float


@dataclass
class State:
    """Everything; `history` is in the order of closing, `taken` counts numbers sold from a shelf."""

    seed: str
    anchor: Anchor
    balance: Decimal
    next_id: int
    lines: dict[str, Line] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    history: list[Ended] = field(default_factory=list)
    taken: dict[str, int] = field(default_factory=dict)
    shelves: dict[str, int] = field(default_factory=dict)
    version: int = STATE_VERSION


def plain(value: object) -> Any:
    """The `default` hook of `json.dumps` for the classes above."""
    return str(value) if isinstance(value, Decimal) else vars(value)


def _line(raw: dict[str, Any]) -> Line:
    messages = {name: [Sms(**row) for row in raw[name]] for name in ("coming", "sms")}
    return Line(**{**raw, **messages})


def state_from_json(raw: dict[str, Any]) -> State:
    """Read back what `json.dumps(state, default=plain)` wrote; TypeError, KeyError, ValueError otherwise."""
    if raw["version"] != STATE_VERSION:
        raise ValueError(f"version {raw['version']} of the state is not known")
    read: dict[str, Any] = {
        "anchor": Anchor(**raw["anchor"]),
        "balance": Decimal(raw["balance"]),
        "lines": {number: _line(row) for number, row in raw["lines"].items()},
        "orders": {int(key): Order(**row) for key, row in raw["orders"].items()},
        "history": [Ended(**row) for row in raw["history"]],
    }
    return State(**{**raw, **read})
