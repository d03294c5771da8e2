"""A copy of the project in a folder of its own, started as a person would start it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = (
    "manage.py",
    "Makefile",
    "smspva_dashboard",
    "rentals",
    "templates",
    "static",
    "tools",
    ".env.example",
)
PATIENCE = 60


class Running:
    """A started dashboard: what it says, which processes it has, how it ends."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, port: int, log: Path) -> None:
        self.process, self.folder, self.port, self.log = process, folder, port, log
        self.url = f"http://localhost:{port}"

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until_it_says(self, words: str) -> None:
        until(lambda: words in self.output() or self.process.poll() is not None)
        assert words in self.output(), self.output()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def sandbox_port(self) -> int:
        found = re.search(r"Sandbox of the rent API at http://127\.0\.0\.1:(\d+)", self.output())
        assert found, self.output()
        return int(found[1])


def copy(folder: Path) -> Path:
    """What a clone holds and a start needs, without data, secrets or a .env."""
    target = folder / "clone"
    target.mkdir()
    for name in PARTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    # The packages of this run stand for those that `make run` installs.
    (target / ".venv").symlink_to(sys.prefix)
    return target


def environment(**settings: str) -> dict[str, str]:
    """A plain environment: nothing of this test run's own settings reaches the started processes."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | settings


@contextmanager
def started(folder: Path, *command: str | Path, **settings: str) -> Iterator[Running]:
    """Starts on a free port; whatever the test leaves running is ended."""
    port = int(settings.setdefault("PORT", str(free_port())))
    log = folder.parent / f"output-{port}"
    words = command or (sys.executable, "-m", "tools.start")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env=environment(**settings),
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        yield Running(process, folder, port, log)
    finally:
        for pid in {process.pid, *processes_in(folder)}:
            end_quietly(pid)
        process.wait()


def end_quietly(pid: int) -> None:
    # 0 would be this test run itself, and whoever started it.
    assert pid > 0
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def refused(folder: Path, **settings: str) -> tuple[int, str]:
    """Exit code and everything said by a start that must not succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.start"],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def processes_in(folder: Path) -> dict[int, str]:
    """Process id and command line of everything that runs in the folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").resolve(strict=True) == folder.resolve():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has ended meanwhile, or is not ours to look at
    return found


def environment_of(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(address: str) -> bool:
    """Whether a page comes from there now."""
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


def until(true: object, seconds: float = PATIENCE) -> bool:
    """Waits until the question is answered with yes; False when it never is."""
    assert callable(true)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False
