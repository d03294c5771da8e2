"""The dialogs about a number that is rented: prolong it, add a service, delete it. Each leads to a confirmation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache

from rentals import confirmations, periods
from rentals.forms.holding import ProlongForm, ServiceForm
from rentals.models import Person
from rentals.periods import Period
from rentals.permissions import Verb
from rentals.queries import catalogue, mirror, pricing, rules
from rentals.queries.catalogue import Offer
from rentals.queries.mirror import Balance
from rentals.queries.orders import OrderRow, one_row
from rentals.queries.pricing import Quote
from rentals.use_cases import wants
from rentals.use_cases.holding import check_service, period_kind, shown_of
from rentals.use_cases.refusals import WORDS, NotRecorded
from rentals.views.allowance import Allowance
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET
from rentals.views.outcomes import busy_words


@dataclass(frozen=True)
class Choosing:
    """A dialog in which something is chosen for an order. `against`: why it cannot be done now, in words."""

    row: OrderRow
    form: ProlongForm | ServiceForm
    quote: Quote
    balance: Balance | None
    against: str
    worker_alive: bool
    allowance: Allowance

    @cached_property
    def over(self) -> NotRecorded | None:
        """Why its confirmation would be refused as things are: it does not fit a limit. Not while nothing is known."""
        return self.allowance.against(self.quote.price) if self.ready and self.chosen_anything else None

    @property
    def too_little(self) -> bool:
        """The balance is known, and smaller than the price."""
        price = self.quote.price
        return price is not None and self.balance is not None and self.balance.amount < price

    @property
    def chosen_anything(self) -> bool:
        return True

    @property
    def fetching(self) -> bool:
        return self.quote.word == "fetching" and self.worker_alive and not self.against

    @property
    def ready(self) -> bool:
        return not self.against and self.quote.word in ("ready", "unknown")


@dataclass(frozen=True)
class Prolonging(Choosing):
    opens: datetime | None
    """From when it can be prolonged, where that alone is in the way."""

    @property
    def groups(self) -> list[tuple[str, tuple[Period, ...]]]:
        weeks = tuple(period for period in periods.ALL if period.unit == "week")
        months = tuple(period for period in periods.ALL if period.unit == "month")
        return [("days", periods.EXTRA_DAYS), ("weeks", weeks), ("months", months)]

    @property
    def period(self) -> Period:
        assert isinstance(self.form, ProlongForm)
        return self.form.chosen

    @property
    def until(self) -> datetime | None:
        """The expiry after it, by the vendor's clock."""
        return self.row.order.until + timedelta(days=self.period.days) if self.row.order.until else None


@dataclass(frozen=True)
class Adding(Choosing):
    offers: tuple[Offer, ...]

    @cached_property
    def chosen(self) -> Offer | None:
        assert isinstance(self.form, ServiceForm)
        return next((offer for offer in self.offers if offer.code == self.form.chosen_service), None)

    @property
    def chosen_anything(self) -> bool:
        return self.chosen is not None

    @property
    def most(self) -> int:
        assert isinstance(self.form, ServiceForm)
        return self.form.most


