"""The dashboard with a few addresses more, behind the same server, for what the others are measured against.

/bench/empty/   a view that does nothing, behind the same middleware and login
/bench/bare/    the same view without middleware and login
/bench/static/  the file that BENCH_HTML names, as it is

Who sends `X-Count` is told in `X-Queries` how many questions the database was asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import get_resolver, path

from smspva_dashboard.wsgi import application as dashboard


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def static(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Path(os.environ["BENCH_HTML"]).read_bytes())


for address, view in (("empty", empty), ("bare", empty), ("static", static)):
    get_resolver().url_patterns.append(path(f"bench/{address}/", view))
with override_settings(MIDDLEWARE=[]):
    bare = WSGIHandler()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["PATH_INFO"] in ("/bench/bare/", "/bench/static/"):
        return bare(environ, start_response)
    return (
        _counted(environ, start_response) if "HTTP_X_COUNT" in environ else dashboard(environ, start_response)
    )


def _counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    asked = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, ("X-Queries", str(len(asked)))], *more)

    with connection.execute_wrapper(note):
        answer: Iterable[bytes] = dashboard(environ, start)
        return answer
