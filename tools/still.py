"""A stage that holds its breath, for pictures and for axe: every state of the page, at once and again and again.

Everything is read once from the sandbox by a real worker, then the worker is gone, its lease goes on and the
database is remembered. `reset()` brings back that moment in milliseconds, so a scene may change any row it likes;
wishes that pages write are never served, which is how a slow vendor looks.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import requests

from tools.stage import Stage

PEOPLE = ("demo", "operador", "observador")
ZONE = "Europe/Madrid"
PRICES = (("ES", "month-1"), ("ES", "week-1"))
"""The lists that are held; every other is "calculando…"."""
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_AGES = {
    "rentals_feed": ("good_at", "tried_at"),
    "rentals_balancereading": ("read_at",),
    "rentals_pricelist": ("fetched_at", "tried_at"),
    "rentals_order": ("sms_good_at", "sms_tried_at"),
}
AGE = 12
"""Seconds: how old everything read is when a scene begins."""


class Still(Stage):
    """`with Still(directory) as still: still.reset(); still.update(…)`; addresses as of `Stage`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.cookies: dict[str, list[dict[str, str]]] = {"": []}
        """By user name, as a browser context takes them; "" is nobody."""
        self._saved = sqlite3.connect(":memory:", check_same_thread=False)

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self._hold_still()
        except BaseException:
            self.stop_all()
            raise
        return self

    def reset(self) -> None:
        """The moment again in which everything had been read `AGE` seconds ago."""
        with closing(self._live()) as live:
            self._saved.backup(live)
        for table, columns in _AGES.items():
            for column in columns:
                self.sql(f"update {table} set {column}=? where {column} is not null", ago(AGE))
        # Longer than any scene lasts.
        self.update("lease", expires_at=ago(-300))

    def update(self, table: str, where: str = "1", **values: Any) -> None:
        names = ", ".join(f"{name}=?" for name in values)
        self.sql(f"update rentals_{table} set {names} where {where}", *values.values())

    def insert(self, table: str, **values: Any) -> int:
        """A row; what must not be null and is not given is empty. Returns its id."""
        columns = self.sql(f"pragma table_info(rentals_{table})")
        needed = {name: "" for _, name, _, notnull, _, key in columns if notnull and not key}
        row = {**needed, **values}
        names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
        self.sql(f"insert into rentals_{table} ({names}) values ({marks})", *row.values())
        return int(self.sql(f"select max(id) from rentals_{table}")[0][0])

    def operation(self, state: str, *, kind: str = "create", seconds: float = 4, **more: Any) -> str:
        """An operation of demo's, as if it stood so; the key of its address. `target` locks that target."""
        target, order = more.pop("target", ""), more.pop("order", "")
        asked = {"country": "ES", "service": "opt20", "unit": "month", "count": 1}
        key = uuid.uuid4()
        row = {
            "key": key.hex,
            "kind": kind,
            "state": state,
            "person_id": self.sql("select id from rentals_person where username='demo'")[0][0],
            "parameters": json.dumps({"order": order} if order else asked),
            "shown": json.dumps({} if order else {"name": "WhatsApp", "price": "22.08"}),
            "quote": None if order else "22.08",
            "recorded_at": ago(seconds),
            "unmeasured": 0,
            "good_syncs": 0,
            **more,
        }
        never_left = state == "recorded" or more.get("failed_how") == "not_sent"
        row.setdefault("sent_at", None if never_left else row["recorded_at"])
        if state in ("succeeded", "failed"):
            row.setdefault("settled_how", "not_sent" if never_left else "answer")
        if order:
            row["order_id"] = self.sql("select id from rentals_order where vendor_id=?", order)[0][0]
        made = self.insert("operation", **row)
        if target:
            self.insert("operationtarget", operation_id=made, target=target, held=1)
        return str(key)

    def order(self, where: str) -> str:
        """The vendor's id of the first listed order of which that is true."""
        found = self.sql(f"select vendor_id from rentals_order where listed and {where} order by vendor_id")
        return str(found[0][0])

    def crowd(self, count: int) -> None:
        """So many numbers: those of the demo again and again, each with its own digits and its own end."""
        names = [row[1] for row in self.sql("pragma table_info(rentals_order)")]
        orders = [dict(zip(names, row, strict=True)) for row in self.sql("select * from rentals_order")]
        with closing(self._live()) as live, live:
            for index in range(count - len(orders)):
                _clone(live, orders[index % len(orders)], index)

    def _hold_still(self) -> None:
        sessions = {name: self._sign_in(name) for name in PEOPLE}
        for name, session in sessions.items():
            self.cookies[name] = [
                {"name": cookie.name, "value": str(cookie.value), "url": self.url}
                for cookie in session.cookies
            ]
        # A page asks for the prices of countries that are known.
        _until(lambda: self.sql("select count(*) from rentals_country")[0][0] > 0, 60, "countries are read")
        for country, period in PRICES:
            sessions["demo"].get(f"{self.url}/?country={country}&period={period}", timeout=20)
        _until(self._all_read, 60, "everything has been read")
        self.stop("worker")
        self.update("lease", holder="still")
        with closing(self._live()) as live:
            live.backup(self._saved)

    def _all_read(self) -> bool:
        waiting = (
            "select count(*)=0 from rentals_order where listed",
            "select count(*) from rentals_order where state=1 and sms_good_at is null",
            "select count(*)=0 from rentals_balancereading",
            "select count(*)=0 from rentals_country",
            "select count(*)=0 from rentals_service",
            "select archive_whole_at is null from rentals_mirror",
            f"select count(*)<{len(PRICES)} from rentals_pricelist where fetched_at is not null",
        )
        return not any(self.sql(question)[0][0] for question in waiting)

    def _sign_in(self, user: str) -> requests.Session:
        session, address = requests.Session(), f"{self.url}/accounts/login/"
        token = _TOKEN.search(session.get(address, timeout=20).text)
        assert token
        form = {"login": user, "password": "demo", "csrfmiddlewaretoken": token[1]}
        # The worker makes the demo people when it starts.
        _until(lambda: "dashboard_session" in _posted(session, address, form), 20, f"{user} is signed in")
        session.cookies.set("tz", ZONE.replace("/", "%2F"))
        return session

    def _live(self) -> sqlite3.Connection:
        return sqlite3.connect(self.database, timeout=20)


def ago(seconds: float) -> str:
    """That moment as Django keeps it in SQLite."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f")


def _clone(live: sqlite3.Connection, order: dict[str, Any], index: int) -> None:
    digits = f"+346{index:08d}"
    number = live.execute(
        "insert into rentals_number (e164, first_seen_at, label, note) values (?, ?, '', '')",
        (digits, ago(0)),
    )
    own = {
        "vendor_id": str(900_000 + index),
        "number_id": number.lastrowid,
        "until": ago(-3600 * (5 + index * 2)),
        "listed": 1,
        "has_new_sms": 0,
    }
    row = {**order, **own}
    del row["id"]
    names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
    live.execute(f"insert into rentals_order ({names}) values ({marks})", tuple(row.values()))


def _posted(session: requests.Session, address: str, form: dict[str, str]) -> list[str]:
    session.post(address, data=form, allow_redirects=False, timeout=20)
    return list(session.cookies.keys())


def _until(true: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.1)
