"""What the order form shows: the choice in the address, with the prices the mirror holds for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from django.http import HttpRequest, QueryDict

from rentals.forms.rent import ChoiceForm
from rentals.models import Person
from rentals.periods import ALL, Period
from rentals.queries import catalogue, habits, mirror
from rentals.queries import savings as saved
from rentals.queries.catalogue import CountryChoice, Offer, Prices
from rentals.queries.habits import Recent
from rentals.queries.mirror import Balance
from rentals.queries.savings import Percents, Savings
from rentals.use_cases import renting, wants
from rentals.views.allowance import Allowance

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class PeriodRow:
    period: Period
    saving: int | None
    """Whole percent a day, or None when nothing is saved or known."""


@dataclass(frozen=True)
class OfferRow:
    offer: Offer
    saves: str | None
    """What its periods save, for the script: "month-1:20 month-2:22"; None when it is what most save."""
    checked: bool


@dataclass(frozen=True)
class Choice:
    """The order form as far as it has been filled in. Money in USD."""

    form: ChoiceForm
    countries: list[CountryChoice]
    country: CountryChoice | None
    period: Period
    prices: Prices | None
    balance: Balance | None
    recent: Recent
    allowance: Allowance
    savings: Savings = field(default_factory=Savings)

    @property
    def recent_countries(self) -> list[CountryChoice]:
        by_code = {country.code: country for country in self.countries}
        return [by_code[code] for code in self.recent.countries if code in by_code]

    @property
    def other_countries(self) -> list[CountryChoice]:
        """No country stands twice in the list: one of the two would not be the chosen one."""
        return [country for country in self.countries if country.code not in self.recent.countries]

    @property
    def weeks(self) -> list[PeriodRow]:
        return self._periods("week")

    @property
    def months(self) -> list[PeriodRow]:
        return self._periods("month")

    def _periods(self, unit: str) -> list[PeriodRow]:
        return [
            PeriodRow(period, self._chosen_saves.get(period.slug)) for period in ALL if period.unit == unit
        ]

    @cached_property
    def _chosen_saves(self) -> Percents:
        one = self.chosen_offers[0].code if len(self.chosen_offers) == 1 else ""
        return self.savings.of(one) if one else self.savings.usual

    @property
    def saving_shown(self) -> bool:
        """The period that is read in the closed list tells a saving, which wants its explanation."""
        return self.period.slug in self._chosen_saves

    @cached_property
    def saves(self) -> str:
        """What the periods save with most services, for the script."""
        return _percents(self.savings.usual)

    @cached_property
    def offers(self) -> list[OfferRow]:
        """Those that can be rented first, in the vendor's order; the others stay visible."""
        found = self.prices.offers if self.prices else ()
        return [self._row(offer) for offer in sorted(found, key=lambda offer: not offer.rentable)]

    def _row(self, offer: Offer) -> OfferRow:
        saves = _percents(self.savings.of(offer.code))
        return OfferRow(offer, saves if saves != self.saves else None, offer.code in self.services)

    @property
    def sold_out(self) -> bool:
        return bool(self.offers) and not any(row.offer.rentable for row in self.offers)

    @property
    def recent_offers(self) -> list[OfferRow]:
        """What the team rented last, also while it is out of stock: that is what they look for."""
        by_code = {row.offer.code: row for row in self.offers}
        return [by_code[code] for code in self.recent.services if code in by_code]

    @property
    def other_offers(self) -> list[OfferRow]:
        return [row for row in self.offers if row.offer.code not in self.recent.services]

    @property
    def several(self) -> bool:
        """One number for more than one service: the services are checkboxes."""
        return bool(self.form.chosen("several"))

    @property
    def services(self) -> tuple[str, ...]:
        return self.form.services

    @property
    def operator(self) -> str:
        operator = self.form.chosen("operator")
        return operator if operator in dict(self.operators) else ""

    @cached_property
    def chosen_offers(self) -> list[Offer]:
        """The chosen services, as far as they are on this list and can be rented."""
        found = [self.prices.offer(code) for code in self.services] if self.prices else []
        return [offer for offer in found if offer and offer.rentable]

    @cached_property
    def operators(self) -> list[tuple[str, int]]:
        """Those that have every chosen service, with the numbers of the scarcest."""
        by_offer = [dict(offer.operators) for offer in self.chosen_offers]
        if not by_offer:
            return []
        return [
            (name, min(counts[name] for counts in by_offer))
            for name in by_offer[0]
            if all(name in counts for counts in by_offer)
        ]

    @property
    def lost_service(self) -> bool:
        """A service was chosen that this country and period do not have now."""
        ready = self.prices is not None and self.prices.word == "ready"
        return ready and len(self.chosen_offers) < len(self.services)

    @property
    def available(self) -> int | None:
        """Of the scarcest service chosen; None when the vendor tells no number."""
        if not self.chosen_offers:
            return 0
        if self.operator:
            return dict(self.operators)[self.operator]
        return min(
            (offer.available for offer in self.chosen_offers if offer.available is not None), default=None
        )

    @property
    def estimated(self) -> bool:
        return any(offer.estimated for offer in self.chosen_offers)

    @property
    def total(self) -> Decimal:
        return (renting.total(self.chosen_offers) or ZERO) if self.available != 0 else ZERO

    @property
    def left_after(self) -> Decimal | None:
        return self.balance.amount - self.total if self.balance else None

    @property
    def short(self) -> bool:
        """The balance is known, and too small for what is chosen."""
        return bool(self.chosen_offers) and self.left_after is not None and self.left_after < 0

    @property
    def over(self) -> bool:
        """What is chosen does not fit a limit."""
        return bool(self.chosen_offers) and self.allowance.against(self.total) is not None

    @property
    def version(self) -> str:
        """Of the price list on the page: another one when it is worth drawing again."""
        if self.prices is None:
            return ""
        read = f"{self.prices.fetched_at.timestamp():.0f}" if self.prices.fetched_at else ""
        return f"{self.prices.word}{read}{self.prices.reason}"

    @property
    def query(self) -> str:
        """The choice as the query of an address of the rental page."""
        out = QueryDict(mutable=True)
        out["country"] = self.country.code if self.country else ""
        out["period"] = self.period.slug
        out["several"] = "1" if self.several else ""
        out.setlist("service", list(self.services))
        out["operator"] = self.operator
        for name in [name for name, value in out.items() if not value]:
            del out[name]
        return out.urlencode()


