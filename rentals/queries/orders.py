"""The active table and the SMS of a number, from the mirror."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from rentals import countries as facts
from rentals import phones
from rentals.models import Country, Operation, OperationTarget, Order, Seen, Sms
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.models.people import Person, Role
from rentals.queries.catalogue import ALWAYS, switch_of
from rentals.queries.mirror import Health, health
from rentals.queries.operations import order_target

SOON = timedelta(days=3)
"""Below this the bar of the time left changes its colour."""
URGENT = timedelta(days=1)
ACTIVATES_LATE = timedelta(minutes=20)
"""Activating takes 10 to 15 minutes on average; after this long a person wants to know what to do."""
FAILURE_SHOWN = timedelta(hours=12)
"""How long a row tells that the last thing done with it failed."""


@dataclass(frozen=True)
class OrderRow:
    """One row of the active table: an order with what this person needs to know of it."""

    order: Order
    vendor_now: datetime
    new_sms: int
    """Messages this person has not had on the screen."""
    waiting: bool
    """The vendor says that something is there which has not been read yet."""
    ahead: Operation | None
    """An open operation on this order; its buttons are locked."""
    failed: Operation | None = None
    """The last operation on it, when that failed a short while ago and nothing has changed since."""
    always: bool = False
    """Numbers of its country need no activation and stay active."""
    seen_id: int = 0
    """The newest message this person has had on the screen."""

    @property
    def id(self) -> str:
        return self.order.vendor_id

    @property
    def phone(self) -> str:
        number = self.order.number
        return phones.display(number.e164) if number else self.order.national or "—"

    @property
    def state(self) -> str:
        return OrderState.word(self.order.state)

    @property
    def country(self) -> facts.CountryFacts:
        return facts.country(self.order.country)

    @property
    def left(self) -> timedelta | None:
        return self.order.until - self.vendor_now if self.order.until else None

    @property
    def activates_late(self) -> bool:
        """It has been activating for longer than it should take."""
        since = self.order.state_since if self.order.state == OrderState.ACTIVATING else None
        return since is not None and timezone.now() - since > ACTIVATES_LATE

    @property
    def urgent(self) -> bool:
        return self.left is not None and self.left < URGENT

    @property
    def can_activate(self) -> bool:
        return self.order.state == OrderState.INACTIVE and self.ahead is None

    @property
    def name(self) -> str:
        return self.order.service_name or self.order.service

    @property
    def label(self) -> str:
        return self.order.number.label if self.order.number else ""

    @property
    def holder(self) -> Person | None:
        """Who says "lo uso yo" of its number."""
        return self.order.number.holder if self.order.number else None

    @property
    def holder_name(self) -> str:
        return self.holder.display_name() if self.holder else ""


@dataclass(frozen=True)
class ActiveTable:
    rows: list[OrderRow]
    health: Health
    version: str
    active: int = field(default=0)
    """How many are in the state "Activo"."""


def listed_count() -> int:
    """How many orders the vendor lists, as of the last sync."""
    return Order.objects.filter(listed=True).count()


def table_version(person: Person, of: Health) -> str:
    """Changes whenever the table would look different to this person. Cheap: reads nothing of its own."""
    # The moment itself: the next one, noted by the worker soon after, must not look like the time before this one.
    flip = f"{of.next_flip_at.timestamp():.0f}" if of.next_flip_at else ""
    return f"{of.version}.{person.pk}.{person.role}.{of.word}.{of.reason}.{flip}.{int(of.flipped)}"


def role_of(version: str) -> str:
    """For which role a table of that version was drawn; empty when it does not say."""
    return next((role for role in Role.values if f".{role}." in version), "")


def active_table(person: Person, of: Health | None = None) -> ActiveTable:
    """Orders the vendor lists, the soonest to expire first. Six queries, whatever their number."""
    state = of or health()
    now = state.vendor_now
    # Said aloud: a query that counts forgets the model's own order.
    listed = with_new_sms(Order.objects.filter(listed=True), person).order_by("until", "pk")
    orders = list(listed.select_related("number"))
    _give_holders(orders)
    ahead, failed = _open_operations([order.vendor_id for order in orders]), _failed_operations()
    always = _always_active()
    rows = [
        order_row(
            order,
            now,
            ahead.get(order_target(order.vendor_id)),
            failed.get(order.pk),
            order.country in always,
        )
        for order in orders
    ]
    active = sum(row.order.state == OrderState.ACTIVE for row in rows)
    return ActiveTable(rows, state, table_version(person, state), active)


def one_row(person: Person, vendor_id: str, of: Health | None = None) -> OrderRow | None:
    """One order, listed or not, with who rented it; None when it is not known here."""
    found = with_new_sms(Order.objects.filter(vendor_id=vendor_id), person)
    order = found.select_related("number__holder", "origin__person").first()
    if order is None:
        return None
    ahead = _open_operations([vendor_id])
    now = (of or health()).vendor_now
    failed = _failed_operations(order).get(order.pk)
    always = order.country in _always_active()
    return order_row(order, now, ahead.get(order_target(vendor_id)), failed, always)


def _give_holders(orders: list[Order]) -> None:
    """Sets who holds each number. A team is small: to make a person of each row's own would take longer than this."""
    people = Person.objects.only("username", "first_name", "last_name", "is_active").in_bulk()
    for order in orders:
        if order.number and (holder := people.get(order.number.holder_id or 0)):
            order.number.holder = holder


