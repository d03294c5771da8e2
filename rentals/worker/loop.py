"""The worker: a plain loop that holds the lease, picks the most urgent step and makes its one call."""

from __future__ import annotations

import logging
import threading
import time

from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from rentals.models.transitions import lapse_overdue
from rentals.worker import lease, settling, sms, steps
from rentals.worker.line import Line
from rentals.worker.steps import Step

log = logging.getLogger(__name__)

TICK = 0.15
"""Seconds between looks at the database while nothing is due: how long a person's wish lies unread at most."""
IDLE_TICK = 0.5
"""Seconds before the background is looked through again after nothing was due."""
MOST_URGENT = 5
"""Wishes in a row, before the background has its turn: whoever keeps asking must not stop everything else."""
RENEW_EVERY = 5.0
STANDBY_TICK = 1.0
HOUSEKEEPING_EVERY = 2.0


class Worker:
    """`holder` names this process in the lease; `stop` asks it to end after the call in hand."""

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or Line()
        self.holder = lease.new_holder_name()
        self.stop = threading.Event()
        self.watched_in_turn = 0
        self.orders_had_their_turn = False
        self.last_of_the_rest = "prices"
        self._urgent_in_turn = 0
        self._renewed = float("-inf")
        self._kept_house = float("-inf")
        self._nothing_due_until = float("-inf")

    def run(self) -> None:
        """Works until `stop` is set, then lets the lease go. Survives the loss of the database."""
        try:
            while not self.stop.is_set():
                self.stop.wait(self._beat_safely())
        finally:
            self._release_safely()

    def run_until_idle(self, limit: int = 500) -> int:
        """Runs steps until none is due (for tests and `worker --once`). Returns how many ran."""
        done = 0
        while done < limit and self.keep_lease():
            settling.crashed(self.line.config.longest_call)
            settling.stuck()
            step = steps.urgent_step() or steps.background_step(self)
            if step is None:
                return done
            time.sleep(self.line.wait(urgent=step.urgent))
            self._run(step)
            done += 1
        return done

    def beat(self) -> float:
        """One turn of the loop. Returns the seconds to rest before the next."""
        if not self.keep_lease():
            return STANDBY_TICK
        self._keep_house()
        step = self._ready_step()
        if step is None:
            return TICK
        self._run(step)
        return 0.0

    def keep_lease(self) -> bool:
        """Renews the lease every few seconds; False while another worker holds it."""
        if time.monotonic() - self._renewed < RENEW_EVERY:
            return True
        if lease.take(self.holder):
            self._renewed = time.monotonic()
            return True
        self._renewed = float("-inf")
        return False

    def look_at_watched(self, order: object) -> None:
        self.watched_in_turn += 1
        sms.sync(self.line, order)  # type: ignore[arg-type]

    def _ready_step(self) -> Step | None:
        if self.line.wait(urgent=True) > 0:
            return None
        urgent = steps.urgent_step()
        if urgent is None:
            return self._background_step()
        if self._urgent_in_turn >= MOST_URGENT and not urgent.money and (step := self._background_step()):
            return step
        self._urgent_in_turn += 1
        return urgent

    def _background_step(self) -> Step | None:
        if self.line.wait(urgent=False) > 0 or time.monotonic() < self._nothing_due_until:
            return None
        self._urgent_in_turn = 0
        step = steps.background_step(self)
        if step is None:
            self._nothing_due_until = time.monotonic() + IDLE_TICK
        return step

    def _run(self, step: Step) -> None:
        # A call lasts up to 20 s: the lease must outlive it.
        if lease.renew_if_low(self.holder):
            log.debug("step %s", step.name)
            step.run(self)

    def _keep_house(self) -> None:
        if time.monotonic() - self._kept_house >= HOUSEKEEPING_EVERY:
            settling.crashed(self.line.config.longest_call)
            settling.stuck()
            lapse_overdue()
            self._kept_house = time.monotonic()

    def _beat_safely(self) -> float:
        close_old_connections()
        try:
            return self.beat()
        except DatabaseError:
            log.exception("the database did not answer; trying again")
            connection.close()
            self._renewed = float("-inf")
        except Exception:
            log.exception("a step failed in our own code; going on with the next")
        return STANDBY_TICK

    def _release_safely(self) -> None:
        try:
            lease.release(self.holder)
        except DatabaseError:
            log.warning("the lease could not be released; it runs out by itself")
