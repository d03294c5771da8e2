"""Rental periods as the vendor counts them: a week is 7 days, a month 30; an order lasts 7 to 90 days."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import ngettext

DAYS = {"day": 1, "week": 7, "month": 30}
MIN_DAYS, MAX_DAYS = 7, 90
MAX_EXTRA_DAYS = 6
"""A prolongation by days is for less than a week (`prolong_max`)."""
CENT = Decimal("0.01")


@dataclass(frozen=True, order=True)
class Period:
    """`unit` is the vendor's `dtype` (week or month; day for prolonging only), `count` its `dcount`."""

    unit: str
    count: int

    @property
    def days(self) -> int:
        return DAYS[self.unit] * self.count

    @property
    def slug(self) -> str:
        return f"{self.unit}-{self.count}"

    @property
    def label(self) -> str:
        """In words: "1 mes", "2 semanas", "3 días"."""
        if self.unit == "day":
            return ngettext("%d día", "%d días", self.count) % self.count
        if self.unit == "week":
            return ngettext("%d semana", "%d semanas", self.count) % self.count
        return ngettext("%d mes", "%d meses", self.count) % self.count

    def price(self, price_day: Decimal) -> Decimal:
        """USD for the whole period: price per day x days, to the cent (how the vendor rounds is not known)."""
        return (price_day * self.days).quantize(CENT)


ALL = tuple(Period("week", n) for n in range(1, 13)) + tuple(Period("month", n) for n in range(1, 4))
_BY_SLUG = {period.slug: period for period in ALL}
DEFAULT = Period("month", 1)
EXTRA_DAYS = tuple(Period("day", n) for n in range(1, MAX_EXTRA_DAYS + 1))
PROLONGING = EXTRA_DAYS + ALL
_PROLONGING_BY_SLUG = {period.slug: period for period in PROLONGING}


def parse(slug: str) -> Period | None:
    """The period on offer with this slug ("week-2"), or None: nothing under 7 or over 90 days exists here."""
    return _BY_SLUG.get(slug)


def parse_prolonging(slug: str) -> Period | None:
    """The period by which an order may be prolonged with this slug ("day-3", "month-2"), or None."""
    return _PROLONGING_BY_SLUG.get(slug)


def list_for(days: int) -> tuple[Period, bool]:
    """The price list that tells the price of a day for so many days, and whether it is for exactly these.

    The vendor has lists for whole weeks and months only; for other lengths the list of the longest period below
    is the best there is, and the price an estimate.
    """
    exact = next((period for period in reversed(ALL) if period.days == days), None)
    if exact:
        return exact, True
    below = [period for period in ALL if period.days < days]
    return max(below, key=lambda period: period.days, default=ALL[0]), False
