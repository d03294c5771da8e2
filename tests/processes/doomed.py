"""Processes that end by kill -9 at a chosen place, as if the machine had been taken away.

python -m tests.processes.doomed PLACE        a worker
tests.processes.doomed:application            a web server; the place is in DOOMED_AT
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any
from unittest.mock import patch

import django
from django.core.management import call_command

PLACE = sys.argv[-1]
if __name__ == "__main__":
    # As `manage.py worker` does: only that process is given the key.
    os.environ["DASHBOARD_ROLE"] = "worker"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspva_dashboard.settings")
django.setup()

from rentals.use_cases import operations  # noqa: E402
from smspva_dashboard.wsgi import application as dashboard  # noqa: E402
from tests.deaths import deaths, then  # noqa: E402


def die(*_: Any, **__: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _doomed_web(place: str) -> None:
    {
        "before the record": lambda: patch.object(operations, "_write", die),
        "inside the record": lambda: patch.object(operations, "touch", die),
        "after the record": lambda: patch.object(operations, "_write", then(operations._write, die)),
    }[place]().start()


WORKER_PLACES = tuple(deaths(die))
WEB_PLACES = ("before the record", "inside the record", "after the record")


def __getattr__(name: str) -> Any:
    """The web server asks for `application`: it is made, and doomed, only then."""
    if name != "application":
        raise AttributeError(name)
    _doomed_web(os.environ["DOOMED_AT"])
    return dashboard


if __name__ == "__main__":
    deaths(die)[PLACE]().__enter__()
    call_command("worker")
