"""A house for benchmarks: the same real processes as the tests', with the intervals people run with."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

# Sessions written here must be readable by the web process: both sign with the secret of the tests' houses.
KEY = "only-for-tests-" + "y" * 40
os.environ.setdefault("SECRET_KEY", KEY)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspva_dashboard.settings")
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.test import override_settings  # noqa: E402

from rentals.models import Person  # noqa: E402
from tests.processes.browser import Browser, words  # noqa: E402
from tests.processes.databases import Sqlite  # noqa: E402
from tests.processes.house import House, until  # noqa: E402

# The other modules take these from here: they can be imported only after Django has been set up.
__all__ = ["Browser", "Figure", "House", "house", "p95", "session_cookies", "until", "words"]

AS_PEOPLE_RUN_IT = {"SMSPVA_MIN_INTERVAL": "4.5", "SMSPVA_PERSON_INTERVAL": "1"}


@dataclass(frozen=True)
class Figure:
    """One line of the table. `ok` is None where the figure has no limit."""

    what: str
    seen: str
    limit: str = ""
    ok: bool | None = None


@contextmanager
def house(*sandbox: str, wsgi: str = "", **settings: str) -> Iterator[House]:
    """Started and ready, with money to spend; `sandbox` are options of the sandbox's command."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        databases = Sqlite(Path(name))
        built = House(Path(name), databases.copy(Path(name)), **{**AS_PEOPLE_RUN_IT, **settings})
        built.wsgi = wsgi or built.wsgi
        try:
            built.start_sandbox(*sandbox)
            built.sandbox.post("balance", {"amount": 100_000})
            built.start_web()
            built.start_worker()
            built.wait_until_ready()
            yield built
        finally:
            built.stop_all()


def session_cookies(built: House, count: int) -> list[str]:
    """Signed-in sessions, written straight into the database: hashing a thousand passwords is not what we time."""
    people = built.database.rows("SELECT id, password FROM rentals_person ORDER BY id")
    with override_settings(SECRET_KEY=KEY):
        return [f"dashboard_session={_sign_in(built, *people[n % len(people)])}" for n in range(count)]


def _sign_in(built: House, pk: int, password: str) -> str:
    data: dict[str, Any] = {
        "_auth_user_id": str(pk),
        "_auth_user_backend": "rentals.sign_in.PasswordBackend",
        "_auth_user_hash": Person(pk=pk, password=password).get_session_auth_hash(),
    }
    key = uuid4().hex
    expires = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1)
    columns = "session_key, session_data, expire_date"
    built.database.change(
        f"INSERT INTO django_session ({columns}) VALUES (?, ?, ?)",
        key,
        SessionStore().encode(data),
        str(expires),
    )
    return key


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, round(len(times) * 0.95) - 1)]
