"""Starts everything on this machine: web, worker and, without an API key, the sandbox. Ctrl-C stops it all.

`make run` calls it. HOST and PORT say where the page listens; every other setting is in .env.example.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import honcho.manager

from smspva_dashboard import environment as env
from tools import ports

ROOT = Path(__file__).resolve().parent.parent
SANDBOX_ABOVE = 900
"""The sandbox's port lies so far above the page's: two dashboards that start at once do not reach for the same one."""
SECONDS_TO_ANSWER = 60
SECONDS_FOR_THE_FIRST_SYNC = 15
STOPPED_BY_A_PERSON = (128 + signal.SIGINT, 128 + signal.SIGTERM)
# The longest call to the vendor takes 20 s: a worker that is told to stop may end it and note its outcome.
honcho.manager.KILL_WAIT = 25

DEMO = """\
Demo logins: demo / demo (administrator), operador / demo, observador / demo (may not spend)
No SMSPVA_API_KEY is set: the local sandbox plays the vendor and nothing real is spent."""


@dataclass(frozen=True)
class Plan:
    """What to start and where. `sandbox_port` is None when the upstream is elsewhere."""

    host: str
    port: int
    sandbox_port: int | None
    web_env: Mapping[str, str] = field(repr=False)
    worker_env: Mapping[str, str] = field(repr=False)

    def processes(self) -> Iterator[tuple[str, list[str], Mapping[str, str]]]:
        """Name, command and environment of each."""
        if self.sandbox_port:
            where = ["--port", str(self.sandbox_port), "--state", "var/sandbox.json", "--pace", "demo"]
            yield "sandbox", ["manage.py", "sandbox", *where], self.web_env
        yield "web", ["-m", "granian", *_granian(self.host, self.port)], self.web_env
        yield "worker", ["manage.py", "worker"], self.worker_env


def _granian(host: str, port: int) -> list[str]:
    # One process with a few threads: SQLite has one writer at a time, and threads keep the readers going.
    options = "--interface wsgi --no-ws --workers 1 --blocking-threads 4 --workers-kill-timeout 3"
    where = ["--host", host, "--port", str(port), "--log-level", "warning"]
    return [*options.split(), *where, "smspva_dashboard.wsgi:application"]


def make_plan() -> Plan:
    """Reads the settings. Ends with one line when one of them is wrong or the port is taken."""
    env.load_dotenv(ROOT / ".env", worker=True)
    host, port = env.text("HOST", "127.0.0.1"), ports.parse_port(env.text("PORT", "8000"))
    ports.check_free(host, port)
    worker_env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    if not env.text("ALLOWED_HOSTS"):
        worker_env["ALLOWED_HOSTS"] = ",".join(ports.allowed_hosts(host))
    sandbox_port = ports.first_free_loopback(sandbox_port_of(port)) if wants_sandbox() else None
    if sandbox_port:
        worker_env["SANDBOX_URL"] = f"http://127.0.0.1:{sandbox_port}"
    secret = (env.WORKER_ONLY, f"{env.WORKER_ONLY}_FILE")
    web_env = {name: value for name, value in worker_env.items() if name not in secret}
    return Plan(host, port, sandbox_port, web_env, worker_env)


def sandbox_port_of(port: int) -> int:
    """8900 for the page on 8000; never above the last port there is."""
    return port + SANDBOX_ABOVE if port + SANDBOX_ABOVE < 65_536 else port - SANDBOX_ABOVE


def wants_sandbox() -> bool:
    """No key of a real account, and nobody has said where another sandbox listens."""
    real_key = env.text(env.WORKER_ONLY) not in {"", env.text("SANDBOX_API_KEY", "sandbox")}
    return not (real_key or env.text("SANDBOX_URL") or env.text("SMSPVA_API_URL"))


def hold_sandbox_state() -> TextIO:
    """Two sandboxes on one state file would overwrite each other: the second start here is refused."""
    lock = (ROOT / "var" / "sandbox.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("The dashboard already runs in this directory on another port: stop it first.", file=sys.stderr)
        raise SystemExit(1) from None
    return lock


def prepare(plan: Plan) -> None:
    """Migrations and static files; a wrong setting has said its one line by then."""
    command = [sys.executable, "-m", "tools.prepare"]
    done = subprocess.run(command, cwd=ROOT, env=dict(plan.web_env), check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def announce(plan: Plan) -> None:
    """Says where the page is, once it answers and, in the demo, has something to show."""
    if not _wait_for(plan, "/accounts/login/", SECONDS_TO_ANSWER):
        print(f"The page does not answer after {SECONDS_TO_ANSWER} s: see the lines above.", flush=True)
        return
    if plan.sandbox_port:
        _wait_for(plan, "/readyz", SECONDS_FOR_THE_FIRST_SYNC, pause=1)
    demo = DEMO.splitlines() if plan.sandbox_port else []
    lines = [f"http://{ports.public_name(plan.host)}:{plan.port}", *demo, "Ctrl-C stops everything."]
    print("\n" + "\n".join(f"  {line}" for line in lines) + "\n", flush=True)


def _wait_for(plan: Plan, path: str, seconds: float, pause: float = 0.2) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if 0 < ports.answers(plan.host, plan.port, path) < 500:
            return True
        time.sleep(pause)
    return False


def stop_with_make() -> None:
    """When make is killed it cannot pass the signal on; nothing of ours may outlive it."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


def run(plan: Plan) -> int:
    """Returns the exit code: 0 when a person stopped it, 1 when one of the processes could not be kept going."""
    manager = honcho.manager.Manager()
    for name, command, its_env in plan.processes():
        line = "exec " + shlex.join([sys.executable, "-m", "tools.keep", *command])
        manager.add_process(name, line, env=dict(its_env), cwd=str(ROOT))
    # A closed terminal ends everything, as Ctrl-C does.
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    threading.Thread(target=announce, args=(plan,), daemon=True).start()
    if "MAKELEVEL" in os.environ:
        threading.Thread(target=stop_with_make, daemon=True).start()
    manager.loop()
    if manager.returncode in STOPPED_BY_A_PERSON:
        return 0
    print("A process could not be kept going, so all were stopped. Its reason is above.", file=sys.stderr)
    return 1


def main() -> int:
    plan = make_plan()
    prepare(plan)
    lock = hold_sandbox_state() if plan.sandbox_port else None
    try:
        return run(plan)
    finally:
        if lock:
            lock.close()


if __name__ == "__main__":
    sys.exit(main())
