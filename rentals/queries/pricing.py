"""What prolonging an order or adding a service would cost, as far as the price lists of the mirror tell."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rentals import periods
from rentals.models import Order
from rentals.periods import CENT, Period
from rentals.queries import catalogue


@dataclass(frozen=True)
class Quote:
    """A price in USD. `word`: ready, fetching (the list is on its way), failed (could not be read), or unknown (the
    list is here and does not name the service: the vendor charges a price that it does not tell).
    """

    price: Decimal | None
    estimated: bool
    word: str
    wanted: Period
    """The list that tells it: to be asked for when it is not held or old."""


def of_days(country: str, service: str, days: int) -> Quote:
    """The price of `days` days of a service; several codes with commas are added up."""
    wanted, exact = periods.list_for(days)
    held = catalogue.prices(country, wanted)
    if held.word != "ready":
        return Quote(None, not exact, held.word, wanted)
    offers = [held.offer(code) for code in service.split(",") if code]
    per_day = [offer.price_day for offer in offers if offer and offer.price_day]
    if not per_day or len(per_day) != len(offers):
        return Quote(None, True, "unknown", wanted)
    price = (sum(per_day, Decimal()) * days).quantize(CENT)
    return Quote(price, not exact or any(offer.estimated for offer in offers if offer), "ready", wanted)


def of_prolonging(order: Order, period: Period) -> Quote:
    return of_days(order.country, order.service, period.days)
