"""What a longer period saves a day, as far as price lists already held tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from statistics import median

from django.utils import timezone

from rentals.models import PriceList
from rentals.periods import Period

HELD_FOR = timedelta(days=1)
"""Older lists say nothing of today's prices."""

Percents = Mapping[str, int]
"""Whole percent saved a day against the dearest period, by period slug; rounded down, and never 0."""


@dataclass(frozen=True)
class Savings:
    """Of one country. A service of which fewer than two periods are known saves nothing."""

    by_service: Mapping[str, Percents] = field(default_factory=dict)
    usual: Percents = field(default_factory=dict)
    """The median over the services."""

    def of(self, service: str) -> Percents:
        return self.by_service.get(service, {})


def savings(country: str) -> Savings:
    """From the lists held of this country; asks for none."""
    rates = _rates(country)
    every = {service: _percents(by_period) for service, by_period in rates.items() if len(by_period) > 1}
    seen: dict[str, list[int]] = defaultdict(list)
    for percents in every.values():
        for slug, percent in percents.items():
            seen[slug].append(percent)
    usual = {slug: int(median(values)) for slug, values in seen.items()}
    return Savings({service: _worth(percents) for service, percents in every.items()}, _worth(usual))


def _rates(country: str) -> dict[str, dict[str, Decimal]]:
    """USD a day by service and period slug; nothing when one list alone is held, which cannot be compared."""
    held = PriceList.objects.filter(country=country, fetched_at__gt=timezone.now() - HELD_FOR)
    lists = list(held.values_list("unit", "count", "rows"))
    rates: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for unit, count, rows in lists if len(lists) > 1 else ():
        for row in rows:
            if row.get("price_day") is not None and (rate := Decimal(row["price_day"])) > 0:
                rates[row["code"]][Period(unit, count).slug] = rate
    return rates


def _percents(rates: Mapping[str, Decimal]) -> dict[str, int]:
    dearest = max(rates.values())
    return {slug: int(100 - rate / dearest * 100) for slug, rate in rates.items()}


def _worth(percents: Percents) -> Percents:
    return {slug: percent for slug, percent in percents.items() if percent}
