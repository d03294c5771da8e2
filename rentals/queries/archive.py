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
    """The names of its services, else the vendor's codes."""
    has_messages: bool
    """Whether SMS of it are kept here."""
    back: bool
    """Whether its number has its service again: it was restored, or rented anew."""
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
    """What has a name, by what its name is found by. Read once for all the words of a search.

    `services` are as the rentals have them: one code, or several joined by commas.
    """

    services: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    """A team is small."""

    @classmethod
    def read(cls) -> _Named:
        # Asked for one by one: together they cost five times as much in a long archive.
        services, places = (
            Rental.objects.order_by().values_list(name, flat=True).distinct()
            for name in ("service", "country")
        )
        names = dict(Service.objects.values_list("code", "name"))
        return cls(
            {codes: countries.fold(_names(codes, names)) for codes in services},
            {code: countries.country(code).search for code in places},
            {person.pk: countries.fold(person.display_name()) for person in Person.objects.all()},
        )

    def means(self, word: str) -> Q:
        folded = countries.fold(word)
        return (
            Q(service__in=_with(folded, self.services))
            | Q(service__in=[codes for codes in self.services if word.lower() in codes.lower().split(",")])
            | Q(country__in=_with(folded, self.places))
            | Q(number__e164__contains=word)
            | Q(number__label__icontains=word)
            | Q(number__holder__in=_with(folded, self.people))
        )


def _with(folded: str, names: Mapping[Any, str]) -> list[Any]:
    return [key for key, name in names.items() if folded in name]


def is_back(rental: Rental) -> bool:
    """Whether its number has its service again: it was restored already, or rented anew.

    Of several one is enough: restoring would pay for that one twice, and the others can be added to the number.
    """
    return bool(_back([rental]))


def _back(rentals: list[Rental]) -> set[str]:
    """The vendor's ids of those that are back. One order may carry several services, and so may a rental."""
    numbers = {rental.number_id for rental in rentals if rental.number_id is not None}
    listed = Order.objects.filter(number__in=numbers, listed=True).values_list("number", "service")
    there = {(number, code) for number, codes in listed for code in codes.split(",")}
    return {
        rental.vendor_id
        for rental in rentals
        if any((rental.number_id, code) in there for code in rental.service.split(","))
    }


def _with_facts(rentals: QuerySet[Rental]) -> QuerySet[Rental]:
    kept = Sms.objects.filter(order__vendor_id=OuterRef("vendor_id"))
    return rentals.annotate(has_messages=Exists(kept))


def _rows(rentals: list[Rental]) -> list[ArchiveRow]:
    codes = {code for rental in rentals for code in rental.service.split(",")}
    names = dict(Service.objects.filter(code__in=codes).values_list("code", "name"))
    targets = {order_target(rental.vendor_id): rental.vendor_id for rental in rentals}
    held = OperationTarget.objects.filter(held=True, target__in=targets).select_related("operation__person")
    ahead, back = {targets[row.target]: row.operation for row in held}, _back(rentals)
    return [
        ArchiveRow(
            rental,
            _names(rental.service, names),
            has_messages=bool(getattr(rental, "has_messages", False)),
            back=rental.vendor_id in back,
            ahead=ahead.get(rental.vendor_id),
        )
        for rental in rentals
    ]


def _names(codes: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in codes.split(","))


def progress() -> Progress:
    feed = Feed.objects.filter(name=Feed.Name.HISTORY).first() or Feed(name=Feed.Name.HISTORY)
    mirror = Mirror.objects.filter(pk=1).first() or Mirror()
    whole = mirror.archive_whole_at is not None
    kept = 0 if whole else Rental.objects.count()
    coming = feed.wanted_at is not None and (feed.good_at is None or feed.wanted_at > feed.good_at)
    return Progress(kept, whole, whole and coming, feed.good_at, feed.failures > 0, feed.reason)
