"""A limit that is in the way, in the person's words: whose, of what period, what is left, and when it renews."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from rentals.periods import CENT
from rentals.queries.budgets import ZERO, Budget, Span, Whose
from rentals.queries.journal import team_zone

_PASSED = {
    (Whose.PERSON, Span.DAY): _lazy(
        "Supera su límite de %(limit)s USD por día: esto cuesta %(price)s USD y hoy le quedan %(left)s USD."
    ),
    (Whose.PERSON, Span.MONTH): _lazy(
        "Supera su límite de %(limit)s USD por mes: esto cuesta %(price)s USD y este mes le quedan %(left)s USD."
    ),
    (Whose.TEAM, Span.DAY): _lazy(
        "Supera el límite del equipo de %(limit)s USD por día: esto cuesta %(price)s USD y hoy quedan %(left)s USD."
    ),
    (Whose.TEAM, Span.MONTH): _lazy(
        "Supera el límite del equipo de %(limit)s USD por mes: esto cuesta %(price)s USD y este mes quedan "
        "%(left)s USD."
    ),
}


def over_budget(budget: Budget, price: Decimal) -> str:
    """Three sentences: the limit, what can be done, and that nothing has been sent."""
    told = {"limit": money(budget.limit or ZERO), "price": money(price), "left": money_left(budget)}
    passed = str(_PASSED[budget.whose, budget.period]) % told
    return f"{passed} {_remedy(budget, price)} {_('No se ha enviado nada.')}"


_LEFT = {
    (Whose.PERSON, Span.DAY): _lazy("Le quedan %(left)s USD hoy (de %(limit)s)."),
    (Whose.PERSON, Span.MONTH): _lazy("Le quedan %(left)s USD este mes (de %(limit)s)."),
    (Whose.TEAM, Span.DAY): _lazy("Al equipo le quedan %(left)s USD hoy (de %(limit)s)."),
    (Whose.TEAM, Span.MONTH): _lazy("Al equipo le quedan %(left)s USD este mes (de %(limit)s)."),
}


def what_is_left(budget: Budget) -> str:
    """One sentence about a limit that applies; where nothing is left, another says when it renews."""
    told = str(_LEFT[budget.whose, budget.period]) % {
        "left": money_left(budget),
        "limit": money(budget.limit or ZERO),
    }
    return told if budget.left else f"{told} {_('Se renueva el %s.') % renewal(budget.renews_at)}"


def _remedy(budget: Budget, price: Decimal) -> str:
    if budget.limit is not None and price > budget.limit:
        return _("Ni siquiera cabe en el límite entero: pida a un administrador que lo suba.")
    return _("Se renueva el %s; si hace falta antes, pida a un administrador que lo suba.") % renewal(
        budget.renews_at
    )


def renewal(moment: datetime) -> str:
    """ "1 de diciembre a las 00:00 (hora de Europe/Madrid)": the limit is the team's, so is the clock."""
    words = dateformat.format(moment.astimezone(team_zone()), r"j \d\e F \a \l\a\s H:i")
    return _("%(when)s (hora de %(zone)s)") % {"when": words, "zone": settings.TEAM_TIME_ZONE}


def money(amount: Decimal) -> str:
    return number_format(amount.quantize(CENT, ROUND_HALF_UP), 2)


def money_left(budget: Budget) -> str:
    """Rounded down: what is said to be left can be spent."""
    return number_format((budget.left or ZERO).quantize(CENT, ROUND_FLOOR), 2)
