"""The log of imitated calls, newest last, in memory only and without the key."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

KEPT_CALLS = 100_000


class CallLog:
    """Rows are dicts as `GET /_sandbox/calls` shows them; `at` and `finished` are seconds of the wall."""

    def __init__(self, kept: int = KEPT_CALLS) -> None:
        self._rows: deque[dict[str, Any]] = deque(maxlen=kept)
        self._lock = threading.Lock()
        self._count = 0

    def begin(self, method: str, params: dict[str, str], simulated: float) -> dict[str, Any]:
        """Open a row when a call has arrived; the caller fills in the rest as it becomes known."""
        shown = {name: value for name, value in params.items() if name not in ("apikey", "method")}
        row: dict[str, Any] = {"n": 0, "at": time.time(), "finished": None, "simulated": simulated}
        row |= {
            "method": method,
            "params": shown,
            "status": None,
            "outcome": None,
            "fault": None,
            "acted": False,
        }
        with self._lock:
            self._count += 1
            row["n"] = self._count
            self._rows.append(row)
        return row

    def rows(self, since: int = 0) -> list[dict[str, Any]]:
        """Copies of the rows numbered above `since`."""
        with self._lock:
            return [dict(row) for row in self._rows if row["n"] > since]

    def clear(self) -> None:
        """Forget all rows; numbers go on."""
        with self._lock:
            self._rows.clear()
