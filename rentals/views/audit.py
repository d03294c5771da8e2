"""`/team/audit/`: everything that people did here, one sentence each; and the same as a file."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.audit import AuditFilterForm
from rentals.models.audit import AuditKind
from rentals.permissions import Verb
from rentals.queries import audit
from rentals.queries.journal import MOST_EXPORTED, team_zone
from rentals.use_cases.audit import note
from rentals.views import errors, exports, paging
from rentals.views.gate import gate, require_GET
from rentals.views.paging import page_number, query_of
from rentals.views.sentences import told


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    gate(request, Verb.TEAM)
    form, number = AuditFilterForm(request.GET), page_number(request)
    form.is_valid()
    found = audit.page(form.filter, number)
    if number > 1 and not found.entries:
        raise Http404
    content = {
        "form": form,
        "audit": found,
        "told": told(found.entries),
        "people": audit.people(),
        "query": query_of(request),
        "filtered": any(form.data.get(name) for name in form.fields),
        "zone": str(team_zone()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "team/audit.html", content, status=status)


@never_cache
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    person = gate(request, Verb.TEAM)
    if kind not in exports.WRITERS:
        raise Http404
    form = AuditFilterForm(request.GET)
    if not form.is_valid():
        return errors.no_file(request, form, _("Auditoría"))
    found = audit.export(form.filter)
    if len(found) > MOST_EXPORTED:
        return errors.file_too_long(request, MOST_EXPORTED, _("Auditoría"))
    rows = [exports.audit_row(entry) for entry in found]
    note(AuditKind.EXPORTED, person, what="audit", format=kind, rows=len(rows), filter=form.told)
    return paging.file(rows, kind, "auditoria")
