"""What went wrong, in clear Spanish: as a page, or for htmx as a notice beside what is already on the screen."""

from __future__ import annotations

import math
from http import HTTPStatus

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def page(request: HttpRequest, status: int, title: str, words: str, now: str = "") -> HttpResponse:
    """`words` say what happened, `now` what to do. Under htmx it is put into the notices, and nothing else moves."""
    content = {"title": title, "words": words, "now": now, "status": status}
    if not request.headers.get("HX-Request"):
        return render(request, "errors/page.html", content, status=status)
    response = render(request, "errors/_page.html", content, status=status)
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML"
    return response


def no_file(request: HttpRequest, form: Form, where: str) -> HttpResponse:
    """A file says nothing of the filter that made it: one that could not be understood makes none."""
    said = " ".join(f"{form.fields[name].label}: {words[0]}" for name, words in form.errors.items())
    return page(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("El filtro no se entiende, así que no hay archivo"),
        said,
        _("Corríjalo en «%s» y descargue de nuevo.") % where,
    )


def file_too_long(request: HttpRequest, most: int, where: str) -> HttpResponse:
    """A file that was cut would look like all there is."""
    return page(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        _("Son demasiadas filas para un archivo"),
        _("Hay más de %s. Cortado, el archivo parecería estar completo.")
        % number_format(most, use_l10n=True, force_grouping=True),
        _("Elija en «%s» menos días con «Desde» y «Hasta», y descargue de nuevo.") % where,
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        HTTPStatus.BAD_REQUEST,
        _("La petición no es válida"),
        _("Es demasiado grande o no se entiende. No se ha guardado ni enviado nada."),
        _("Vuelva a la página de números e inténtelo de nuevo desde allí."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        HTTPStatus.FORBIDDEN,
        _("No tiene permiso"),
        _("Su rol no permite esta acción, o la dirección es de otra persona. No se ha enviado nada."),
        _("Si la necesita, pídala a un operador o a un administrador de su equipo."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(
        request,
        HTTPStatus.NOT_FOUND,
        _("Aquí no hay nada"),
        _("La dirección está incompleta, ha cambiado o nunca existió. No se ha enviado nada."),
        _("Vuelva a la página de números."),
    )


def wrong_method(request: HttpRequest, allowed: list[str]) -> HttpResponse:
    response = page(
        request,
        HTTPStatus.METHOD_NOT_ALLOWED,
        _("Así no se puede abrir esta dirección"),
        _("Esta dirección solo admite otro tipo de petición. No se ha guardado ni enviado nada."),
        _("Vuelva a la página de números y use sus botones."),
    )
    response["Allow"] = ", ".join(allowed)
    return response


def too_many(request: HttpRequest, seconds: float = 60) -> HttpResponse:
    """Too many log-ins have failed; `seconds` until the next is let through. Whoever is right is refused too."""
    minutes = max(1, math.ceil(seconds / 60))
    response = page(
        request,
        HTTPStatus.TOO_MANY_REQUESTS,
        _("Demasiados intentos"),
        _("Desde su dirección ha habido demasiados intentos fallidos, así que no se ha comprobado nada."),
        ngettext(
            "Vuelva a intentarlo dentro de %(minutes)d minuto.",
            "Vuelva a intentarlo dentro de %(minutes)d minutos.",
            minutes,
        )
        % {"minutes": minutes},
    )
    response["Retry-After"] = str(minutes * 60)
    return response


def not_let_in(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.FORBIDDEN,
        _("No se ha podido entrar"),
        _("Lo que ha presentado no corresponde a ninguna cuenta que pueda entrar."),
        _("Inténtelo de otra forma o pida un acceso nuevo a quien administra el panel."),
    )


def no_password(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.CONFLICT,
        _("No tiene contraseña que cambiar"),
        _("Ha entrado de otra forma, por ejemplo con una passkey."),
        _("Para tener una, pida un acceso nuevo a quien administra el panel."),
    )


def wrong_field_key(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("No se puede leer su segundo factor"),
        _("Se guardó cifrado con otra clave (FIELD_KEY) que la que tiene ahora el servidor."),
        _("Avise a quien mantiene el servidor: hay que volver a poner la clave anterior."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(
        request,
        HTTPStatus.FORBIDDEN,
        _("No hemos podido comprobar que la petición venga de esta página"),
        _(
            "Suele pasar cuando la página llevaba mucho tiempo abierta o las cookies están bloqueadas. "
            "No se ha enviado nada."
        ),
        _("Vuelva atrás, recargue la página y repita la acción."),
    )


def gone(request: HttpRequest, words: str) -> HttpResponse:
    return page(
        request,
        HTTPStatus.GONE,
        _("Esta confirmación ha caducado"),
        words,
        _("Elija de nuevo el número en la página de números."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Without request context: the failure may be in what the usual page needs."""
    htmx = bool(request.headers.get("HX-Request"))
    theme = request.COOKIES.get("theme")
    content = {"theme": theme if theme in {"light", "dark"} else "auto"}
    response = render(None, "errors/_500.html" if htmx else "errors/500.html", content, status=500)
    if htmx:
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "innerHTML"
    return response


def session_ended(request: HttpRequest) -> HttpResponse:
    """A fragment was asked for after the session had ended: the page stays, and a notice leads to the log-in."""
    # Only what was refused just now is known not to have been sent; what is looked at may have been, and earlier.
    content = {"nothing_sent": request.method == "POST"}
    response = render(request, "account/_session_ended.html", content, status=HTTPStatus.UNAUTHORIZED)
    response["HX-Retarget"] = "#notices"
    response["HX-Reswap"] = "innerHTML"
    response["HX-Trigger"] = "session:ended"
    return response
