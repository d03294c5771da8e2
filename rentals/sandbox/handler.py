"""One HTTP request: to the imitated API or to the control plane."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import control
from .engine import Engine, Reply
from .exchange import Exchange
from .faults import BALANCE
from .misbehave import deliver

RENT_PATH = "/api/rent.php"
BALANCE_PATH = "/activation/balance"
CONTROL_PATH = "/_sandbox/"
MOST_BODY = 1024 * 1024
LINGER_SECONDS, LINGER_BYTES = 2.0, 64 * MOST_BODY
"""How long and how much of a body that was refused unread is still taken from the wire."""
ONLY_GET = "Only GET requests are accepted"


class Host(ThreadingHTTPServer):
    """What a handler needs of its server."""

    engine: Engine
    stopping: threading.Event


class Handler(BaseHTTPRequestHandler):
    """Knows the routes; the engine and the control plane know the answers."""

    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Host

    def do_GET(self) -> None:
        self._route()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def _route(self) -> None:
        exchange = Exchange(self, self.server.stopping)
        body = self._read_body()
        path = urlsplit(self.path).path
        if body is None:
            self.close_connection = True
            exchange.send_json({"error": "the body is too large or of unknown length"}, 413)
            self._let_it_finish()
        elif path.startswith(CONTROL_PATH):
            self._control(exchange, path.removeprefix(CONTROL_PATH), body)
        elif path in (RENT_PATH, BALANCE_PATH):
            self._imitate(exchange, BALANCE if path == BALANCE_PATH else "")
        else:
            exchange.send_json({"error": "not found"}, 404)

    def _imitate(self, exchange: Exchange, name: str) -> None:
        """A call of the vendor's API, in the log from its arrival to its last byte."""
        engine = self.server.engine
        params = self._query()
        row = engine.calls.begin(name or params.get("method", ""), params, engine.now())

        def act() -> Reply:
            reply = self._answer(name, params)
            row.update(outcome=reply.outcome, acted=reply.acted)
            return reply

        fault = engine.faults.take(row["method"])
        row["fault"] = fault.fault if fault else None
        try:
            if fault:
                deliver(exchange, fault, name == BALANCE, act, self.path)
            else:
                reply = act()
                exchange.send_json(reply.body, reply.http_status)
        finally:
            row.update(status=exchange.status, finished=time.time())

    def _answer(self, name: str, params: dict[str, str]) -> Reply:
        if self.command != "GET":
            return Reply({"status": 0, "msg": ONLY_GET}, f"refused: {ONLY_GET}")
        engine = self.server.engine
        return engine.balance(self.headers.get("apikey")) if name == BALANCE else engine.answer(params)

    def _control(self, exchange: Exchange, name: str, body: bytes) -> None:
        try:
            self._check_loopback()
            exchange.send_json(self._controlled(name, body))
        except control.Wrong as wrong:
            exchange.send_json({"error": str(wrong)}, wrong.status)

    def _controlled(self, name: str, body: bytes) -> Any:
        engine = self.server.engine
        if self.command == "GET" and name in control.GET:
            return control.GET[name](engine, self._query())
        if self.command == "POST" and name in control.POST:
            return control.POST[name](engine, _read_json(body, name))
        if name in control.GET or name in control.POST:
            raise control.Wrong(405, f"{self.command} is not for this address")
        raise control.Wrong(404, "there is no such address in the control plane")

    def _check_loopback(self) -> None:
        """Loopback peers only; Host and Origin too, or any web page in a local browser could reach in."""
        origin = self.headers.get("Origin")
        names = [str(self.client_address[0]), _host_name(f"//{self.headers.get('Host', '')}")]
        if not all(_is_loopback(name) for name in names) or (origin and not _is_loopback(_host_name(origin))):
            raise control.Wrong(403, "the control plane is for loopback only")

    def _query(self) -> dict[str, str]:
        """Like PHP: of a parameter given twice, the last counts."""
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    def _read_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit() or int(length[:9]) > MOST_BODY:
            return None
        return self.rfile.read(int(length))

    def _let_it_finish(self) -> None:
        """Reads away what a refused client still sends: a connection closed meanwhile would be reset, and the client
        would see its own sending fail instead of the answer.
        """
        end, left = time.monotonic() + LINGER_SECONDS, LINGER_BYTES
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(LINGER_SECONDS)
        with suppress(OSError):
            while left > 0 and time.monotonic() < end and (part := self.rfile.read1(65536)):
                left -= len(part)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header carries the simulated time."""
        return super().date_time_string(self.server.engine.now())

    def log_message(self, format: str, *args: Any) -> None:
        """No access log: the query strings carry the key. `/_sandbox/calls` is the log."""


def _read_json(body: bytes, name: str) -> Any:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise control.Wrong(400, "the body is not JSON") from None
    if not isinstance(value, dict) and name != "faults":
        raise control.Wrong(400, "the body is not a JSON object")
    return value


def _host_name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name.removeprefix("::ffff:")).is_loopback
    except ValueError:
        return False
