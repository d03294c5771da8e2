"""The archive: rentals that have ended, as the vendor's history tells them, and what restoring one would cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rental(models.Model):
    """One row of `get_rent_history`. Times are the vendor's clock, in UTC; `begin` to `end` is the paid period.

    The quote is what `restore_user_precalc` last said: USD, days overdue, days paid ahead. It is asked for when
    `quote_wanted_at` is later than `quote_tried_at`.
    """

    vendor_id = models.CharField(max_length=64, unique=True)
    number = models.ForeignKey("rentals.Number", null=True, on_delete=models.PROTECT, related_name="rentals")
    service = models.CharField(max_length=400, blank=True, db_index=True)
    country = models.CharField(max_length=16, blank=True)
    days = models.PositiveIntegerField(null=True)
    have_sms = models.BooleanField(null=True)
    restorable = models.BooleanField(_("restaurable"), null=True)
    """What the vendor says; null when it says nothing, and then only the quote can tell."""
    begin = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    sorted_at = models.DateTimeField()
    """`closed`, else `end`, else `begin`: the archive is read newest first by it."""
    first_seen_at = models.DateTimeField()

    quote_wanted_at = models.DateTimeField(null=True)
    quote_tried_at = models.DateTimeField(null=True)
    quote_good_at = models.DateTimeField(null=True)
    quote_price = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    quote_overdue = models.PositiveIntegerField(null=True)
    quote_days = models.PositiveIntegerField(null=True)
    quote_reason = models.CharField(max_length=64, blank=True)
    """Why the last quote was refused or failed (a word of `rentals.explanations`); empty after a good one."""
    quote_message = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-sorted_at", "-pk")
        indexes = [models.Index(fields=("-sorted_at", "-id")), models.Index(fields=("quote_wanted_at",))]

    def __str__(self) -> str:
        return self.vendor_id
