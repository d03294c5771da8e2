"""The control plane under `/_sandbox/`: what tests and curious people do to the world from outside.

Every function takes the engine and the JSON body (or the query) and gives the JSON answer; Wrong becomes an
HTTP error with a message.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any

from . import life, seeds, stock
from .dialects import DIALECTS
from .engine import Engine
from .faults import BadPlan
from .market import Refused
from .methods import METHODS
from .model import Order, Sms
from .request import Call

MOST_ADVANCE = 10 * 366 * 86_400
MOST_MONEY = Decimal(1_000_000)
Body = dict[str, Any]


class Wrong(Exception):
    """A request that cannot be served: HTTP status and what is wrong with it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def reset(engine: Engine, body: Body) -> Body:
    """{"seed"?}: a fresh world at the time of the wall; faults and the log are cleared."""
    seed = body.get("seed", "demo")
    try:
        seeds.find(_text("seed", seed))
    except ValueError as reason:
        raise Wrong(400, str(reason)) from None
    engine.reset(seed)
    return {"seed": seed, "now": engine.now()}


def advance(engine: Engine, body: Body) -> Body:
    """{"seconds"}: move the clock on; everything due on the way happens, in order."""
    seconds = _number("seconds", body.get("seconds"), MOST_ADVANCE)
    happened = engine.advance(seconds)
    return {"now": engine.now(), "events": happened}


def sms(engine: Engine, body: Body) -> Body:
    """{"order" | "order_id" | "id", "text", "sender"?, "other"? 0/1}: it arrives now, active or not."""
    other = body.get("other", 0)
    if other not in (0, 1):
        raise Wrong(400, "other is 0 or 1")
    text, sender = _text("text", body.get("text")), _text("sender", body.get("sender", "SANDBOX"))
    with engine.moment() as now:
        order = _order(engine, body)
        message = Sms(int(now), sender, text, "" if other else order.service)
        life.receive(engine.world, engine.world.line_of(order), message)
        engine.world.changed = True
    return {"order": order.id, "date": message.date, "other": int(other)}


def balance(engine: Engine, body: Body) -> Body:
    """{"amount"}: set the balance, USD."""
    try:
        amount = Decimal(str(body["amount"]))
    except (KeyError, InvalidOperation):
        raise Wrong(400, "amount is a number of dollars") from None
    if isinstance(body["amount"], bool) or not amount.is_finite() or abs(amount) > MOST_MONEY:
        raise Wrong(400, "amount is a number of dollars")
    with engine.moment():
        engine.world.state.balance = amount
        engine.world.changed = True
    return {"balance": str(amount)}


def post_faults(engine: Engine, plan: Any) -> Body:
    """A plan (see faults.py): appended; `[]` or {"clear": true} clears."""
    try:
        engine.faults.post(plan)
    except BadPlan as reason:
        raise Wrong(400, str(reason)) from None
    return {"faults": engine.faults.rows()}


def outside(engine: Engine, body: Body) -> Body:
    """{"method", "params"}: a call as from the vendor's own page: no key, no fault, no row in the log."""
    name, params = body.get("method"), body.get("params", {})
    if name not in METHODS or not isinstance(params, dict):
        raise Wrong(400, "method is one of rent.php, params an object")
    texts = {str(key): str(value) for key, value in params.items()}
    with engine.moment() as now:
        try:
            data = METHODS[name].handle(Call(engine.world, texts, now, DIALECTS["current"]))
        except Refused as reason:
            return {"status": 0, "msg": str(reason)}
        engine.world.changed |= METHODS[name].acts
    return {"status": 1, "data": data}