def read(request: HttpRequest, person: Person, form_class: type[ChoiceForm] = ChoiceForm) -> Choice:
    """Reads the address, asks the worker for prices that are not held or old, and returns what is known now."""
    countries, recent = catalogue.countries(), habits.recent(person)
    by_code = {country.code: country for country in countries}
    data = _with_habit(request, person)
    form = form_class(data, countries=frozenset(by_code))
    form.is_valid()
    country, period = by_code.get(form.chosen("country")), form.period_chosen
    prices, savings = None, Savings()
    if country:
        if not form.errors:
            # A mistake in the address changes nothing, not even what the worker will ask for.
            # Nor does a page that looks again by itself ("v"): many of them must not press a vendor that is down.
            ask = wants.use_prices if "v" in request.GET else wants.want_prices
            ask(country.code, period)
        prices, savings = catalogue.prices(country.code, period), saved.savings(country.code)
    limits = Allowance.of(person)
    return Choice(form, countries, country, period, prices, mirror.balance(), recent, limits, savings)


def _percents(saves: Percents) -> str:
    return " ".join(f"{slug}:{percent}" for slug, percent in sorted(saves.items()))


def _with_habit(request: HttpRequest, person: Person) -> QueryDict:
    data = request.GET.copy()
    if "country" not in data and (usual := habits.usual_country(person)) and catalogue.find_country(usual):
        data["country"] = usual
    return data
