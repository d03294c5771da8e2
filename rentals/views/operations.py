"""Following one operation to its end, deciding what became of it, and adding to its record."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals.forms.journal import CorrectionForm, DecideForm
from rentals.models import Operation, Person
from rentals.permissions import Verb, may
from rentals.queries.evidence import possible
from rentals.queries.journal import corrections
from rentals.queries.operations import by_key
from rentals.use_cases.correcting import correct as add_correction
from rentals.use_cases.operations import lapse_if_overdue
from rentals.use_cases.refusals import NotDecided
from rentals.use_cases.settling import decide as settle
from rentals.views.answers import see_other
from rentals.views.deciding import compared
from rentals.views.gate import gate, require_GET, require_POST
from rentals.views.outcomes import Outcome


@never_cache
@require_GET
def follow(request: HttpRequest, key: UUID) -> HttpResponse:
    person = gate(request)
    operation = _known(key)
    lapse_if_overdue(operation)
    outcome = Outcome(operation)
    if not request.headers.get("HX-Request"):
        return _story(request, person, operation)
    if request.GET.get("v") == outcome.v:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    response = render(request, "operations/_follow.html", {"outcome": outcome})
    if not outcome.pending and "ended" not in request.GET:
        response["HX-Trigger"] = "operation:ended"
    return response


def _known(key: UUID) -> Operation:
    operation = by_key(key)
    if operation is None:
        raise Http404
    return operation


def _story(
    request: HttpRequest, person: Person, operation: Operation, status: int = HTTPStatus.OK, **forms: Any
) -> HttpResponse:
    """The whole page of one operation; `forms` are those that were refused."""
    outcome, may_settle = Outcome(operation), may(person, Verb.SETTLE)
    waits = bool(outcome.waiting)
    content = {
        "outcome": outcome,
        "corrections": corrections(operation),
        "decide": forms.get("decide") or DecideForm(),
        "correct": forms.get("correct") or CorrectionForm(),
        "candidates": possible(operation) if waits and may_settle else [],
        "compared": compared(operation) if waits and may_settle else [],
        "may_decide": waits and may_settle,
        "may_correct": may_settle and not operation.open,
        "refusal": forms.get("refusal"),
    }
    return render(request, "operations/follow.html", content, status=status)


@never_cache
@require_POST
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    person = gate(request, Verb.SETTLE)
    operation, form = _known(key), DecideForm(request.POST)
    if not form.is_valid():
        return _story(request, person, operation, HTTPStatus.UNPROCESSABLE_ENTITY, decide=form)
    said = form.cleaned_data
    order = next((order for order in possible(operation) if order.vendor_id == said["order"]), None)
    try:
        if said["order"] and order is None:
            raise NotDecided("not_a_candidate")
        executed, none = form.was_executed, form.names_none
        settle(person, operation, said["note"], executed=executed, order=order, none_of_these=none)
    except NotDecided as refusal:
        operation = _known(key)
        if not operation.waits_for_person:
            # Somebody else was quicker, or evidence was: there is no form any more to say it in.
            return _story(request, person, operation, HTTPStatus.CONFLICT, refusal=refusal)
        form.add_error(None, refusal.words)
        return _story(request, person, operation, HTTPStatus.CONFLICT, decide=form)
    return see_other(reverse("operations.follow", args=[key]))


@never_cache
@require_POST
def correct(request: HttpRequest, key: UUID) -> HttpResponse:
    person = gate(request, Verb.SETTLE)
    operation, form = _known(key), CorrectionForm(request.POST)
    if not form.is_valid():
        return _story(request, person, operation, HTTPStatus.UNPROCESSABLE_ENTITY, correct=form)
    try:
        add_correction(person, operation, form.cleaned_data["note"], form.cleaned_data["charge"])
    except NotDecided as refusal:
        form.add_error("charge" if refusal.code == "more_than_balance" else None, refusal.words)
        return _story(request, person, operation, HTTPStatus.CONFLICT, correct=form)
    return see_other(reverse("operations.follow", args=[key]))
