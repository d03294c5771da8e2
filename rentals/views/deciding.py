"""What an operation in doubt should have changed, side by side with what is there now: a person decides by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rentals.models import Operation, Order
from rentals.models.operations import PAID_KINDS, Kind
from rentals.periods import Period
from rentals.queries import evidence, mirror
from rentals.queries.orders import listed_count
from rentals.templatetags.house import usd, when


@dataclass(frozen=True)
class Compared:
    """One fact: as it was before the send, as it would be if the operation was executed, and as it is now."""

    about: str
    before: str | SafeString
    expected: str | SafeString
    now: str | SafeString


def compared(operation: Operation) -> list[Compared]:
    """What can be held side by side; the money last. The new orders that a person may name are told beside it."""
    return [*_FACTS.get(Kind(operation.kind), _of_number)(operation), *_balance(operation)]


def _of_rent(operation: Operation) -> Iterator[Compared]:
    yield _count(operation)
    yield Compared(_("Expira"), "—", when(evidence.expected_until(operation)), "—")


def _of_number(operation: Operation) -> Iterator[Compared]:
    yield _count(operation)


def _count(operation: Operation) -> Compared:
    before = len(operation.baseline or {})
    more = _("%d o más") % (before + 1) if operation.kind == Kind.CREATE_MULTI else str(before + 1)
    return Compared(_("Números en la lista"), str(before), more, str(listed_count()))


def _of_prolonging(operation: Operation) -> Iterator[Compared]:
    asked, before = operation.parameters, _before(operation)
    days = Period(asked["unit"], asked["count"]).days
    expected = before + timedelta(days=days) if before else None
    yield Compared(_("Expira"), when(before), when(expected), _expiry_now(operation.order))


def _of_deleting(operation: Operation) -> Iterator[Compared]:
    there = _("en la lista")
    yield Compared(_("Número"), there, _("fuera de la lista"), _listed_now(operation.order, there))
    yield Compared(_("Expira"), when(_before(operation)), "—", _expiry_now(operation.order))


def _of_adding(operation: Operation) -> Iterator[Compared]:
    asked, order = operation.parameters, operation.order
    before = str((operation.baseline or {}).get(asked["order"], {}).get("service", "")) or "—"
    now = ", ".join(_services_now(order)) if order else "—"
    yield Compared(
        _("Servicios del número"), before, f"+ {operation.shown.get('name') or asked['service']}", now
    )


def _services_now(order: Order) -> list[str]:
    same = Order.objects.filter(number_id=order.number_id, listed=True) if order.number_id else [order]
    return [other.service_name or other.service for other in same] or ["—"]


def _before(operation: Operation) -> datetime | None:
    """The expiry in the list of numbers that was read before the send, by the vendor's clock."""
    seconds = (operation.baseline or {}).get(operation.parameters["order"], {}).get("until")
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _expiry_now(order: Order | None) -> str | SafeString:
    return when(order.until) if order and order.listed else _listed_now(order, "—")


def _listed_now(order: Order | None, there: str) -> str:
    return there if order and order.listed else _("fuera de la lista")


def _balance(operation: Operation) -> Iterator[Compared]:
    if operation.kind not in PAID_KINDS:
        return
    before, price, now = operation.balance_before, operation.quote, mirror.balance()
    expected = before - price if before is not None and price is not None else None
    yield Compared(_("Saldo"), _usd(before), _usd(expected), _usd(now.amount if now else None))


def _usd(amount: Decimal | None) -> str:
    return _("sin dato") if amount is None else f"{usd(amount)} USD"


_FACTS = {
    Kind.CREATE: _of_rent,
    Kind.CREATE_MULTI: _of_rent,
    Kind.RESTORE: _of_number,
    Kind.PROLONG: _of_prolonging,
    Kind.PROLONG_DAYS: _of_prolonging,
    Kind.DELETE: _of_deleting,
    Kind.ADD_SERVICE: _of_adding,
}
