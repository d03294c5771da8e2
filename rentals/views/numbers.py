"""Numbers with people: taking one, releasing it, and what is written on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals import finding, phones
from rentals.forms.numbers import LONGEST_LABEL, LONGEST_NOTE, LabelForm
from rentals.models import AuditEntry, Number, Person
from rentals.permissions import Verb
from rentals.queries import numbers as known
from rentals.queries.orders import one_row
from rentals.templatetags.house import span_words
from rentals.use_cases import numbers
from rentals.use_cases.numbers import NotChanged
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET_or_POST, require_POST
from rentals.views.rows import RowView, Viewer

_STATUS = {"forbidden": HTTPStatus.FORBIDDEN, "not_theirs": HTTPStatus.FORBIDDEN}
REFRESH = "mirror:refresh"
"""What table.js does every 30 seconds, now: the other rows of the number, and how many a person holds."""


@never_cache
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    person = gate(request, Verb.HOLD)
    number = _known(pk)
    try:
        numbers.take(person, number)
    except NotChanged as refusal:
        return _refused(request, person, refusal)
    return _drawn(request, person, number)


@never_cache
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    person = gate(request, Verb.HOLD)
    number = _known(pk)
    try:
        numbers.release(person, number, _pressed(request).holder)
    except NotChanged as refusal:
        return _refused(request, person, refusal)
    return _drawn(request, person, number)


@dataclass(frozen=True)
class Pressed:
    """What the button was drawn from: the row of this order, with this holder. Nonsense is taken for nothing."""

    order: str
    holder: int | None


def _pressed(request: HttpRequest) -> Pressed:
    order, _dot, holder = request.POST.get("seen", "").partition(".")
    named = holder.isascii() and holder.isdigit() and len(holder) < 19
    return Pressed(order[:64].replace("\x00", ""), int(holder) if named else None)


def _known(pk: int) -> Number:
    number = known.by_pk(pk)
    if number is None:
        raise Http404
    return number


def _drawn(
    request: HttpRequest, person: Person, number: Number, note: str = "", status: int = 200
) -> HttpResponse:
    """The row whose button was pressed; without htmx the way back to it."""
    order = known.order_of(number, _pressed(request).order)
    if not request.headers.get("HX-Request"):
        return see_other(_back(number, request.POST.get("q", "")))
    row = one_row(person, order.vendor_id) if order else None
    answer = HttpResponse(RowView(row, Viewer.of(person), refusal=note).html if row else "", status=status)
    if not note:
        answer["HX-Trigger-After-Swap"] = REFRESH
    return answer


def _refused(request: HttpRequest, person: Person, refusal: NotChanged) -> HttpResponse:
    status = _STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    words = _words(refusal)
    if request.headers.get("HX-Request"):
        return _drawn(request, person, refusal.number, words, status)
    content = {"words": words, "phone": phones.display(refusal.number.e164), "back": _back(refusal.number)}
    return render(request, "numbers/refused.html", content, status=status)


def _words(refusal: NotChanged) -> str:
    """Why nothing was changed: who has it, since when, and who can help."""
    holder, since = refusal.number.holder, refusal.number.held_at
    if holder is None:
        return _("El número acaba de cambiar de manos. No se ha cambiado nada; inténtelo de nuevo.")
    who = {
        "who": holder.display_name(),
        "span": span_words((timezone.now() - since).total_seconds() if since else 0),
    }
    if refusal.code == "held":
        return _("Ya lo usa %(who)s desde hace %(span)s. No se ha cambiado nada.") % who
    if refusal.code == "moved":
        return _("Ahora lo usa %(who)s desde hace %(span)s. No se ha soltado.") % who
    return _("Lo usa %(who)s desde hace %(span)s: solo esa persona o un administrador puede soltarlo.") % who


def _back(number: Number, query: str = "") -> str:
    """Where the number is seen: in the table, with the filter as it was, or in the archive."""
    order = known.order_of(number)
    if order is None or not order.listed:
        return f"{reverse('archive.page')}?{urlencode({'q': number.e164})}"
    wanted = query[: finding.LONGEST_QUERY]
    return f"{reverse('rent.page')}{'?' + urlencode({'q': wanted}) if wanted else ''}#order-{order.vendor_id}"


# --- label and note


@dataclass(frozen=True)
class Writing:
    """The form for label and note. `theirs`: what somebody else has written since it was opened, and who."""

    number: Number
    form: LabelForm
    theirs: AuditEntry | None = None
    conflict: bool = False
    longest_label: int = LONGEST_LABEL
    longest_note: int = LONGEST_NOTE

    @property
    def phone(self) -> str:
        return phones.display(self.number.e164)

    @property
    def seen(self) -> str:
        """What the form shows is what is there now, also when it says that it was changed."""
        return (
            numbers.mark(self.number)
            if self.conflict or not self.form.is_bound
            else str(self.form["seen"].value())
        )

    @property
    def back(self) -> str:
        return _back(self.number)


@never_cache
@require_GET_or_POST
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """A dialog of its row, or a page of its own."""
    person = gate(request, Verb.HOLD)
    number = _known(pk)
    if request.method != "POST":
        shown = {"label": number.label, "note": number.note}
        return _form(request, Writing(number, LabelForm(initial=shown)))
    form = LabelForm(request.POST)
    if not form.is_valid():
        return _form(request, Writing(number, form), HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        numbers.describe(person, number, **form.cleaned_data)
    except NotChanged as refusal:
        return _conflict(request, refusal, form)
    return _written(request, number)


def _conflict(request: HttpRequest, refusal: NotChanged, form: LabelForm) -> HttpResponse:
    by = known.last_written(refusal.number)
    status = _STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    return _form(request, Writing(refusal.number, form, by, conflict=True), status)


def _form(request: HttpRequest, writing: Writing, status: int = HTTPStatus.OK) -> HttpResponse:
    name = "numbers/_label.html" if request.headers.get("HX-Request") else "numbers/label.html"
    return render(request, name, {"writing": writing}, status=status)


def _written(request: HttpRequest, number: Number) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        return see_other(_back(number))
    answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
    answer["HX-Trigger"] = json.dumps({"dialog:done": {"words": _("Guardado")}, REFRESH: {}})
    return answer
