"""Where a person is signed in, and ending that."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.queries.sessions import open_sessions
from rentals.use_cases.sessions import end_other_sessions, end_session
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET_or_POST, require_POST


@never_cache
@require_GET_or_POST
def sessions(request: HttpRequest) -> HttpResponse:
    """The list; POST ends all but this one."""
    person = gate(request)
    current = request.session.session_key
    if request.method == "POST":
        end_other_sessions(person, current)
        messages.success(request, _("Las demás sesiones están cerradas."))
        return see_other(reverse("people.sessions"))
    return render(request, "usersessions/sessions.html", {"sessions": open_sessions(person, current)})


@never_cache
@require_POST
def end(request: HttpRequest, listed: int) -> HttpResponse:
    if not end_session(gate(request), listed):
        raise Http404
    messages.success(request, _("La sesión está cerrada."))
    return see_other(reverse("people.sessions"))
