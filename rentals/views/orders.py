"""The active table and what is done with one of its rows."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals import confirmations
from rentals.models import Person
from rentals.permissions import Verb, may
from rentals.queries.mirror import Health, health
from rentals.queries.orders import OrderRow, active_table, one_row, role_of, table_version
from rentals.use_cases import numbers, operations, wants
from rentals.use_cases.refusals import NotRecorded
from rentals.views import sent
from rentals.views.answers import REFUSED_STATUS, see_other
from rentals.views.gate import gate, require_GET, require_POST
from rentals.views.more import More
from rentals.views.panel import Panel
from rentals.views.rows import RowView, Viewer
from rentals.views.table import TableView


@never_cache
@require_GET
def table(request: HttpRequest) -> HttpResponse:
    person = gate(request)
    state = health()
    if request.GET.get("v") == table_version(person, state):
        return _told(HttpResponse(status=HTTPStatus.NO_CONTENT), state)
    if role_of(request.GET.get("v", "")) not in ("", person.role):
        # More than the table depends on the role: the form to rent, the way to the team.
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Refresh": "true"})
    # A big table of which a row has changed is sent as that row: all of it takes a phone a second to read.
    known = sent.recall(request.GET.get("have", ""))
    drawn = TableView.of(active_table(person, state), person, known=known)
    return _told(render(request, "orders/_refresh.html", {"table": drawn}), state)


def _told(response: HttpResponse, state: Health) -> HttpResponse:
    """Says when the mirror was last in step, so that ages go on counting without a body."""
    good_at = state.orders_good_at.timestamp() if state.orders_good_at else None
    news = {"good_at": good_at, "word": state.word, "reason": state.reason}
    response["HX-Trigger"] = json.dumps({"mirror:state": news})
    return response


@never_cache
@require_GET
def row(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request)
    return _row(person, _known(person, vendor_id))


def _known(person: Person, vendor_id: str) -> OrderRow:
    found = one_row(person, vendor_id)
    if found is None:
        raise Http404
    return found


def _row(person: Person, found: OrderRow, note: str = "", status: int = 200) -> HttpResponse:
    return HttpResponse(RowView(found, Viewer.of(person), note).html, status=status)


@never_cache
@require_POST
def activate(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    state, attempts = _seen(request)
    _known(person, vendor_id)
    confirmation = confirmations.for_action(person, "activate", vendor_id, state, attempts)
    try:
        operation = operations.record(person, confirmation)
    except NotRecorded as refusal:
        return _refused(request, person, vendor_id, refusal)
    if request.headers.get("HX-Request"):
        return _row(person, _known(person, vendor_id))
    return see_other(reverse("operations.follow", args=[operation.key]))


def _seen(request: HttpRequest) -> tuple[int, int]:
    """What the pressed button was drawn from: the order's state and how many operations on it had ended."""
    try:
        state, attempts = request.POST.get("seen", "").split(".")
        return int(state[:4]), int(attempts[:9])
    except ValueError:
        raise BadRequest from None


def _refused(request: HttpRequest, person: Person, vendor_id: str, refusal: NotRecorded) -> HttpResponse:
    found, status = _known(person, vendor_id), REFUSED_STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    if request.headers.get("HX-Request"):
        return _row(person, found, refusal.words, status)
    content = {"refusal": refusal, "r": RowView(found, Viewer.of(person))}
    return render(request, "orders/activate.html", content, status=status)


@never_cache
@require_GET
def more(request: HttpRequest, vendor_id: str) -> HttpResponse:
    """What is seldom wanted of a number: under its row, or a page of its own."""
    person = gate(request)
    facts = More(_known(person, vendor_id), may(person, Verb.SPEND), may(person, Verb.HOLD))
    if not request.headers.get("HX-Request"):
        return render(request, "orders/more.html", {"more": facts})
    if request.GET.get("v") == facts.v:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    name = "orders/_more.html" if "v" in request.GET else "orders/_more_row.html"
    return render(request, name, {"more": facts})


@never_cache
@require_GET
def sms(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request)
    found = _known(person, vendor_id)
    numbers.open_panel(person, found.order)
    # What has ended is not asked for again: what was kept is what there is.
    if found.order.listed and found.order.sms_wanted_at is None and found.order.sms_tried_at is None:
        wants.want_sms(found.order)
    return _panel(request, person, vendor_id)


def _panel(request: HttpRequest, person: Person, vendor_id: str) -> HttpResponse:
    found = _known(person, vendor_id)
    shown_id, everything = _on_the_screen(request)
    panel = Panel.of(found, person, found.seen_id if shown_id is None else shown_id, all_of_them=everything)
    wants.mark_seen(person, found.order, panel.messages.last_id)
    if not request.headers.get("HX-Request"):
        return render(request, "orders/sms.html", {"panel": panel})
    if request.GET.get("v") == panel.v:
        return _looked(HttpResponse(status=HTTPStatus.NO_CONTENT), panel)
    opened = "v" in request.GET or request.method == "POST"
    name = "orders/_sms.html" if opened else "orders/_panel.html"
    return _looked(render(request, name, {"panel": panel}), panel)


def _on_the_screen(request: HttpRequest) -> tuple[int | None, bool]:
    """The newest message that an open panel shows, None while it is being opened; and whether it shows all."""
    told = request.POST if request.method == "POST" else request.GET
    last = told.get("last", "")
    return int(last) if last.isascii() and last.isdigit() and len(last) < 19 else None, "all" in told


def _looked(response: HttpResponse, panel: Panel) -> HttpResponse:
    """Says when the vendor was last asked, so that the age goes on counting without a body."""
    good_at = panel.messages.good_at
    news = {"good_at": good_at.timestamp() if good_at else None}
    response["HX-Trigger"] = json.dumps({"panel:state": news})
    return response


@never_cache
@require_POST
def sms_refresh(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request)
    order = _known(person, vendor_id).order
    numbers.open_panel(person, order)
    wants.want_sms(order)
    if request.headers.get("HX-Request"):
        return _panel(request, person, vendor_id)
    return see_other(reverse("orders.sms", args=[vendor_id]))
