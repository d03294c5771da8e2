"""What is for rent: countries, services, prices and the stock before anything is sold.

Codes and names are facts from public lists of the vendor; prices, discounts and stock are invented, and the
same on every start because they are computed from the names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

DISCOUNT_FROM_DAYS = 30
DISCOUNT_PERCENT = 20
DAY_STEP = 1
CENT = Decimal("0.01")
EMPTY_LIST_COUNTRY = "GI"
NO_STOCK_COUNTRY = "MT"
PAYPAL = "opt83"
CANADA_PAYPAL_DAYS = 30


@dataclass(frozen=True)
class Country:
    """`switch` is the vendor's `rent_switch_type`: FAST always active; SLOW, MIXED are names of ours."""

    code: str
    name: str
    dial: str
    prefix: str
    length: int
    switch: str
    factor: Decimal
    operators: tuple[str, ...]

    def always_active(self, operator: str) -> bool:
        """In a MIXED country the numbers of the first operator are the always active ones."""
        return self.switch == "FAST" or (self.switch == "MIXED" and operator == self.operators[0])


@dataclass(frozen=True)
class Service:
    """`price` is USD per day in a country of factor 1; `popularity` 1-3 scales the stock."""

    code: str
    name: str
    price: Decimal
    popularity: int


@dataclass(frozen=True)
class Message:
    """A template: `{6}` six digits, `{3-3}` and `{3 3}` digits in groups, `{A6}` letters and digits."""

    service: str
    sender: str
    text: str
    language: str


class Catalogue:
    """Read once from the JSON files beside this module."""

    def __init__(self) -> None:
        self.countries = {row["code"]: _country(row) for row in _rows("countries")}
        self.services = {
            row["code"]: Service(row["code"], row["name"], Decimal(row["price"]), row["popularity"])
            for row in _rows("services")
        }
        self.messages = [Message(**row) for row in _rows("messages")]

    def services_in(self, country: str) -> Iterable[Service]:
        """Every service on the list of a country, in stock or not."""
        return () if country == EMPTY_LIST_COUNTRY else self.services.values()

    def full_price_day(self, country: str, service: str) -> Decimal:
        """USD per day without discount."""
        wobble = Decimal(_number(country, service, "price") % 21 - 10) / 100
        price = self.services[service].price * self.countries[country].factor * (1 + wobble)
        return max(price.quantize(CENT, ROUND_HALF_UP), Decimal("0.10"))

    def price_day(self, country: str, service: str, days: int) -> Decimal:
        """USD per day for a rental of so many days: the discount is baked in from 30 days on."""
        price = self.full_price_day(country, service)
        if days < DISCOUNT_FROM_DAYS:
            return price
        return (price * (100 - DISCOUNT_PERCENT) / 100).quantize(CENT, ROUND_HALF_UP)

    def price(self, country: str, service: str, days: int) -> Decimal:
        """USD for the whole rental."""
        return self.price_day(country, service, days) * days

    def first_stock(self, country: str, service: str) -> dict[str, int]:
        """Numbers per operator before anything is sold; popular services are never out of stock."""
        operators = self.countries[country].operators
        popularity = self.services[service].popularity
        if country == NO_STOCK_COUNTRY or (popularity < 3 and _number(country, service, "stock") % 7 == 0):
            return dict.fromkeys(operators, 0)
        return {name: _number(country, service, name) % (40 * popularity) + 3 for name in operators}

    def minimum_days(self, country: str, service: str) -> int:
        """The shortest rental; PayPal in Canada has a longer one."""
        return CANADA_PAYPAL_DAYS if (country, service) == ("CA", PAYPAL) else 7

    def draw_number(self, country: str, dice: Random) -> str:
        """A valid number of the country as telephone libraries see it: dial code first, no plus."""
        place = self.countries[country]
        tail = "".join(dice.choice("0123456789") for _ in range(place.length - len(place.prefix)))
        return place.dial + place.prefix + tail


def _rows(name: str) -> list[dict[str, Any]]:
    path = Path(__file__).parent / "data" / f"{name}.json"
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _country(row: dict[str, Any]) -> Country:
    return Country(**{**row, "factor": Decimal(row["factor"]), "operators": tuple(row["operators"])})


@cache
def _number(*words: str) -> int:
    """A number that is always the same for the same words."""
    return crc32("/".join(words).encode())
