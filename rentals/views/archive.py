"""The archive, and restoring one of its rentals: the price is asked first, then confirmed."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals import confirmations
from rentals.explanations import explain_question, for_administrators
from rentals.models import Person
from rentals.permissions import Verb
from rentals.queries import archive, mirror
from rentals.queries.archive import ArchiveRow
from rentals.queries.operations import last_success, mark_of, restore_targets
from rentals.use_cases import restoring
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET, require_GET_or_POST

LONGEST_QUERY = 100


@never_cache
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    gate(request)
    number = _page_number(request)
    query = request.GET.get("q", "")[:LONGEST_QUERY].replace("\x00", "")
    found = archive.page(number, query)
    # While the archive is read the page may come yet. A table that waited for it is drawn once more, to its end.
    table = request.headers.get("HX-Target", "") == "archive"
    if number > 1 and not found.rows and found.progress.whole and not table:
        raise Http404
    return render(request, "archive/_table.html" if table else "archive/page.html", {"archive": found})


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not 1 <= number <= archive.MOST_PAGES:
        raise Http404
    return number


@never_cache
@require_GET_or_POST
def restore(request: HttpRequest, vendor_id: str) -> HttpResponse:
    """POST asks for the price; GET shows it as soon as it is here, with the way to the confirmation."""
    person = gate(request, Verb.SPEND)
    row = archive.one(vendor_id)
    if row is None:
        raise Http404
    if request.method == "POST":
        restoring.want_quote(row.rental)
        return see_other(reverse("archive.restore", args=[vendor_id]))
    if _quote_is_good(row):
        return see_other(reverse("operations.confirm", args=[_confirmation(person, row).token]))
    return _draw(request, row)


def _draw(request: HttpRequest, row: ArchiveRow) -> HttpResponse:
    alive = mirror.worker_alive()
    waiting = restoring.waiting(row.rental) and alive
    why = explain_question(row.rental.quote_reason)
    content = {
        "row": row,
        "waiting": waiting,
        "worker_alive": alive,
        "why": why,
        "administrators_turn": why is not None and for_administrators(why),
        # Without its number nobody could tell whether it came back, nor that it is there already.
        "nameless": restoring.is_fresh(row.rental) and row.rental.number is None,
    }
    told_why_not = row.rental.quote_reason or content["nameless"]
    status = HTTPStatus.CONFLICT if told_why_not and not waiting else HTTPStatus.OK
    htmx = bool(request.headers.get("HX-Request"))
    return render(request, f"archive/{'_' if htmx else ''}quote.html", content, status=status)


def _quote_is_good(row: ArchiveRow) -> bool:
    return (
        restoring.is_fresh(row.rental) and not restoring.waiting(row.rental) and row.rental.number is not None
    )


def _confirmation(person: Person, row: ArchiveRow) -> confirmations.Confirmation:
    rental = row.rental
    asked = {
        "order": rental.vendor_id,
        "e164": rental.number.e164 if rental.number else "",
        "service": rental.service,
    }
    shown = {
        "price": str(rental.quote_price),
        "overdue": rental.quote_overdue,
        "days": rental.quote_days,
        "name": row.service,
        "after": mark_of(last_success(*restore_targets(rental))),
    }
    return confirmations.issue(person, "restore_user", asked, shown)
