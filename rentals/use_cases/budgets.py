"""Limits on what is spent: an intent that does not fit is not recorded, and an administrator sets them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rentals.models import Person, Team
from rentals.models.audit import AuditKind
from rentals.models.operations import PAID_KINDS
from rentals.periods import CENT
from rentals.permissions import Verb, may
from rentals.queries.budgets import Budget, applying
from rentals.use_cases.audit import note
from rentals.use_cases.refusals import NotRecorded

HIGHEST = Decimal(1_000_000)
"""USD. More than that is a slip of the finger."""


def reserve(person: Person, kind: str, price: Decimal | None) -> datetime:
    """Makes sure that the price fits every limit, and returns the moment of which that is so: record it as of then.

    To be called in the transaction that records: until its end nobody else is given what is left. Raises NotRecorded.
    """
    if kind not in PAID_KINDS:
        return timezone.now()
    team = _locked_team()
    # Who set a limit held the same lock, so it is read after it.
    limits = Person.objects.only("day_limit", "month_limit").get(pk=person.pk)
    now = timezone.now()
    if refusal := against(applying(limits, team, now), price):
        raise refusal
    return now


def against(budgets: Sequence[Budget], price: Decimal | None) -> NotRecorded | None:
    """Why something paid at this price is not recorded, if so. Of several limits the one that lasts longest is told:
    to wait for another would be in vain.
    """
    if not budgets:
        return None
    if price is None:
        return NotRecorded("unpriced")
    passed = [budget for budget in budgets if not budget.covers(price)]
    if not passed:
        return None
    worst = max(passed, key=lambda budget: (budget.renews_at, -(budget.left or 0)))
    return NotRecorded("over_budget", price=price, budget=worst)


class BadLimit(Exception):
    """A limit was not set and nothing has changed. `field` is day or month, or empty; `code` a key of WORDS."""

    WORDS = {
        "forbidden": _("Solo un administrador puede cambiar los límites."),
        "negative": _("Un límite no puede ser negativo. Déjelo vacío para no poner ninguno."),
        "absurd": _("Escriba un importe de hasta 1.000.000 USD, con dos decimales como mucho."),
    }

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.field = field

    @property
    def words(self) -> str:
        return str(self.WORDS[self.code])


def set_limits(by: Person, person: Person, day: Decimal | None, month: Decimal | None) -> bool:
    """Sets what this person may spend, in USD; None is no limit. Returns whether it was something else before.

    Raises BadLimit.
    """
    _check(by, day=day, month=month)
    with transaction.atomic():
        _locked_team()
        held = Person.objects.select_for_update().get(pk=person.pk)
        was = _told(held)
        if not _change(held, day, month):
            return False
        note(AuditKind.LIMITS_CHANGED, by, about=held, was=was, now=_told(held))
    person.day_limit, person.month_limit = day, month
    return True


def set_team_limits(by: Person, day: Decimal | None, month: Decimal | None) -> bool:
    """The same for all of the team together."""
    _check(by, day=day, month=month)
    with transaction.atomic():
        team = _locked_team()
        was = _told(team)
        if not _change(team, day, month):
            return False
        note(AuditKind.TEAM_LIMITS_CHANGED, by, was=was, now=_told(team))
    return True


def _locked_team() -> Team:
    """Whoever holds it is alone in counting what is left and in changing what it is counted against."""
    locked = Team.objects.select_for_update()
    return locked.filter(pk=1).first() or locked.get(pk=Team.only().pk)


def _check(by: Person, **limits: Decimal | None) -> None:
    if not may(by, Verb.TEAM):
        raise BadLimit("forbidden")
    for field, limit in limits.items():
        if limit is None:
            continue
        if limit.is_finite() and limit < 0:
            raise BadLimit("negative", field)
        if not limit.is_finite() or limit > HIGHEST or limit != limit.quantize(CENT):
            raise BadLimit("absurd", field)


def _change(held: Person | Team, day: Decimal | None, month: Decimal | None) -> bool:
    if (held.day_limit, held.month_limit) == (day, month):
        return False
    held.day_limit, held.month_limit = day, month
    held.save(update_fields=["day_limit", "month_limit"])
    return True


def _told(held: Person | Team) -> dict[str, str]:
    """As the audit keeps it; an empty word is no limit."""
    limits = {"day": held.day_limit, "month": held.month_limit}
    return {name: "" if limit is None else f"{limit:.2f}" for name, limit in limits.items()}
