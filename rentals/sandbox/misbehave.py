"""What each fault does to an answer. The engine is never locked while anything here waits."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .engine import Reply
from .exchange import HTML, Exchange
from .faults import MOST_SECONDS, Fault

SLOW_SECONDS = 5.0
BIG = 6 * 1024 * 1024
NOTICE = b"<br />\n<b>Notice</b>:  Undefined index: provider in <b>rent.php</b> on line <b>214</b><br />\n"
PAGE = "<html>\n<head><title>{0}</title></head>\n<body>\n<h1>{0}</h1>\n<hr>nginx\n</body>\n</html>\n"
STATUS_WORDS = {
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    502: "502 Bad Gateway",
    503: "503 Service Temporarily Unavailable",
}

Act = Callable[[], Reply]


def deliver(exchange: Exchange, fault: Fault, balance: bool, act: Act, path: str) -> None:
    """Answer one call the way its fault wants it. `act` performs the call; `path` is what was asked for."""
    if fault.fault == "refuse":
        exchange.send_json(_refused(fault.msg, balance))
    elif fault.fault in ("drop_before", "drop_after", "hang"):
        _vanish(exchange, fault, act)
    else:
        reply = act() if fault.acts else Reply({"status": 1, "data": []}, "not acted")
        _spoil(exchange, fault, reply, path)


def _spoil(exchange: Exchange, fault: Fault, reply: Reply, path: str) -> None:
    if fault.fault in _BODIES:
        exchange.send(_BODIES[fault.fault](reply.body))
    elif fault.fault.startswith("http_"):
        _error_page(exchange, int(fault.fault.removeprefix("http_")))
    else:
        _TRANSPORT[fault.fault](exchange, reply, fault, path)


def _refused(msg: str, balance: bool) -> dict[str, Any]:
    if balance:
        return {"statusCode": 400, "error": {"type": "REFUSED", "description": msg}}
    return {"status": 0, "msg": msg}


def _vanish(exchange: Exchange, fault: Fault, act: Act) -> None:
    if fault.acts:
        act()
    if fault.fault == "hang":
        exchange.wait(MOST_SECONDS if fault.seconds is None else fault.seconds)
    exchange.hang_up()


def _error_page(exchange: Exchange, status: int) -> None:
    headers = {"Retry-After": "5"} if status in (429, 503) else {}
    exchange.send(PAGE.format(STATUS_WORDS[status]).encode(), status, HTML, headers)


def _slow(exchange: Exchange, reply: Reply, fault: Fault, path: str) -> None:
    if exchange.wait(SLOW_SECONDS if fault.seconds is None else fault.seconds):
        exchange.send_json(reply.body, reply.http_status)
    else:
        exchange.hang_up()


def _half(exchange: Exchange, reply: Reply, fault: Fault, path: str) -> None:
    body = _bytes(reply.body)
    exchange.send(body, stop_after=len(body) // 2)


def _drip(exchange: Exchange, reply: Reply, fault: Fault, path: str) -> None:
    """One byte a second (or every `seconds`)."""
    body = _bytes(reply.body)
    pause = 1.0 if fault.seconds is None else fault.seconds
    exchange.send_head(len(body), 200)
    if not all(
        exchange.write(body[place : place + 1]) and exchange.wait(pause) for place in range(len(body))
    ):
        exchange.hang_up()


def _redirect(exchange: Exchange, reply: Reply, fault: Fault, path: str) -> None:
    exchange.send(b"", 302, HTML, {"Location": path})


def _web_page(exchange: Exchange, reply: Reply, fault: Fault, path: str) -> None:
    exchange.send(PAGE.format("Site is under maintenance").encode(), 200, HTML)


def _oversized(body: Any) -> bytes:
    return _bytes({**body, "padding": "x" * BIG})


def _bytes(body: Any) -> bytes:
    return json.dumps(body).encode()


def _of_wrong_type(value: Any) -> Any:
    """The same fields, each with a value of another type than it should have."""
    if isinstance(value, dict):
        return {key: _of_wrong_type(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return {"rows": "none"}
    return 12345 if isinstance(value, str) else "twelve"


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        names = [name for name in value if name.lower() not in ("id", "orderid")]
        return {name: _without_ids(value[name]) for name in names}
    return [_without_ids(inner) for inner in value] if isinstance(value, list) else value


def _wrong_types(body: Any) -> bytes:
    kept = {name: value for name, value in body.items() if name in ("status", "statusCode")}
    return _bytes({**_of_wrong_type(body), **kept})


_BODIES: dict[str, Callable[[Any], bytes]] = {
    "malformed": lambda body: _bytes(body)[:-1] + b",,",
    "wrong_types": _wrong_types,
    "no_id": lambda body: _bytes(_without_ids(body)),
    "bom": lambda body: b"\xef\xbb\xbf" + _bytes(body),
    "php_notice": lambda body: NOTICE + _bytes(body),
    "oversized": _oversized,
    "empty": lambda body: b"",
}
_TRANSPORT: dict[str, Callable[[Exchange, Reply, Fault, str], None]] = {
    "slow": _slow,
    "half": _half,
    "drip": _drip,
    "redirect": _redirect,
    "not_json": _web_page,
}
