"""Answers that several views give."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

REFUSED_STATUS = {
    "forbidden": HTTPStatus.FORBIDDEN,
    "no_worker": HTTPStatus.SERVICE_UNAVAILABLE,
    "order_gone": HTTPStatus.CONFLICT,
}
"""The status of a refusal to record; 409 for all others: the mirror says something else than the page did."""


class SeeOther(HttpResponseRedirect):
    """303: the next request is a GET whatever this one was."""

    status_code = HTTPStatus.SEE_OTHER


def see_other(address: str) -> HttpResponse:
    return SeeOther(address)


def lead_to(address: str, request: HttpRequest) -> HttpResponse:
    """The whole page goes there, whether a form or a fragment was asked for; what was asked for has not been done."""
    if not request.headers.get("HX-Request"):
        return see_other(address)
    response = HttpResponse(status=HTTPStatus.FORBIDDEN)
    response["HX-Redirect"] = address
    return response
