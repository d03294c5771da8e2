"""The journal: what was done, by whom, with which outcome, and what it cost; and counts for monitoring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncMonth

from rentals.models import Correction, Operation, Order, Person
from rentals.models.operations import PAID_KINDS, FailedHow, State

PAGE = 50
MOST_EXPORTED = 100_000
ZERO = Decimal("0.00")
OUTCOMES: dict[str, Q] = {
    "open": Q(state__in=(State.RECORDED, State.SENT)),
    "done": Q(state=State.SUCCEEDED),
    "refused": Q(state=State.FAILED, failed_how=FailedHow.REFUSED),
    "not_sent": Q(state=State.FAILED, failed_how=FailedHow.NOT_SENT),
    "not_executed": Q(state=State.FAILED, failed_how=FailedHow.NOT_EXECUTED),
    "unknown": Q(state=State.UNKNOWN),
    "waiting": Q(state=State.UNKNOWN) & ~Q(waits_for_person=""),
}
"""What became of an operation, by the words of the filter."""


@dataclass(frozen=True)
class Filter:
    """Which operations are looked at. Dates are whole days of the team's time zone, both included."""

    person: str = ""
    kind: str = ""
    outcome: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None

    def matching(self) -> QuerySet[Operation]:
        found = Operation.objects.select_related("person", "order__number").order_by("-recorded_at", "-pk")
        found = found.annotate(corrected=corrected())
        if self.person:
            found = found.filter(person__username=self.person)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.outcome:
            found = found.filter(OUTCOMES[self.outcome])
        if self.number:
            found = found.filter(about_number(self.number))
        if self.since:
            found = found.filter(recorded_at__gte=midnight(self.since))
        if self.until:
            found = found.filter(recorded_at__lt=midnight(self.until + timedelta(days=1)))
        return found


def corrected() -> Subquery:
    """What a person has last corrected an operation's charge to, in USD; null where nobody has.

    The last is the one that was added last: the clock that dates them may have been put back.
    """
    said = Correction.objects.filter(operation=OuterRef("pk"), charge__isnull=False).order_by("-pk")
    return Subquery(said.values("charge")[:1])


def about_number(number: str) -> Q:
    """By any part of the phone number, however it is written, or by the vendor's order number."""
    digits = re.sub(r"\D", "", number)
    if not digits:
        return Q(pk=None)
    in_made = Q(made__number__e164__contains=digits)
    return (
        Q(order__number__e164__contains=digits)
        | Q(parameters__e164__icontains=digits)
        | Q(parameters__order=digits)
        | Q(order__vendor_id=digits)
        | Q(pk__in=Operation.objects.filter(in_made).values("pk"))
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), team_zone())


def team_zone() -> ZoneInfo:
    return ZoneInfo(settings.TEAM_TIME_ZONE)


@dataclass(frozen=True)
class JournalPage:
    operations: list[Operation]
    number: int
    has_next: bool


def page(of: Filter, number: int) -> JournalPage:
    # What the account looked like before each send is evidence, long, and not shown.
    found = list(of.matching().defer("baseline")[(number - 1) * PAGE : number * PAGE + 1])
    return JournalPage(found[:PAGE], number, len(found) > PAGE)


def export(of: Filter) -> list[Operation]:
    """All that match, the newest first; more than MOST_EXPORTED only to say that there are too many."""
    found = of.matching().defer("baseline").select_related("settled_by").prefetch_related("corrections")
    return list(found[: MOST_EXPORTED + 1])


@dataclass(frozen=True)
class Spent:
    """One person in one month. USD: what was quoted of the measured, what was charged, and the quotes "sin medir"."""

    month: date
    """Its first day. Not a moment: that would be the month before for whoever lives further west."""
    person: str
    count: int
    charged: Decimal
    quoted: Decimal
    unmeasured: Decimal
    unmeasured_count: int


def spent(of: Filter) -> list[Spent]:
    """Sums of what cost money, by month of the team's time zone and person, the newest month first.

    That is what succeeded, and what an administrator has corrected to a charge, whatever had been thought of it.
    """
    cost_money = Q(state=State.SUCCEEDED) | Q(corrected__isnull=False)
    paid = of.matching().filter(cost_money, kind__in=PAID_KINDS).order_by()
    month = TruncMonth("recorded_at", tzinfo=team_zone())
    measured = Q(real__isnull=False)
    rows = (
        paid.annotate(month=month, real=Coalesce("corrected", "charge"))
        .values("month", "person__username", "person__first_name", "person__last_name")
        .annotate(
            n=Count("pk", distinct=True),
            charged=Sum("real"),
            quoted=Sum("quote", filter=measured),
            blind=Sum("quote", filter=~measured),
            blind_n=Count("pk", filter=~measured),
        )
        .order_by("-month", "person__username")
    )
    return [
        Spent(
            row["month"].astimezone(team_zone()).date(),
            f"{row['person__first_name']} {row['person__last_name']}".strip() or row["person__username"],
            row["n"],
            row["charged"] or ZERO,
            row["quoted"] or ZERO,
            row["blind"] or ZERO,
            row["blind_n"],
        )
        for row in rows
    ]


def people() -> list[Person]:
    """Everybody who has ever asked for an operation, for the filter."""
    asked = Operation.objects.order_by().values("person").distinct()
    return list(Person.objects.filter(pk__in=asked).order_by("username"))


def corrections(operation: Operation) -> list[Correction]:
    return list(Correction.objects.filter(operation=operation).select_related("person"))


def corrected_charge(operation: Operation) -> Decimal | None:
    """The same as `corrected` for one operation. USD."""
    said = Correction.objects.filter(operation=operation, charge__isnull=False).order_by("-pk")
    return said.values_list("charge", flat=True).first()


def operations_by_state() -> dict[str, int]:
    counted = Operation.objects.order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in counted}


def orders_by_state() -> dict[int, int]:
    """Orders the vendor lists, by its number of the state."""
    counted = Order.objects.filter(listed=True).order_by().values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in counted}
