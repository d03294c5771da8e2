"""A whole dashboard on free ports with data of its own: sandbox, worker and web as real processes.

The browser tests and the screenshots play on it. Nothing of a developer's own settings or data is touched.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
CHROME_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
SHELL = "/usr/bin/chromium-headless-shell"
"""Debian's Chromium without its own windows, which it would draw for every page of a test: half the time of one."""
_OURS = (
    "SMSPVA_",
    "DATABASE_URL",
    "CACHE_URL",
    "SECRET_KEY",
    "FIELD_KEY",
    "ALLOWED_HOSTS",
    "CSRF_",
    "METRICS_",
)


def chrome_path(*, bare: bool = False) -> str | None:
    """The browser to drive: CHROME_PATH, or Debian's Chromium where it is installed; `bare`: as a shell, if it is."""
    named = os.environ.get("CHROME_PATH")
    places = (named,) if named else (SHELL, *CHROME_PLACES) if bare else CHROME_PLACES
    return next((place for place in places if Path(place).is_file()), None)


class Stage:
    """Use as a context: `with Stage(directory) as stage: … stage.url`."""

    def __init__(self, directory: Path, *, seed: str = "demo", speed: float = 1, pause: str = "0.3") -> None:
        self.directory = directory
        self.seed, self.speed, self.pause = seed, speed, pause
        self.url = f"http://127.0.0.1:{_free_port()}"
        self.sandbox_url = f"http://127.0.0.1:{_free_port()}"
        self.database = directory / "stage.sqlite3"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self._prepare()
            self.start("sandbox")
            self._wait(f"{self.sandbox_url}/_sandbox/state")
            if self.seed != "demo":
                self.sandbox("reset", seed=self.seed)
            self.start("web")
            self.start("worker")
            self._wait(f"{self.url}/readyz")
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_all()

    def start(self, name: str) -> None:
        log = (self.directory / f"{name}.log").open("ab")
        command = [sys.executable, *self._commands()[name]]
        self._running[name] = subprocess.Popen(
            command, cwd=ROOT, env=self._environment(), stdout=log, stderr=log, start_new_session=True
        )

    def stop(self, name: str) -> None:
        process = self._running.pop(name)
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self) -> None:
        for name in list(self._running):
            self.stop(name)

    def sandbox(self, action: str, **body: Any) -> Any:
        """The sandbox's control plane: reset, advance, sms, balance, faults, outside."""
        request = urllib.request.Request(
            f"{self.sandbox_url}/_sandbox/{action}", data=json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def calls(self, method: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.sandbox_url}/_sandbox/calls", timeout=10) as answer:
            return [call for call in json.load(answer)["calls"] if call["method"] == method]

    def sql(self, statement: str, *values: Any) -> list[Any]:
        """For what no page can bring about in a short time."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            return connection.execute(statement, values).fetchall()

    def manage(self, *arguments: str) -> str:
        """What a command of `manage.py` prints, beside the running processes."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment(), check=True, capture_output=True, text=True
        ).stdout

    def read_orders_now(self) -> None:
        """The worker's next look at the orders, without waiting for its 30 seconds."""
        self.sql("update rentals_feed set wanted_at=? where name='orders'", _now())

    def read_balance_now(self) -> None:
        """The worker's next look at the balance, as when a person waits for it."""
        self.sql("update rentals_feed set wanted_at=? where name='balance'", _now())

    def hold_orders(self) -> None:
        """The worker's next look at the orders is 30 s away: what a test writes into rows by hand stays till then."""
        self.sql("update rentals_feed set tried_at=?, wanted_at=null where name='orders'", _now())
        # A look that has just begun ends within this time.
        time.sleep(0.2)

    def _prepare(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        (ROOT / "var").mkdir(exist_ok=True)
        # Static files are shared by all stages: two that start together must not write them at once.
        with (ROOT / "var" / "stage.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            command = [sys.executable, "-m", "tools.prepare"]
            subprocess.run(command, cwd=ROOT, env=self._environment(), check=True)

    def _commands(self) -> dict[str, list[str]]:
        port, sandbox_port = self.url.rsplit(":", 1)[1], self.sandbox_url.rsplit(":", 1)[1]
        state = str(self.directory / "sandbox.json")
        pace = ["--pace", "demo", "--speed", str(self.speed)]
        granian = (
            "-m granian --interface wsgi --no-ws --workers 1 --blocking-threads 4 --workers-kill-timeout 3"
        )
        web = [*granian.split(), "--log-level", "warning", "--host", "127.0.0.1", "--port", port]
        return {
            "sandbox": ["manage.py", "sandbox", "--port", sandbox_port, "--state", state, *pace],
            "worker": ["manage.py", "worker"],
            "web": [*web, "smspva_dashboard.wsgi:application"],
        }

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        # Empty rather than absent: a `.env` fills only what is not set.
        empty = dict.fromkeys(("SMSPVA_API_KEY", "SMSPVA_API_URL", "SMSPVA_BALANCE_URL", "CACHE_URL"), "")
        secret = self.directory / "secret"
        if not secret.exists():
            secret.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"))
        return {
            **kept,
            **empty,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SANDBOX_URL": self.sandbox_url,
            "SECRET_KEY": secret.read_text() + secret.read_text(),
            "FIELD_KEY": secret.read_text(),
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "DEBUG": "0",
            "LOG_LEVEL": "WARNING",
            "SMSPVA_MIN_INTERVAL": self.pause,
            "SMSPVA_PERSON_INTERVAL": self.pause,
            "PYTHONUNBUFFERED": "1",
        }

    def _wait(self, address: str, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(address, timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        tails = [log.read_text()[-1500:] for log in sorted(self.directory.glob("*.log"))]
        raise RuntimeError(f"{address} does not answer after {seconds:.0f} s\n" + "\n".join(tails))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
