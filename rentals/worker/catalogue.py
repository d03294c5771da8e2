"""Keeps countries and the price lists that people look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from rentals.models import Country, Feed, PriceList, Service
from rentals.upstream import RefusalCode, Refused, UpstreamError
from rentals.upstream.reading import Answer, Reader
from rentals.upstream.rows import CountryRow, ServiceRow
from rentals.worker import feeds
from rentals.worker.line import Line

COUNTRIES_EVERY = timedelta(hours=6)
SERVICES_EVERY = timedelta(hours=24)
PRICES_EVERY = timedelta(minutes=8)
IN_USE = timedelta(minutes=20)
"""A list that a page has shown within this time is kept fresh."""


def sync_countries(line: Line, *, urgent: bool = False) -> None:
    """One call of `getcountries`. A country that is no longer listed stays known, but is not offered."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.countries(), urgent=urgent)
    except UpstreamError as problem:
        feeds.failed(Feed.Name.COUNTRIES, asked_at, problem)
        return
    with transaction.atomic():
        _keep_countries(answer.value, whole=not answer.salvaged and not answer.skipped)
        feeds.good(Feed.Name.COUNTRIES, asked_at)


def _keep_countries(rows: list[CountryRow], *, whole: bool) -> None:
    known = {row.code: (row.vendor_name, row.switch_type, row.listed) for row in Country.objects.all()}
    told = {row.code[:16]: (row.name.strip()[:120], (row.switch_type or "")[:32], True) for row in rows}
    changed = [
        Country(code=code, vendor_name=name, switch_type=switch, listed=listed)
        for code, (name, switch, listed) in told.items()
        if known.get(code) != (name, switch, listed)
    ]
    Country.objects.bulk_create(
        changed,
        update_conflicts=True,
        update_fields=["vendor_name", "switch_type", "listed"],
        unique_fields=["code"],
    )
    # An empty list would take every country from the page; the vendor has never had none.
    if rows and whole:
        Country.objects.exclude(code__in=told).update(listed=False)


def sync_services(line: Line) -> None:
    """One call of `get_default_services`: the archive tells codes only, so their names are kept."""
    asked_at = timezone.now()
    try:
        answer = line.read(lambda reader: reader.default_services())
    except UpstreamError as problem:
        feeds.failed(Feed.Name.SERVICES, asked_at, problem)
        return
    with transaction.atomic():
        keep_names({row.code: row.name for row in answer.value})
        feeds.good(Feed.Name.SERVICES, asked_at)


def keep_names(names: dict[str, str]) -> None:
    """Remembers what each service is called; a name that the vendor leaves out keeps the one that was known."""
    known = dict(Service.objects.filter(code__in=names).values_list("code", "name"))
    told = [
        Service(code=code, name=name[:120])
        for code, name in names.items()
        if name and known.get(code) != name
    ]
    Service.objects.bulk_create(told, update_conflicts=True, update_fields=["name"], unique_fields=["code"])


def sync_prices(line: Line, held: PriceList, *, urgent: bool = False) -> None:
    """One price list, one call; with operators where the vendor knows that method."""
    asked_at = timezone.now()
    plain = line.plain_lists
    try:
        answer = line.read(lambda reader: _ask(reader, held, plain=plain), urgent=urgent)
    except UpstreamError as problem:
        if not plain and isinstance(problem, Refused) and problem.code is RefusalCode.INCORRECT_METHOD:
            # The older dialect has no list with operators; the next call asks for the plain one.
            line.plain_lists = True
            return
        PriceList.objects.filter(pk=held.pk).update(
            tried_at=asked_at, failures=F("failures") + 1, reason=feeds.reason_of(problem)
        )
        return
    keep_names({row.code: row.name for row in answer.value if row.name != row.code})
    PriceList.objects.filter(pk=held.pk).update(
        rows=[_row(row) for row in answer.value],
        fetched_at=asked_at,
        tried_at=asked_at,
        failures=0,
        reason="",
    )


def _ask(reader: Reader, held: PriceList, *, plain: bool) -> Answer[list[ServiceRow]]:
    ask = reader.services if plain else reader.services_with_operators
    return ask(held.country, held.unit, held.count)


def _row(row: ServiceRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name or row.code,
        "price_day": str(row.price_day) if row.price_day is not None else None,
        "total": row.total,
        "by_operator": row.by_operator,
        # What the discount fields mean is not known; a price that may be subject to one is an estimate.
        "discount": bool(row.discount_percent),
    }


def wanted() -> PriceList | None:
    """A list that a person waits for."""
    untried = Q(tried_at=None) | Q(wanted_at__gt=F("tried_at"))
    return PriceList.objects.filter(untried, wanted_at__isnull=False).order_by("wanted_at").first()


def growing_stale(now: datetime) -> PriceList | None:
    """A list in use that will soon be too old, unless the vendor has just failed to give it."""
    in_use = PriceList.objects.filter(used_at__gt=now - IN_USE).order_by(
        F("fetched_at").asc(nulls_first=True)
    )
    for held in in_use.filter(Q(fetched_at=None) | Q(fetched_at__lt=now - PRICES_EVERY)):
        pause = feeds.backoff(timedelta(seconds=30), held.failures)
        if held.tried_at is None or now - held.tried_at >= pause:
            return held
    return None
