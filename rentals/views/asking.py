"""What a confirmation page says about a number that is prolonged, deleted, given a service, or restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.http import Http404
from django.urls import reverse

from rentals.confirmations import Confirmation
from rentals.models import Person
from rentals.models.operations import Kind
from rentals.periods import Period
from rentals.queries import archive, mirror, pricing
from rentals.queries.archive import ArchiveRow
from rentals.queries.operations import holder_of, last_success, mark_of, order_target, restore_targets
from rentals.queries.orders import OrderRow, one_row
from rentals.use_cases import restoring, wants
from rentals.views.allowance import Allowance
from rentals.views.paying import Paying

_TEMPLATES = {
    Kind.PROLONG: "orders/_confirm_prolong.html",
    Kind.PROLONG_DAYS: "orders/_confirm_prolong.html",
    Kind.DELETE: "orders/_confirm_delete.html",
    Kind.ADD_SERVICE: "orders/_confirm_service.html",
    Kind.RESTORE: "archive/_confirm.html",
}


@dataclass(frozen=True)
class Asking(Paying):
    """About an order (`row`) or an archived rental (`rental`). `until`: the expiry that it will have."""

    row: OrderRow | None
    rental: ArchiveRow | None
    until: datetime | None
    template: str

    @classmethod
    def of(cls, confirmation: Confirmation, person: Person) -> Asking:
        vendor_id = confirmation.parameters["order"]
        restores = confirmation.kind == Kind.RESTORE
        row = None if restores else one_row(person, vendor_id)
        rental = archive.one(vendor_id) if restores else None
        if row is None and rental is None:
            raise Http404
        targets = restore_targets(rental.rental) if rental else [order_target(vendor_id)]
        shown, done = confirmation.shown, last_success(*targets)
        price = shown.get("price")
        return cls(
            confirmation,
            price=None if price is None else Decimal(price),
            price_now=_price_now(confirmation, row, rental),
            estimated=bool(shown.get("estimated")),
            balance=mirror.balance(),
            ahead=next((held for target in targets if (held := holder_of(target))), None),
            done_meanwhile=done if restores and mark_of(done) != shown.get("after", "") else None,
            worker_alive=mirror.worker_alive(),
            allowance=Allowance() if confirmation.kind == Kind.DELETE else Allowance.of(person),
            row=row,
            rental=rental,
            until=_until(confirmation, row, rental),
            template=_TEMPLATES[Kind(confirmation.kind)],
        )

    @property
    def free(self) -> bool:
        return self.confirmation.kind == Kind.DELETE

    @property
    def period(self) -> Period:
        asked = self.confirmation.parameters
        return Period(asked["unit"], asked["count"])

    @property
    def phone(self) -> str:
        found = self.row or self.rental
        return found.phone if found else ""

    @property
    def back(self) -> str:
        if self.rental:
            return reverse("archive.page")
        return f"{reverse('rent.page')}#order-{self.confirmation.parameters['order']}"

    @property
    def back_to(self) -> str:
        return self.back

    def want(self) -> None:
        """What the worker should read while the person decides."""
        if self.free:
            return
        wants.want_balance(short=self.too_little)
        if self.rental:
            restoring.want_quote(self.rental.rental, older_than=wants.FRESH_FOR_CONFIRMING)
        elif self.row:
            wanted = pricing.of_days(self.row.order.country, *_priced(self.confirmation, self.row)).wanted
            wants.want_prices(self.row.order.country, wanted, fresher_than=wants.FRESH_FOR_CONFIRMING)


def _priced(confirmation: Confirmation, row: OrderRow) -> tuple[str, int]:
    """The service and days that are paid for."""
    asked = confirmation.parameters
    if confirmation.kind == Kind.ADD_SERVICE:
        return asked["service"], asked["days"]
    return row.order.service, Period(asked["unit"], asked["count"]).days


def _price_now(confirmation: Confirmation, row: OrderRow | None, rental: ArchiveRow | None) -> Decimal | None:
    if confirmation.kind == Kind.DELETE:
        return None
    if rental:
        return rental.rental.quote_price
    return pricing.of_days(row.order.country, *_priced(confirmation, row)).price if row else None


def _until(confirmation: Confirmation, row: OrderRow | None, rental: ArchiveRow | None) -> datetime | None:
    now = mirror.vendor_now()
    if rental:
        return now + timedelta(days=rental.rental.quote_days) if rental.rental.quote_days else None
    if confirmation.kind == Kind.ADD_SERVICE:
        return now + timedelta(days=confirmation.parameters["days"])
    if confirmation.kind == Kind.DELETE or row is None or row.order.until is None:
        return row.order.until if row else None
    return row.order.until + timedelta(days=_priced(confirmation, row)[1])
