"""Signing in and out, the profile, and what a browser remembers of a person."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.views import LoginView, LogoutView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.people import ProfileForm
from rentals.models import Person
from rentals.queries.sessions import factors_of
from rentals.use_cases.profile import change_profile
from rentals.views import errors
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET_or_POST, require_POST

THEMES = ("auto", "light", "dark")
_login, _logout = LoginView.as_view(), LogoutView.as_view()


@login_not_required
@require_GET_or_POST
def login(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return errors.session_ended(request)
    response: HttpResponseBase = _login(request)
    return response


@login_not_required
@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    """Also for whoever is between password and code: nothing of the password given is kept."""
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
    _remember_theme(request, response, following)
    return response


@never_cache
@require_GET_or_POST
def profile(request: HttpRequest) -> HttpResponse:
    person = gate(request)
    form = ProfileForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method != "POST":
        return _profile(request, person, form, HTTPStatus.OK)
    if not form.is_valid():
        return _profile(request, person, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    changed = change_profile(person, **form.cleaned_data)
    messages.success(request, _("Perfil guardado."))
    response = see_other(reverse("people.profile"))
    if "theme" in changed:
        # In this browser at once, whatever its button had said.
        _remember_theme(request, response, form.cleaned_data["theme"] or "auto")
    return response


def _profile(request: HttpRequest, person: Person, form: ProfileForm, status: int) -> HttpResponse:
    content = {"form": form, "factors": factors_of(person)}
    return render(request, "people/profile.html", content, status=status)


def _remember_theme(request: HttpRequest, response: HttpResponse, name: str) -> None:
    response.set_cookie("theme", name, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure())
