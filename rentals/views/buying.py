"""What a confirmation page says about the rent that it confirms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.urls import reverse

from rentals.confirmations import Confirmation
from rentals.models import Person
from rentals.periods import Period
from rentals.queries import catalogue, mirror
from rentals.queries.catalogue import CountryChoice
from rentals.queries.operations import holder_of, last_success, mark_of, rent_target
from rentals.use_cases import wants
from rentals.use_cases.renting import total
from rentals.views.allowance import Allowance
from rentals.views.paying import Paying


@dataclass(frozen=True)
class Buying(Paying):
    """`until` by the vendor's clock; `services` are codes."""

    country: CountryChoice
    period: Period
    services: tuple[str, ...]
    name: str
    operator: str
    until: datetime
    template: str = "rent/_confirm.html"

    @classmethod
    def of(cls, confirmation: Confirmation, person: Person) -> Buying:
        asked, shown = confirmation.parameters, confirmation.shown
        services = tuple(asked["services"]) if "services" in asked else (asked["service"],)
        period = Period(asked["unit"], asked["count"])
        offers = [catalogue.prices(asked["country"], period).offer(code) for code in services]
        known = [offer for offer in offers if offer]
        targets = [rent_target(asked["country"], code) for code in services]
        done = last_success(*targets)
        return cls(
            confirmation,
            price=Decimal(shown["price"]),
            price_now=total(known) if len(known) == len(services) else None,
            estimated=bool(shown.get("estimated")),
            balance=mirror.balance(),
            ahead=next((held for target in targets if (held := holder_of(target))), None),
            done_meanwhile=done if mark_of(done) != shown.get("after", "") else None,
            worker_alive=mirror.worker_alive(),
            allowance=Allowance.of(person),
            country=catalogue.find_country(asked["country"])
            or CountryChoice(asked["country"], asked["country"], "", "", ""),
            period=period,
            services=services,
            name=str(shown.get("name") or ", ".join(services)),
            operator=str(asked.get("operator", "")),
            until=mirror.vendor_now() + timedelta(days=period.days),
        )

    def want(self) -> None:
        """What the worker should read while the person decides."""
        wants.want_balance(short=self.too_little)
        wants.want_prices(self.country.code, self.period, fresher_than=wants.FRESH_FOR_CONFIRMING)

    @property
    def back(self) -> str:
        """The query of the rental page that leads to the same choice."""
        chosen = "&".join(f"service={code}" for code in self.services)
        several = "&several=1" if len(self.services) > 1 else ""
        return f"country={self.country.code}&period={self.period.slug}&{chosen}{several}"

    @property
    def back_to(self) -> str:
        return f"{reverse('rent.page')}?{self.back}"
