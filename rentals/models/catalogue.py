"""What may be rented: the vendor's countries and its price lists."""

from __future__ import annotations

from django.db import models


class Country(models.Model):
    """A country as the vendor lists it (`getcountries`). `code` is the vendor's own, which is not always ISO."""

    code = models.CharField(max_length=16, unique=True)
    vendor_name = models.CharField(max_length=120, blank=True)
    switch_type = models.CharField(max_length=32, blank=True)
    """The vendor's word for always active / on order / both; empty when it says nothing."""
    listed = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class Service(models.Model):
    """The name of a rental service by its code ("opt20": "WhatsApp"), from wherever the vendor last told it."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code


class PeriodUnit(models.TextChoices):
    WEEK = "week"
    MONTH = "month"


class PriceList(models.Model):
    """The services of a country for one exact period. Prices differ between periods, so each is asked for.

    `rows` is a list of objects: `code`, `name`, `price_day` (decimal text, USD per day, or null), `total` (numbers
    available, or null when not told), `by_operator` (name -> available, or null).
    """

    country = models.CharField(max_length=16)
    unit = models.CharField(max_length=8, choices=PeriodUnit)
    count = models.PositiveSmallIntegerField()
    rows = models.JSONField(default=list)
    fetched_at = models.DateTimeField(null=True)
    """The last good answer; null while none has come."""
    wanted_at = models.DateTimeField(null=True)
    """When a person last waited for it; the worker serves it when later than `tried_at`."""
    used_at = models.DateTimeField(null=True)
    """When a page last showed it; lists in use are kept fresh."""
    tried_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=64, blank=True)
    """Why the last try failed (a word of `rentals.explanations`); empty after a good one."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("country", "unit", "count"), name="one_price_list_a_period"),
        ]
        indexes = [models.Index(fields=("wanted_at",)), models.Index(fields=("used_at",))]

    def __str__(self) -> str:
        return f"{self.country} {self.count} {self.unit}"
