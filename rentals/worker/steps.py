"""What to do next, in order of urgency. Each step makes exactly one call, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from rentals.models import Feed, Operation, Order, Rental
from rentals.models.operations import PAID_KINDS, FailedHow, Kind
from rentals.models.orders import OrderState
from rentals.worker import archive, balance, catalogue, feeds, gates, orders, settling, sms, spending

if TYPE_CHECKING:
    from rentals.worker.loop import Worker


ROUND = 3
"""Watched numbers looked at between two steps of the others."""
_TURNS = ["countries", "services", "sms", "balance", "archive", "prices"]
"""A worker that begins goes through them in this order: without countries nobody can choose anything."""


@dataclass(frozen=True)
class Step:
    """`urgent`: a person waits for it, or money does (`money`: it leads to a send)."""

    name: str
    urgent: bool
    run: Callable[[Worker], object]
    money: bool = False


def urgent_step() -> Step | None:
    """Recorded operations first, then what a person waits for."""
    operation = spending.next_recorded()
    if operation is not None:
        return replace(_towards_sending(operation), money=True)
    known = _feeds()
    if feeds.asked(known.get(Feed.Name.BALANCE)):
        return Step("balance", True, lambda worker: balance.sync(worker.line, urgent=True))
    if feeds.asked(known.get(Feed.Name.COUNTRIES)):
        return Step("countries", True, lambda worker: catalogue.sync_countries(worker.line, urgent=True))
    if prices := catalogue.wanted():
        return Step("prices", True, lambda worker: catalogue.sync_prices(worker.line, prices, urgent=True))
    if rental := archive.quote_wanted():
        return Step("quote", True, lambda worker: archive.sync_quote(worker.line, rental))
    if order := sms.asked_for():
        return Step("sms", True, lambda worker: sms.sync(worker.line, order, urgent=True))
    return None


def _towards_sending(operation: Operation) -> Step:
    """The baseline comes first, then the balance that the charge is measured against, then the send."""
    if not gates.snapshot_is_fresh():
        if _tried_since(Feed.Name.ORDERS, operation):
            return Step("give up", True, lambda worker: spending.give_up(operation, "no_snapshot"))
        return Step("orders", True, lambda worker: sync_orders(worker, urgent=True))
    lacks_balance = operation.kind in PAID_KINDS and balance.fresh_reading() is None
    # A balance that cannot be read does not stop the purchase: its charge will be "sin medir".
    if lacks_balance and not _tried_since(Feed.Name.BALANCE, operation):
        return Step("balance", True, lambda worker: balance.sync(worker.line, urgent=True))
    if operation.kind == Kind.RESTORE and (step := _ask_quote_again(operation)):
        return step
    if operation.kind == Kind.DELETE and (order := _unread(operation)):
        return Step("sms", True, lambda worker: sms.sync(worker.line, order, urgent=True))
    return Step("send", True, lambda worker: spending.send(worker.line, worker.holder, operation))


def _unread(operation: Operation) -> Order | None:
    """What a number has received goes with it: messages that may have come since the last look are read first."""
    unread = Q(state=OrderState.ACTIVE) | Q(has_new_sms=True) | Q(sms_last_look=True)
    untried = Q(sms_tried_at=None) | Q(sms_tried_at__lt=operation.recorded_at)
    return Order.objects.filter(unread, untried, vendor_id=operation.parameters["order"]).first()


def _ask_quote_again(operation: Operation) -> Step | None:
    """Restoring may have become dearer or impossible since the person saw its price."""
    rental = Rental.objects.filter(vendor_id=operation.parameters["order"]).first()
    if rental is None:
        return None
    if rental.quote_tried_at is None or rental.quote_tried_at < operation.recorded_at:
        return Step("quote", True, lambda worker: archive.sync_quote(worker.line, rental))
    if not rental.quote_reason:
        return None
    refused = bool(rental.quote_message)
    how = FailedHow.REFUSED if refused else FailedHow.NOT_SENT
    reason = rental.quote_reason if refused else f"no_quote:{rental.quote_reason}"
    told = (reason, how, rental.quote_message)
    return Step("give up", True, lambda worker: spending.give_up(operation, *told))


def _tried_since(name: str, operation: Operation) -> bool:
    feed = Feed.objects.filter(name=name).first()
    return bool(feed and feed.tried_at and feed.tried_at >= operation.recorded_at and feed.failures)


def background_step(worker: Worker) -> Step | None:
    """Watched numbers in turn; after each round of them one step of the others, so that neither starves."""
    watched = list(sms.watched()[:ROUND])
    if watched and worker.watched_in_turn < len(watched):
        order = watched[0]
        spacing = timedelta(seconds=max(settings.SMSPVA_MIN_INTERVAL, 1.0))
        if order.sms_tried_at is None or timezone.now() - order.sms_tried_at >= spacing:
            return Step("sms", False, lambda worker: worker.look_at_watched(order))
    worker.watched_in_turn = 0
    return _next_in_turn(worker, list(_others()))


def _next_in_turn(worker: Worker, due: list[Step]) -> Step | None:
    """`orders` every second time at the latest; each of the rest in its turn, so that none waits for ever."""
    rest = [step for step in due if step.name != "orders"]
    if rest and (len(rest) == len(due) or worker.orders_had_their_turn):
        worker.orders_had_their_turn = False
        after = _TURNS.index(worker.last_of_the_rest) + 1
        turns = _TURNS[after:] + _TURNS[:after]
        chosen = min(rest, key=lambda step: turns.index(step.name))
        worker.last_of_the_rest = chosen.name
        return chosen
    worker.orders_had_their_turn = bool(due)
    return due[0] if due else None


def _others() -> Iterator[Step]:
    known = _feeds()
    if feeds.due(known.get(Feed.Name.ORDERS), orders.EVERY):
        yield Step("orders", False, sync_orders)
    if feeds.due(known.get(Feed.Name.COUNTRIES), catalogue.COUNTRIES_EVERY):
        yield Step("countries", False, lambda worker: catalogue.sync_countries(worker.line))
    if feeds.due(known.get(Feed.Name.SERVICES), catalogue.SERVICES_EVERY):
        yield Step("services", False, lambda worker: catalogue.sync_services(worker.line))
    if order := sms.unasked():
        yield Step("sms", False, lambda worker: sms.sync(worker.line, order))
    if _balance_due(known.get(Feed.Name.BALANCE)):
        yield Step("balance", False, sync_balance)
    if archive.due(known.get(Feed.Name.HISTORY)):
        yield Step("archive", False, lambda worker: archive.sync(worker.line))
    if prices := catalogue.growing_stale(timezone.now()):
        yield Step("prices", False, lambda worker: catalogue.sync_prices(worker.line, prices))


def _balance_due(feed: Feed | None) -> bool:
    missing = balance.unmeasured() or settling.waiting_for_balance()
    return feeds.due(
        feed, feeds.backoff(timedelta(0), feed.failures if feed else 0) if missing else balance.EVERY
    )


def sync_orders(worker: Worker, *, urgent: bool = False) -> None:
    if orders.sync(worker.line, urgent=urgent):
        settling.settle(after_good_sync=True)


def sync_balance(worker: Worker) -> None:
    if balance.sync(worker.line):
        settling.settle(after_good_sync=False)


def _feeds() -> dict[str, Feed]:
    """All of them by name, in one question: a look takes place seven times a second."""
    return {feed.name: feed for feed in Feed.objects.all()}
