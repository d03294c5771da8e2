"""What costs money or changes an order: renting, prolonging, adding a service, deleting, restoring.

Every function checks everything first and changes the world last, so a refusal changes nothing.
The texts of refusals marked "ours" are not known from the vendor.
"""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from random import Random

from . import life, stock
from .model import DAY, Ended, Line, Order
from .world import World

MAX_DAYS = 90
PROLONG_BELOW_DAYS = 7
MAX_EXTRA_DAYS = 6
RESTORE_DAYS = 30
DURATION = "Incorrect duration count. Min {} days. Max {} days."
NO_NUMBER = "No number available"
NO_MONEY = "Insufficient balance"
TOO_EARLY = "You can prolong number only if before expiring date left less 7 days"
OUT_OF_SYSTEM = "Phone number not in the system"  # ours
ALREADY_RENTED = "Service is already rented on this number"  # ours
WRONG_NUMBER = "Incorrect phone number"  # ours
NO_PROVIDER = "Incorrect provider"  # ours


class Refused(Exception):
    """The vendor says no; the argument is its `msg`."""


def rent(
    world: World, country: str, services: list[str], days: int, now: float, provider: str = ""
) -> list[Order]:
    """One number for all the services, an order for each; Refused for period, stock or money."""
    least = max(world.catalogue.minimum_days(country, service) for service in services)
    check_days(days, least)
    if provider and provider not in world.catalogue.countries[country].operators:
        raise Refused(NO_PROVIDER)
    operator = stock.choose_operator(world, country, services, provider)
    if operator is None:
        raise Refused(NO_NUMBER)
    charge(world, sum((world.catalogue.price(country, code, days) for code in services), Decimal()))
    line = new_line(world, country, operator, now)
    until = int(now) + days * DAY
    orders = [add_order(world, line, code, int(now), until, days, from_stock=True) for code in services]
    life.start_life(world, line, now)
    return orders


def add_service(world: World, order: Order, service: str, pnumber: str, days: int, now: float) -> Order:
    """Another service on the number of an order, for `days` from now; a new order row."""
    check_days(days, 1)
    line = world.line_of(order)
    if pnumber.lstrip("+") != line.number:
        raise Refused(WRONG_NUMBER)
    if any(other.service == service for other in world.orders_on(line)):
        raise Refused(ALREADY_RENTED)
    charge(world, world.catalogue.price(order.country, service, days))
    return add_order(world, line, service, int(now), int(now) + days * DAY, days)


def prolong(world: World, order: Order, days: int, now: float) -> None:
    """Move the expiry by `days`; only in the last 7 days, and never to more than 90 days from now."""
    if life.days_left(order, now) >= PROLONG_BELOW_DAYS:
        raise Refused(TOO_EARLY)
    if order.until + days * DAY > now + MAX_DAYS * DAY:
        raise Refused(DURATION.format(PROLONG_BELOW_DAYS, MAX_DAYS))
    if not world.line_of(order).in_system:
        raise Refused(OUT_OF_SYSTEM)
    charge(world, world.catalogue.price(order.country, order.service, days))
    order.until += days * DAY
    order.days += days


def activate(world: World, order: Order, now: float) -> None:
    """Put the number into the activation queue; a second time changes nothing."""
    line = world.line_of(order)
    if not line.in_system:
        raise Refused(OUT_OF_SYSTEM)
    life.start_activation(world, line, now)


def overdue_days(row: Ended, now: float) -> int:
    """Days begun since the paid period ended; 0 for an order deleted before its end."""
    return max(ceil((now - row.end) / DAY), 0)


def restore_price(world: World, row: Ended, now: float) -> tuple[Decimal, Decimal]:
    """(overdue days without discount, 30 days of rent in advance), both USD."""
    overdue = world.catalogue.full_price_day(row.country, row.service) * overdue_days(row, now)
    return overdue, world.catalogue.price(row.country, row.service, RESTORE_DAYS)


def restore_refusal(world: World, row: Ended, now: float) -> str:
    """The code that stands in the way of restoring a row, money apart; "" when nothing does."""
    if not row.mine:
        return "NOTOWNER"
    if row.country not in world.catalogue.countries:
        return "NOORDERCOUNTRY"
    if row.service not in world.catalogue.services:
        return "NOSERVICEDATA"
    line = world.state.lines[row.number]
    if any(order.service == row.service for order in world.orders_on(line)):
        return "DATEDIFFINVERT"
    if line.works_until < now + RESTORE_DAYS * DAY:
        return "NOAVAILDAYS"
    return row.refusal


def restore(world: World, row: Ended, now: float) -> Order:
    """Rent the archived number again for 30 days, under a new id."""
    overdue, advance = restore_price(world, row, now)
    if world.state.balance < overdue:
        raise Refused("NOBALANCE")
    charge(world, overdue + advance, "Balance is not enough")
    line = world.state.lines[row.number]
    asleep = not line.orders
    order = add_order(world, line, row.service, int(now), int(now) + RESTORE_DAYS * DAY, RESTORE_DAYS)
    if asleep:
        life.start_life(world, line, now)
    return order


def check_days(days: int, least: int, most: int = MAX_DAYS) -> None:
    """Refused with the vendor's words when a period is out of bounds."""
    if not least <= days <= most:
        raise Refused(DURATION.format(least, most))


def charge(world: World, amount: Decimal, refusal: str = NO_MONEY) -> None:
    """Take money from the balance, or refuse."""
    if world.state.balance < amount:
        raise Refused(refusal)
    world.state.balance -= amount


def new_line(world: World, country: str, operator: str, now: float) -> Line:
    """A number nobody has had before."""
    dice = Random(f"{world.state.seed}/number/{world.state.next_id}")
    number = world.catalogue.draw_number(country, dice)
    while number in world.state.lines:
        number = world.catalogue.draw_number(country, dice)
    place = world.catalogue.countries[country]
    line = Line(
        number=number,
        dial=place.dial,
        country=country,
        operator=operator,
        always=place.always_active(operator),
        works_until=int(now) + dice.randint(400, 700) * DAY,
        branch=dice.randint(1000, 1999),
    )
    world.state.lines[number] = line
    return line


def add_order(
    world: World, line: Line, service: str, begin: int, until: int, days: int, from_stock: bool = False
) -> Order:
    """Write down an order on a number; money and rules are the caller's business."""
    order = Order(world.new_id(), line.number, service, line.country, begin, until, days, from_stock)
    world.state.orders[order.id] = order
    line.orders.append(order.id)
    if from_stock:
        stock.take(world, line.country, service, line.operator)
    return order
