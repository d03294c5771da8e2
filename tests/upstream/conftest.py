"""A vendor on a real loopback socket that says whatever a test wants, and the client pointed at it."""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from rentals.upstream import NotSent, OutcomeUnknown, Reason, Refused, UpstreamConfig, UpstreamError
from rentals.upstream.reading import Reader
from rentals.upstream.spending import Spender

CANARY = "canary-7f3a91c2d5e8b604"
DATE = "Mon, 23 Nov 2026 10:00:00 GMT"

Script = Callable[[socket.socket], None]


class Vendor:
    """Answers each connection with its script after reading the request, which it keeps in `requests`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.requests: list[str] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None
        self._script: Script = lambda connection: None
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def config(self, scheme: str = "http", **limits: Any) -> UpstreamConfig:
        base = f"{scheme}://127.0.0.1:{self.port}"
        waits = {"connect_timeout": 2.0, "read_timeout": 5.0, "deadline": 10.0} | limits
        return UpstreamConfig(f"{base}/api/rent.php", f"{base}/activation/balance", CANARY, **waits)

    def says(self, body: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """One complete answer; what is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        head = {"Date": DATE, "Content-Length": str(len(content))} | (headers or {})
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in head.items())]
        self.does(lambda connection: connection.sendall("\r\n".join([*lines, "", ""]).encode() + content))

    def does(self, script: Script) -> None:
        """Whatever `script` does with the connection, which is closed afterwards."""
        self._script = script

    def last_query(self) -> str:
        return self.requests[-1].split(" ")[1]

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with stream:
                request = b""
                # A greeting in TLS, when we speak none, is answered at once, as a plain server would.
                while not request.endswith(b"\r\n\r\n") and request[:1] != b"\x16":
                    piece = stream.recv(65536)
                    if not piece:
                        return
                    request += piece
                self.requests.append(request.decode("latin-1"))
                self._script(stream)

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    server = Vendor()
    yield server
    server.close()


@pytest.fixture
def reader(vendor: Vendor) -> Reader:
    return Reader(vendor.config())


@pytest.fixture
def spender(vendor: Vendor) -> Spender:
    return Spender(vendor.config())


@pytest.fixture
def create(spender: Spender) -> Callable[[], Any]:
    return lambda: spender.create(country="RU", service="opt6", dtype="week", dcount=1)


@pytest.fixture
def leaks() -> Callable[[str], bool]:
    """Whether a text holds the key. Tests get a function, so that their own frames never hold it."""
    return lambda text: CANARY in text


@pytest.fixture
def told(leaks: Callable[[str], bool]) -> Callable[[BaseException], str]:
    """Everything that an error can tell: texts, arguments, attributes, and its traceback with all variables."""

    def everything(error: BaseException) -> str:
        assert error.__cause__ is None
        assert error.__context__ is None
        lines = traceback.TracebackException.from_exception(error, capture_locals=True).format()
        return "\n".join([str(error), repr(error), repr(error.args), repr(vars(error)), *lines])

    return everything


@dataclass(frozen=True)
class Failure:
    """One way to fail: what the vendor does, where the client looks for it, and how it must fail."""

    kind: type[UpstreamError]
    reason: Reason
    prepare: Callable[[Vendor], Any] = lambda vendor: None
    config: Callable[[UpstreamConfig], UpstreamConfig] = lambda config: config


