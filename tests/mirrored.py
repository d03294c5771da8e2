"""A mirror that holds the demo world, without reading it anew in each of a thousand tests.

The first test that asks reads it from the sandbox, over the socket, with the real worker; the sandbox's world and the
rows are kept. Every later one gets both back, moved on to its own time by whole seconds.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from rentals.models import (
    BalanceReading,
    Country,
    Feed,
    Lease,
    Mirror,
    Number,
    Order,
    PriceList,
    Rental,
    Service,
    Sms,
)
from rentals.sandbox import SandboxServer
from rentals.sandbox.model import plain, state_from_json
from rentals.sandbox.world import World
from rentals.worker.loop import Worker

_IS_A_TIME = range(1_500_000_000, 2_500_000_000)
"""Seconds since 1970; nothing else in the sandbox's state is a number of that size."""
_ALWAYS_THERE = (Mirror, Lease, Feed)
_READ = (Number, Order, Sms, BalanceReading, Rental, Country, Service, PriceList)
_OF_THE_WORKER = ("watched_in_turn", "orders_had_their_turn", "last_of_the_rest")
Table = tuple[str, list[tuple[Any, ...]]]


@dataclass
class Kept:
    at: datetime
    world: Any
    calls: list[dict[str, Any]]
    tables: list[Table]
    worker: dict[str, Any]


_kept: list[Kept] = []


def sync(server: SandboxServer, worker: Worker, *, touched: bool) -> None:
    """The worker's mirror holds the sandbox's demo world, which has just been sown; `touched`: and then changed."""
    untouched = not touched and _untouched(server)
    if untouched and _kept:
        _bring_back(_kept[0], server, worker)
        return
    worker.run_until_idle()
    if untouched and all(row["outcome"] == "ok" for row in server.engine.calls.rows()):
        _kept.append(_keep(server, worker))


def _untouched(server: SandboxServer) -> bool:
    """Nobody has asked for anything yet, of either of them."""
    asked = server.engine.faults.rows() or server.engine.calls.rows()
    return not asked and not any(model._default_manager.exists() for model in _READ)


def _keep(server: SandboxServer, worker: Worker) -> Kept:
    engine = server.engine
    world = json.loads(json.dumps(engine.world.state, default=plain))
    tables = [table for model in (*_ALWAYS_THERE, *_READ) if (table := _read(model))[1]]
    turns = {name: getattr(worker, name) for name in _OF_THE_WORKER}
    return Kept(timezone.now(), world, engine.calls.rows(), tables, turns)


def _read(model: type[models.Model]) -> Table:
    fields = model._meta.concrete_fields
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({marks})"
    rows = model._default_manager.values_list(*(field.attname for field in fields))
    prepare = [
        (lambda value: value) if isinstance(field, models.DateTimeField) else _prepared(field)
        for field in fields
    ]
    kept = [tuple(one(value) for one, value in zip(prepare, row, strict=True)) for row in rows]
    return statement, kept


def _prepared(field: Any) -> Any:
    return lambda value: field.get_db_prep_save(value, connection)


def _bring_back(kept: Kept, server: SandboxServer, worker: Worker) -> None:
    # Whole seconds, rounded down: the vendor's times have no others, and nothing may lie ahead of the clock.
    passed = int((timezone.now() - kept.at).total_seconds())
    _sow(kept, server, passed)
    for model in _ALWAYS_THERE:
        model._default_manager.all().delete()
    adapt, on = connection.ops.adapt_datetimefield_value, timedelta(seconds=passed)
    with connection.cursor() as cursor:
        for statement, rows in kept.tables:
            moved = [
                tuple(adapt(value + on) if isinstance(value, datetime) else value for value in row)
                for row in rows
            ]
            cursor.executemany(statement, moved)
    for name, value in kept.worker.items():
        setattr(worker, name, value)
    Lease.objects.update(holder="", expires_at=timezone.now())
    worker.keep_lease()


def _sow(kept: Kept, server: SandboxServer, passed: int) -> None:
    engine = server.engine
    with engine.lock:
        used = engine.world.state.next_id
        state = state_from_json(_moved(kept.world, passed))
        state.next_id = max(state.next_id, used)
        engine.world = World(state, engine.world.catalogue, engine.world.pace)
        engine.world.state.anchor = type(state.anchor)(time.time(), time.time(), engine.speed)
        for row in kept.calls:
            again = engine.calls.begin(row["method"], row["params"], row["simulated"] + passed)
            again.update({name: value for name, value in _moved(row, passed).items() if name != "n"})
        engine.save()


def _moved(value: Any, passed: int) -> Any:
    """The same with every time later by so many seconds."""
    if isinstance(value, dict):
        return {name: _moved(one, passed) for name, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, passed) for one in value]
    if isinstance(value, int | float) and int(value) in _IS_A_TIME:
        return value + passed
    return value
