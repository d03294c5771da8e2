"""Where a worker may die: at every place where something has just been, or is about to be, written down.

How it dies is the caller's: an exception that nobody catches in this process, or kill -9 in a process of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from rentals.models import transitions
from rentals.worker import adopting, gates, spending

Call = Callable[..., Any]
DURING = 0.6
"""Seconds into the call; the tests let the vendor take longer."""


def deaths(die: Call) -> dict[str, Callable[[], AbstractContextManager[Any]]]:
    """By place: what has to be patched so that `die` is called there. "during the call" needs a death that ends the
    whole process: it comes from another thread.
    """
    return {
        "before the claim": lambda: patch.object(spending, "claim", die),
        "inside the claim": lambda: patch.object(gates, "fresh_quote", die),
        "after the claim": lambda: _calls(lambda call: die),
        "during the call": lambda: _calls(lambda call: _meanwhile(call, die)),
        "after the answer": lambda: _calls(lambda call: then(call, die)),
        "inside the settling": lambda: patch.object(
            transitions, "_follow", _when_settled(transitions._follow, die)
        ),
        "after the settling": lambda: patch.object(adopting, "look_afterwards", die),
    }


def then(call: Call, die: Call) -> Call:
    """The call is made, and nothing learns of its answer."""

    def run(*given: Any, **named: Any) -> None:
        call(*given, **named)
        die()

    return run


def _calls(wrap: Callable[[Call], Call]) -> Any:
    return patch.dict(spending._CALLS, {kind: wrap(call) for kind, call in spending._CALLS.items()})


def _meanwhile(call: Call, die: Call) -> Call:
    def run(*given: Any, **named: Any) -> Any:
        threading.Timer(DURING, die).start()
        return call(*given, **named)

    return run


def _when_settled(follow: Call, die: Call) -> Call:
    """Inside the transaction that settles: nothing of it is committed."""

    def run(operation: Any, to_state: str) -> Any:
        return die() if to_state == "succeeded" else follow(operation, to_state)

    return run
