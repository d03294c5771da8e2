"""The last look before money is spent: why an operation must not be sent any more, as a word of the explanations.

The mirror may have moved since the person confirmed; then nothing is sent, and the person is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q
from django.utils import timezone

from rentals.models import Feed, Operation, Order, Person, Rental
from rentals.models.operations import FailedHow, Kind, State
from rentals.models.transitions import CLAIM_WITHIN
from rentals.periods import Period
from rentals.permissions import Verb, may
from rentals.queries import archive, catalogue, pricing, rules
from rentals.queries.mirror import vendor_now
from rentals.queries.operations import done_since_last_sync

SNAPSHOT_FRESH = timedelta(seconds=60)
"""The baseline of the evidence is at most this old when something is sent."""


def snapshot_is_fresh() -> bool:
    """Whether the mirror of `orders` may serve as the baseline: whole, recent, and newer than any send in doubt."""
    feed = Feed.objects.filter(name=Feed.Name.ORDERS).first()
    if feed is None or feed.good_at is None or feed.failures:
        return False
    # A time to come was written before the clock was put back: nobody knows how old it is.
    if not timedelta(0) <= timezone.now() - feed.good_at <= SNAPSHOT_FRESH:
        return False
    # What a send of unknown outcome may have made must be in the baseline, or it would be evidence for the next. A no
    # without a word is looked after too: the vendor's documents show one that names the order as a yes does.
    unclear = Q(state__in=(State.SENT, State.UNKNOWN)) | Q(failed_how=FailedHow.REFUSED, vendor_message="")
    since = Operation.objects.filter(unclear, sent_at__range=(feed.good_at, timezone.now()))
    return not since.exists()


def objection(operation: Operation) -> str:
    """Why it must not be sent any more; empty when it may. Called within the transaction that claims it."""
    if abs(timezone.now() - operation.recorded_at) > CLAIM_WITHIN:
        return "lapsed"
    # Locked until the claim is committed: whoever takes the right away comes before this send or after it.
    person = Person.objects.select_for_update().get(pk=operation.person_id)
    if not person.is_active:
        return "person_inactive"
    if not may(person, Verb.SPEND):
        return "person_may_not"
    if not snapshot_is_fresh():
        return "no_snapshot"
    for target in operation.targets.values_list("target", flat=True):
        if done_since_last_sync(target):
            return "just_done"
    return _GATES[operation.kind](operation)


def _gate_create(operation: Operation) -> str:
    asked = operation.parameters
    held = catalogue.prices(asked["country"], Period(asked["unit"], asked["count"]))
    services = asked["services"] if "services" in asked else [asked["service"]]
    offers = [held.offer(code) for code in services]
    if not all(offer and offer.rentable for offer in offers):
        return "out_of_stock"
    price = sum((offer.price or Decimal() for offer in offers if offer), Decimal())
    return "" if price == operation.quote else "price_changed"


def _order_as_shown(operation: Operation) -> tuple[Order | None, str]:
    order = Order.objects.select_related("number").filter(vendor_id=operation.parameters["order"]).first()
    if order is None or not order.listed:
        return None, "order_gone"
    shown = operation.shown
    moved = "state" in shown and order.state != shown["state"]
    until = int(order.until.timestamp()) if order.until else None
    return order, "order_moved" if moved or ("until" in shown and until != shown["until"]) else ""


def _gate_activate(operation: Operation) -> str:
    return _order_as_shown(operation)[1]


def _gate_prolong(operation: Operation) -> str:
    order, word = _order_as_shown(operation)
    if order is None or word:
        return word
    if word := rules.against_prolonging(order, vendor_now()):
        return word
    period = Period(operation.parameters["unit"], operation.parameters["count"])
    return _same_price(operation, pricing.of_prolonging(order, period))


def _gate_delete(operation: Operation) -> str:
    return _order_as_shown(operation)[1]


def _gate_add_service(operation: Operation) -> str:
    order, word = _order_as_shown(operation)
    if order is None or word:
        return word
    asked = operation.parameters
    if word := rules.against_adding(order, vendor_now()):
        return word
    if asked["days"] > rules.service_days(order, vendor_now()):
        return "too_many_days"
    if rules.carries(order, asked["service"]):
        return "service_there"
    return _same_price(operation, pricing.of_days(order.country, asked["service"], asked["days"]))


def _gate_restore(operation: Operation) -> str:
    """The worker has just asked for the quote again: a dearer one is shown instead of sent."""
    rental = Rental.objects.select_related("number").filter(vendor_id=operation.parameters["order"]).first()
    if rental is None or rental.quote_price is None or rental.quote_reason:
        return "no_quote"
    if archive.is_back(rental):
        return "already_back"
    if rental.quote_good_at is None or rental.quote_good_at < operation.recorded_at:
        return "no_quote"
    if operation.quote is None or rental.quote_price > operation.quote:
        return "price_changed"
    return ""


def fresh_quote(operation: Operation) -> dict[str, Decimal | None]:
    """The quote that was asked again just before: it may have become cheaper, and then that is what is expected."""
    if operation.kind != Kind.RESTORE:
        return {}
    quoted = Rental.objects.filter(vendor_id=operation.parameters["order"])
    return {"quote": quoted.values_list("quote_price", flat=True).first()}


def _same_price(operation: Operation, quote: pricing.Quote) -> str:
    return "" if quote.word in ("ready", "unknown") and quote.price == operation.quote else "price_changed"


_GATES: dict[str, Callable[[Operation], str]] = {
    Kind.CREATE: _gate_create,
    Kind.CREATE_MULTI: _gate_create,
    Kind.ACTIVATE: _gate_activate,
    Kind.PROLONG: _gate_prolong,
    Kind.PROLONG_DAYS: _gate_prolong,
    Kind.DELETE: _gate_delete,
    Kind.ADD_SERVICE: _gate_add_service,
    Kind.RESTORE: _gate_restore,
}
