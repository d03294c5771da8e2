"""Operations: everything that changes something at the vendor, one row each, and what became of it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CREATE = "create", _("Alquilar")
    CREATE_MULTI = "create_multi", _("Alquilar varios servicios")
    ACTIVATE = "activate", _("Activar")
    PROLONG = "prolong", _("Prolongar")
    PROLONG_DAYS = "prolong_max", _("Prolongar por días")
    DELETE = "delete", _("Eliminar")
    ADD_SERVICE = "add_service_to_order", _("Añadir servicio")
    RESTORE = "restore_user", _("Restaurar")


class State(models.TextChoices):
    RECORDED = "recorded", _("Enviando…")
    SENT = "sent", _("Enviando…")
    SUCCEEDED = "succeeded", _("Hecho")
    FAILED = "failed", _("No enviado")
    UNKNOWN = "unknown", _("Resultado desconocido")


class FailedHow(models.TextChoices):
    """Why a failed operation failed: said by the vendor, or it never left, or evidence showed it never ran."""

    NONE = "", ""
    REFUSED = "refused", _("Rechazado")
    NOT_SENT = "not_sent", _("No enviado")
    NOT_EXECUTED = "not_executed", _("No ejecutado")


PAID_KINDS = (
    Kind.CREATE,
    Kind.CREATE_MULTI,
    Kind.PROLONG,
    Kind.PROLONG_DAYS,
    Kind.ADD_SERVICE,
    Kind.RESTORE,
)
"""Kinds that move the balance; activating and deleting cost nothing (rent_api: charging happens at create)."""

OPEN_STATES = (State.RECORDED, State.SENT, State.UNKNOWN)


class Operation(models.Model):
    """One intent of one person.

    recorded -> sent -> succeeded | failed | unknown; unknown -> succeeded | failed; recorded -> failed. A state moves
    by one conditional update and only the winner acts. Money in USD; times are our clock, in UTC.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=24, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.RECORDED)
    failed_how = models.CharField(max_length=16, choices=FailedHow, blank=True, default="")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="operations")
    parameters = models.JSONField(default=dict)
    """What is asked of the vendor: country, service, unit, count, operator, order (the vendor's id)…"""
    shown = models.JSONField(default=dict)
    """What the person saw when confirming: price, balance, state, until. The claim compares it with the mirror."""
    quote = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    recorded_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=64, blank=True)

    order = models.ForeignKey("rentals.Order", null=True, on_delete=models.PROTECT, related_name="operations")
    """The order it acts on, or the one it made."""
    baseline = models.JSONField(null=True)
    """The vendor's orders just before the send: id -> {service, country, e164, until, state}. The evidence."""
    balance_before = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    balance_before_at = models.DateTimeField(null=True)
    balance_after = models.DecimalField(max_digits=14, decimal_places=4, null=True)
    charge = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    """The measured charge; null while not measured. `unmeasured` says that it never will be."""
    unmeasured = models.BooleanField(default=False)
    reason = models.CharField(max_length=64, blank=True)
    """A word of `rentals.explanations`: why it failed or why its outcome is not known."""
    vendor_message = models.CharField(max_length=500, blank=True)
    settled_how = models.CharField(max_length=16, blank=True)
    """answer, evidence, person, lapse or crash."""
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who decided, where evidence could not."""
    settled_note = models.CharField(max_length=500, blank=True)
    unknown_since = models.DateTimeField(null=True)
    evidence_at = models.DateTimeField(null=True)
    """When evidence that it was executed was first seen: only a balance read later tells its charge."""
    good_syncs = models.PositiveSmallIntegerField(default=0)
    """Good syncs of `orders` since the outcome became unknown that showed no evidence."""
    waits_for_person = models.CharField(max_length=200, blank=True)
    """Why evidence cannot settle it; empty otherwise."""

    class Meta:
        ordering = ("-recorded_at", "-pk")
        indexes = [models.Index(fields=("state", "recorded_at"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.key}"

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


class OperationTarget(models.Model):
    """What an operation locks while it is open: `order:40300`, or `rent:ES:opt20` for each service."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="targets")
    target = models.CharField(max_length=120)
    held = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("target",), condition=models.Q(held=True), name="one_open_operation_a_target"
            ),
        ]
        indexes = [models.Index(fields=("target", "held"))]

    def __str__(self) -> str:
        return self.target


class Correction(models.Model):
    """What a person adds to the record of a settled operation, which itself is never changed. Append-only.

    `charge` is the real charge in USD as the person knows it (from the vendor's own statement), or null when the
    note is about something else.
    """

    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="corrections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    charge = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    note = models.CharField(max_length=500)

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.operation_id}: {self.note}"
