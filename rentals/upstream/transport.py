"""One GET of the vendor, bounded in time and size, with every failure typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests

from rentals.upstream.config import UpstreamConfig
from rentals.upstream.decisions import decide
from rentals.upstream.errors import OutcomeUnknown, Reason, UpstreamError
from rentals.upstream.wire import Credential, Line, OneCall

_CHUNK: Final = 16 * 1024
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "smspva-dashboard",
}


@dataclass(frozen=True)
class Reply:
    """An answer as bytes: HTTP status, body of at most `max_bytes`, the time in its Date header.

    The body is not shown in tracebacks: a page of the vendor's may repeat the address it was asked, key and all.
    """

    status: int
    body: bytes = field(repr=False)
    server_time: datetime | None


def fetch(
    config: UpstreamConfig, url: str, params: dict[str, str], credential: Credential
) -> Reply | UpstreamError:
    """GET `url`. A failure is returned, not raised, so that nothing of `requests` becomes its context."""
    line = Line(credential, config.deadline)
    try:
        outcome = _get(config, url, params, line)
    except Exception as error:  # a spend that fails in an unforeseen way is unknown, not a crash
        outcome = decide(error, opened=line.opened)
    finally:
        line.close()
    return OutcomeUnknown(Reason.DEADLINE) if line.cut else outcome


def _get(config: UpstreamConfig, url: str, params: dict[str, str], line: Line) -> Reply | UpstreamError:
    waits = (config.connect_timeout, config.read_timeout)
    with (
        OneCall(line) as session,
        session.get(
            url, params=params, headers=_HEADERS, timeout=waits, stream=True, allow_redirects=False
        ) as response,
    ):
        body = _body(response, config.max_bytes)
        if body is None:
            return OutcomeUnknown(Reason.TOO_LARGE)
        return Reply(response.status_code, body, _server_time(response))


def _body(response: requests.Response, limit: int) -> bytes | None:
    """The body, or None when it is longer than `limit`, whatever length it announces."""
    body = bytearray()
    for chunk in response.iter_content(_CHUNK):
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _server_time(response: requests.Response) -> datetime | None:
    try:
        when = parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, TypeError, OverflowError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
