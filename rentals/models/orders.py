"""Numbers, the orders that rent them, and their SMS. Nothing the vendor stops showing is deleted here."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Number(models.Model):
    """A phone number (E.164). It outlives its orders: what people say of a number belongs to it."""

    e164 = models.CharField(max_length=32, unique=True)
    first_seen_at = models.DateTimeField()
    label = models.CharField(_("etiqueta"), max_length=60, blank=True)
    note = models.CharField(_("nota"), max_length=500, blank=True)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="numbers"
    )
    """Who says "lo uso yo"."""
    held_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.e164


class OrderState(models.IntegerChoices):
    """The vendor's states (`orders`, field `state`)."""

    OUT = -1, _("Fuera del sistema")
    INACTIVE = 0, _("Inactivo")
    ACTIVE = 1, _("Activo")
    ACTIVATING = 2, _("Activando")

    @classmethod
    @lru_cache(maxsize=64)
    def word(cls, state: int) -> str:
        """What a person reads. The vendor may add states: one that is not known here is told by its number."""
        return str(cls(state).label) if state in cls else gettext("Estado %s") % state


class Order(models.Model):
    """One rental of one number for one service, as `orders` shows it. Times are the vendor's clock, in UTC."""

    vendor_id = models.CharField(max_length=64, unique=True)
    number = models.ForeignKey(Number, null=True, on_delete=models.PROTECT, related_name="orders")
    service = models.CharField(max_length=400)
    """The vendor's code; several with commas when one order carries several services."""
    service_name = models.CharField(max_length=1000, blank=True)
    country = models.CharField(max_length=16, blank=True)
    operator = models.CharField(max_length=120, blank=True)
    national = models.CharField(max_length=40, blank=True)
    state = models.IntegerField(choices=OrderState, default=OrderState.INACTIVE)
    state_since = models.DateTimeField(null=True)
    """Our clock: when the present state was first seen."""
    until = models.DateTimeField(null=True)
    can_prolong = models.BooleanField(null=True)
    can_prolong_max = models.IntegerField(null=True)
    can_prolong_until = models.DateTimeField(null=True)
    last_online = models.DateTimeField(null=True)
    has_new_sms = models.BooleanField(default=False)
    needs_replace = models.BooleanField(default=False)
    listed = models.BooleanField(default=True)
    """In the last good answer of `orders`."""
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    origin = models.ForeignKey(
        "rentals.Operation", null=True, on_delete=models.PROTECT, related_name="made", db_index=True
    )
    """The operation that brought it about (rent, added service, restore); null when it came another way."""
    attempts = models.PositiveIntegerField(default=0)
    """Operations on it that have ended; part of the key of an action that needs no confirmation."""

    sms_wanted_at = models.DateTimeField(null=True)
    """A person pressed "Actualizar" (or a panel opened); served when later than `sms_tried_at`."""
    sms_tried_at = models.DateTimeField(null=True)
    sms_good_at = models.DateTimeField(null=True)
    sms_reason = models.CharField(max_length=64, blank=True)
    sms_pause = models.FloatField(default=0.0)
    """Seconds to wait before the next unasked look, grown while nothing new comes."""
    sms_last_look = models.BooleanField(default=False)
    """It has just stopped being active: one more look is due."""

    class Meta:
        ordering = ("until", "pk")
        indexes = [models.Index(fields=("listed", "until"))]

    def __str__(self) -> str:
        return self.vendor_id


class Sms(models.Model):
    """One message. The vendor gives no id: two equal messages in one answer are two rows (`copy` 0 and 1)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="messages")
    other = models.BooleanField(default=False)
    """Came to the same number for another service."""
    sender = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    date = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64)
    copy = models.PositiveSmallIntegerField(default=0)
    first_seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-date", "-pk")
        constraints = [
            models.UniqueConstraint(fields=("order", "digest", "copy"), name="one_row_a_message"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.date:%Y-%m-%d %H:%M}" if self.date else self.sender


class Watch(models.Model):
    """A person has this order's panel open; it lapses by itself."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("order", "person"), name="one_watch_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} -> {self.order_id}"


class Seen(models.Model):
    """The newest message of an order that a person has had on the screen."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_sms_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("order", "person"), name="one_seen_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.order_id} <= {self.last_sms_id}"
