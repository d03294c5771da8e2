"""The connection underneath `requests`: it alone writes the key, and it can be cut from outside.

The key is added to the request line, or as a header, while the bytes are written. Everything above (requests,
the urllib3 pool, their exceptions and debug logs) handles an address without it and so has nothing to leak.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError

from rentals.upstream.config import sensitive_variables
from rentals.upstream.secrets import Secret


def _nothing_chatty(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


# urllib3 writes each query string at DEBUG. Ours holds no key, but it holds order ids. A filter of the
# logger, unlike its level, outlives whatever the LOGGING setting does.
logging.getLogger("urllib3.connectionpool").addFilter(_nothing_chatty)


@dataclass(frozen=True)
class Credential:
    """The key and where it travels: in the query (rent.php) or in a header (api v2), named `apikey`."""

    key: Secret
    place: Literal["query", "header", "nowhere"] = "query"
    name: str = "apikey"


class Line:
    """One call's connection. From the moment it is open it lasts `deadline` seconds, then it is cut.

    `opened` tells whether there was a connection, so that some of the request may have left; `cut` whether
    the deadline ended it.
    """

    def __init__(self, credential: Credential, deadline: float) -> None:
        self._credential = credential
        self._deadline = deadline
        self._handle: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        self.opened = False
        self.cut = False

    def open(self, dial: Callable[[], socket.socket], seconds: float | None) -> socket.socket:
        """The socket of `dial`, or TimeoutError after `seconds`.

        The limit is for all of it: finding a name has none of its own, and each of its addresses would have
        one.
        """
        found: Future[socket.socket] = Future()
        threading.Thread(target=_dial_into, args=(found, dial), daemon=True).start()
        try:
            sock = found.result(seconds)
        except TimeoutError:
            if found.cancel():
                raise
            sock = found.result()
        self._watch(sock)
        return sock

    def _watch(self, sock: socket.socket) -> None:
        self.opened = True
        # A duplicate, because TLS takes the first handle over; shutting either ends both.
        self._handle = sock.dup()
        self._timer = threading.Timer(self._deadline, self._expire)
        self._timer.daemon = True
        self._timer.start()

    def _expire(self) -> None:
        with self._lock:
            if self._handle is not None:
                self.cut = True
                with contextlib.suppress(OSError):
                    self._handle.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the watch. `cut` does not change afterwards."""
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None

    @sensitive_variables()
    def with_key(self, path: str) -> str:
        """`path` as it goes on the wire."""
        if self._credential.place != "query":
            return path
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}{self._credential.name}={quote(self._credential.key.reveal(), safe='')}"

    @sensitive_variables()
    def headers(self) -> dict[str, str]:
        if self._credential.place != "header":
            return {}
        return {self._credential.name: self._credential.key.reveal()}


def _dial_into(found: Future[socket.socket], dial: Callable[[], socket.socket]) -> None:
    """Connect; when nobody waits any more, hang up. Nothing has been written by then."""
    try:
        sock = dial()
    except BaseException as error:  # carried to the thread that waits
        if found.set_running_or_notify_cancel():
            found.set_exception(error)
        return
    if found.set_running_or_notify_cancel():
        found.set_result(sock)
    else:
        sock.close()


class _OnLine:
    """What our two connection classes add to urllib3's."""

    # http.client prints what it sends when somebody sets its global debug level; not what we send.
    debuglevel = 0
    line: Line

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = line

    def _new_conn(self) -> socket.socket:
        dial: Callable[[], socket.socket] = super()._new_conn  # type: ignore[misc]
        seconds: float | None = self.timeout  # type: ignore[attr-defined]
        try:
            return self.line.open(dial, seconds)
        except TimeoutError:
            raise ConnectTimeoutError(self, "no connection in time") from None

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, self.line.with_key(url), *args, **kwargs)  # type: ignore[misc]
        for name, value in self.line.headers().items():
            self.putheader(name, value)  # type: ignore[attr-defined]


class _Connection(_OnLine, HTTPConnection):
    pass


class _SecureConnection(_OnLine, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def __init__(self, line: Line) -> None:
        super().__init__(max_retries=0)
        self._line = line
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        pool.conn_kw["line"] = self._line
        return pool


class OneCall(requests.Session):
    """A session for one call on a fresh connection: a kept one may be dead, and then a spend's fate is
    unknown.

    It takes nothing from the environment (proxies, .netrc), retries nothing and sees no redirect.
    """

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.trust_env = False
        self.mount("http://", _Adapter(line))
        self.mount("https://", _Adapter(line))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        # Even with redirects off, requests would look at the target and read the body without any limit.
        return None
