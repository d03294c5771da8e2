"""What stays true through a long random life: asked of the engine itself, thousands of calls without a socket."""

from __future__ import annotations

import json
import random
from collections import Counter
from decimal import Decimal

import pytest

from rentals.sandbox.engine import Engine
from rentals.sandbox.methods import METHODS
from rentals.sandbox.model import plain, state_from_json

COUNTRIES, SERVICES = ["FR", "UK", "ES", "MT", "XX"], ["opt29", "opt20", "opt1", "opt83", "opt9999"]


def random_call(engine: Engine, dice: random.Random) -> dict[str, str]:
    world = engine.world.state
    ids = [*world.orders, *(row.id for row in world.history[-5:]), 1]
    number = dice.choice([*world.lines, "1"])
    params = {
        "method": dice.choice(list(METHODS)),
        "apikey": "sandbox",
        "id": dice.choice(ids),
        "country": dice.choice(COUNTRIES),
        "service": dice.choice(SERVICES),
        "services": ",".join(dice.sample(SERVICES[:4], 2)),
        "dtype": dice.choice(["day", "week", "month"]),
        "dcount": dice.choice([1, 2, 3, 5, 8, 0]),
        "pnumber": number,
    }
    return {name: str(value) for name, value in params.items() if dice.random() < 0.97}


def check(engine: Engine) -> None:
    state, now = engine.world.state, engine.now()
    shelves = Counter(
        f"{order.country}/{order.service}/{state.lines[order.number].operator}"
        for order in state.orders.values()
        if order.from_stock
    )
    assert state.taken == shelves
    assert state.balance >= 0
    assert all(now < order.until <= now + 90 * 86_400 for order in state.orders.values())
    assert sorted(key for line in state.lines.values() for key in line.orders) == sorted(state.orders)
    assert not {row.id for row in state.history} & set(state.orders)
    assert all(line.orders or line.state in (0, 1) for line in state.lines.values())


@pytest.mark.parametrize("seed", range(4))
def test_a_random_life_keeps_the_books_right(seed):
    dice = random.Random(seed)
    engine = Engine(
        seed="empty", pace=dice.choice(["real", "demo"]), dialect=dice.choice(["current", "classic"])
    )
    engine.world.state.balance = Decimal(2000)
    outcomes = Counter()
    for _ in range(1500):
        before = engine.world.state.balance
        reply = engine.answer(random_call(engine, dice))
        outcomes[reply.acted] += 1
        assert reply.acted or engine.world.state.balance == before
        if dice.random() < 0.15:
            engine.advance(dice.choice([30, 700, 86_400, 5 * 86_400]))
        check(engine)
    assert outcomes[True] > 50


def test_the_state_reads_back_as_it_was_written():
    state = Engine(seed="demo").world.state
    text = json.dumps(state, default=plain)
    assert json.dumps(state_from_json(json.loads(text)), default=plain) == text
    assert state_from_json(json.loads(text)) == state
