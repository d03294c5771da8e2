"""The last look before a send: whatever has moved since the person confirmed, nothing is sent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.models import Feed, Mirror, Number, Operation, Order, PriceList, Rental
from rentals.models.operations import Kind
from rentals.models.orders import OrderState
from rentals.worker.gates import fresh_quote, objection

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "a", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["a", "b"], "unit": "week", "count": 1}
PROLONG = {"order": "100", "unit": "week", "count": 1}
ADD = {"order": "100", "service": "b", "e164": "+34600000001", "days": 2}
RESTORE = {"order": "300", "service": "a", "e164": "+34600000001"}


@pytest.fixture(autouse=True)
def _mirror(singletons):
    """Fresh orders, and prices: 7 USD a week for the service `a`, 14 for `b`."""
    with time_machine.travel(NOW, tick=False):
        Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW)
        rows = [{"code": "a", "price_day": "1", "total": 5}, {"code": "b", "price_day": "2", "total": 5}]
        PriceList.objects.create(country="ES", unit="week", count=1, fetched_at=NOW, rows=rows)
        yield


@pytest.fixture
def recorded(operator):
    def make(kind, parameters, quote=None, **shown):
        fields = {"kind": kind, "parameters": parameters, "quote": quote, "shown": shown}
        return Operation.objects.create(person=operator, recorded_at=NOW, **fields)

    return make


@pytest.fixture
def order():
    """An order of the service `a` with three days left."""
    number = Number.objects.create(e164="+34600000001", first_seen_at=NOW)
    fields = {"country": "ES", "number": number, "until": NOW + 3 * DAY, "service": "a"}
    return Order.objects.create(vendor_id="100", first_seen_at=NOW, last_seen_at=NOW, **fields)


UNTIL = int((NOW + 3 * DAY).timestamp())


def changed(**fields):
    Order.objects.update(**fields)


def prices(*rows, **fields):
    held = PriceList.objects.get()
    for row, more in zip(held.rows, rows, strict=False):
        row.update(more)
    held.save()
    PriceList.objects.update(**fields)


# --- rents ---


@pytest.mark.parametrize(
    ("kind", "asked", "quote"), [(Kind.CREATE, RENT, 7), (Kind.CREATE_MULTI, SEVERAL, 21)]
)
@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({}, ""),
        ({"total": None}, ""),
        ({"total": 0}, "out_of_stock"),
        ({"price_day": None}, "out_of_stock"),
        ({"code": "gone"}, "out_of_stock"),
        ({"price_day": "1.01"}, "price_changed"),
        ({"price_day": "0.99"}, "price_changed"),
    ],
)
def test_a_rent_needs_stock_at_the_price_that_was_confirmed(recorded, kind, asked, quote, row, word):
    prices(row)
    assert objection(recorded(kind, asked, Decimal(quote))) == word


def test_a_period_of_which_no_prices_are_held_is_not_rented(recorded):
    assert objection(recorded(Kind.CREATE, {**RENT, "count": 2}, Decimal(14))) == "out_of_stock"


# --- orders ---


KINDS = [
    (Kind.PROLONG, PROLONG, 7),
    (Kind.ADD_SERVICE, ADD, 4),
    (Kind.DELETE, {"order": "100"}, None),
    (Kind.ACTIVATE, {"order": "100"}, None),
]


@pytest.mark.parametrize(("kind", "asked", "quote"), KINDS)
@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, ""),
        ({"listed": False}, "order_gone"),
        ({"vendor_id": "101"}, "order_gone"),
        ({"until": NOW + 3 * DAY + SECOND}, "order_moved"),
        ({"until": None}, "order_moved"),
        ({"state": OrderState.ACTIVE}, "order_moved"),
    ],
)
def test_an_order_that_is_not_as_it_was_shown_is_left_alone(
    recorded, order, kind, asked, quote, fields, word
):
    changed(**fields)
    shown = {"until": UNTIL, "state": 0}
    assert objection(recorded(kind, asked, Decimal(quote) if quote else None, **shown)) == word


def test_what_was_not_shown_may_have_moved(recorded, order):
    changed(until=NOW + 3 * DAY + SECOND, state=OrderState.ACTIVE)
    assert objection(recorded(Kind.DELETE, {"order": "100"})) == ""


def test_an_order_that_was_shown_without_an_expiry_still_has_none(recorded, order):
    changed(until=None)
    assert objection(recorded(Kind.DELETE, {"order": "100"}, until=None)) == ""


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"until": NOW}, "expired"),
        ({"until": NOW + 7 * DAY}, "too_early"),
        ({"until": None}, "no_until"),
        ({"can_prolong": False}, "cannot_prolong"),
    ],
)
def test_what_cannot_be_prolonged_any_more_is_not_prolonged(recorded, order, fields, word):
    changed(**fields)
    assert objection(recorded(Kind.PROLONG, PROLONG, Decimal(7))) == word


def test_the_days_that_are_left_are_counted_by_the_vendors_clock(recorded, order):
    Mirror.objects.update(clock_offset=3 * 86_400.0)
    assert objection(recorded(Kind.PROLONG, PROLONG, Decimal(7))) == "expired"
    assert objection(recorded(Kind.ADD_SERVICE, ADD, Decimal(4))) == "too_short"


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"number": None}, "number_unknown"),
        ({"until": NOW + DAY - SECOND}, "too_short"),
        ({"until": NOW + 2 * DAY}, ""),
        ({"until": NOW + 2 * DAY - SECOND}, "too_many_days"),
        ({"service": "a,b"}, "service_there"),
    ],
)
def test_a_service_that_does_not_fit_any_more_is_not_added(recorded, order, fields, word):
    changed(**fields)
    assert objection(recorded(Kind.ADD_SERVICE, ADD, Decimal(4))) == word


@pytest.mark.parametrize(
    ("kind", "asked", "quote"), [(Kind.PROLONG, PROLONG, Decimal(7)), (Kind.ADD_SERVICE, ADD, Decimal(4))]
)
def test_another_price_than_the_confirmed_one_is_not_paid(recorded, order, kind, asked, quote):
    operation, unknown = recorded(kind, asked, quote), recorded(kind, asked)
    assert objection(operation) == ""
    assert objection(unknown) == "price_changed"
    prices({"price_day": "1.5"}, {"price_day": "1.5"})
    assert objection(operation) == "price_changed"
    PriceList.objects.update(rows=[])
    assert objection(operation) == "price_changed"
    assert objection(unknown) == ""
    PriceList.objects.update(fetched_at=None)
    assert objection(unknown) == "price_changed"


# --- restoring ---


@pytest.fixture
def rental():
    fields = {"quote_price": Decimal(5), "quote_good_at": NOW, "sorted_at": NOW, "first_seen_at": NOW}
    return Rental.objects.create(vendor_id="300", **fields)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, ""),
        ({"quote_price": Decimal("4.99")}, ""),
        ({"quote_price": Decimal("5.01")}, "price_changed"),
        ({"quote_price": None}, "no_quote"),
        ({"quote_reason": "nobalance"}, "no_quote"),
        ({"quote_good_at": None}, "no_quote"),
        ({"quote_good_at": NOW - SECOND}, "no_quote"),
        ({"vendor_id": "301"}, "no_quote"),
    ],
)
def test_a_restore_needs_a_quote_asked_since_that_is_not_dearer(recorded, rental, fields, word):
    Rental.objects.update(**fields)
    assert objection(recorded(Kind.RESTORE, RESTORE, Decimal(5))) == word


def test_a_restore_that_was_confirmed_without_a_price_is_not_paid(recorded, rental):
    assert objection(recorded(Kind.RESTORE, RESTORE)) == "price_changed"


def test_a_restore_expects_what_was_quoted_last(recorded, rental):
    Rental.objects.update(quote_price=Decimal("4.50"))
    assert fresh_quote(recorded(Kind.RESTORE, RESTORE, Decimal(5))) == {"quote": Decimal("4.50")}
    assert fresh_quote(recorded(Kind.CREATE, RENT, Decimal(7))) == {}


# --- people ---


def test_a_person_who_may_not_sign_in_any_more_spends_nothing(recorded, operator, order):
    operation = recorded(Kind.DELETE, {"order": "100"})
    operator.is_active = False
    operator.save()
    operation.refresh_from_db()
    assert objection(operation) == "person_inactive"
