"""A sandbox on a free port for each test, and a caller that speaks to it over a real socket."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from rentals.sandbox import SandboxServer

DAY = 86_400


class Caller:
    """Raw HTTP to one sandbox: `rent` for rent.php, `control` for the control plane."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server

    def http(
        self,
        path: str,
        verb: str = "GET",
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        timeout: float = 10,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=timeout)
        try:
            connection.request(verb, path, body, headers or {})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def rent_raw(
        self, method: str, timeout: float = 10, **params: object
    ) -> tuple[http.client.HTTPResponse, bytes]:
        query = urlencode({"method": method, "apikey": "sandbox", **params})
        return self.http(f"/api/rent.php?{query}", timeout=timeout)

    def rent(self, method: str, **params: object) -> dict[str, Any]:
        return json.loads(self.rent_raw(method, **params)[1])

    def data(self, method: str, **params: object) -> Any:
        answer = self.rent(method, **params)
        assert answer["status"] == 1, answer
        return answer.get("data")

    def refusal(self, method: str, **params: object) -> str:
        answer = self.rent(method, **params)
        assert answer["status"] == 0, answer
        return answer["msg"]

    def control(self, name: str, **body: object) -> dict[str, Any]:
        answer, content = self.http(f"/_sandbox/{name}", "POST", json.dumps(body).encode())
        assert answer.status == 200, content
        return json.loads(content)

    def state(self) -> dict[str, Any]:
        return json.loads(self.http("/_sandbox/state")[1])

    def calls(self) -> list[dict[str, Any]]:
        return json.loads(self.http("/_sandbox/calls")[1])["calls"]

    def create(
        self, country: str = "FR", service: str = "opt29", dtype: str = "week", dcount: int = 1
    ) -> int:
        """Rent and answer the id; numbers in FR must be activated, those in UK are always active."""
        return self.data("create", country=country, service=service, dtype=dtype, dcount=dcount)["id"]

    def order(self, key: int) -> dict[str, Any]:
        return next(row for row in self.data("orders") if row["id"] == key)

    def advance(self, seconds: float = 0, days: float = 0) -> None:
        self.control("advance", seconds=seconds + days * DAY)

    def balance(self) -> str:
        return self.state()["balance"]


@pytest.fixture(autouse=True)
def _the_usual_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the key is `sandbox`, whatever the run's environment says."""
    monkeypatch.delenv("SANDBOX_API_KEY", raising=False)


@pytest.fixture
def serve() -> Iterator[Callable[..., Caller]]:
    """Start sandboxes with the options a test asks for."""
    running: list[SandboxServer] = []

    def start(**options: Any) -> Caller:
        server = SandboxServer(**{"seed": "empty", **options})
        server.start()
        running.append(server)
        return Caller(server)

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def box(serve: Callable[..., Caller]) -> Caller:
    return serve()


@pytest.fixture
def demo(serve: Callable[..., Caller]) -> Caller:
    return serve(seed="demo")
