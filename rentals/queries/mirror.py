"""How fresh the mirror is, whether a worker lives, and what time it is at the vendor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from rentals.models import BalanceReading, Lease, Mirror

WORKER_SILENT_AFTER = timedelta(seconds=30)
NO_LEASE_IS_THAT_LONG = timedelta(minutes=10)
"""One that ends later was taken before the clock was put back, and nobody knows whether its holder lives."""
ORDERS_LATE_AFTER = timedelta(seconds=75)


@dataclass(frozen=True)
class Health:
    """What every page says about the two gateways. Times are ours, in UTC."""

    worker_alive: bool
    worker_seen_at: datetime | None
    upstream: str
    orders_good_at: datetime | None
    orders_failing: bool
    """The last try failed, or the last good answer is too old for a living worker."""
    reason: str
    """A word of `rentals.explanations`, empty when nothing failed."""
    message: str
    """The vendor's own words, if any. Escape them."""
    version: int
    next_flip_at: datetime | None
    clock_offset: float

    @property
    def sandbox(self) -> bool:
        return self.upstream == Mirror.Upstream.SANDBOX

    @property
    def vendor_now(self) -> datetime:
        return timezone.now() + timedelta(seconds=self.clock_offset)

    @property
    def flipped(self) -> bool:
        return self.next_flip_at is not None and self.vendor_now >= self.next_flip_at

    @property
    def word(self) -> str:
        """One word for the whole: `ok`, `no_worker`, `waiting` (nothing synced yet), or `failing`."""
        if not self.worker_alive:
            return "no_worker"
        if self.orders_failing:
            return "failing"
        return "ok" if self.orders_good_at else "waiting"


@dataclass(frozen=True)
class Balance:
    amount: Decimal
    read_at: datetime


@cache
def _health_rows() -> QuerySet[Mirror, dict[str, Any]]:
    """Built once: to build the question takes as long as to ask it, and every refresh of every page begins here."""
    of_mirror = ("upstream", "version", "next_flip_at", "clock_offset")
    of_lease = ("lease__holder", "lease__expires_at", "lease__beat_at")
    of_feed = ("orders_feed__good_at", "orders_feed__failures", "orders_feed__reason", "orders_feed__message")
    rows: QuerySet[Mirror, dict[str, Any]] = Mirror.objects.filter(pk=1).values(
        *of_mirror, *of_lease, *of_feed
    )
    return rows


def health() -> Health:
    """One small read, whatever the size of the database."""
    row = next(iter(_health_rows().all()), {})
    alive = _alive(row.get("lease__holder"), row.get("lease__expires_at"))
    good_at = row.get("orders_feed__good_at")
    late = good_at is not None and timezone.now() - good_at > ORDERS_LATE_AFTER
    return Health(
        worker_alive=alive,
        worker_seen_at=row.get("lease__beat_at"),
        upstream=row.get("upstream", Mirror.Upstream.UNKNOWN),
        orders_good_at=good_at,
        orders_failing=bool(row.get("orders_feed__failures")) or (alive and late),
        reason=row.get("orders_feed__reason") or "",
        message=row.get("orders_feed__message") or "",
        version=row.get("version", 0),
        next_flip_at=row.get("next_flip_at"),
        clock_offset=row.get("clock_offset", 0.0),
    )


def lease_is_alive(lease: Lease | None) -> bool:
    return lease is not None and _alive(lease.holder, lease.expires_at)


def _alive(holder: str | None, expires_at: datetime | None) -> bool:
    if not holder or expires_at is None:
        return False
    return timedelta(0) < expires_at - timezone.now() < NO_LEASE_IS_THAT_LONG


def worker_alive() -> bool:
    return lease_is_alive(Lease.objects.filter(pk=1).first())


def clock_offset() -> timedelta:
    """What to add to our clock to get the vendor's."""
    found = Mirror.objects.filter(pk=1).values_list("clock_offset", flat=True).first()
    return timedelta(seconds=found or 0.0)


def vendor_now() -> datetime:
    return timezone.now() + clock_offset()


def balance() -> Balance | None:
    """The last balance read, or None while none has been."""
    reading = BalanceReading.objects.first()
    return Balance(reading.amount, reading.read_at) if reading else None