@never_cache
@require_GET
def prolong(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    row = _row(person, vendor_id)
    form = ProlongForm(request.GET)
    form.is_valid()
    word = rules.against_prolonging(row.order, mirror.vendor_now())
    quote = pricing.of_prolonging(row.order, form.chosen)
    if not word and not form.errors:
        wants.want_prices(row.order.country, quote.wanted)
    opens = rules.prolong_from(row.order) if word == "too_early" else None
    choosing = Prolonging(row, form, quote, *_money(person, row, word), opens)
    if "go" in request.GET and choosing.ready and not form.errors:
        asked = {"unit": form.chosen.unit, "count": form.chosen.count}
        return _to_confirmation(person, period_kind(form.chosen), row, quote, asked)
    return _draw(request, "prolong", choosing)


@never_cache
@require_GET
def add_service(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    row = _row(person, vendor_id)
    form = ServiceForm(request.GET, most=rules.service_days(row.order, mirror.vendor_now()))
    form.is_valid()
    adding = _adding(person, row, form)
    if "go" not in request.GET or adding.against:
        return _draw(request, "add_service", adding)
    _check(adding, form)
    if form.errors or not adding.ready or row.order.number is None:
        return _draw(request, "add_service", adding)
    asked = {
        "service": form.chosen_service,
        "days": form.chosen_days,
        "e164": row.order.number.e164,
    }
    return _to_confirmation(person, "add_service_to_order", row, adding.quote, asked, adding.chosen)


def _adding(person: Person, row: OrderRow, form: ServiceForm) -> Adding:
    order, word = row.order, rules.against_adding(row.order, mirror.vendor_now())
    days = form.chosen_days if form.most else 1
    quote = pricing.of_days(order.country, form.chosen_service, days)
    if not word and not form.errors:
        wants.want_prices(order.country, quote.wanted)
    held = catalogue.prices(order.country, quote.wanted).offers
    offers = tuple(offer for offer in held if offer.price_day and not rules.carries(order, offer.code))
    if "days" in form.errors:
        # What a wrong number of days costs nobody knows; the price of another number would look like it.
        quote = replace(quote, price=None)
    return Adding(row, form, quote, *_money(person, row, word), offers)


def _money(person: Person, row: OrderRow, word: str) -> tuple[Balance | None, str, bool, Allowance]:
    """What the dialogs say beside the price, in the order of `Choosing`."""
    against = capfirst(f"{busy_words(row.ahead)}.") if row.ahead else _words(word)
    return mirror.balance(), against, mirror.worker_alive(), Allowance.of(person)


def _check(adding: Adding, form: ServiceForm) -> None:
    """What is wrong with the choice, said at its field."""
    if form.errors:
        return
    if not form.chosen_service:
        form.add_error("service", WORDS["choose_service"])
        return
    try:
        check_service(adding.row.order, form.chosen_service, form.chosen_days)
    except NotRecorded as refusal:
        form.add_error("days" if refusal.code == "too_many_days" else "service", refusal.words)
        return
    if adding.quote.word == "unknown":
        form.add_error("service", WORDS["unknown_service"])


@never_cache
@require_GET
def delete(request: HttpRequest, vendor_id: str) -> HttpResponse:
    person = gate(request, Verb.SPEND)
    row = _row(person, vendor_id)
    if not row.order.listed:
        raise Http404
    shown = shown_of(row.order)
    confirmation = confirmations.issue(person, "delete", {"order": vendor_id}, shown)
    return see_other(reverse("operations.confirm", args=[confirmation.token]))


def _row(person: Person, vendor_id: str) -> OrderRow:
    found = one_row(person, vendor_id)
    if found is None:
        raise Http404
    return found


def _words(word: str) -> str:
    return str(WORDS[word]) if word else ""


def _to_confirmation(
    person: Person, kind: str, row: OrderRow, quote: Quote, asked: dict[str, Any], offer: Offer | None = None
) -> HttpResponse:
    shown = {
        **shown_of(row.order),
        "price": None if quote.price is None else str(quote.price),
        "estimated": quote.estimated,
        "name": offer.name if offer else row.name,
    }
    confirmation = confirmations.issue(person, kind, {"order": row.id, **asked}, shown)
    return see_other(reverse("operations.confirm", args=[confirmation.token]))


def _draw(request: HttpRequest, name: str, choosing: Choosing) -> HttpResponse:
    status = HTTPStatus.OK
    if choosing.against:
        status = HTTPStatus.CONFLICT
    elif choosing.form.errors:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    htmx = bool(request.headers.get("HX-Request"))
    content = {"choosing": choosing, "fragment": f"orders/_{name}.html", "name": name}
    return render(request, f"orders/_{name}.html" if htmx else "orders/choosing.html", content, status=status)
