"""The two databases a house may stand on: made once, copied for each house, read with plain SQL."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tools.run_tests import settings_of_tests

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {
    "SECRET_KEY": "only-for-tests-" + "y" * 40,
    "FIELD_KEY": "ZGFzaGJvYXJkLXRlc3RzLWRhc2hib2FyZC10ZXN0cyE=",
}
PASSING = {"django_session", "cache"}
"""Tables whose rows come and go with every visit."""


class Database:
    """Rows of a house's database, seen from outside. SQL takes `?` for its parameters."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.postgres = url.startswith("postgres")

    def rows(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as connection:
            if not self.postgres:
                return list(connection.execute(sql, parameters))
            return list(connection.execute(sql.replace("?", "%s"), parameters or None))

    def one(self, sql: str, *parameters: Any) -> Any:
        """The first value of the first row."""
        return self.rows(sql, *parameters)[0][0]

    def change(self, sql: str, *parameters: Any) -> None:
        with closing(self._connect()) as connection:
            if not self.postgres:
                connection.execute(sql, parameters)
            else:
                connection.execute(sql.replace("?", "%s"), parameters or None)
            connection.commit()

    def tables(self) -> list[str]:
        if self.postgres:
            sql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        else:
            sql = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            )
        return [row[0] for row in self.rows(sql)]

    def dump(self) -> dict[str, list[str]]:
        """Every table that lasts, as sorted text: two dumps are equal when nothing was written in between."""
        lasting = [name for name in self.tables() if name not in PASSING]
        return {name: sorted(map(repr, self.rows(f'SELECT * FROM "{name}"'))) for name in lasting}

    def text(self) -> str:
        """Everything in it, as text."""
        return "\n".join(repr(row) for name in self.tables() for row in self.rows(f'SELECT * FROM "{name}"'))

    def age(self, table: str, column: str, seconds: float, where: str = "1 = 1") -> None:
        """Moves a time back, as if that much had passed (forward when negative)."""
        then = f"{column} - interval '{seconds} seconds'"
        if not self.postgres:
            then = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '{-seconds:+} seconds')"
        self.change(f"UPDATE {table} SET {column} = {then} WHERE {where}")

    def _connect(self) -> Any:
        if self.postgres:
            return psycopg.connect(self.url)
        return sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)


def migrate(url: str) -> None:
    environment = {**settings_of_tests(), **SECRETS, "DATABASE_URL": url}
    for command in (["migrate", "--verbosity", "0"], ["createcachetable", "--verbosity", "0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


class Sqlite:
    """A migrated file, and copies of it."""

    def __init__(self, folder: Path) -> None:
        self._first = folder / "first.sqlite3"
        migrate(f"sqlite:///{self._first}")
        with closing(sqlite3.connect(self._first)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self, folder: Path) -> Database:
        shutil.copy(self._first, folder / "dashboard.sqlite3")
        return Database(f"sqlite:///{folder / 'dashboard.sqlite3'}")

    def drop(self, database: Database) -> None:
        """The folder goes with the test."""

    def end(self) -> None:
        """So does the first file."""


class Postgres:
    """A migrated database as a template, and databases made from it; all of them dropped in the end."""

    def __init__(self, folder: Path) -> None:
        self._server = os.environ.get("TEST_DATABASE_URL") or "postgres://127.0.0.1:5432/test"
        try:
            psycopg.connect(self._server, connect_timeout=3).close()
        except psycopg.Error as problem:
            reason = str(problem).strip().splitlines()[0]
            pytest.skip(f"PostgreSQL does not answer ({reason}); see TEST_DATABASE_URL")
        self._prefix = f"house_{os.getpid()}_{secrets.token_hex(3)}"
        self._names = [f"{self._prefix}_first"]
        self._run(f"CREATE DATABASE {self._names[0]}")
        migrate(self._url(self._names[0]))

    def copy(self, folder: Path) -> Database:
        name = f"{self._prefix}_{len(self._names)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._names[0]}")
        self._names.append(name)
        return Database(self._url(name))

    def drop(self, database: Database) -> None:
        name = urlsplit(database.url).path.lstrip("/")
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def end(self) -> None:
        for name in self._names:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _url(self, name: str) -> str:
        return urlsplit(self._server)._replace(path=f"/{name}").geturl()

    def _run(self, statement: str) -> None:
        for tries in range(3):
            try:
                with psycopg.connect(self._server, autocommit=True) as connection:
                    connection.execute(statement)
                return
            except psycopg.errors.ObjectInUse:
                # The server notices a little later that a client has left.
                time.sleep(0.3 * (tries + 1))
        raise AssertionError(f"PostgreSQL would not do: {statement}")
