"""The state file: written whole to a temporary file beside it, then renamed over it.

A process killed at any moment leaves the old state or the new one. There is no fsync: the file survives
`kill -9`, not a power cut, and nothing of value is in it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from .model import State, plain, state_from_json


class BadStateFile(Exception):
    """The file exists and is not a state of this sandbox."""


class Store:
    """Keeps the state in `path`, or nowhere when `path` is None."""

    def __init__(self, path: str | os.PathLike[str] | None) -> None:
        self.path = Path(path) if path else None

    def load(self) -> State | None:
        """The saved state, None when there is none yet; BadStateFile when it cannot be read."""
        if self.path is None or not self.path.exists():
            return None
        try:
            return state_from_json(json.loads(self.path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as reason:
            raise BadStateFile(f"{self.path} is not a state file of the sandbox ({reason})") from None

    def save(self, state: State) -> None:
        """Replace the file in one step."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.tmp")
        fresh.write_text(json.dumps(state, default=plain, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self.path)
