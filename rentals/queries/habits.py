"""What the team does as a rule, so that a form can begin there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from rentals.models import Operation, Order, Person
from rentals.models.operations import Kind, State

RECENT = 5
LOOKED_AT = 100
"""So many of the newest rows are looked through; who rents the same a hundred times has few habits to show."""


@dataclass(frozen=True)
class Recent:
    """The vendor's codes, the last used first, at most RECENT of each."""

    countries: tuple[str, ...]
    """Where this person rented last, then the team."""
    services: tuple[str, ...]
    """For what the team rented last."""


def recent(person: Person) -> Recent:
    mine = Operation.objects.filter(person=person, kind=Kind.CREATE).exclude(state=State.FAILED)
    own = [asked.get("country", "") for asked in mine.values_list("parameters", flat=True)[:LOOKED_AT]]
    # Each rent becomes an order here, also one made on the vendor's own page; the newest row came last.
    orders = list(Order.objects.order_by("-pk").values_list("country", "service")[:LOOKED_AT])
    services = (code.strip() for _, codes in orders for code in codes.split(","))
    return Recent(_first([*own, *(country for country, _ in orders)]), _first(services))


def _first(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in codes if code))[:RECENT]


def usual_country(person: Person) -> str:
    """The country this person rented in last, else the one with most of the team's numbers, else nothing."""
    last = (
        Operation.objects.filter(person=person, kind=Kind.CREATE).values_list("parameters", flat=True).first()
    )
    if last and last.get("country"):
        return str(last["country"])
    listed = Order.objects.filter(listed=True).exclude(country="").values("country")
    most = listed.annotate(orders=Count("pk")).order_by("-orders", "country").first()
    return most["country"] if most else ""
