"""Stock per country, service and operator: what the catalogue starts with, less what is rented."""

from __future__ import annotations

from functools import cache

from .catalogue import Catalogue
from .model import Order
from .world import World


def on_shelves(world: World, country: str, service: str) -> dict[str, int]:
    """Numbers free now, per operator."""
    state, first = world.state, world.catalogue.first_stock(country, service)
    free = {}
    for operator, count in first.items():
        shelf = _shelf(country, service, operator)
        free[operator] = max(state.shelves.get(shelf, count) - state.taken.get(shelf, 0), 0)
    return free


def shared(world: World, country: str, services: list[str]) -> dict[str, int]:
    """Numbers per operator that are free for all the services at once."""
    rows = [on_shelves(world, country, service) for service in services]
    return {name: min(row[name] for row in rows) for name in world.catalogue.countries[country].operators}


def choose_operator(world: World, country: str, services: list[str], wanted: str) -> str | None:
    """The operator to take a number from: the one asked for, else always active first, then the fullest."""
    free = {name: count for name, count in shared(world, country, services).items() if count > 0}
    if wanted:
        return wanted if wanted in free else None
    place = world.catalogue.countries[country]
    return max(free, key=lambda name: (place.always_active(name), free[name]), default=None)


def take(world: World, country: str, service: str, operator: str) -> None:
    """One number less on a shelf."""
    shelf = _shelf(country, service, operator)
    world.state.taken[shelf] = world.state.taken.get(shelf, 0) + 1


def give_back(world: World, order: Order) -> None:
    """The number of an ended order is for rent again (orders that took nothing give nothing back)."""
    if not order.from_stock:
        return
    shelf = _shelf(order.country, order.service, world.line_of(order).operator)
    left = world.state.taken.get(shelf, 0) - 1
    if left > 0:
        world.state.taken[shelf] = left
    else:
        world.state.taken.pop(shelf, None)


def put(world: World, country: str, service: str, operator: str, free: int) -> None:
    """Set how many numbers of a shelf are free now."""
    shelf = _shelf(country, service, operator)
    world.state.shelves[shelf] = free + world.state.taken.get(shelf, 0)


def totals(world: World) -> dict[str, dict[str, int]]:
    """Free numbers per country and service, all operators together."""
    counts = {place: dict(row) for place, row in _first_totals(world.catalogue).items()}
    for shelf in {*world.state.taken, *world.state.shelves}:
        country, service, _ = shelf.split("/")
        counts[country][service] = sum(on_shelves(world, country, service).values())
    return counts


@cache
def _first_totals(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    return {
        place: {
            row.code: sum(catalogue.first_stock(place, row.code).values())
            for row in catalogue.services_in(place)
        }
        for place in catalogue.countries
    }


def _shelf(country: str, service: str, operator: str) -> str:
    return f"{country}/{service}/{operator}"
