"""The first beat of every view: which verb, and who may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from rentals.models import Person
from rentals.permissions import Verb, may
from rentals.sign_in import recently_signed_in
from rentals.views import errors
from rentals.views.answers import lead_to

__all__ = ["gate", "only", "recently_signed_in", "require_recent_sign_in", "sign_in_again"]

View = Callable[..., HttpResponseBase]


def gate(request: HttpRequest, verb: Verb = Verb.READ) -> Person:
    """The signed-in person, whose role includes the verb. Raises PermissionDenied (403)."""
    person = cast(Person, request.user)
    if not may(person, verb):
        raise PermissionDenied
    return person


def only(*methods: str) -> Callable[[View], View]:
    """Answers any other verb with 405 and a page in Spanish (Django's own decorators answer with an empty body)."""
    allowed = [*methods, "HEAD"] if "GET" in methods else list(methods)

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed:
                return errors.wrong_method(request, allowed)
            return view(request, *args, **kwargs)

        return checked

    return decorate


require_GET = only("GET")
require_POST = only("POST")
require_GET_or_POST = only("GET", "POST")


def sign_in_again(request: HttpRequest, back: str = "") -> HttpResponse:
    """To the page that asks for the password again, and from there to `back`: a path of ours that is read.

    Without `back`: the address itself when it is read, else the page on which the button was. What a form has sent is
    not kept, and the page that follows the password says so.
    """
    if request.method == "POST":
        _warn_once(request, _("No se guardó lo que acababa de escribir o de pedir: repítalo."))
    query = urlencode({REDIRECT_FIELD_NAME: back or _page_of(request)})
    return lead_to(f"{reverse('account_reauthenticate')}?{query}", request)


def require_recent_sign_in(view: View) -> View:
    """For what only the person themselves may do, not who finds their screen unlocked. Goes below the verbs.

    The view runs only within 15 minutes of a log-in; else nothing happens and the password is asked for.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not recently_signed_in(request):
            return sign_in_again(request)
        return view(request, *args, **kwargs)

    return checked


def require_recent_administrator(view: View) -> View:
    """For what administrators do with people: below the verbs. Whoever may not is told so, and asked for nothing.

    The password leads back to a page that can be read: the person's, or the team's.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        gate(request, Verb.TEAM)
        if recently_signed_in(request):
            return view(request, *args, **kwargs)
        if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
            return sign_in_again(request)
        of_person = "pk" in kwargs
        return sign_in_again(
            request, reverse("team.person", args=[kwargs["pk"]]) if of_person else reverse("team.page")
        )

    return checked


def _warn_once(request: HttpRequest, words: str) -> None:
    """Who goes back and sends the form again before giving the password is not told twice."""
    waiting = messages.get_messages(request)
    told = words in [message.message for message in waiting]
    waiting.used = False  # type: ignore[union-attr]
    if not told:
        messages.warning(request, words)


def _page_of(request: HttpRequest) -> str:
    htmx = "HX-Request" in request.headers
    if request.method in {"GET", "HEAD"} and not htmx:
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL" if htmx else "Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(page)
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
