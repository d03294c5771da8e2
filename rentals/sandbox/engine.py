"""The vendor without the network: one lock, one clock, one state; calls go in, answers come out.

The state is saved before an answer that changed something is handed back.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from . import life, seeds
from .calls import CallLog
from .catalogue import Catalogue
from .dialects import DIALECTS
from .faults import Faults
from .market import Refused
from .methods import METHODS
from .model import Anchor
from .request import Call
from .store import Store
from .world import PACES, World

DEFAULT_KEY = "sandbox"
BAD_KEY = "Invalid apikey"
BAD_METHOD = "Incorrect method"


@dataclass(frozen=True)
class Reply:
    """An answer before it becomes bytes; `acted` when the call changed what it exists to change."""

    body: dict[str, Any]
    outcome: str
    acted: bool = False
    http_status: int = 200


def refusal(msg: str) -> Reply:
    """Status 0 with the reason, under HTTP 200 as the vendor does it."""
    return Reply({"status": 0, "msg": msg}, f"refused: {msg}")


class Engine:
    """`seed` is used only when there is no saved state. Raises BadStateFile, ValueError for the seed."""

    def __init__(
        self,
        state: str | os.PathLike[str] | None = None,
        seed: str = "demo",
        pace: str = "real",
        speed: float = 1,
        dialect: str = "current",
    ) -> None:
        self.lock = threading.RLock()
        self.calls = CallLog()
        self.faults = Faults()
        self.pace_name, self.speed = pace, speed
        self.dialect = DIALECTS[dialect]
        self.key = os.environ.get("SANDBOX_API_KEY") or DEFAULT_KEY
        self._store = Store(state)
        self._catalogue = Catalogue()
        self._next_due = 0.0
        saved = self._store.load()
        self.world = World(saved, self._catalogue, PACES[pace]) if saved else self._sow(seed)
        self._anchor_at(self.now())
        self.save()

    def now(self) -> float:
        """The simulated time; it goes on while the sandbox is down, at the speed it had."""
        anchor = self.world.state.anchor
        return anchor.sim + (time.time() - anchor.wall) * anchor.speed

    def answer(self, params: dict[str, str]) -> Reply:
        """A call of rent.php."""
        method = METHODS.get(params.get("method", ""))
        if method is None:
            return refusal(BAD_METHOD)
        given = params.get("apikey", "")
        if given != self.key and (method.key == "required" or (method.key == "optional" and given)):
            return refusal(BAD_KEY)
        with self.moment() as now:
            try:
                data = method.handle(Call(self.world, params, now, self.dialect))
            except Refused as reason:
                return refusal(str(reason))
            self.world.changed |= method.acts
        return Reply({"status": 1} if data is None else {"status": 1, "data": data}, "ok", method.acts)

    def balance(self, key: str | None) -> Reply:
        """A call of the balance address, which has an envelope of its own."""
        if not key:
            return _balance_refusal("APIKEY_NOT_SET", "API key is not set")
        if key != self.key:
            return _balance_refusal("APIKEY_INVALID", "API key is invalid")
        with self.moment():
            data = self.dialect.balance(self.world.state.balance)
        return Reply({"statusCode": 200, "data": data}, "ok")

    @contextmanager
    def moment(self) -> Iterator[float]:
        """Hold the world still at one time: what was due has happened, changes are saved on leaving."""
        with self.lock:
            now = self.now()
            if now >= self._next_due:
                self.world.changed |= life.run_until(self.world, now) > 0
            try:
                yield now
            finally:
                if self.world.changed:
                    self.save()
                elif now >= self._next_due:
                    self._next_due = life.next_due(self.world)

    def advance(self, seconds: float) -> int:
        """Move the clock on and let everything on the way happen; answers how many things did."""
        with self.lock:
            self._anchor_at(self.now() + seconds)
            happened = life.run_until(self.world, self.now())
            self.save()
            return happened

    def reset(self, seed: str) -> None:
        """Begin anew at the time of the wall, without faults or log; ValueError for an unknown seed."""
        with self.lock:
            used = self.world.state.next_id
            self.world = self._sow(seed)
            # The vendor never gives an id twice: what is rented from now on must not be taken for what was before.
            self.world.state.next_id = max(self.world.state.next_id, used)
            self._anchor_at(self.now())
            self.faults.clear()
            self.calls.clear()
            self.save()

    def save(self) -> None:
        """Write the state and look up when something happens next."""
        with self.lock:
            self._anchor_at(self.now())
            self._store.save(self.world.state)
            self.world.changed = False
            self._next_due = life.next_due(self.world)

    def _anchor_at(self, simulated: float) -> None:
        self.world.state.anchor = Anchor(time.time(), simulated, self.speed)

    def _sow(self, seed: str) -> World:
        return seeds.grow(seed, self._catalogue, PACES[self.pace_name], time.time())


def _balance_refusal(kind: str, description: str) -> Reply:
    body = {"statusCode": 401, "error": {"type": kind, "description": description}}
    return Reply(body, f"refused: {kind}", http_status=401)
