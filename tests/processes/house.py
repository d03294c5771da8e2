"""A house of real processes on free loopback ports: sandbox, workers and web server, as `make run` starts them."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import requests

from tests.conftest import CANARY_KEY, Sandbox
from tests.processes.browser import Browser
from tests.processes.databases import ROOT, SECRETS, Database
from tools.run_tests import settings_of_tests
from tools.start import Plan

T = TypeVar("T")
QUICK = {"SMSPVA_MIN_INTERVAL": "0.2", "SMSPVA_PERSON_INTERVAL": "0.1"}


def until(look: Callable[[], T | None], seconds: float, what: str, pause: float = 0.05) -> T:
    """Looks again and again; the first true answer, or a failure that says what did not happen."""
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(pause)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """A house never outlives the run that built it, even when that is killed and clears nothing away."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    """One process of the house with all it said, in a file."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as out:
            self._handle = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        self.pid = self._handle.pid

    @property
    def running(self) -> bool:
        return self._handle.poll() is None

    def kill(self) -> None:
        """kill -9, with whatever it has started itself."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return
        self._handle.wait(timeout=30)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class House:
    """`start()` brings everything up; `key` is known to the sandbox and the workers only."""

    def __init__(self, folder: Path, database: Database, key: str = CANARY_KEY, **settings: str) -> None:
        self.folder = folder
        self.database = database
        self.key = key
        self.port, self.sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.sandbox = Sandbox(SimpleNamespace(url=f"http://127.0.0.1:{self.sandbox_port}"))  # type: ignore[arg-type]
        self.wsgi = ""
        """Another application for the web server than the dashboard's own."""
        self.processes: list[Process] = []
        self._settings = {**QUICK, **settings}
        self._browsers: dict[str, Browser] = {}

    # --- what runs ---

    def start(self, workers: int = 1) -> House:
        self.start_sandbox()
        self.start_web()
        for _ in range(workers):
            self.start_worker()
        self.wait_until_ready()
        return self

    def start_sandbox(self, *options: str) -> Process:
        where = ["--port", str(self.sandbox_port), "--state", str(self.folder / "sandbox.json")]
        environment = {**settings_of_tests(), "SANDBOX_API_KEY": self.key}
        process = self._start("sandbox", ["-m", "rentals.sandbox", *where, *options], environment)
        until(lambda: _answers(self.sandbox_port), 20, "the sandbox answers")
        return process

    def start_web(self) -> Process:
        process = self._start("web", *self._planned("web"))
        until(lambda: _answers(self.port), 30, "the web server listens")
        until(lambda: _status(f"{self.url}/healthz") == 200, 30, "the page answers")
        return process

    def start_worker(self) -> Process:
        return self._start("worker", *self._planned("worker"))

    def start_doomed_worker(self, place: str) -> Process:
        """A worker that ends by kill -9 when it comes to this place (see doomed.py)."""
        _, environment = self._planned("worker")
        return self._start("worker", ["-m", "tests.processes.doomed", place], environment)

    def wait_until_ready(self) -> None:
        until(lambda: _status(f"{self.url}/readyz") == 200, 30, "worker and vendor are in step", 0.2)

    def stop_all(self) -> None:
        for process in reversed(self.processes):
            process.kill()

    def running(self, name: str) -> list[Process]:
        return [process for process in self.processes if process.name == name and process.running]

    def worker_with_lease(self, seconds: float = 20) -> Process:
        """The worker that works: the lease's holder carries its process id."""
        return until(self._find_holder, seconds, "a worker holds the lease")

    def _find_holder(self) -> Process | None:
        holder = self.holder()
        found = (process for process in self.running("worker") if f"-{process.pid}-" in holder)
        return next(found, None)

    def holder(self) -> str:
        return str(self.database.one("SELECT holder FROM rentals_lease"))

    def _planned(self, name: str) -> tuple[list[str], dict[str, str]]:
        plan = Plan("127.0.0.1", self.port, None, self._web_env(), self._worker_env())
        command, environment = next((c, e) for found, c, e in plan.processes() if found == name)
        if name == "web" and self.wsgi:
            command = [*command[:-1], self.wsgi]
        return command, dict(environment)

    def _web_env(self) -> dict[str, str]:
        where = {
            "DATABASE_URL": self.database.url,
            "SANDBOX_URL": self.sandbox.url,
            "ALLOWED_HOSTS": "127.0.0.1",
        }
        return {**settings_of_tests(), **SECRETS, **where, **self._settings}

    def _worker_env(self) -> dict[str, str]:
        return {**self._web_env(), "SMSPVA_API_KEY": self.key, "SANDBOX_API_KEY": self.key}

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> Process:
        log = self.folder / f"{name}-{len(self.processes)}.log"
        process = Process(name, command, environment, log)
        self.processes.append(process)
        return process

    # --- who looks at it ---

    def browser(self, user: str = "demo") -> Browser:
        """Signed in, once a house; `new_browser` for one more."""
        if user not in self._browsers:
            self._browsers[user] = self.new_browser().log_in(user)
        return self._browsers[user]

    def new_browser(self) -> Browser:
        return Browser(self.url)

    def operations(self, column: str = "state") -> list[Any]:
        return [row[0] for row in self.database.rows(f"SELECT {column} FROM rentals_operation ORDER BY id")]

    def want(self, feed: str) -> None:
        """Has the worker look now, and waits until it has tried."""
        now = datetime.now(UTC).replace(tzinfo=None if not self.database.postgres else UTC)
        wanted = now if self.database.postgres else str(now)
        if not self.database.rows("SELECT 1 FROM rentals_feed WHERE name = ?", feed):
            blank = "INSERT INTO rentals_feed (name, failures, reason, message) VALUES (?, 0, '', '')"
            self.database.change(blank, feed)
        self.database.change("UPDATE rentals_feed SET wanted_at = ? WHERE name = ?", wanted, feed)
        tried = "SELECT 1 FROM rentals_feed WHERE name = ? AND tried_at > wanted_at"
        until(lambda: self.database.rows(tried, feed), 30, f"the worker has tried {feed}")

    def said(self) -> str:
        return "\n".join(process.said() for process in self.processes)

    def creates(self) -> list[dict[str, Any]]:
        return self.sandbox.calls("create")

    def state_of(self, address: str) -> str:
        """The state of the operation at `/operations/<key>/`."""
        key = re.findall(r"[0-9a-f-]{36}", address)[-1]
        stored = key if self.database.postgres else key.replace("-", "")
        return str(self.database.one("SELECT state FROM rentals_operation WHERE key = ?", stored))


MakeHouse = Callable[..., House]


def houses(databases: Any, folder: Path) -> Iterator[MakeHouse]:
    """Gives a maker of houses; in the end all of them are stopped and their databases dropped."""
    built: list[House] = []

    def make(**settings: Any) -> House:
        room = folder / f"house-{len(built)}"
        room.mkdir()
        built.append(House(room, databases.copy(room), **settings))
        return built[-1]

    try:
        yield make
    finally:
        for house in built:
            house.stop_all()
            databases.drop(house.database)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=10).status_code
    except requests.RequestException:
        return 0
