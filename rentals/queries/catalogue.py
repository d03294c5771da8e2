"""What may be rented, at what price, as far as the mirror knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from rentals import countries as facts
from rentals.models import Country, PriceList
from rentals.periods import Period

STALE_AFTER = timedelta(minutes=10)
"""A price list older than this is asked for again while somebody looks at it."""

FAILURE_HOLDS = timedelta(minutes=1)
"""So long the page goes on saying why a list could not be read while it is tried again."""

ALWAYS, ON_ORDER, BOTH = "always", "on_order", "both"
# Only FAST has been seen (for an always-active country); the others are recognised by their plain meaning.
_SWITCH = {"fast": ALWAYS, "slow": ON_ORDER, "normal": ON_ORDER, "mixed": BOTH, "both": BOTH, "all": BOTH}


@dataclass(frozen=True)
class CountryChoice:
    code: str
    name: str
    flag: str
    also: str
    """Folded words to find it by, beside its name and code."""
    switch: str
    """`always`, `on_order`, `both`, or empty when the vendor does not say."""


@dataclass(frozen=True)
class Offer:
    """One service of a country for one period. `price` is USD for the whole period, None when not told."""

    code: str
    name: str
    price_day: Decimal | None
    price: Decimal | None
    available: int | None
    operators: tuple[tuple[str, int], ...]
    estimated: bool
    """The vendor has a discount rule for it that is not understood: the price is an estimate."""

    @property
    def rentable(self) -> bool:
        return self.price is not None and self.price > 0 and self.available != 0


@dataclass(frozen=True)
class Prices:
    """A price list as a page needs it. `word`: ready, fetching (none held yet), failed (none held, try failed)."""

    country: str
    period: Period
    offers: tuple[Offer, ...]
    fetched_at: datetime | None
    word: str
    reason: str
    stale: bool

    def offer(self, code: str) -> Offer | None:
        return next((offer for offer in self.offers if offer.code == code), None)


def countries() -> list[CountryChoice]:
    """The vendor's listed countries, by Spanish name."""
    rows = Country.objects.filter(listed=True)
    return sorted((country_choice(row) for row in rows), key=lambda choice: facts.fold(choice.name))


def country_choice(row: Country) -> CountryChoice:
    known = facts.country(row.code, row.vendor_name)
    return CountryChoice(row.code, known.name, known.flag, known.also, switch_of(row))


def switch_of(row: Country) -> str:
    """The kind of the country's numbers; empty when the vendor does not say."""
    return _SWITCH.get(row.switch_type.strip().lower(), "")


def find_country(code: str) -> CountryChoice | None:
    row = Country.objects.filter(code=code, listed=True).first()
    return country_choice(row) if row else None


def prices(country: str, period: Period) -> Prices:
    held = PriceList.objects.filter(country=country, unit=period.unit, count=period.count).first()
    if held is None:
        return Prices(country, period, (), None, "fetching", "", stale=True)
    offers = tuple(_offer(row, period) for row in held.rows)
    word = "ready" if held.fetched_at else ("failed" if _just_failed(held) else "fetching")
    stale = held.fetched_at is None or timezone.now() - held.fetched_at > STALE_AFTER
    return Prices(country, period, offers, held.fetched_at, word, held.reason, stale)


def _just_failed(held: PriceList) -> bool:
    """The last try failed, and is not so old that the one asked for now makes it a story of the past."""
    if held.tried_at is None or not held.reason:
        return False
    waiting = held.wanted_at is not None and held.wanted_at > held.tried_at
    return not waiting or timezone.now() - held.tried_at < FAILURE_HOLDS


def _offer(row: dict[str, object], period: Period) -> Offer:
    per_day = Decimal(str(row["price_day"])) if row.get("price_day") is not None else None
    by_operator = row.get("by_operator")
    operators = tuple(sorted(by_operator.items())) if isinstance(by_operator, dict) else ()
    total = row.get("total")
    return Offer(
        code=str(row["code"]),
        name=str(row.get("name") or row["code"]),
        price_day=per_day,
        price=period.price(per_day) if per_day is not None else None,
        available=total if isinstance(total, int) else None,
        operators=operators,
        estimated=bool(row.get("discount")),
    )