def _always_active() -> set[str]:
    """The codes of the countries whose numbers need no activation."""
    return {row.code for row in Country.objects.all() if switch_of(row) == ALWAYS}


def order_row(
    order: Order,
    now: datetime,
    ahead: Operation | None,
    failed: Operation | None = None,
    always: bool = False,
) -> OrderRow:
    new_sms: int = getattr(order, "new_sms", 0)
    moved = failed and order.state_since and failed.settled_at and order.state_since > failed.settled_at
    return OrderRow(
        order,
        now,
        new_sms,
        waiting=order.has_new_sms and not new_sms,
        ahead=ahead,
        failed=None if moved or ahead else failed,
        always=always,
        seen_id=getattr(order, "seen_id", 0),
    )


def with_new_sms(orders: QuerySet[Order], person: Person) -> QuerySet[Order]:
    """Adds `new_sms`: messages newer than the last this person has seen of the order."""
    seen = Seen.objects.filter(person=person, order=OuterRef("pk")).values("last_sms_id")
    return orders.annotate(seen_id=Coalesce(Subquery(seen), 0)).annotate(
        new_sms=Count("messages", filter=Q(messages__id__gt=F("seen_id")))
    )


def _open_operations(vendor_ids: list[str]) -> dict[str, Operation]:
    # All held targets are few (one a person at most, as a rule); asking for each id would make a huge query.
    held = OperationTarget.objects.filter(held=True).select_related("operation__person")
    wanted = {order_target(vendor_id) for vendor_id in vendor_ids}
    return {row.target: row.operation for row in held if row.target in wanted}


def _failed_operations(of: Order | None = None) -> dict[int, Operation]:
    """By order: its last operation, where that has failed lately."""
    lately = Operation.objects.filter(
        order__isnull=False, settled_at__gt=timezone.now() - FAILURE_SHOWN
    ).order_by("settled_at", "pk")
    if of is not None:
        lately = lately.filter(order=of)
    last = {operation.order_id: operation for operation in lately}
    return {pk: done for pk, done in last.items() if pk and done.state == State.FAILED}


@dataclass(frozen=True)
class Messages:
    """SMS of an order, newest first. `looking`: a look was asked for and has not been made yet."""

    own: list[Sms]
    other: list[Sms]
    good_at: datetime | None
    reason: str
    looking: bool

    @property
    def last_id(self) -> int:
        return max((sms.pk for sms in [*self.own, *self.other]), default=0)


def messages(order: Order) -> Messages:
    found = list(Sms.objects.filter(order=order).order_by(F("date").desc(nulls_last=True), "-pk"))
    wanted, tried = order.sms_wanted_at, order.sms_tried_at
    return Messages(
        own=[sms for sms in found if not sms.other],
        other=[sms for sms in found if sms.other],
        good_at=order.sms_good_at,
        reason=order.sms_reason,
        looking=wanted is not None and (tried is None or wanted > tried),
    )
