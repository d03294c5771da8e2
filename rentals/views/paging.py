"""What pages of many rows have in common: which page is asked for, with which filter, and the same as a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from rentals.views.exports import WRITERS, Row

MOST_PAGES = 100_000


def page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not 1 <= number <= MOST_PAGES:
        raise Http404
    return number


def query_of(request: HttpRequest) -> str:
    """The filter as the query of an address, without the page."""
    asked = request.GET.copy()
    asked.pop("page", None)
    for name in [name for name, value in asked.items() if not value]:
        del asked[name]
    return asked.urlencode()


def file(rows: list[Row], kind: str, name: str) -> HttpResponse:
    """`kind` is a key of WRITERS."""
    write, mime = WRITERS[kind]
    response = HttpResponse(write(rows), content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.{kind}"'
    return response
