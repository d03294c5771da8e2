"""Plans for renting a number: for one service, or for several at once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rentals import periods
from rentals.confirmations import Confirmation
from rentals.queries import catalogue, mirror
from rentals.queries import operations as known
from rentals.use_cases.plan import Plan
from rentals.use_cases.refusals import NotRecorded

MOST_SERVICES = 10
"""On one number: more than anybody needs, and few enough for one address."""


def check_rent(country: str, period_slug: str, service: str, operator: str = "") -> catalogue.Offer:
    """The offer a rent would buy. Raises NotRecorded when it cannot be bought as far as the mirror knows."""
    held = _prices(country, period_slug)
    offer = held.offer(service)
    if offer is None:
        raise NotRecorded("unknown_service")
    available = dict(offer.operators).get(operator) if operator else offer.available
    if operator and available is None:
        raise NotRecorded("unknown_operator")
    if not offer.rentable or available == 0:
        raise NotRecorded("out_of_stock")
    return offer


def check_rent_of_several(
    country: str, period_slug: str, services: Sequence[str], operator: str = ""
) -> list[catalogue.Offer]:
    """The offers of a rent of several services on one number. Raises NotRecorded as `check_rent` does."""
    if len(set(services)) != len(services) or not 2 <= len(services) <= MOST_SERVICES:
        raise NotRecorded("unknown_service" if len(set(services)) != len(services) else "too_many_services")
    return [check_rent(country, period_slug, service, operator) for service in services]


def _prices(country: str, period_slug: str) -> catalogue.Prices:
    period = periods.parse(period_slug)
    if period is None:
        raise NotRecorded("unknown_period")
    if catalogue.find_country(country) is None:
        raise NotRecorded("unknown_country")
    held = catalogue.prices(country, period)
    if held.fetched_at is None:
        raise NotRecorded("no_prices")
    return held


def plan_create(confirmation: Confirmation) -> Plan:
    asked = confirmation.parameters
    offer = check_rent(asked["country"], _slug(asked), asked["service"], asked.get("operator", ""))
    return _plan(confirmation, [offer])


def plan_create_multi(confirmation: Confirmation) -> Plan:
    asked = confirmation.parameters
    return _plan(
        confirmation,
        check_rent_of_several(asked["country"], _slug(asked), asked["services"], asked.get("operator", "")),
    )


def _slug(asked: dict[str, object]) -> str:
    return f"{asked['unit']}-{asked['count']}"


def _plan(confirmation: Confirmation, offers: list[catalogue.Offer]) -> Plan:
    price = total(offers)
    if price is None or price != Decimal(confirmation.shown["price"]):
        raise NotRecorded("price_changed", price=price)
    refuse_without_money(price)
    country = confirmation.parameters["country"]
    targets = [known.rent_target(country, offer.code) for offer in offers]
    return Plan(targets, quote=price, after=str(confirmation.shown.get("after", "")))


def total(offers: list[catalogue.Offer]) -> Decimal | None:
    """USD for all of them; None when the price of one is not told."""
    prices = [offer.price for offer in offers]
    return None if None in prices or not prices else sum((p for p in prices if p is not None), Decimal())


def refuse_without_money(price: Decimal | None) -> None:
    """Raises NotRecorded when the balance as last read does not cover the price."""
    balance = mirror.balance()
    if price is not None and balance is not None and balance.amount < price:
        raise NotRecorded("no_money", price=price)
