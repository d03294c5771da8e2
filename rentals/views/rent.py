"""The rental page, and the way from a choice to a recorded rent."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals import confirmations
from rentals.confirmations import Confirmation
from rentals.forms.rent import RentForm
from rentals.models import Person
from rentals.models.operations import Kind
from rentals.permissions import Verb
from rentals.queries.catalogue import Offer
from rentals.queries.operations import last_success, mark_of, rent_target
from rentals.queries.orders import active_table
from rentals.use_cases import renting, wants
from rentals.use_cases.refusals import NotRecorded
from rentals.views import choice as choices
from rentals.views.answers import see_other
from rentals.views.choice import Choice
from rentals.views.gate import gate, require_GET
from rentals.views.table import TableView

_FIELDS = {"unknown_country": "country", "unknown_period": "period", "unknown_operator": "operator"}


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    person = gate(request)
    wants.want_basics()
    choice = choices.read(request, person)
    return _page(
        request, person, choice, HTTPStatus.UNPROCESSABLE_ENTITY if choice.form.errors else HTTPStatus.OK
    )


def _page(request: HttpRequest, person: Person, choice: Choice, status: int) -> HttpResponse:
    table = TableView.of(active_table(person), person, request.GET.get("q", ""))
    return render(request, "rent/page.html", {"choice": choice, "table": table}, status=status)


@never_cache
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    choice = choices.read(request, person, RentForm)
    confirmation = _confirmation(person, choice)
    if confirmation is None:
        return _redrawn(request, person, choice)
    return see_other(reverse("rent.confirm", args=[confirmation.token]))


def _confirmation(person: Person, choice: Choice) -> Confirmation | None:
    """A new intent for the choice; None when it cannot be bought, and then the form says why at its field."""
    form, period = choice.form, choice.period
    if not form.is_valid() or choice.country is None:
        return None
    country, services, operator = choice.country.code, choice.services, form.chosen("operator")
    try:
        offers = _offers(country, period.slug, services, operator)
    except NotRecorded as refusal:
        form.add_error(_FIELDS.get(refusal.code, "service"), refusal.words)
        return None
    asked = {"country": country, **_asked_for(services), "unit": period.unit, "count": period.count}
    if operator:
        asked["operator"] = operator
    known = last_success(*(rent_target(country, service) for service in services))
    shown = {
        "price": str(renting.total(offers)),
        "estimated": any(offer.estimated for offer in offers),
        "name": ", ".join(offer.name for offer in offers),
        "after": mark_of(known),
    }
    if choice.balance:
        shown["balance"] = str(choice.balance.amount)
    kind = Kind.CREATE if len(services) == 1 else Kind.CREATE_MULTI
    return confirmations.issue(person, kind, asked, shown)


def _offers(country: str, period: str, services: tuple[str, ...], operator: str) -> list[Offer]:
    """Raises NotRecorded."""
    if len(services) == 1:
        return [renting.check_rent(country, period, services[0], operator)]
    return renting.check_rent_of_several(country, period, services, operator)


def _asked_for(services: tuple[str, ...]) -> dict[str, object]:
    """Of several that were offered, one may have been taken: that is a rent like any other."""
    return {"service": services[0]} if len(services) == 1 else {"services": list(services)}


def _redrawn(request: HttpRequest, person: Person, choice: Choice) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return _page(request, person, choice, HTTPStatus.UNPROCESSABLE_ENTITY)
    response = render(request, "rent/_form.html", {"choice": choice}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    response["HX-Retarget"] = "#order-form"
    response["HX-Reswap"] = "outerHTML"
    return response
