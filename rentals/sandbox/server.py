"""The sandbox as a server: a port, a thread, a clean end."""

from __future__ import annotations

import os
import socket
import sys
import threading
from contextlib import suppress
from socketserver import TCPServer
from types import TracebackType
from typing import Any

from .engine import Engine
from .handler import BALANCE_PATH, RENT_PATH, Handler, Host


class SandboxServer(Host):
    """A sandbox on a port of its own (0: any free one), used as a context manager by tests.

    `state` is a file or None, `seed` begins a new state, `pace` is real or demo, `speed` multiplies the
    clock, `dialect` is current or classic. Raises OSError when the port is taken, BadStateFile for a foreign
    file, ValueError for an unknown seed. Inside `with`, a thread serves; `stop()` ends it and drops open
    connections.
    """

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        port: int = 0,
        state: str | os.PathLike[str] | None = None,
        seed: str = "demo",
        pace: str = "real",
        speed: float = 1,
        dialect: str = "current",
        host: str = "127.0.0.1",
    ) -> None:
        self.stopping = threading.Event()
        self._serving = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread: threading.Thread | None = None
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), Handler)
        try:
            self.engine = Engine(state, seed, pace, speed, dialect)
        except BaseException:
            self.server_close()
            raise

    @property
    def port(self) -> int:
        """The real port."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Like `http://127.0.0.1:8900`, without a slash at the end."""
        host = str(self.server_address[0])
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def rent_url(self) -> str:
        """The address that stands for the vendor's rent.php."""
        return self.url + RENT_PATH

    @property
    def balance_url(self) -> str:
        """The address that stands for the vendor's balance."""
        return self.url + BALANCE_PATH

    def run(self) -> None:
        """Serve until `stop()` is called from elsewhere."""
        self._serving.set()
        self.serve_forever(poll_interval=0.02)

    def start(self) -> None:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self.run, name="sandbox", daemon=True)
        self._thread.start()
        self._serving.wait()

    def stop(self) -> None:
        """Stop serving, let hanging answers go, close every connection."""
        self.stopping.set()
        if self._serving.is_set():
            self.shutdown()
        self.server_close()
        for connection in list(self._open):
            _cut(connection)
        if self._thread is not None:
            self._thread.join(timeout=5)

    def __enter__(self) -> SandboxServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def server_bind(self) -> None:
        """As the parent's, without its search for the host's name, which may ask a slow name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.port

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is everyday life here; anything else is our fault."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
