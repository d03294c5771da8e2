"""A confirmation: what will be done, at what price, from which balance; then it is recorded, once."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals import confirmations
from rentals.confirmations import BadConfirmation, Confirmation, StaleConfirmation
from rentals.forms.people import PasswordAgain
from rentals.models import Person
from rentals.models.operations import Kind
from rentals.permissions import Verb
from rentals.queries.operations import by_key
from rentals.use_cases import operations
from rentals.use_cases.refusals import WORDS, NotRecorded
from rentals.views import errors
from rentals.views.again import accepts, password_form
from rentals.views.answers import REFUSED_STATUS, see_other
from rentals.views.asking import Asking
from rentals.views.buying import Buying
from rentals.views.gate import gate, require_GET_or_POST


@never_cache
@require_GET_or_POST
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    confirmation, stale = _read(token)
    if confirmation.person_id != person.pk:
        raise PermissionDenied
    if first := by_key(confirmation.key):
        return see_other(reverse("operations.follow", args=[first.key]))
    if stale:
        return errors.gone(request, str(WORDS["stale"]))
    if request.method == "POST":
        return _record(request, person, confirmation)
    return _ask(request, person, confirmation)


def _read(token: str) -> tuple[Confirmation, bool]:
    try:
        return confirmations.read(token), False
    except StaleConfirmation as old:
        return old.confirmation, True
    except BadConfirmation:
        raise Http404 from None


def _record(request: HttpRequest, person: Person, confirmation: Confirmation) -> HttpResponse:
    password = password_form(request, confirmation)
    if not accepts(request, password):
        return _ask(request, person, confirmation, password=password)
    try:
        operation = operations.record(person, confirmation)
    except NotRecorded as refusal:
        return _ask(request, person, confirmation, refusal)
    return see_other(reverse("operations.follow", args=[operation.key]))


def _ask(
    request: HttpRequest,
    person: Person,
    confirmation: Confirmation,
    refusal: NotRecorded | None = None,
    password: PasswordAgain | None = None,
) -> HttpResponse:
    about = _about(person, confirmation)
    about.want()
    status = REFUSED_STATUS.get(refusal.code, HTTPStatus.CONFLICT) if refusal else HTTPStatus.OK
    if password and password.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    facts_only = request.method == "GET" and "facts" in request.GET
    ask = "operations/_over.html" if refusal and refusal.final else about.template
    name = "operations/_facts.html" if facts_only else ask
    htmx = bool(request.headers.get("HX-Request"))
    # The facts that are drawn again below a refusal do not say the same once more.
    told = "told" in request.GET or (refusal is not None and refusal.code in ("over_budget", "unpriced"))
    password = password or password_form(request, confirmation)
    content = {"about": about, "refusal": refusal, "ask": ask, "told": told, "password": password}
    return render(request, name if htmx else "operations/confirm.html", content, status=status)


def _about(person: Person, confirmation: Confirmation) -> Buying | Asking:
    if confirmation.kind in (Kind.CREATE, Kind.CREATE_MULTI):
        return Buying.of(confirmation, person)
    return Asking.of(confirmation, person)
