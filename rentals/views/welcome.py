"""Behind an invitation link: choose a user name and a password, and be in."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from rentals import attempts
from rentals.forms.welcome import TAKEN, WelcomeForm
from rentals.models import Invitation, Person
from rentals.sign_in import note_failure
from rentals.use_cases import invitations
from rentals.use_cases.invitations import NotInvited
from rentals.views import errors
from rentals.views.gate import require_GET_or_POST


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_GET_or_POST
def welcome(request: HttpRequest, secret: str) -> HttpResponse:
    try:
        invitation = invitations.find(secret)
    except NotInvited:
        return _enter_again(request, secret) or _over(request)
    if request.method != "POST":
        return _draw(request, WelcomeForm(invitation=invitation), invitation)
    form = WelcomeForm(request.POST, invitation=invitation)
    if form.is_valid():
        return _accept(request, secret, form, invitation)
    # Since the link was found, the first of two presses may have made the person: the name is taken by themselves.
    return _enter_again(request, secret) or _draw(request, form, invitation)


def _accept(request: HttpRequest, secret: str, form: WelcomeForm, invitation: Invitation) -> HttpResponse:
    said = form.cleaned_data
    try:
        person = invitations.accept(
            secret, username=said.get("username", ""), name=said.get("name", ""), password=said["password1"]
        )
    except NotInvited as refusal:
        if refusal.code != "taken":
            return _enter_again(request, secret) or _over(request)
        form.add_error("username", TAKEN)
        return _draw(request, form, invitation)
    return _enter(request, person)


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    """Through the same door as everybody: whoever has a second factor is asked for it."""
    if request.user.is_authenticated:
        # The link was opened in the browser of somebody else.
        logout(request)
    person.backend = "rentals.sign_in.PasswordBackend"
    response: HttpResponse = perform_password_login(
        request, {"username": person.username}, Login(user=person, redirect_url="/")
    )
    return response


def _enter_again(request: HttpRequest, secret: str) -> HttpResponse | None:
    """The second press of two: whoever the first let in a moment ago is in, if the password is theirs.

    The browser throws away the answer to the first, so that this one is all that the person sees.
    """
    if request.method != "POST":
        return None
    person = invitations.just_used(secret, request.POST.get("username", ""))
    if person is None:
        return None
    # Counted and noted as at the log-in, or a used link would be a place to guess passwords at.
    attempt = attempts.begin(request, person.username)
    if not person.check_password(request.POST.get("password1", "")):
        note_failure(person, person.username, _("contraseña"))
        return None
    attempt.give_back()
    return _enter(request, person)


def _draw(request: HttpRequest, form: WelcomeForm, invitation: Invitation) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "account/welcome.html", {"form": form, "invitation": invitation}, status=status)


def _over(request: HttpRequest) -> HttpResponse:
    return errors.page(
        request,
        HTTPStatus.GONE,
        _("Este enlace ya no sirve"),
        _("Se usó, se anuló o ha caducado."),
        _(
            "Si acaba de crear su usuario con él, entre con su contraseña. "
            "Si no, pida otro enlace a quien administra el panel."
        ),
    )
