"""Runs one command of a start and starts it again when something kills it, so that one crash does not end the others.

    python -m tools.keep manage.py worker

A command that ends by itself soon after its start has said why (a wrong setting, a port that is taken) and would say
it again: its exit code becomes ours. The same goes for one that dies three times in a row within seconds.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

SETTLED = 10.0
"""Seconds after which a start counts as one that worked."""
MOST_DEATHS = 3
PAUSE = 1.0
_PR_SET_PDEATHSIG = 1


class Keeper:
    """`command` goes to this interpreter. `run()` returns the exit code of the last try."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def stop(self, number: int, _frame: object) -> None:
        self.stopping.set()
        if self._child and self._child.poll() is None:
            self._child.send_signal(number)

    def run(self) -> int:
        deaths = 0
        while True:
            began = time.monotonic()
            code = self._run_once()
            lived = time.monotonic() - began
            if self.stopping.is_set() or code == 0:
                return code
            deaths = deaths + 1 if lived < SETTLED else 1
            if (code > 0 and lived < SETTLED) or deaths >= MOST_DEATHS:
                return code if code > 0 else 128 - code
            print(f"It {_how(code)}; starting it again.", file=sys.stderr, flush=True)
            if self.stopping.wait(PAUSE):
                return 0

    def _run_once(self) -> int:
        self._child = subprocess.Popen(
            [sys.executable, *self.command], start_new_session=True, preexec_fn=_end_with_parent
        )
        if self.stopping.is_set():
            self._child.terminate()
        code = self._child.wait()
        # A server that was killed leaves its own children behind, which would go on answering beside the next.
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        return code


def _how(code: int) -> str:
    return f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"


def _end_with_parent() -> None:
    """Linux only: a keeper that is killed takes its command along instead of leaving it behind."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except AttributeError:
        return


def main() -> int:
    keeper = Keeper(sys.argv[1:])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, keeper.stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main())
