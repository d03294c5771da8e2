"""Shows times in the person's own zone, tells a page whose session has ended, and demands second factors."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from rentals.sign_in import address_of, lacks_second_factor
from rentals.use_cases.audit import client_address
from rentals.views.answers import lead_to
from rentals.views.errors import session_ended

COOKIE = "tz"
SETTING_UP = {
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "account_reauthenticate",
    "account_logout",
}
"""Where a person may be who has to set a second factor up, besides what strangers may see."""


class BrowserTimeZoneMiddleware:
    """The zone of the profile. Without one: our script writes the browser's into a cookie; until then times are UTC."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(browser_zone(request)):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        # Only where the person is read anyway: a probe of whether the process lives reads no session.
        if getattr(view, "login_required", True) and (zone := own_zone(request)):
            timezone.activate(zone)


class ClientAddressMiddleware:
    """Tells the audit from where a request came."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # The same by which failed log-ins are counted.
        before = client_address.set(address_of(request))
        try:
            return self.get_response(request)
        finally:
            client_address.reset(before)


class LoginOrNoticeMiddleware(LoginRequiredMiddleware):
    """Leads a stranger to the log-in; htmx is answered here, for after a redirect every request looks like a GET.

    Who must have a second factor and has none is led to set one up, and reaches nothing else until then.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        refused: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        if refused or not getattr(view_func, "login_required", True) or not lacks_second_factor(request.user):
            return refused
        here = request.resolver_match.view_name if request.resolver_match else ""
        return None if here in SETTING_UP else lead_to(reverse("mfa_index"), request)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if request.headers.get("HX-Request"):
            return session_ended(request)
        return super().handle_no_permission(request, view_func)


def own_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The zone of the profile, None without one."""
    user = getattr(request, "user", None)
    return _zone(getattr(user, "time_zone", ""))


def browser_zone(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """None until our script has told one that exists."""
    return _zone(request.COOKIES.get(COOKIE, "").replace("%2F", "/"))


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    if not name or len(name) > 64:
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None
