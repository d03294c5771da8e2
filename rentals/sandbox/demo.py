"""The seed `demo`: an account that a small team has used for half a year."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from .market import add_order, new_line
from .messages import fill
from .model import DAY, Ended, Line, Sms
from .world import HOUR, MINUTE, World

BALANCE = Decimal("42.60")
ARCHIVED = 42
SOMEBODY_ELSES_ORDER = 500_001
ARCHIVE_COUNTRIES = ("ES", "UK", "FR", "DE", "PL", "MX", "IT", "NL", "AR", "US", "RO")
ARCHIVE_SERVICES = ("opt29", "opt20", "opt1", "opt16", "opt104", "opt44", "opt2", "opt147", "opt9")

# The active number's messages: minutes ago, sender, text, service.
CONVERSATION = (
    (2900, "WhatsApp", "Your WhatsApp code: {3-3}\n\nDon't share this code with others", "opt20"),
    (1510, "WhatsApp", "Ваш код WhatsApp: {3-3}. Не сообщайте его другим.", "opt20"),
    (1490, "Google", "G-{6} es tu código de verificación de Google.", "opt1"),
    (65, "WhatsApp", "رمز واتساب الخاص بك: {3-3}\n\nلا تشارك هذا الرمز مع أحد", "opt20"),
    (1, "WhatsApp", "Tu código de WhatsApp: 671-094. No compartas este código con nadie.", "opt20"),
)


def sow_demo(world: World, now: float) -> None:
    """Ten orders in every state, 42 archived ones, 42.60 USD."""
    _sow_archive(world, int(now), Random("demo archive"))
    _sow_active(world, now)
    _sow_always_active(world, now)
    _sow_waiting(world, now)
    world.state.balance = BALANCE


def _rented(world: World, now: float, where: str, services: str, days: int, left: float) -> Line:
    """A number of an operator like "Vodafone_ES" with an order per service, `left` days before the end."""
    line = new_line(world, where.split("_")[1], where, now)
    until = int(now + left * DAY)
    for service in services.split():
        add_order(world, line, service, until - days * DAY, until, days, from_stock=True)
    line.last_online = int(now) - 26 * HOUR
    return line


def _say(line: Line, now: float, minutes: float, sender: str, text: str, service: str) -> None:
    line.sms.append(Sms(int(now - minutes * MINUTE), sender, fill(text, Random(text)), service))
    line.last_online = line.sms[-1].date


def _sow_active(world: World, now: float) -> None:
    line = _rented(world, now, "Vodafone_ES", "opt20", 30, 6.5)
    for minutes, sender, text, service in CONVERSATION:
        _say(line, now, minutes, sender, text, service)
    line.lapses_at = now + 24 * MINUTE
    line.coming = [Sms(int(now + 7 * MINUTE), "WhatsApp", "Your WhatsApp code: 804-155", "opt20")]
    for order in world.orders_on(line):
        order.has_new = True


def _sow_always_active(world: World, now: float) -> None:
    telegram = _rented(world, now, "Vodafone_UK", "opt29", 7, 3)
    _say(telegram, now, 310, "Telegram", "Telegram code: {5}", "opt29")
    _say(telegram, now, 14, "Telegram", "Código de Telegram: {5}. No se lo des a nadie.", "opt29")
    amazon = _rented(world, now, "Telekom_DE", "opt44", 30, 19.2)
    _say(amazon, now, 4000, "Amazon", "{6} es tu código de verificación (OTP) de Amazon.", "opt44")
    amazon.needs_replace = True
    discord = _rented(world, now, "Telcel_MX", "opt147", 90, 81.4)
    _say(discord, now, 9000, "Discord", "Your Discord verification code is: {6}", "opt147")
    for hours, line in enumerate((telegram, amazon, discord), start=2):
        service = world.orders_on(line)[0].service
        line.coming = [
            Sms(int(now + hours * HOUR), "INFOSMS", "Ваш код: 4471. Никому не сообщайте.", service)
        ]


def _sow_waiting(world: World, now: float) -> None:
    _rented(world, now, "Orange_FR", "opt1", 30, 12.1)
    _rented(world, now, "TIM_IT", "opt2 opt16", 60, 44.7)
    _rented(world, now, "KPN_NL", "opt83", 30, 27.9).always = False
    queued = _rented(world, now, "Play_PL", "opt16", 30, 9.6)
    queued.activates_at = now + 12 * MINUTE
    gone = _rented(world, now, "Verizon_US", "opt104", 30, 15.3)
    gone.in_system = False
    gone.last_online = int(now) - 3 * DAY


def _sow_archive(world: World, now: int, dice: Random) -> None:
    """Six months of ended rentals, oldest first; the last two weeks' can be restored, the oldest not."""
    for index in range(ARCHIVED):
        closed = now - (ARCHIVED - index) * 4 * DAY + dice.randint(0, 3 * DAY)
        row = _sow_ended(world, now, closed, dice)
        if index == ARCHIVED - 12:
            row.service = "opt12"  # no such service any more: NOSERVICEDATA, "Service not found"
        if index == ARCHIVED - 15:
            row.country = "EN"  # as in the vendor's sample: no such country, NOORDERCOUNTRY
    theirs = _sow_ended(world, now, now - 20 * DAY, dice)
    theirs.id, theirs.mine = SOMEBODY_ELSES_ORDER, False


def _sow_ended(world: World, now: int, closed: int, dice: Random) -> Ended:
    country, service = dice.choice(ARCHIVE_COUNTRIES), dice.choice(ARCHIVE_SERVICES)
    line = new_line(world, country, dice.choice(world.catalogue.countries[country].operators), closed)
    days = dice.choice((7, 7, 14, 30, 30, 60))
    deleted_early = dice.random() < 0.2
    end = closed + dice.randint(1, days - 1) * DAY if deleted_early else closed
    if now - closed > 60 * DAY and dice.random() < 0.6:
        line.works_until = now + dice.randint(1, 20) * DAY
    row = Ended(
        world.new_id(), line.number, service, country, end - days * DAY, end, closed, days,
        have_sms=dice.random() < 0.8, branch=line.branch,
    )  # fmt: skip
    world.state.history.append(row)
    return row
