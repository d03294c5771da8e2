"""Mirrors the vendor's archive, and asks what restoring one of its rentals would cost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from rentals.models import Feed, Mirror, Number, Rental
from rentals.upstream import Refused, UpstreamError
from rentals.upstream.rows import HistoryRow
from rentals.worker import feeds, orders
from rentals.worker.line import Line

TAKE = 100
OVERLAP = 5
"""Rows read twice between two pages: what is restored meanwhile moves the rows below it up."""
PATIENCE = 4
"""Pages without news, beyond as many rows as are held, after which a vendor is repeating himself."""
HEAD_EVERY = timedelta(minutes=30)


def due(feed: Feed | None) -> bool:
    """Whether a page of the archive is to be read: the next of the first mirroring, or the head again."""
    whole = Mirror.objects.filter(pk=1, archive_whole_at__isnull=False).exists()
    return feeds.due(feed, HEAD_EVERY if whole else timedelta(0))


def sync(line: Line) -> None:
    """One call of `get_rent_history`. While nothing newer is wanted, the first mirroring goes on page by page."""
    asked_at, mirror = timezone.now(), Mirror.objects.get(pk=1)
    skip = 0 if mirror.archive_whole_at else mirror.archive_skip
    try:
        answer = line.read(lambda reader: reader.history(skip, TAKE))
    except UpstreamError as problem:
        feeds.failed(Feed.Name.HISTORY, asked_at, problem)
        return
    read = len(answer.value) + answer.skipped
    following = skip + max(read - min(OVERLAP, read // 2), 1)
    with transaction.atomic():
        last_is_new = _is_new(answer.value[-1:])
        fresh = keep(answer.value, asked_at)
        feeds.good(Feed.Name.HISTORY, asked_at)
        if mirror.archive_whole_at is None:
            whole_at = asked_at if not fresh and _is_end(skip, read) else None
            Mirror.objects.filter(pk=1).update(archive_skip=following, archive_whole_at=whole_at)
        elif last_is_new:
            # More has ended since the last look than one page holds: the mirroring goes on below it.
            Mirror.objects.filter(pk=1).update(archive_skip=following, archive_whole_at=None)


def _is_new(rows: list[HistoryRow]) -> bool:
    return any(not Rental.objects.filter(vendor_id=row.id).exists() for row in rows)


def _is_end(skip: int, read: int) -> bool:
    """Whether a page without news ends the archive.

    A short page does not: a vendor may give fewer rows than were asked for. Nor does a long one: rentals that
    ended meanwhile push what is known down.
    """
    return read <= OVERLAP or skip > Rental.objects.count() + PATIENCE * read


def keep(rows: list[HistoryRow], seen_at: datetime) -> int:
    """Adds what is new, corrects what has changed, forgets nothing. Returns how many were new.

    What a row leaves empty stays as it was known. Rows that share an id are one rental with several services, as
    among the orders, and two pages may share them.
    """
    held_already = Rental.objects.filter(vendor_id__in={row.id for row in rows}).select_related("number")
    known = {rental.vendor_id: rental for rental in held_already}
    numbers = orders.numbers_of({row.e164 for row in rows if row.e164}, seen_at)
    told: dict[str, dict[str, Any]] = {
        vendor_id: {"service": rental.service} for vendor_id, rental in known.items() if rental.service
    }
    for row in rows:
        told[row.id] = _together(told.get(row.id, {}), _told(row, numbers))
    fresh: list[Rental] = []
    for vendor_id, fields in told.items():
        held = known.get(vendor_id)
        rental = held or Rental(vendor_id=vendor_id, first_seen_at=seen_at, sorted_at=seen_at)
        changed = _change(rental, fields)
        if held is None:
            fresh.append(rental)
        elif changed:
            Rental.objects.filter(pk=held.pk).update(**changed)
    Rental.objects.bulk_create(fresh)
    return len(fresh)


def _change(rental: Rental, fields: dict[str, Any]) -> dict[str, Any]:
    """Puts the fields into the rental and returns those that were different."""
    before = {name: getattr(rental, name) for name in (*fields, "sorted_at")}
    for name, value in fields.items():
        setattr(rental, name, value)
    rental.sorted_at = rental.closed or rental.end or rental.begin or rental.sorted_at
    return {name: getattr(rental, name) for name, was in before.items() if getattr(rental, name) != was}


def _together(known: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    services = {code for fields in (known, told) for code in fields.get("service", "").split(",") if code}
    joined = {"service": ",".join(sorted(services))[:400]} if services else {}
    return known | told | joined


def _told(row: HistoryRow, numbers: dict[str, Number]) -> dict[str, Any]:
    """What the row says, without what it leaves empty."""
    fields = {
        "number": numbers[row.e164] if row.e164 else None,
        "service": row.service,
        "country": row.country,
        "days": row.days,
        "have_sms": row.have_sms,
        "restorable": row.restorable,
        "begin": row.begin,
        "end": row.end,
        "closed": row.closed,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}


# --- what restoring would cost ---


def quote_wanted() -> Rental | None:
    """A rental whose price a person waits for."""
    untried = Q(quote_tried_at=None) | Q(quote_wanted_at__gt=F("quote_tried_at"))
    return Rental.objects.filter(untried, quote_wanted_at__isnull=False).order_by("quote_wanted_at").first()


def sync_quote(line: Line, rental: Rental) -> None:
    """One call of `restore_user_precalc`; a refusal is kept with its reason, and with the last good quote."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.restore_quote(rental.vendor_id), urgent=True)
    except UpstreamError as problem:
        message = problem.message if isinstance(problem, Refused) else ""
        told = {"quote_reason": feeds.reason_of(problem), "quote_message": message[:500]}
        Rental.objects.filter(pk=rental.pk).update(quote_tried_at=asked_at, **told)
        return
    found = answer.value
    if found.e164:
        # The archive may have left it out; without it nothing is restored.
        number = orders.numbers_of({found.e164}, asked_at)[found.e164]
        Rental.objects.filter(pk=rental.pk, number=None).update(number=number)
    Rental.objects.filter(pk=rental.pk).update(
        quote_tried_at=asked_at,
        quote_good_at=asked_at,
        quote_price=found.price,
        quote_overdue=found.overdue_days,
        quote_days=found.prolong_days,
        quote_reason="",
        quote_message="",
    )
