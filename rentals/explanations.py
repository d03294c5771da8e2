"""What the vendor's refusals and the failures of a call mean to a person, in Spanish.

The keys are the values of `RefusalCode` and `Reason` of the client, which pages may not import, and the
worker's own words for not sending; a test holds the two lists together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Explanation:
    """What happened, who can fix it, what to do now, and whether money was spent."""

    cause: StrPromise
    who: StrPromise
    next_step: StrPromise
    money: StrPromise


_ANYBODY: Final = _("Cualquier persona del equipo.")
_ADMINISTRATOR: Final = _("Quien administra el panel.")
_PAYER: Final = _("Quien recarga la cuenta de SMSPVA.")
_VENDOR: Final = _("El soporte de SMSPVA.")
_NOTHING_SPENT: Final = _("No se gastó nada.")
_NOT_KNOWN: Final = _("Si era una operación de pago, no se sabe todavía si se cobró.")
_TRY_LATER: Final = _("Inténtelo de nuevo dentro de unos minutos.")
_WAIT: Final = _(
    "No repita la operación: el panel la comprueba con los datos de SMSPVA y mostrará el resultado. "
    "Si era una consulta, se repetirá sola."
)
_ASK_AGAIN: Final = _("Pregunte otra vez dentro de unos minutos.")


def _no(cause: StrPromise, who: StrPromise, next_step: StrPromise) -> Explanation:
    return Explanation(cause, who, next_step, _NOTHING_SPENT)


def _perhaps(cause: StrPromise) -> Explanation:
    return Explanation(cause, _ANYBODY, _WAIT, _NOT_KNOWN)


_TOP_UP: Final = _no(
    _("El saldo de la cuenta no alcanza para esta operación."),
    _PAYER,
    _("Recargue la cuenta en la página de SMSPVA y vuelva a intentarlo."),
)
_FOREIGN_ORDER: Final = _no(
    _("Según SMSPVA, este alquiler no pertenece a la cuenta del panel."),
    _ADMINISTRATOR,
    _("Compruebe que la clave API sea la de la cuenta con la que se alquiló el número."),
)
_SERVICE_DATA: Final = _no(
    _("SMSPVA no pudo cargar los datos del servicio."),
    _VENDOR,
    _("Escriba al soporte de SMSPVA e indique el número de teléfono y el servicio."),
)

_REFUSALS: Final[dict[str, Explanation]] = {
    "noavaildays": _no(
        _("Al número le quedan muy pocos días de servicio para restaurarlo automáticamente."),
        _VENDOR,
        _("Consulte al soporte de SMSPVA o alquile otro número."),
    ),
    "notowner": _FOREIGN_ORDER,
    "not_your_order": _FOREIGN_ORDER,
    "noremotedata": _no(
        _("SMSPVA no encontró el alquiler en su archivo."),
        _ANYBODY,
        _("Compruebe en el archivo que el alquiler haya vencido y, si es así, escriba al soporte de SMSPVA."),
    ),
    "noordercountry": _no(
        _("A SMSPVA le faltan datos de este alquiler."),
        _VENDOR,
        _("Pida la restauración en el chat de la página de SMSPVA e indique el número de teléfono."),
    ),
    "datediffinvert": _no(
        _("El alquiler todavía no ha vencido, así que no hay nada que restaurar."),
        _ANYBODY,
        _("Busque el número en «Mis números» y prolónguelo desde allí."),
    ),
    "noservicedata": _SERVICE_DATA,
    "service_not_found": _SERVICE_DATA,
    "nobalance": _TOP_UP,
    "balance_not_enough": _TOP_UP,
    "insufficient_balance": _TOP_UP,
    "no_number": _no(
        _("No quedan números de este servicio en el país elegido."),
        _ANYBODY,
        _("Elija otro operador u otro país, o inténtelo más tarde."),
    ),
    "bad_duration": _no(
        _("SMSPVA no acepta este periodo: el mínimo es de 7 días y el máximo de 90."),
        _ANYBODY,
        _("Elija un periodo de entre 7 y 90 días."),
    ),
    "invalid_key": _no(
        _("SMSPVA no reconoce la clave API del panel."),
        _ADMINISTRATOR,
        _("Revise la variable SMSPVA_API_KEY en el servidor y reinicie el proceso worker."),
    ),
    "order_not_found": _no(
        _("SMSPVA ya no tiene este alquiler: venció, se eliminó o nunca existió."),
        _ANYBODY,
        _("Mire en «Mis números» si sigue allí; si no, búsquelo en el archivo."),
    ),
    "incorrect_order": _no(
        _("SMSPVA no reconoce el identificador de este alquiler."),
        _ANYBODY,
        _("Recargue la página. Si el número sigue en «Mis números», avise a quien administra el panel."),
    ),
    "incorrect_method": _no(
        _("SMSPVA no reconoció la petición. Ocurre a veces cuando no quedan números."),
        _ANYBODY,
        _("Compruebe que haya números disponibles y, si se repite, avise a quien administra el panel."),
    ),
    "banned": _no(
        _("SMSPVA ha bloqueado la cuenta, al menos por un tiempo."),
        _ADMINISTRATOR,
        _("Espere diez minutos y, si continúa, escriba al soporte de SMSPVA."),
    ),
    "too_many_requests": _no(
        _("SMSPVA recibió demasiadas peticiones seguidas."),
        _ANYBODY,
        _("Espere un minuto: el panel ya pregunta más despacio."),
    ),
}

_NOT_SENT: Final[dict[str, Explanation]] = {
    "connection_refused": _no(
        _("El servidor de SMSPVA rechazó la conexión; no se envió nada."), _ANYBODY, _TRY_LATER
    ),
    "name_not_found": _no(
        _("No se encontró la dirección de SMSPVA en la red; no se envió nada."),
        _ADMINISTRATOR,
        _("Compruebe la conexión a Internet y el DNS del servidor, y la variable SMSPVA_API_URL."),
    ),
    "connect_timeout": _no(
        _("El servidor de SMSPVA no aceptó la conexión a tiempo; no se envió nada."),
        _ANYBODY,
        _TRY_LATER,
    ),
    "unreachable": _no(
        _("El servidor del panel no llega por la red hasta SMSPVA; no se envió nada."),
        _ADMINISTRATOR,
        _("Compruebe la conexión a Internet del servidor y su cortafuegos."),
    ),
    "bad_address": _no(
        _("La dirección de SMSPVA que está configurada no es válida; no se envió nada."),
        _ADMINISTRATOR,
        _("Corrija SMSPVA_API_URL o SMSPVA_BALANCE_URL en el servidor y reinicie el proceso worker."),
    ),
}

_REFUSED: Final[dict[str, Explanation]] = {
    "refused": _no(
        _("SMSPVA rechazó la petición."),
        _ANYBODY,
        _("Lea el mensaje de SMSPVA y corrija lo que indica, o consulte a su soporte."),
    ),
    "rate_limited": _REFUSALS["too_many_requests"],
}

_UNKNOWN: Final[dict[str, Explanation]] = {
    "read_timeout": _perhaps(_("La petición salió, pero SMSPVA no contestó a tiempo.")),
    "deadline": _perhaps(_("La respuesta de SMSPVA llegaba tan despacio que se dejó de esperar.")),
    "connection_lost": _perhaps(_("La conexión con SMSPVA se cortó antes de recibir la respuesta.")),
    "half_answer": _perhaps(_("La respuesta de SMSPVA llegó cortada.")),
    "tls_failure": Explanation(
        _("No se pudo establecer una conexión segura con SMSPVA."),
        _ADMINISTRATOR,
        _("Compruebe la fecha y los certificados del servidor. Mientras tanto no repita ninguna compra."),
        _NOT_KNOWN,
    ),
    "redirect": Explanation(
        _("SMSPVA remite a otra dirección, y el panel no la sigue para no revelar la clave."),
        _ADMINISTRATOR,
        _("Compruebe SMSPVA_API_URL y SMSPVA_BALANCE_URL en el servidor."),
        _NOT_KNOWN,
    ),
    "server_error": _perhaps(_("El servidor de SMSPVA tuvo un error interno.")),
    "client_error": Explanation(
        _("El servidor de SMSPVA contestó que no admite la petición, sin dar un motivo."),
        _ADMINISTRATOR,
        _(
            "Compruebe las direcciones y la clave en el servidor. No repita ninguna compra hasta conocer su resultado."
        ),
        _NOT_KNOWN,
    ),
    "too_large": _perhaps(_("La respuesta de SMSPVA era demasiado grande y se descartó.")),
    "empty_answer": _perhaps(_("SMSPVA contestó sin contenido.")),
    "not_json": _perhaps(_("SMSPVA contestó con un texto o una página en lugar de datos.")),
    "bad_encoding": _perhaps(_("La respuesta de SMSPVA contenía texto ilegible.")),
    "unexpected_shape": _perhaps(_("La respuesta de SMSPVA no tenía la forma esperada.")),
    "no_id": _perhaps(_("SMSPVA dio la operación por hecha, pero no dijo qué alquiler creó.")),
    "contradiction": _perhaps(_("La respuesta de SMSPVA se contradice: no dice claramente ni sí ni no.")),
    "unexpected": _perhaps(_("Ocurrió un fallo imprevisto al hablar con SMSPVA.")),
}

_CONFIRM_AGAIN: Final = _("Revise los datos actuales y, si todavía la quiere, confírmela de nuevo.")

# The rules of rentals.queries.rules, judged once more before the send.
_AGAINST_PROLONGING: Final[dict[str, Explanation]] = {
    "too_early": _no(
        _("Solo se puede prolongar cuando quedan menos de 7 días, y al ir a enviarla quedaban 7 o más."),
        _ANYBODY,
        _("Espere a que queden menos de 7 días: el número sigue en «Mis números»."),
    ),
    "expired": _no(
        _("El alquiler expiró antes del envío, así que ya no se podía prolongar."),
        _ANYBODY,
        _("Búsquelo en el archivo y restáurelo desde allí."),
    ),
    "cannot_prolong": _no(
        _("SMSPVA dejó de permitir que se prolongue este número."),
        _VENDOR,
        _("Pregunte al soporte de SMSPVA, o alquile otro número antes de que expire."),
    ),
    "no_until": _no(
        _("SMSPVA no dice cuándo expira este número, así que no se puede prolongar desde aquí."),
        _VENDOR,
        _("Prolónguelo en la página de SMSPVA o pida a su soporte la fecha."),
    ),
}
_AGAINST_ADDING: Final[dict[str, Explanation]] = {
    "number_unknown": _no(
        _("No se conocía el número completo, y sin él SMSPVA no añade un servicio."),
        _ANYBODY,
        _("Espere a que aparezca en «Mis números» y añádalo entonces."),
    ),
    "too_short": _no(
        _("Quedaba menos de un día de alquiler, y un servicio se añade por días completos."),
        _ANYBODY,
        _("Prolongue primero el número y añada después el servicio."),
    ),
    "too_many_days": _no(
        _("Al ir a enviarla, los días pedidos ya eran más que los días completos que quedaban."),
        _ANYBODY,
        _("Añada el servicio por menos días, o prolongue primero el número."),
    ),
    "service_there": _no(
        _("El número ya tenía este servicio antes del envío."),
        _ANYBODY,
        _("No hace falta añadirlo otra vez: búsquelo en «Mis números»."),
    ),
}

# Why the worker itself did not send what was recorded, or no longer knows what became of it.
_OURS: Final[dict[str, Explanation]] = {
    "lapsed": _no(
        _("Nadie la envió en dos minutos y se descartó: nada ocurre más tarde por sorpresa."),
        _ANYBODY,
        _("Confírmela de nuevo. Si vuelve a ocurrir, avise a quien administra el panel."),
    ),
    "person_inactive": _no(
        _("La cuenta de la persona que la pidió se desactivó antes del envío."),
        _ADMINISTRATOR,
        _("Pida que la confirme otra persona con permiso."),
    ),
    "person_may_not": _no(
        _("El rol de la persona que la pidió cambió antes del envío y ya no permite gastar."),
        _ADMINISTRATOR,
        _("Pida que la confirme otra persona con permiso."),
    ),
    "no_snapshot": _no(
        _("Antes de enviarla no se pudo leer la lista de números de SMSPVA, así que no se envió."),
        _ANYBODY,
        _TRY_LATER,
    ),
    "just_done": _no(
        _("Acababa de hacerse otra operación sobre lo mismo y todavía no se veía su resultado."),
        _ANYBODY,
        _CONFIRM_AGAIN,
    ),
    "out_of_stock": _no(
        _("Se agotaron los números de este servicio antes del envío."),
        _ANYBODY,
        _("Elija otro operador u otro país, o inténtelo más tarde."),
    ),
    "price_changed": _no(_("El precio cambió entre la confirmación y el envío."), _ANYBODY, _CONFIRM_AGAIN),
    "order_gone": _no(
        _("El número dejó de estar en «Mis números» antes del envío."),
        _ANYBODY,
        _("Busque el número en el archivo."),
    ),
    **_AGAINST_PROLONGING,
    **_AGAINST_ADDING,
    "no_quote": _no(
        _("Justo antes de enviarla se volvió a pedir a SMSPVA el precio y no llegó, así que no se envió."),
        _ANYBODY,
        _("Pida el precio otra vez y confirme con el nuevo."),
    ),
    "order_moved": _no(
        _("El estado del número cambió entre la confirmación y el envío."), _ANYBODY, _CONFIRM_AGAIN
    ),
    "already_back": _no(
        _("El número ya volvía a tener este servicio antes del envío."),
        _ANYBODY,
        _("Búsquelo en «Mis números»."),
    ),
    "partial": _no(
        _("SMSPVA contestó con una lista incompleta o que en parte no se entiende."),
        _ANYBODY,
        _TRY_LATER,
    ),
    "crash": _perhaps(_("El proceso que la enviaba se detuvo antes de conocer la respuesta.")),
}

EXPLANATIONS: Final[Mapping[str, Explanation]] = MappingProxyType(
    _REFUSALS | _NOT_SENT | _REFUSED | _UNKNOWN | _OURS
)


def for_administrators(explanation: Explanation) -> bool:
    """Its next step is taken on the server: others are told whom to ask."""
    return explanation.who is _ADMINISTRATOR


def explain(word: str) -> Explanation | None:
    """The explanation of a refusal's code, a failure's reason or a word of the worker's; None for any other.

    "no_quote:read_timeout" is a restoration that was not sent because its price could not be asked again, and why.
    """
    ours, _colon, why = word.partition(":")
    question = explain_question(why) if ours == "no_quote" else None
    if question is None:
        return EXPLANATIONS.get(word)
    return replace(question, cause=format_lazy("{} {}", _OURS["no_quote"].cause, question.cause))


def explain_question(word: str) -> Explanation | None:
    """The same of a question that somebody asked: it spends nothing, and it is not asked again by itself."""
    found = EXPLANATIONS.get(word)
    if found is None:
        return None
    next_step = _ASK_AGAIN if found.next_step is _WAIT else found.next_step
    return replace(found, next_step=next_step, money=_NOTHING_SPENT)
