"""The sandbox's world: its state, the catalogue and the pace, with the few things everybody asks of them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .catalogue import Catalogue
from .model import Line, Order, State

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True)
class Pace:
    """Seconds of the simulated clock, as (least, most)."""

    activation: tuple[float, float]
    first_sms: tuple[float, float]
    window: tuple[float, float] = (10 * MINUTE, 30 * MINUTE)
    between_sms: tuple[float, float] = (6 * HOUR, 30 * HOUR)


PACES = {
    "real": Pace(activation=(10 * MINUTE, 15 * MINUTE), first_sms=(20, 120)),
    "demo": Pace(activation=(6, 13), first_sms=(4, 14)),
}


@dataclass
class World:
    """State, catalogue and pace together; `changed` says that the state differs from what is saved."""

    state: State
    catalogue: Catalogue
    pace: Pace
    changed: bool = False

    def dice(self, line: Line) -> Random:
        """The next dice of a number: the same state always throws the same."""
        line.draws += 1
        return Random(f"{self.state.seed}/{line.number}/{line.draws}")

    def line_of(self, order: Order) -> Line:
        """The number an order rents."""
        return self.state.lines[order.number]

    def orders_on(self, line: Line) -> list[Order]:
        """The live orders that share a number, oldest first."""
        return [self.state.orders[key] for key in line.orders]

    def new_id(self) -> int:
        """Order ids only grow."""
        self.state.next_id += 1
        return self.state.next_id
