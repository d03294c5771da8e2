"""Restoring an archived rental: the quote is asked for first, then confirmed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from rentals.confirmations import Confirmation
from rentals.explanations import explain_question
from rentals.models import Rental
from rentals.queries import archive
from rentals.queries import operations as known
from rentals.use_cases.plan import Plan
from rentals.use_cases.refusals import NotRecorded
from rentals.use_cases.renting import refuse_without_money

QUOTE_FRESH = timedelta(minutes=10)
"""A quote older than this is not confirmed: overdue days are counted by the vendor."""
ASK_AGAIN_AFTER = timedelta(seconds=1)


def want_quote(rental: Rental, *, older_than: timedelta = ASK_AGAIN_AFTER) -> None:
    """Asks for the price of restoring it, unless it is being asked already or was told only just now."""
    now = timezone.now()
    if waiting(rental) or (rental.quote_tried_at and now - rental.quote_tried_at < older_than):
        return
    Rental.objects.filter(pk=rental.pk).update(quote_wanted_at=now)


def waiting(rental: Rental) -> bool:
    """Whether its price has been asked for and not been tried since."""
    wanted, tried = rental.quote_wanted_at, rental.quote_tried_at
    return wanted is not None and (tried is None or wanted > tried)


def is_fresh(rental: Rental) -> bool:
    """Whether the last quote was good, and recent enough to be confirmed."""
    if rental.quote_price is None or rental.quote_reason or rental.quote_good_at is None:
        return False
    return timezone.now() - rental.quote_good_at <= QUOTE_FRESH


def plan_restore(confirmation: Confirmation) -> Plan:
    rental = (
        Rental.objects.select_related("number").filter(vendor_id=confirmation.parameters["order"]).first()
    )
    if rental is None:
        raise NotRecorded("not_archived")
    if not is_fresh(rental) or rental.quote_price is None:
        asked = explain_question(rental.quote_reason)
        raise NotRecorded("no_quote", why=str(asked.cause) if asked else "")
    if rental.quote_price != Decimal(confirmation.shown["price"]):
        raise NotRecorded("price_changed", price=rental.quote_price)
    refuse_without_money(rental.quote_price)
    if archive.is_back(rental):
        raise NotRecorded("already_back")
    targets = known.restore_targets(rental)
    return Plan(targets, quote=rental.quote_price, after=str(confirmation.shown.get("after", "")))
