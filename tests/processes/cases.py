"""What may be asked of an address that must be refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

LONG = "A" * 6000
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Case:
    """One request that must be refused. `path` may hold {order}, {mine} and {theirs} (confirmations)."""

    path: str
    status: int
    method: str = "GET"
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    user: str = "demo"
    token: bool = True


def got(path: str, status: int, **more: Any) -> Case:
    return Case(path, status, **more)


def posted(path: str, status: int, data: Any = None, **more: Any) -> Case:
    return Case(path, status, "POST", data or {}, **more)


def only_read(path: str) -> list[Case]:
    """For an address that is only read: any other verb, with and without the token."""
    refused = [Case(path, 405, method, {}) for method in ("POST", "PUT", "PATCH", "DELETE")]
    return [*refused, posted(path, 403, token=False), posted(path, 400, "x=" + "y" * 10_000_000)]


def only_posted(path: str) -> list[Case]:
    refused = [got(path, 405), *(Case(path, 405, method, {}) for method in ("PUT", "DELETE"))]
    return [*refused, posted(path, 403, token=False), posted(path, 400, "x=" + "y" * 10_000_000)]


def hidden(path: str) -> list[Case]:
    """For a stranger: the log-in, and 403 for what he posts."""
    return [got(path, 302, user=""), posted(path, 403, user="", token=False)]


def form(path: str) -> list[Case]:
    """For a page with a form of its own: any third verb, a post without the token, and far too much."""
    refused = [Case(path, 405, method, {}) for method in ("PUT", "PATCH", "DELETE")]
    return [*refused, posted(path, 403, token=False), posted(path, 400, "x=" + "y" * 10_000_000)]
