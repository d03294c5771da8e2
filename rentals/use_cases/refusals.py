"""Why an intent was not recorded, in the person's words."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rentals.models import Operation
from rentals.queries.budgets import Budget
from rentals.use_cases.budget_words import over_budget

WORDS = {
    "forbidden": _("Su rol no permite esta acción. No se ha enviado nada."),
    "no_worker": _(
        "El proceso que habla con SMSPVA está parado, así que no se ha enviado nada. "
        "Avise a quien administra el panel y confirme de nuevo cuando vuelva a funcionar."
    ),
    "someone_ahead": _(
        "Hay otra operación en curso sobre lo mismo. No se ha enviado nada; espere a que termine."
    ),
    "key_reused": _("Esta confirmación ya se usó para otra cosa. No se ha enviado nada."),
    "unknown_country": _("Ese país no está en la lista de SMSPVA."),
    "unknown_period": _("Ese periodo no existe: el mínimo es de 7 días y el máximo de 90."),
    "unknown_service": _("Ese servicio no está en la lista de este país."),
    "unknown_operator": _("Ese operador no está en la lista de este servicio."),
    "no_prices": _("Todavía no tenemos los precios de este país y periodo. Espere unos segundos y repita."),
    "out_of_stock": _("Ahora no hay números disponibles de este servicio."),
    "price_changed": _("El precio ha cambiado desde que se mostró. No se ha enviado nada."),
    "no_money": _(
        "El saldo no alcanza para esta operación. No se ha enviado nada. Recargue la cuenta en la página de SMSPVA."
    ),
    "over_budget": _("Supera el límite de gasto. No se ha enviado nada."),
    "unpriced": _(
        "SMSPVA no dice cuánto cuesta y hay un límite de gasto, así que no se puede saber si cabe en él. "
        "No se ha enviado nada. Pida a un administrador que quite el límite mientras lo hace."
    ),
    "order_gone": _("Este número ya no está en «Mis números». No se ha enviado nada."),
    "order_moved": _(
        "El número ha cambiado desde que se mostró. No se ha enviado nada; mire su estado y repita si hace falta."
    ),
    "not_inactive": _("Solo se puede activar un número inactivo. No se ha enviado nada."),
    "just_done": _(
        "Acaba de hacerse otra operación sobre lo mismo y todavía no se ve su resultado. No se ha enviado nada; "
        "espere unos segundos y repita."
    ),
    "done_meanwhile": _(
        "Desde que se abrió esta confirmación ya se ha alquilado lo mismo. No se ha enviado nada. "
        "Si quiere otro número más, cancele y elija de nuevo."
    ),
    "choose_service": _("Elija un servicio."),
    "no_until": _("SMSPVA no dice cuándo expira este número, así que no se puede prolongar desde aquí."),
    "expired": _("El alquiler ya ha expirado. Búsquelo en el archivo para restaurarlo."),
    "too_early": _("Solo se puede prolongar cuando quedan menos de 7 días."),
    "cannot_prolong": _("SMSPVA no permite prolongar este número ahora."),
    "number_unknown": _("Todavía no se conoce el número completo. Espere a la próxima actualización."),
    "too_short": _("Queda menos de un día de alquiler: ya no se puede añadir un servicio."),
    "too_many_days": _(
        "Los días deben ser un número entero entre 1 y los días completos que quedan, y como máximo 90."
    ),
    "service_there": _("El número ya tiene este servicio."),
    "too_many_services": _("Elija entre 2 y 10 servicios."),
    "not_archived": _("Ese alquiler no está en el archivo."),
    "already_back": _(
        "El número ya vuelve a tener este servicio: búsquelo en «Mis números». No se ha enviado nada."
    ),
    "no_quote": _("Falta un precio reciente para restaurarlo. Pídalo de nuevo. No se ha enviado nada."),
    "note_missing": _("Escriba en una nota por qué lo decide así."),
    "not_settled": _("Solo se corrige una operación que ya ha terminado."),
    "more_than_balance": _("Es más que el saldo que había antes de enviarla: no pudo costar tanto."),
    "not_waiting": _("Esta operación ya no espera la decisión de una persona: la suya no se ha anotado."),
    "order_missing": _("Diga qué alquiler es el de esta operación."),
    "not_a_candidate": _("Ese alquiler no puede ser el de esta operación."),
    "stale": _("Esta confirmación ha caducado. No se ha enviado nada; empiece de nuevo."),
}


_MAY_PASS = {
    "no_worker", "someone_ahead", "just_done", "no_money", "no_prices", "forbidden", "over_budget", "unpriced",
}  # fmt: skip
"""What may be over when the same confirmation is pressed again; every other refusal it will meet for ever."""


class NotRecorded(Exception):
    """The intent was refused and nothing was written. `code` is a key of WORDS; `budget` the limit in its way;
    `why` the sentence that tells why there is no quote.
    """

    def __init__(
        self,
        code: str,
        *,
        ahead: Operation | None = None,
        price: Decimal | None = None,
        budget: Budget | None = None,
        why: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.ahead = ahead
        self.price = price
        self.budget = budget
        self.why = why

    @property
    def words(self) -> str:
        if self.budget and self.price is not None:
            return over_budget(self.budget, self.price)
        if self.why:
            return _without_quote(self.why)
        return str(WORDS[self.code])

    @property
    def final(self) -> bool:
        """The same confirmation can never be recorded: what it showed is no longer so."""
        return self.code not in _MAY_PASS


def _without_quote(why: str) -> str:
    words = gettext(
        "El precio de restaurarlo se pidió otra vez y ya no se obtuvo. %(why)s No se ha enviado nada."
    )
    return words % {"why": why}


class NotDecided(Exception):
    """A decision was refused and nothing has changed. `code` is a key of WORDS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def words(self) -> str:
        return str(WORDS[self.code])
