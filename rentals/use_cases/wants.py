"""What a person is waiting for, written down for the worker. None of it waits for the vendor or spends anything."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from rentals.models import Feed, Order, Person, PriceList, Seen, Watch
from rentals.models.transitions import touch
from rentals.periods import Period
from rentals.queries import catalogue
from rentals.queries import operations as known

WATCH_FOR = timedelta(seconds=60)
RENEW_WATCH_BELOW = timedelta(seconds=40)
ASK_AGAIN_AFTER = timedelta(seconds=15)
LOOK_AGAIN_AFTER = timedelta(seconds=1)
FRESH_FOR_CONFIRMING = timedelta(seconds=60)
FRESH_WHEN_SHORT = timedelta(seconds=5)


def want_prices(country: str, period: Period, *, fresher_than: timedelta = catalogue.STALE_AFTER) -> None:
    """Asks for a price list that is not held or is too old, at most once in a while however many look at it."""
    now = timezone.now()
    held = use_prices(country, period)
    if held.fetched_at and now - held.fetched_at <= fresher_than:
        return
    quiet = Q(wanted_at=None) | Q(wanted_at__lt=now - ASK_AGAIN_AFTER)
    PriceList.objects.filter(quiet, pk=held.pk).update(wanted_at=now)


def use_prices(country: str, period: Period) -> PriceList:
    """Somebody has this list open: the worker keeps it fresh, in its own time and with its pauses after failures."""
    now = timezone.now()
    held, _ = PriceList.objects.get_or_create(country=country, unit=period.unit, count=period.count)
    if held.used_at is None or now - held.used_at > RENEW_WATCH_BELOW:
        PriceList.objects.filter(pk=held.pk).update(used_at=now)
    return held


def want_balance(*, short: bool = False) -> None:
    """Asks for the balance when it is older than a minute or than the last spend: a person is about to spend.

    `short`: it did not suffice, so the account may just have been topped up.
    """
    now, fresh = timezone.now(), FRESH_WHEN_SHORT if short else FRESH_FOR_CONFIRMING
    feed, _ = Feed.objects.get_or_create(name=Feed.Name.BALANCE)
    if feed.good_at and now - feed.good_at <= fresh and not known.spent_since(feed.good_at):
        return
    quiet = Q(wanted_at=None) | Q(wanted_at__lt=now - ASK_AGAIN_AFTER)
    Feed.objects.filter(quiet, pk=feed.pk).update(wanted_at=now)


def want_basics() -> None:
    """A page is open and the mirror holds nothing yet: countries and balance are asked for at once."""
    now = timezone.now()
    for name in (Feed.Name.COUNTRIES, Feed.Name.BALANCE):
        feed, made = Feed.objects.get_or_create(name=name, defaults={"wanted_at": now})
        if not made and feed.good_at is None and feed.tried_at is None and feed.wanted_at is None:
            Feed.objects.filter(pk=feed.pk, wanted_at=None).update(wanted_at=now)


def want_sms(order: Order) -> None:
    """ "Actualizar": one look at the vendor's messages of this order, out of turn."""
    now = timezone.now()
    quiet = Q(sms_wanted_at=None) | Q(sms_wanted_at__lt=now - LOOK_AGAIN_AFTER)
    Order.objects.filter(quiet, pk=order.pk).update(sms_wanted_at=now)


def is_watching(person: Person, order: Order) -> bool:
    """Whether the order's panel is open before them, and will be for a while without being said again."""
    enough = timezone.now() + RENEW_WATCH_BELOW
    return Watch.objects.filter(order=order, person=person, until__gte=enough).exists()


def watch(person: Person, order: Order) -> bool:
    """The person has the order's messages open: the worker looks at it in turn for the next minute.

    Returns whether they had not before. Of two requests at once, one is told so.
    """
    now = timezone.now()
    held, opened = Watch.objects.get_or_create(
        order=order, person=person, defaults={"until": now + WATCH_FOR}
    )
    if opened or held.until - now >= RENEW_WATCH_BELOW:
        return opened
    renewed = Watch.objects.filter(pk=held.pk, until=held.until).update(until=now + WATCH_FOR)
    return bool(renewed) and held.until <= now


def mark_seen(person: Person, order: Order, last_sms_id: int) -> None:
    """Messages up to this one have been on the person's screen."""
    held, made = Seen.objects.get_or_create(order=order, person=person, defaults={"last_sms_id": last_sms_id})
    newer = not made and held.last_sms_id < last_sms_id
    if newer:
        Seen.objects.filter(pk=held.pk).update(last_sms_id=last_sms_id)
    if newer or (made and last_sms_id):
        # The table counts what this person has not seen, also in the other tabs.
        touch()
