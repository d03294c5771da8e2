"""What the worker knows of the vendor and of itself: feeds, balance, lease, clock."""

from __future__ import annotations

from django.db import models


class Mirror(models.Model):
    """One row (pk 1): whose mirror this database is, and counters that tell pages what has moved."""

    class Upstream(models.TextChoices):
        UNKNOWN = "unknown"
        SANDBOX = "sandbox"
        VENDOR = "vendor"

    upstream = models.CharField(max_length=8, choices=Upstream, default=Upstream.UNKNOWN)
    clock_offset = models.FloatField(default=0.0)
    """Seconds to add to our clock to get the vendor's, learned from the `Date` header of its answers."""
    version = models.PositiveBigIntegerField(default=0)
    """Grows whenever something that the active table shows has changed."""
    good_syncs = models.PositiveBigIntegerField(default=0)
    """Whole answers of `orders` so far; settling counts them."""
    next_flip_at = models.DateTimeField(null=True)
    """Vendor's clock: when the next row of the active table changes by time alone (7 days left, expiry)."""
    lease = models.OneToOneField("rentals.Lease", null=True, on_delete=models.SET_NULL, related_name="+")
    orders_feed = models.OneToOneField("rentals.Feed", null=True, on_delete=models.SET_NULL, related_name="+")
    """Both are kept at hand so that a page learns all of the mirror's health from one row."""
    archive_skip = models.PositiveIntegerField(default=0)
    """How far down the vendor's archive the first mirroring has come."""
    archive_whole_at = models.DateTimeField(null=True)
    """When the archive had been read to its end for the first time; null while it has not."""
    slow_until = models.DateTimeField(null=True)
    """The vendor asked for fewer calls: background intervals are doubled until then."""

    def __str__(self) -> str:
        return self.upstream

    @classmethod
    def only(cls) -> Mirror:
        """The one row, with its lease and feed, made when it is missing."""
        found = cls.objects.select_related("lease", "orders_feed").filter(pk=1).first()
        if found and found.lease and found.orders_feed:
            return found
        lease, _ = Lease.objects.get_or_create(pk=1)
        feed, _ = Feed.objects.get_or_create(name=Feed.Name.ORDERS)
        cls.objects.update_or_create(pk=1, defaults={"lease": lease, "orders_feed": feed})
        return cls.objects.select_related("lease", "orders_feed").get(pk=1)


class Feed(models.Model):
    """One thing the worker keeps in step: when it last succeeded, when it last tried, and why it failed."""

    class Name(models.TextChoices):
        ORDERS = "orders"
        BALANCE = "balance"
        COUNTRIES = "countries"
        HISTORY = "history"
        SERVICES = "services"

    name = models.CharField(max_length=16, choices=Name, primary_key=True)
    good_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True)
    """Asked for out of turn: after an operation, or by a person who waits."""
    failures = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=500, blank=True)
    """The vendor's own words, written by a stranger: always escaped."""

    def __str__(self) -> str:
        return self.name


class BalanceReading(models.Model):
    """The account's balance in USD at a moment, as the vendor said it."""

    amount = models.DecimalField(max_digits=14, decimal_places=4)
    read_at = models.DateTimeField(db_index=True)

    class Meta:
        # As they were written: a clock may be put back, and the newest would not be the first for a while.
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.amount} USD"


class Lease(models.Model):
    """Who works. One row (pk 1); a worker that does not renew within 30 s has lost it."""

    holder = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.holder
