"""How a world begins: `empty`, `demo` (in its own module) or `large:N`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

from .catalogue import Catalogue
from .demo import sow_demo
from .market import add_order, new_line
from .messages import compose
from .model import DAY, Anchor, Ended, State
from .world import Pace, World

FIRST_ID = 517_000
MOST_LARGE = 50_000


def grow(seed: str, catalogue: Catalogue, pace: Pace, now: float) -> World:
    """A fresh world at simulated time `now`; ValueError when there is no such seed."""
    sow = find(seed)
    world = World(State(seed, Anchor(now, now, 1), Decimal("100.00"), FIRST_ID), catalogue, pace)
    sow(world, now)
    return world


def find(seed: str) -> Callable[[World, float], None]:
    """The sower of that name, or ValueError with a message for people."""
    if seed == "empty":
        return sow_nothing
    if seed == "demo":
        return sow_demo
    name, _, count = seed.partition(":")
    if name != "large" or not (count.isascii() and count.isdigit() and int(count[:6]) <= MOST_LARGE):
        raise ValueError(f"unknown seed {seed!r}: empty, demo or large:N with N up to {MOST_LARGE}")
    return lambda world, now: sow_many(world, now, int(count))


def sow_nothing(world: World, now: float) -> None:
    """The full catalogue, 100 USD, no orders and no archive."""


def sow_many(world: World, now: float, count: int) -> None:
    """`count` quiet orders, each on its own number, and `count` archived ones."""
    dice = Random(world.state.seed)
    places = [code for code in world.catalogue.countries if code not in ("GI", "MT")]
    services = list(world.catalogue.services)
    for index in range(count):
        _sow_ended(
            world, now, places[index % len(places)], services[index % len(services)], count - index, dice
        )
    for index in range(count):
        country, service = places[index % len(places)], services[index % len(services)]
        line = new_line(world, country, dice.choice(world.catalogue.countries[country].operators), now)
        until = int(now) + dice.randint(1, 89) * DAY + index
        order = add_order(world, line, service, until - 90 * DAY, until, 90)
        line.sms.append(compose(world.catalogue, order.service, int(now) - dice.randint(60, DAY), dice))


def _sow_ended(world: World, now: float, country: str, service: str, age: int, dice: Random) -> None:
    line = new_line(world, country, world.catalogue.countries[country].operators[0], now)
    end = int(now) - age * 1800
    row = Ended(world.new_id(), line.number, service, country, end - 7 * DAY, end, end, 7, True, line.branch)
    world.state.history.append(row)
