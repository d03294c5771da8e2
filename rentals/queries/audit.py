"""The audit: what happened, who did it, to whom and with which number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from rentals.models import AuditEntry, Operation, Person
from rentals.queries.journal import MOST_EXPORTED, PAGE, about_number, midnight

LATEST = 10


@dataclass(frozen=True)
class Filter:
    """Which entries are looked at; people by user name. Dates are whole days of the team's time zone."""

    person: str = ""
    kind: str = ""
    about: str = ""
    number: str = ""
    since: date | None = None
    until: date | None = None

    def matching(self) -> QuerySet[AuditEntry]:
        found = _with_what_they_name(AuditEntry.objects.all())
        if self.person:
            found = found.filter(person__username=self.person)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.about:
            found = found.filter(about__username=self.about)
        if self.number:
            found = found.filter(_with_number(self.number))
        if self.since:
            found = found.filter(at__gte=midnight(self.since))
        if self.until:
            found = found.filter(at__lt=midnight(self.until + timedelta(days=1)))
        return found


def _with_number(number: str) -> Q:
    """By any part of a phone number, also of the one that an operation was about."""
    digits = re.sub(r"\D", "", number)
    if not digits:
        return Q(pk=None)
    operations = Operation.objects.filter(about_number(number)).order_by().values("pk")
    return Q(number__e164__contains=digits) | Q(operation__in=operations)


def _with_what_they_name(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """A sentence is written without a query of its own."""
    named = ("person", "about", "number", "operation__person", "operation__order__number")
    return entries.select_related(*named).order_by("-at", "-pk")


@dataclass(frozen=True)
class AuditPage:
    entries: list[AuditEntry]
    number: int
    has_next: bool


def page(of: Filter, number: int) -> AuditPage:
    found = list(of.matching()[(number - 1) * PAGE : number * PAGE + 1])
    return AuditPage(found[:PAGE], number, len(found) > PAGE)


def export(of: Filter) -> list[AuditEntry]:
    """All that match, the newest first; more than MOST_EXPORTED only to say that there are too many."""
    return list(of.matching()[: MOST_EXPORTED + 1])


def latest(person: Person) -> list[AuditEntry]:
    """The last things that the person did or that were done to them."""
    entries = AuditEntry.objects.filter(Q(person=person) | Q(about=person))
    return list(_with_what_they_name(entries)[:LATEST])


def people() -> list[Person]:
    """Everybody, for the filter."""
    return list(Person.objects.order_by("username"))
