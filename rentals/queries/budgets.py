"""What may still be spent: the limits of people and of the team, and what their operations have used of them.

Nothing is stored twice: what is used of a limit is the sum over the operations recorded in its period, so nothing that
has been settled can stay reserved. Days and months are those of the team's time zone. Amounts in USD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    ExpressionWrapper,
    F,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from rentals.models import Operation, Person, Team
from rentals.models.operations import OPEN_STATES, PAID_KINDS, State
from rentals.queries.journal import corrected, team_zone

ZERO = Decimal("0.00")
_SMALLEST = Decimal("0.0001")
_MONEY: DecimalField[Decimal, Decimal] = DecimalField(max_digits=14, decimal_places=4)


class Whose(StrEnum):
    PERSON = "person"
    TEAM = "team"


class Span(StrEnum):
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Used:
    """`reserved` is the quotes of operations that may still cost something; `spent` what the others cost."""

    spent: Decimal = ZERO
    reserved: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.spent + self.reserved

    def __add__(self, other: Used) -> Used:
        return Used(self.spent + other.spent, self.reserved + other.reserved)


@dataclass(frozen=True)
class Use:
    """What one person, or the team, has used of this day and of this month, whether there is a limit or not."""

    day: Used = field(default_factory=Used)
    month: Used = field(default_factory=Used)

    def __add__(self, other: Use) -> Use:
        return Use(self.day + other.day, self.month + other.month)


@dataclass(frozen=True)
class Budget:
    """One limit and what is used of it. `limit` is None where there is none: then nothing is refused by it."""

    whose: Whose
    period: Span
    limit: Decimal | None
    used: Used
    renews_at: datetime
    """The first moment of the next day or month."""

    @property
    def spent(self) -> Decimal:
        return self.used.spent

    @property
    def reserved(self) -> Decimal:
        return self.used.reserved

    @property
    def left(self) -> Decimal | None:
        """Never below zero, though a charge above its quote may have passed the limit; None without a limit."""
        return None if self.limit is None else max(self.limit - self.used.total, ZERO)

    def covers(self, price: Decimal) -> bool:
        return self.limit is None or self.used.total + price <= self.limit


@dataclass(frozen=True)
class Overview:
    """Everybody's use beside their limits: a day's and a month's budget for the team and for each person's pk."""

    team: tuple[Budget, Budget]
    people: Mapping[int, tuple[Budget, Budget]]


def budgets_of(person: Person) -> tuple[Budget, ...]:
    """The limits that apply to this person, their own and the team's. One query when there is none, else two.

    The person's limits are those of the object: read it again first where it may be old.
    """
    return applying(person, _team(), timezone.now())


def applying(person: Person, team: Team, now: datetime) -> tuple[Budget, ...]:
    """The same for limits that have been read already, as of a moment. No query when there is none, else one."""
    limits = (person.day_limit, person.month_limit, team.day_limit, team.month_limit)
    if all(limit is None for limit in limits):
        return ()
    used, ends = used_by_person(now), _ends(now)
    found = (
        *_both(Whose.PERSON, person, used.get(person.pk, Use()), ends),
        *_both(Whose.TEAM, team, _sum(used), ends),
    )
    return tuple(budget for budget in found if budget.limit is not None)


def left(person: Person) -> Decimal | None:
    """What this person may still spend now by the tightest limit; None when there is no limit."""
    return min((budget.left for budget in budgets_of(person) if budget.left is not None), default=None)


def overview(people: Iterable[Person]) -> Overview:
    """Two queries, however many people."""
    now = timezone.now()
    used, ends = used_by_person(now), _ends(now)
    of_people = {
        person.pk: _both(Whose.PERSON, person, used.get(person.pk, Use()), ends) for person in people
    }
    return Overview(_both(Whose.TEAM, _team(), _sum(used), ends), of_people)


def used_by_person(now: datetime | None = None) -> dict[int, Use]:
    """What each person has used of the day and the month of that moment, by their pk. One query.

    An operation belongs to the day and month in which it was recorded, whenever it is settled or measured.
    """
    moment = now or timezone.now()
    found: dict[int, Use] = {}
    for row in _sums(moment):
        used = Used(reserved=row["sum"]) if row["held"] else Used(spent=row["sum"])
        use = Use(used if row["today"] else Used(), used)
        found[row["person_id"]] = found.get(row["person_id"], Use()) + use
    return found


def _sums(now: datetime) -> Iterable[dict[str, Any]]:
    """Sums of this month by person, by whether it was today, and by whether they are only reserved."""
    today, month = (Q(recorded_at__gte=begins, recorded_at__lt=ends) for begins, ends in _spans(now))
    recorded = Operation.objects.filter(month, kind__in=PAID_KINDS).order_by()
    rows = (
        recorded.annotate(cost=_cost(), today=_flag(today), held=_flag(Q(state__in=OPEN_STATES)))
        .values("person_id", "today", "held")
        .annotate(sum=Sum("cost"))
    )
    # SQLite adds up in binary.
    return ({**row, "sum": row["sum"].quantize(_SMALLEST)} for row in rows)


def _cost() -> Coalesce:
    """What an operation counts for: what a person has corrected it to, else the charge, else the quote."""
    nothing = Value(ZERO, output_field=_MONEY)
    as_settled = Case(
        When(state=State.FAILED, then=nothing),
        When(state=State.SUCCEEDED, then=Coalesce(F("charge"), F("quote"), nothing, output_field=_MONEY)),
        default=Coalesce(F("quote"), nothing, output_field=_MONEY),
        output_field=_MONEY,
    )
    return Coalesce(corrected(), as_settled, output_field=_MONEY)


def _flag(condition: Q) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def _both(
    whose: Whose, of: Person | Team, use: Use, ends: tuple[datetime, datetime]
) -> tuple[Budget, Budget]:
    return (
        Budget(whose, Span.DAY, of.day_limit, use.day, ends[0]),
        Budget(whose, Span.MONTH, of.month_limit, use.month, ends[1]),
    )


def _sum(used: Mapping[int, Use]) -> Use:
    return sum(used.values(), Use())


def _team() -> Team:
    """A look changes nothing: a row that is missing is as one without limits."""
    return Team.objects.filter(pk=1).first() or Team()


def _ends(now: datetime) -> tuple[datetime, datetime]:
    (_, day), (_, month) = _spans(now)
    return day, month


def _spans(now: datetime) -> tuple[tuple[datetime, datetime], tuple[datetime, datetime]]:
    """Begin and end (which belongs to the next) of the day and of the month of that moment, in the team's zone."""
    today = now.astimezone(team_zone()).date()
    first = today.replace(day=1)
    next_first = (first + timedelta(days=31)).replace(day=1)
    return (
        (_midnight(today), _midnight(today + timedelta(days=1))),
        (_midnight(first), _midnight(next_first)),
    )


def _midnight(day: date) -> datetime:
    """Where summer time begins at midnight there is none: then it is the moment at which the clock jumps."""
    return datetime.combine(day, time(), team_zone()).astimezone(UTC)
