"""`/operations/`: who did what, what became of it and what it cost; and the same as a file."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.journal import FilterForm
from rentals.models.audit import AuditKind
from rentals.queries import journal
from rentals.use_cases.audit import note
from rentals.views import errors, exports, paging
from rentals.views.gate import gate, require_GET
from rentals.views.outcomes import Outcome
from rentals.views.paging import page_number, query_of


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    gate(request)
    form, number = FilterForm(request.GET), page_number(request)
    form.is_valid()
    found = journal.page(form.filter, number)
    if number > 1 and not found.operations:
        raise Http404
    content = {
        "form": form,
        "journal": found,
        "outcomes": [Outcome(done) for done in found.operations],
        "spent": journal.spent(form.filter),
        "people": journal.people(),
        "query": query_of(request),
        "filtered": any(form.data.get(name) for name in form.fields),
        "zone": str(journal.team_zone()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "operations/journal.html", content, status=status)


@never_cache
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    person = gate(request)
    if kind not in exports.WRITERS:
        raise Http404
    form = FilterForm(request.GET)
    if not form.is_valid():
        return errors.no_file(request, form, _("Operaciones"))
    found = journal.export(form.filter)
    if len(found) > journal.MOST_EXPORTED:
        return errors.file_too_long(request, journal.MOST_EXPORTED, _("Operaciones"))
    rows = [exports.row(operation) for operation in found]
    note(AuditKind.EXPORTED, person, what="operations", format=kind, rows=len(rows), filter=form.told)
    return paging.file(rows, kind, "operaciones")
