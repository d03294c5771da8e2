"""A team, its browsers, a worker and a vendor in one process, with a witness of what the vendor really charged.

The clock ticks from a fixed moment, so every run begins in the same world; time passes by `later`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

import time_machine
from django.db import close_old_connections, connection, connections, transaction
from django.test import Client

from rentals.models import (
    BalanceReading,
    Country,
    Feed,
    Lease,
    Mirror,
    Number,
    Operation,
    Order,
    Person,
    PriceList,
    Rental,
    Service,
    Sms,
)
from rentals.models.operations import State
from rentals.models.people import Role
from rentals.queries.evidence import possible
from rentals.use_cases.refusals import NotDecided
from rentals.use_cases.settling import decide
from rentals.worker import settling, spending, steps
from rentals.worker.loop import Worker
from tests.conftest import Sandbox, hold_prices
from tests.deaths import deaths

# Not on a whole second, so that the world is sown and read within the same one.
START = datetime(2026, 3, 10, 9, 0, 0, 200_000, tzinfo=UTC)
SPENDS = {
    "create", "create_multi", "activate", "prolong", "prolong_max", "delete", "add_service_to_order", "restore_user",
}  # fmt: skip
LISTS = [("ES", "week", 1), ("ES", "week", 2), ("UK", "week", 1), ("UK", "month", 1), ("PL", "week", 1)]
KEPT = (
    Person, Lease, Mirror, Country, Service, Number, Order, Sms, Feed, BalanceReading, PriceList, Rental,
)  # fmt: skip
"""The tables that hold something in the beginning."""


class Killed(BaseException):
    """kill -9, as far as the rows are concerned: nothing that the worker still meant to do happens."""


class Snapshot:
    """The rows of the beginning, put back for every run. What is settled cannot be deleted by a row's own means, so
    SQLite gets its pages back and PostgreSQL its tables cut.
    """

    def __init__(self) -> None:
        self._pages, self._rows = sqlite3.connect(":memory:"), list[tuple[Any, list[Any]]]()
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            connection.connection.backup(self._pages)
        else:
            self._rows = [(model, list(model._default_manager.all())) for model in KEPT]

    def put_back(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._pages.backup(connection.connection)
            return
        with connection.cursor() as cursor:
            tables = (name for name in connection.introspection.table_names() if name.startswith("rentals_"))
            cursor.execute(f"TRUNCATE {', '.join(tables)}, django_session CASCADE")
        # The references are looked at when it is committed, so the order does not matter.
        with transaction.atomic():
            for model, rows in self._rows:
                model._default_manager.bulk_create(rows)


def impatient_worker() -> Worker:
    """One that gives a spend up in half a second; what it reads may take its time, or a slow machine would look like a
    vendor that is down.
    """
    worker = Worker()
    worker.line.config = replace(worker.line.config, read_timeout=0.4, deadline=0.5)
    return worker


class World:
    """`true`: what each operation really cost at the vendor, by its row; `sent`: how many calls it made there, by its
    key. The sandbox is the witness of both.
    """

    def __init__(self, sandbox: Sandbox, snapshot: Snapshot | None) -> None:
        self._travel = time_machine.travel(START, tick=True)
        self.clock = self._travel.start()
        self.sandbox = sandbox
        try:
            sandbox.reset()
            sandbox.post("balance", {"amount": "400"})
            if snapshot:
                snapshot.put_back()
            else:
                self._sow()
        except BaseException:
            # Or every test after this one would live in that spring.
            self.end()
            raise
        self.people = list(Person.objects.order_by("pk"))
        self.tabs = [self._browser(person) for person in self.people]
        self.worker = impatient_worker()
        self.true: dict[int, Decimal] = {}
        self.sent: dict[UUID, int] = {}
        self.outside: list[Decimal] = []
        self._keep_lease()

    def end(self) -> None:
        self._travel.stop()

    def _sow(self) -> None:
        for name, role in (("ana", Role.OPERATOR), ("berta", Role.OPERATOR), ("adela", Role.ADMINISTRATOR)):
            Person.objects.create_user(name, password=None, role=role)
        Mirror.only()
        Mirror.objects.filter(pk=1).update(upstream=Mirror.Upstream.SANDBOX)
        worker = Worker()
        worker.run_until_idle()
        for country, unit, count in LISTS:
            hold_prices(worker, country, unit, count)
        worker._release_safely()

    def _browser(self, person: Person) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(person, backend="rentals.sign_in.PasswordBackend")
        return client

    def twin(self, person: int) -> Client:
        """The same session in another tab, for a thread of its own."""
        other = Client(raise_request_exception=True)
        other.cookies.update(self.tabs[person].cookies)
        return other

    @property
    def administrator(self) -> Person:
        return self.people[2]

    def order(self, nth: int, by: str) -> str:
        """The vendor's id of one of the first eight orders; empty where there is none."""
        found = list(Order.objects.filter(listed=True).order_by(by, "vendor_id")[:8])
        return found[nth % len(found)].vendor_id if found else ""

    def rental(self, nth: int) -> str:
        """The same of those in the archive that can be restored."""
        found = list(Rental.objects.filter(restorable=True)[:8])
        return found[nth % len(found)].vendor_id if found else "0"

    # --- the vendor ---

    def money(self) -> Decimal:
        return Decimal(self.sandbox.state()["balance"])

    def spends(self) -> int:
        """How many calls in the log spend or change something."""
        return sum(call["method"] in SPENDS for call in self.sandbox.calls())

    def behind_our_back(self, method: str, **params: Any) -> None:
        """Somebody uses the account on the vendor's own page."""
        before = self.money()
        self.sandbox.outside(method, **params)
        if spent := before - self.money():
            self.outside.append(spent)

    # --- time ---

    def later(self, seconds: float) -> None:
        self.clock.shift(timedelta(seconds=seconds))
        self._keep_lease()

    def _keep_lease(self) -> None:
        self.worker._renewed = float("-inf")
        while not self.worker.keep_lease():
            # The lease of one that was killed runs out by itself.
            self.clock.shift(timedelta(seconds=31))

    # --- the worker ---

    def work(self, most: int = 12) -> None:
        """Whatever a person or money waits for."""
        self._keep_lease()
        spending_of = spending.send
        for _ in range(most):
            if (step := steps.urgent_step()) is None:
                return
            with patch.object(spending, "send", self._witnessed(spending_of)):
                try:
                    step.run(self.worker)
                except Killed:
                    self._replace_worker()

    def _witnessed(self, send: Callable[..., None]) -> Callable[..., None]:
        def sending(line: Any, holder: str, operation: Operation) -> None:
            before, calls = self.money(), self.spends()
            try:
                send(line, holder, operation)
            finally:
                self.true[operation.pk] = self.true.get(operation.pk, Decimal()) + before - self.money()
                self.sent[operation.key] = self.sent.get(operation.key, 0) + self.spends() - calls

        return sending

    def _replace_worker(self) -> None:
        self.worker = impatient_worker()
        self._keep_lease()

    def look(self) -> None:
        """The background of half a minute: orders, then the balance, and what they settle."""
        self._keep_lease()
        settling.crashed(self.worker.line.config.longest_call)
        steps.sync_orders(self.worker)
        steps.sync_balance(self.worker)

    @contextmanager
    def dying(self, where: str) -> Iterator[None]:
        """The worker is killed when it comes to this place."""
        with DEATHS[where]():
            yield

    # --- people at once ---

    def at_once(self, *acts: Callable[[], Any]) -> None:
        """Each in a thread of its own, with a connection of its own, all starting together."""
        gate, faults = threading.Barrier(len(acts)), list[BaseException]()

        def run(act: Callable[[], Any]) -> None:
            try:
                gate.wait(5)
                act()
            except BaseException as fault:
                faults.append(fault)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        close_old_connections()
        if faults:
            raise faults[0]

    # --- a person decides, knowing what the vendor knows ---

    def decide_waiting(self) -> None:
        for operation in Operation.objects.filter(state=State.UNKNOWN).exclude(waits_for_person=""):
            self._decide(operation)

    def _decide(self, operation: Operation) -> None:
        acted = self.acted(operation)
        orders = possible(operation) if acted else []
        named = orders[0] if orders and operation.kind in ("create", "create_multi") else None
        # Where the orders that may be named do not fit any more, it goes on waiting.
        with suppress(NotDecided):
            decide(self.administrator, operation, "mirado en SMSPVA", executed=acted, order=named)

    def acted(self, operation: Operation) -> bool:
        """Whether the vendor did it, by the sandbox's log."""
        return any(call["acted"] for call in self.sends(operation))

    def sends(self, operation: Operation) -> list[dict[str, Any]]:
        """The calls in the log that it may have made: the same method and the same words, since its claim."""
        if operation.sent_at is None:
            return []
        asked = _words(operation)
        return [
            call
            for call in self.sandbox.calls(operation.kind)
            if asked.items() <= call["params"].items() and call["at"] >= operation.sent_at.timestamp() - 0.001
        ]

    # --- recovery ---

    def recover(self) -> None:
        """The vendor is well again, and forty minutes go by as they do with a worker that lives."""
        self.sandbox.no_faults()
        self.work()
        for minutes in (0.5, 6, 6, 10, 20, 1):
            self.later(minutes * 60)
            self.work()
            self.look()


def _words(operation: Operation) -> dict[str, str]:
    asked = operation.parameters
    if operation.kind == "create":
        return {"country": asked["country"], "service": asked["service"], "dcount": str(asked["count"])}
    if operation.kind == "create_multi":
        return {"country": asked["country"], "services": ",".join(asked["services"])}
    return (
        {"id": asked["order"]} if operation.kind != "add_service_to_order" else {"service": asked["service"]}
    )


def _killed(*_: Any, **__: Any) -> Any:
    raise Killed


DEATHS = {place: patched for place, patched in deaths(_killed).items() if place != "during the call"}
