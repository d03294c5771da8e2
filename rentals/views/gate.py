"""The first beat of every view: which verb, and who may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from rentals.models import Person
from rentals.permissions import Verb, may
from rentals.views import errors

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
