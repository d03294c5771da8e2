"""The archive as its page shows it: ten rentals a page, newest first, at the same cost however many are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rentals import countries, phones
from rentals.models import Feed, Mirror, Operation, OperationTarget, Order, Person, Rental, Service, Sms
from rentals.queries.operations import order_target

PAGE = 10
MOST_PAGES = 100_000


@dataclass(frozen=True)
class ArchiveRow:
    rental: Rental
    service: str
    """The name of its service, else the vendor's code."""
    has_messages: bool
    """Whether SMS of it are kept here."""
    back: bool
    """Whether its number has this service again: it was restored, or rented anew."""
    ahead: Operation | None
    """An open operation on it."""

    @property
    def id(self) -> str:
        return self.rental.vendor_id

    @property
    def phone(self) -> str:
        number = self.rental.number
        return phones.display(number.e164) if number else "—"

    @property
    def country(self) -> countries.CountryFacts:
        return countries.country(self.rental.country)

    @property
    def can_restore(self) -> bool:
        """As far as is known; only the quote can tell for certain."""
        return self.rental.restorable is not False and not self.back and self.ahead is None


@dataclass(frozen=True)
class Progress:
    """How far the archive has been read. `whole`: to its end at least once. `coming`: a rental has just ended,
    and the worker has not read the archive since."""

    kept: int
    whole: bool
    coming: bool
    good_at: datetime | None
    failing: bool
    reason: str


@dataclass(frozen=True)
class ArchivePage:
    rows: list[ArchiveRow]
    number: int
    has_next: bool
    query: str
    progress: Progress


def page(number: int, query: str = "") -> ArchivePage:
    """The page with this number (1 is the newest). No count is made: the vendor tells no total either."""
    found = _matching(query)[(number - 1) * PAGE : number * PAGE + 1]
    rentals = list(found.select_related("number__holder"))
    return ArchivePage(_rows(rentals[:PAGE]), number, len(rentals) > PAGE, query, progress())


def one(vendor_id: str) -> ArchiveRow | None:
    rental = _with_facts(Rental.objects.filter(vendor_id=vendor_id)).select_related("number__holder").first()
    return _rows([rental])[0] if rental else None


def _matching(query: str) -> QuerySet[Rental]:
    """By any part of the number, the vendor's order number, the name of the service or country, the number's label,
    or the name of who says that they use it.
    """
    found = _with_facts(Rental.objects.order_by("-sorted_at", "-pk"))
    words = query.split()
    digits = re.sub(r"[\s()+.-]", "", query)
    if digits.isdigit():
        labelled = Q(number__label__icontains=query.strip())
        return found.filter(Q(number__e164__contains=digits) | Q(vendor_id=digits) | labelled)
    named = _Named.read() if words else _Named()
    for word in words:
        found = found.filter(named.means(word))
    return found


@dataclass(frozen=True)
class _Named:
    """What has a name, by what its name is found by. Read once for all the words of a search."""

    services: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    """A team is small."""

    @classmethod
    def read(cls) -> _Named:
        places = Rental.objects.order_by().values_list("country", flat=True).distinct()
        return cls(
            {code: countries.fold(name) for code, name in Service.objects.values_list("code", "name")},
            {code: countries.country(code).search for code in places},
            {person.pk: countries.fold(person.display_name()) for person in Person.objects.all()},
        )

    def means(self, word: str) -> Q:
        folded = countries.fold(word)
        return (
            Q(service__in=_with(folded, self.services))
            | Q(service__iexact=word)
            | Q(country__in=_with(folded, self.places))
            | Q(number__e164__contains=word)
            | Q(number__label__icontains=word)
            | Q(number__holder__in=_with(folded, self.people))
        )


def _with(folded: str, names: Mapping[Any, str]) -> list[Any]:
    return [key for key, name in names.items() if folded in name]


def is_back(rental: Rental) -> bool:
    """Whether its number has this service again: it was restored already, or rented anew."""
    if rental.number_id is None:
        return False
    return Order.objects.filter(number=rental.number_id, service=rental.service, listed=True).exists()


def _with_facts(rentals: QuerySet[Rental]) -> QuerySet[Rental]:
    again = Order.objects.filter(number=OuterRef("number"), service=OuterRef("service"), listed=True)
    kept = Sms.objects.filter(order__vendor_id=OuterRef("vendor_id"))
    return rentals.annotate(back=Exists(again), has_messages=Exists(kept))


def _rows(rentals: list[Rental]) -> list[ArchiveRow]:
    codes = {rental.service for rental in rentals}
    names = dict(Service.objects.filter(code__in=codes).values_list("code", "name"))
    targets = {order_target(rental.vendor_id): rental.vendor_id for rental in rentals}
    held = OperationTarget.objects.filter(held=True, target__in=targets).select_related("operation__person")
    ahead = {targets[row.target]: row.operation for row in held}
    return [
        ArchiveRow(
            rental,
            names.get(rental.service, rental.service),
            has_messages=bool(getattr(rental, "has_messages", False)),
            back=bool(getattr(rental, "back", False)),
            ahead=ahead.get(rental.vendor_id),
        )
        for rental in rentals
    ]


def progress() -> Progress:
    feed = Feed.objects.filter(name=Feed.Name.HISTORY).first() or Feed(name=Feed.Name.HISTORY)
    mirror = Mirror.objects.filter(pk=1).first() or Mirror()
    whole = mirror.archive_whole_at is not None
    kept = 0 if whole else Rental.objects.count()
    coming = feed.wanted_at is not None and (feed.good_at is None or feed.wanted_at > feed.good_at)
    return Progress(kept, whole, whole and coming, feed.good_at, feed.failures > 0, feed.reason)
