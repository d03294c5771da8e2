"""Shows times in the browser's own zone once it is known, and tells a page whose session has ended."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.core.internal.httpkit import get_client_ip
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from rentals.use_cases.audit import client_address
from rentals.views.errors import session_ended

COOKIE = "tz"


class BrowserTimeZoneMiddleware:
    """Our script writes the browser's zone into a cookie; until then, and without script, times are UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        zone = browser_zone(request)
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


class ClientAddressMiddleware:
    """Tells the audit from where a request came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # allauth knows how many proxies are trusted, and counts its rate limits by the same address.
        before = client_address.set(get_client_ip(request))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(before)


class LoginOrNoticeMiddleware(LoginRequiredMiddleware):
    """Leads a stranger to the log-in; htmx is answered here, for after a redirect every request looks like a GET."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.headers.get("HX-Request"):
            return session_ended(request)
        return super().handle_no_permission(request, view_func)


def browser_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """None until our script has told one that exists."""
    name = request.COOKIES.get(COOKIE, "").replace("%2F", "/")
    if not name or len(name) > 64:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