def set_order(engine: Engine, body: Body) -> Body:
    """{"order", "until"?, "in_system"?, "needs_replace"?, "works_until"?}: bend an order or its number."""
    known = {"until": int, "works_until": int, "in_system": bool, "needs_replace": bool}
    changes = {name: value for name, value in body.items() if name not in ("order", "order_id", "id")}
    for name, value in changes.items():
        if name not in known or type(value) is not known[name]:
            raise Wrong(
                400, f"{name}: known are until, works_until (seconds), in_system, needs_replace (true/false)"
            )
    with engine.moment():
        order = _order(engine, body)
        for name, value in changes.items():
            setattr(order if name == "until" else engine.world.line_of(order), name, value)
        engine.world.changed = True
        return {"order": _order_row(engine, order)}


def set_stock(engine: Engine, body: Body) -> Body:
    """{"country", "service", "operator"?, "count"}: how many are free now (of every operator)."""
    country, service = str(body.get("country")), str(body.get("service"))
    count = body.get("count")
    catalogue = engine.world.catalogue
    if country not in catalogue.countries or service not in catalogue.services:
        raise Wrong(400, "country and service are codes of the catalogue")
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= 1_000_000:
        raise Wrong(400, "count is a whole number from 0")
    every = catalogue.countries[country].operators
    named = (body["operator"],) if "operator" in body else every
    if not set(named) <= set(every):
        raise Wrong(400, f"operator is one of {', '.join(every)}")
    with engine.moment():
        for operator in named:
            stock.put(engine.world, country, service, operator, count)
        engine.world.changed = True
        return {"stock": stock.on_shelves(engine.world, country, service)}


def calls(engine: Engine, query: Body) -> Body:
    """?since=N: rows numbered above N."""
    since = query.get("since", "0")
    if not (since.isascii() and since.isdigit()):
        raise Wrong(400, "since is a whole number")
    return {"calls": engine.calls.rows(int(since))}


def get_faults(engine: Engine, query: Body) -> Body:
    """The rules in force."""
    return {"faults": engine.faults.rows()}


def state(engine: Engine, query: Body) -> Body:
    """The whole world, of one moment."""
    with engine.moment() as now:
        world = engine.world
        return {
            "now": now,
            "seed": world.state.seed,
            "dialect": engine.dialect.name,
            "pace": engine.pace_name,
            "speed": engine.speed,
            "balance": str(world.state.balance),
            "orders": [_order_row(engine, order) for order in world.state.orders.values()],
            "history": [dict(vars(row)) for row in reversed(world.state.history)],
            "stock": stock.totals(world),
            "faults": engine.faults.rows(),
        }


POST: dict[str, Callable[[Engine, Any], Body]] = {
    "reset": reset,
    "advance": advance,
    "sms": sms,
    "balance": balance,
    "faults": post_faults,
    "outside": outside,
    "order": set_order,
    "stock": set_stock,
}
GET: dict[str, Callable[[Engine, Body], Body]] = {"calls": calls, "faults": get_faults, "state": state}


def _order_row(engine: Engine, order: Order) -> Body:
    line = engine.world.line_of(order)
    row = {**vars(order), "state": line.state, "number": f"+{line.number}"}
    shown = (
        "operator",
        "always",
        "in_system",
        "needs_replace",
        "works_until",
        "activates_at",
        "lapses_at",
        "last_online",
    )
    row |= {name: getattr(line, name) for name in shown}
    row["sms"] = [dict(vars(sms)) for sms in line.sms if sms.date >= order.begin]
    return row


def _order(engine: Engine, body: Body) -> Order:
    key = next((body[name] for name in ("order", "order_id", "id") if name in body), None)
    if isinstance(key, str) and key.isascii() and key.isdigit():
        key = int(key)
    if isinstance(key, bool) or not isinstance(key, int):
        raise Wrong(400, "order is the id of an order")
    order = engine.world.state.orders.get(key)
    if order is None:
        raise Wrong(404, f"there is no order {key}")
    return order


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Wrong(400, f"{name} is a text")
    return value


def _number(name: str, value: object, most: float) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not isfinite(value)
        or not 0 <= value <= most
    ):
        raise Wrong(400, f"{name} is a number from 0 to {most:.0f}")
    return float(value)
