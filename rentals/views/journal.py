"""`/operations/`: who did what, what became of it and what it cost; and the same as a file."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.journal import FilterForm
from rentals.queries import journal
from rentals.views import errors, exports
from rentals.views.gate import gate, require_GET
from rentals.views.outcomes import Outcome

MOST_PAGES = 100_000


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    gate(request)
    form, number = FilterForm(request.GET), _page_number(request)
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
        "query": _query(request),
        "filtered": any(form.data.get(name) for name in form.fields),
        "zone": str(journal.team_zone()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "operations/journal.html", content, status=status)


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not 1 <= number <= MOST_PAGES:
        raise Http404
    return number


def _query(request: HttpRequest) -> str:
    """The filter as the query of an address, without the page."""
    asked = request.GET.copy()
    asked.pop("page", None)
    for name in [name for name, value in asked.items() if not value]:
        del asked[name]
    return asked.urlencode()


@never_cache
@require_GET
def export(request: HttpRequest, kind: str) -> HttpResponse:
    gate(request)
    if kind not in exports.WRITERS:
        raise Http404
    form = FilterForm(request.GET)
    if not form.is_valid():
        return _refused(request, form)
    write, mime = exports.WRITERS[kind]
    response = HttpResponse(write(journal.export(form.filter)), content_type=mime)
    name = f"operaciones-{timezone.now():%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """A file says nothing of the filter that made it: one that could not be understood makes none."""
    said = " ".join(f"{form.fields[name].label}: {words[0]}" for name, words in form.errors.items())
    return errors.page(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("El filtro no se entiende, así que no hay archivo"),
        said,
        _("Corríjalo en «Operaciones» y descargue de nuevo."),
    )
