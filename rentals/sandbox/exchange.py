"""One request and its answer on the wire, with the means to misbehave: stop halfway, wait, hang up."""

from __future__ import annotations

import json
import select
import socket
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
LOOK_EVERY = 0.1


class Exchange:
    """Wraps the handler of one request; `status` is what was sent, None while or when nothing was."""

    def __init__(self, handler: BaseHTTPRequestHandler, stopping: Event) -> None:
        self._handler = handler
        self._stopping = stopping
        self.status: int | None = None

    def send_json(self, body: Any, status: int = 200) -> None:
        """A whole answer; characters outside ASCII are escaped as PHP does it."""
        self.send(json.dumps(body).encode(), status)

    def send(
        self,
        body: bytes,
        status: int = 200,
        kind: str = JSON,
        headers: dict[str, str] | None = None,
        stop_after: int = -1,
    ) -> None:
        """Headers for all of `body`, then all of it, or only the first `stop_after` bytes and a hang-up."""
        self.send_head(len(body), status, kind, headers)
        self.write(body if stop_after < 0 else body[:stop_after])
        if stop_after >= 0:
            self.hang_up()

    def send_head(
        self, length: int, status: int, kind: str = JSON, headers: dict[str, str] | None = None
    ) -> None:
        """Status line and headers alone."""
        self.status = status
        self._handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length), **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def write(self, part: bytes) -> bool:
        """Bytes of the body; False when the client is gone."""
        try:
            if self._handler.command != "HEAD":
                self._handler.wfile.write(part)
            self._handler.wfile.flush()
        except OSError:
            self._handler.close_connection = True
            return False
        return True

    def hang_up(self) -> None:
        """Close the connection without another byte."""
        self._handler.close_connection = True
        with suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)

    def wait(self, seconds: float) -> bool:
        """Let wall time pass; False at once when the client goes away or the server stops."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stopping.is_set() or self._client_gone(min(left, LOOK_EVERY)):
                return False
        return True

    def _client_gone(self, patience: float) -> bool:
        connection = self._handler.connection
        try:
            if not select.select([connection], [], [], patience)[0]:
                return False
            if not connection.recv(1, socket.MSG_PEEK):
                return True
        except (OSError, ValueError):
            return True
        self._stopping.wait(patience)  # the client has sent more already; that is not for now
        return False
