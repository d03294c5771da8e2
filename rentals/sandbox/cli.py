"""The command line, shared by `manage.py sandbox` and `python -m rentals.sandbox`."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from math import isfinite
from types import FrameType

from . import seeds
from .dialects import DIALECTS
from .engine import DEFAULT_KEY
from .server import SandboxServer
from .store import BadStateFile
from .world import PACES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--port", type=_port, default=8900, help="0 takes any free port (default: 8900)")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default: 127.0.0.1)")
    parser.add_argument(
        "--state", default=None, metavar="FILE", help="keep the state here (default: in memory)"
    )
    parser.add_argument(
        "--pace", choices=sorted(PACES), default="real", help="how long activations and SMS take"
    )
    parser.add_argument("--speed", type=_speed, default=1.0, help="multiplies the whole clock (default: 1)")
    parser.add_argument(
        "--dialect", choices=sorted(DIALECTS), default="current", help="shapes of the answers"
    )
    parser.add_argument(
        "--seed", type=_seed, default="demo", help="empty, demo or large:N; for a new state only"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM; answers the exit code."""
    try:
        server = SandboxServer(
            options.port,
            options.state,
            options.seed,
            options.pace,
            options.speed,
            options.dialect,
            options.host,
        )
    except (OSError, BadStateFile) as reason:
        print(f"sandbox: cannot start on {options.host}:{options.port}: {_words(reason)}", file=sys.stderr)
        return 1
    _stop_on_signals(server)
    key = "API key: sandbox" if server.engine.key == DEFAULT_KEY else "with the API key of SANDBOX_API_KEY"
    print(f"Sandbox of the rent API at {server.url} ({key})", flush=True)
    print(f"  rent: {server.rent_url}  balance: {server.balance_url}", flush=True)
    server.run()
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(
        prog="sandbox", description="A local stand-in for the vendor's rent API."
    )
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def _stop_on_signals(server: SandboxServer) -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        # From a thread: stop() waits for the loop that this very handler interrupts.
        threading.Thread(target=server.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _words(reason: Exception) -> str:
    if not isinstance(reason, OSError) or not reason.strerror:
        return str(reason)
    return f"{reason.filename}: {reason.strerror}" if reason.filename else reason.strerror


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0
    if not (isfinite(speed) and 0 < speed <= 1_000_000):
        raise argparse.ArgumentTypeError("a speed is a number above 0, up to a million")
    return speed


def _seed(text: str) -> str:
    try:
        seeds.find(text)
    except ValueError as reason:
        raise argparse.ArgumentTypeError(str(reason)) from None
    return text