def says(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Callable[[Vendor], None]:
    return lambda vendor: vendor.says(body, status, headers)


def sends(*pieces: bytes, pause: float = 0.0) -> Callable[[Vendor], None]:
    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(pause)

    return lambda vendor: vendor.does(script)


def at(url: str) -> Callable[[UpstreamConfig], UpstreamConfig]:
    return lambda config: replace(config, api_url=url, balance_url=url)


def small(config: UpstreamConfig) -> UpstreamConfig:
    return replace(config, max_bytes=1000)


def impatient(config: UpstreamConfig) -> UpstreamConfig:
    return replace(config, read_timeout=0.15)


def hurried(config: UpstreamConfig) -> UpstreamConfig:
    return replace(config, deadline=0.3)


def secure(config: UpstreamConfig) -> UpstreamConfig:
    return replace(config, api_url=config.api_url.replace("http:", "https:"))


OK = b'{"status":1,"data":[]}'
HEAD = b"HTTP/1.1 200 OK\r\n"
ECHO = f"/api/rent.php?method=create&apikey={CANARY}"
PAGE = f"<!DOCTYPE html><html><body>Not found: {ECHO}</body></html>".encode()

FAILURES = {
    "connection refused": Failure(NotSent, Reason.CONNECTION_REFUSED, config=at("http://127.0.0.1:9/x")),
    "name not found": Failure(NotSent, Reason.NAME_NOT_FOUND, config=at("http://nowhere.invalid/x")),
    "not TLS at all": Failure(OutcomeUnknown, Reason.TLS_FAILURE, says(OK), secure),
    "no answer": Failure(
        OutcomeUnknown, Reason.READ_TIMEOUT, lambda v: v.does(lambda c: time.sleep(0.4)), impatient
    ),
    "closed after the request": Failure(OutcomeUnknown, Reason.CONNECTION_LOST, sends()),
    "not HTTP": Failure(OutcomeUnknown, Reason.CONNECTION_LOST, sends(b"SSH-2.0-OpenSSH\r\n\r\n")),
    "half an answer": Failure(
        OutcomeUnknown, Reason.HALF_ANSWER, sends(HEAD + b"Content-Length: 90\r\n\r\n" + OK)
    ),
    "half a chunk": Failure(
        OutcomeUnknown, Reason.HALF_ANSWER, sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n50\r\n{")
    ),
    "dripping body": Failure(
        OutcomeUnknown, Reason.DEADLINE, sends(HEAD + b"\r\n", *([b" "] * 8), pause=0.06), hurried
    ),
    "dripping headers": Failure(
        OutcomeUnknown, Reason.DEADLINE, sends(HEAD, *([b"X: y\r\n"] * 8), pause=0.06), hurried
    ),
    "dripping status line": Failure(
        OutcomeUnknown, Reason.DEADLINE, sends(*(HEAD[i : i + 1] for i in range(8)), pause=0.06), hurried
    ),
    "endless 100 Continue": Failure(
        OutcomeUnknown, Reason.DEADLINE, sends(*([b"HTTP/1.1 100 Continue\r\n\r\n"] * 8), pause=0.06), hurried
    ),
    "endless headers": Failure(OutcomeUnknown, Reason.CONNECTION_LOST, sends(HEAD + b"X: y\r\n" * 300)),
    "redirect": Failure(
        OutcomeUnknown, Reason.REDIRECT, says(OK, 302, {"Location": f"http://127.0.0.1{ECHO}"})
    ),
    "redirect to nonsense": Failure(
        OutcomeUnknown, Reason.REDIRECT, says(OK, 301, {"Location": "http://[::"})
    ),
    "too large, announced": Failure(OutcomeUnknown, Reason.TOO_LARGE, says(b" " * 1001 + OK), small),
    "too large, unannounced": Failure(
        OutcomeUnknown, Reason.TOO_LARGE, sends(HEAD + b"\r\n" + b" " * 2000), small
    ),
    "web page": Failure(OutcomeUnknown, Reason.NOT_JSON, says(PAGE)),
    "web page that holds JSON": Failure(
        OutcomeUnknown, Reason.NOT_JSON, says(b'<html><script>x={"status":1,"data":[]}</script></html>')
    ),
    "plain text": Failure(OutcomeUnknown, Reason.NOT_JSON, says(b"API KEY NOT FOUND!")),
    "two answers": Failure(OutcomeUnknown, Reason.NOT_JSON, says(b'{"status":1}{"status":0}')),
    "cut JSON": Failure(OutcomeUnknown, Reason.NOT_JSON, says(b'{"status":1,"data":[{"id":1')),
    "JSON without end": Failure(OutcomeUnknown, Reason.NOT_JSON, says(b'{"a":' * 5000)),
    "empty": Failure(OutcomeUnknown, Reason.EMPTY_ANSWER, says(b"")),
    "only a byte order mark": Failure(OutcomeUnknown, Reason.EMPTY_ANSWER, says(b"\xef\xbb\xbf \r\n")),
    "no content": Failure(OutcomeUnknown, Reason.EMPTY_ANSWER, says(b"", 204)),
    "not UTF-8": Failure(OutcomeUnknown, Reason.BAD_ENCODING, says(b'{"status":1,"data":"\xff\xfe"}')),
    "UTF-16": Failure(OutcomeUnknown, Reason.BAD_ENCODING, says('{"status":1}'.encode("utf-16"))),
    "broken gzip": Failure(
        OutcomeUnknown, Reason.BAD_ENCODING, says(OK, headers={"Content-Encoding": "gzip"})
    ),
    "two lengths": Failure(
        OutcomeUnknown,
        Reason.UNEXPECTED,
        sends(HEAD + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n12345"),
    ),
    "a JSON list": Failure(OutcomeUnknown, Reason.UNEXPECTED_SHAPE, says(b"[1]")),
    "a JSON word": Failure(OutcomeUnknown, Reason.UNEXPECTED_SHAPE, says(b"true")),
    "no status": Failure(OutcomeUnknown, Reason.UNEXPECTED_SHAPE, says({"data": []})),
    "unknown status": Failure(OutcomeUnknown, Reason.UNEXPECTED_SHAPE, says({"status": "maybe", "data": []})),
    "status true": Failure(OutcomeUnknown, Reason.UNEXPECTED_SHAPE, says({"status": True, "data": []})),
    "500": Failure(OutcomeUnknown, Reason.SERVER_ERROR, says(PAGE, 500)),
    "502 with a no": Failure(OutcomeUnknown, Reason.SERVER_ERROR, says({"status": 0, "msg": "x"}, 502)),
    "503": Failure(OutcomeUnknown, Reason.SERVER_ERROR, says(b"", 503)),
    "403 page": Failure(OutcomeUnknown, Reason.CLIENT_ERROR, says(PAGE, 403)),
    "404 with a yes": Failure(OutcomeUnknown, Reason.CLIENT_ERROR, says({"status": 1, "data": []}, 404)),
    "401 with a no": Failure(
        Refused, Reason.REFUSED, says({"status": 0, "msg": f"Invalid apikey {CANARY}"}, 401)
    ),
    "429": Failure(Refused, Reason.RATE_LIMITED, says(PAGE, 429)),
    "429 with words": Failure(Refused, Reason.RATE_LIMITED, says({"status": 0, "msg": "slow down"}, 429)),
    "too many requests": Failure(
        Refused, Reason.RATE_LIMITED, says({"status": 0, "msg": "TOO MANY REQUESTS"})
    ),
    "refused": Failure(Refused, Reason.REFUSED, says({"status": 0, "msg": f"No such thing: {ECHO}"})),
    "refused without a word": Failure(Refused, Reason.REFUSED, says({"status": "0"})),
}


@pytest.fixture(params=FAILURES.values(), ids=FAILURES.keys())
def failure(request: pytest.FixtureRequest, vendor: Vendor) -> tuple[Failure, UpstreamConfig]:
    """Every way to fail, prepared, with the configuration that meets it."""
    found: Failure = request.param
    found.prepare(vendor)
    return found, found.config(vendor.config())


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """caplog with every logger of the HTTP stack at DEBUG."""
    names = ["", "urllib3", "urllib3.connectionpool", "urllib3.util.retry", "requests"]
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield caplog
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)
