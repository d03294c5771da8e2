"""Prices and stock for a choice, as the order form shows them."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from rentals.views import choice as choices
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET


@never_cache
@require_GET
def prices(request: HttpRequest) -> HttpResponse:
    person = gate(request)
    choice = choices.read(request, person)
    address = f"{reverse('rent.page')}?{choice.query}"
    if not request.headers.get("HX-Request"):
        # Opened by hand or from a history: the page that this is a part of shows the same, with any errors.
        return see_other(f"{reverse('rent.page')}?{request.GET.urlencode()}")
    if choice.version and request.GET.get("v") == choice.version:
        # Looking again for a list that was old or could not be read: it is still the one on the page.
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if choice.form.errors else HTTPStatus.OK
    response = render(request, "catalogue/_prices.html", {"choice": choice}, status=status)
    if status == HTTPStatus.OK:
        response["HX-Replace-Url"] = address
    return response
