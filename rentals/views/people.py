"""Signing in and out, and what a browser remembers of a person."""

from __future__ import annotations

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from rentals.views import errors
from rentals.views.gate import require_GET_or_POST, require_POST

THEMES = ("auto", "light", "dark")
_login, _logout = LoginView.as_view(), LogoutView.as_view()


@login_not_required
@require_GET_or_POST
def login(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return errors.session_ended(request)
    response: HttpResponseBase = _login(request)
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    response: HttpResponseBase = _logout(request)
    return response


@login_not_required
@never_cache
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """The next theme, for browsers without script; with it the button never comes here."""
    now = request.COOKIES.get("theme", "auto")
    following = THEMES[(THEMES.index(now) + 1) % len(THEMES)] if now in THEMES else "light"
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    response = redirect(back if safe else "/")
    response.set_cookie(
        "theme", following, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
    )
    return response
