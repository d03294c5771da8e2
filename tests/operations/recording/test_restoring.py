"""For what reasons a restore is not written down, and when its quote is asked for."""

from decimal import Decimal
from uuid import uuid4

import pytest

from rentals.confirmations import issue
from rentals.models import (
    BalanceReading,
    Number,
    Operation,
    OperationTarget,
    Order,
    Rental,
)
from rentals.models.operations import State
from rentals.queries import archive
from rentals.use_cases.restoring import is_fresh, waiting, want_quote
from tests.conftest import record
from tests.operations.recording.conftest import E164, MINUTE, NOW, SECOND, refusal, refused, targets

# --- restoring ---


@pytest.fixture
def rental():
    """An archived rental with a quote of 5 USD that was told just now."""
    number = Number.objects.create(e164=E164, first_seen_at=NOW)
    quote = {"quote_price": 5, "quote_good_at": NOW, "quote_tried_at": NOW, "quote_wanted_at": NOW}
    return Rental.objects.create(
        vendor_id="300", number=number, service="a", sorted_at=NOW, first_seen_at=NOW, **quote
    )


def restoration(person, rental, price="5.00", **shown):
    asked = {"order": rental.vendor_id, "e164": E164, "service": "a"}
    return issue(person, "restore_user", asked, {"price": price, **shown})


def quote_of(rental, **fields):
    Rental.objects.filter(pk=rental.pk).update(**fields)
    rental.refresh_from_db()


def test_restoring_locks_the_order_and_its_number_for_the_service_at_its_quote(operator, rental):
    operation = record(restoration(operator, rental), operator)
    assert (operation.quote, operation.order) == (Decimal(5), None)
    assert targets(operation) == {("order:300", True), ("service:+34600000001:a", True)}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quote_price": None}, "no_quote"),
        ({"quote_reason": "nobalance"}, "no_quote"),
        ({"quote_good_at": None}, "no_quote"),
        ({"quote_good_at": NOW - 10 * MINUTE - SECOND}, "no_quote"),
        ({"quote_good_at": NOW - 10 * MINUTE}, ""),
        ({"quote_price": Decimal("5.01")}, "price_changed"),
        ({"quote_price": Decimal("4.99")}, "price_changed"),
    ],
)
def test_only_a_good_quote_of_the_last_ten_minutes_is_paid(operator, rental, fields, code):
    quote_of(rental, **fields)
    assert is_fresh(rental) is (code != "no_quote")
    if not code:
        assert record(restoration(operator, rental), operator)
        return
    found = refusal(restoration(operator, rental), operator)
    assert found.code == code
    assert found.price == (rental.quote_price if code == "price_changed" else None)


def test_what_is_not_in_the_archive_is_not_restored(operator, rental):
    confirmation = restoration(operator, rental)
    Rental.objects.update(vendor_id="301")
    assert refused(confirmation, operator) == "not_archived"


def test_a_quote_must_be_covered_by_the_balance(operator, rental):
    BalanceReading.objects.update(amount=Decimal("4.99"))
    found = refusal(restoration(operator, rental), operator)
    assert (found.code, found.price) == ("no_money", Decimal(5))


def test_a_rental_that_was_restored_meanwhile_is_not_restored_again(operator, rental):
    confirmation = restoration(operator, rental)
    done = record(restoration(operator, rental), operator)
    Operation.objects.filter(pk=done.pk).update(state=State.SUCCEEDED, settled_at=NOW - SECOND)
    OperationTarget.objects.update(held=False)
    found = refusal(confirmation, operator)
    assert (found.code, found.ahead) == ("done_meanwhile", done)
    assert record(restoration(operator, rental, after=done.key.hex), operator)


def listed(number, service):
    fields = {"number": number, "service": service, "first_seen_at": NOW, "last_seen_at": NOW}
    return Order.objects.create(vendor_id="400", listed=True, **fields)


@pytest.mark.parametrize(
    ("ended", "there", "back"),
    [("a", "a,b", True), ("a,b", "b", True), ("a,b", "b,c", True), ("a", "aa,b", False), ("a,b", "c", False)],
)
def test_a_service_is_back_by_its_code_whatever_it_is_joined_with(operator, rental, ended, there, back):
    quote_of(rental, service=ended)
    listed(rental.number, there)
    assert archive.one("300").back is archive.is_back(rental) is back
    if back:
        assert refused(restoration(operator, rental), operator) == "already_back"


def test_each_service_of_a_rental_of_several_is_locked(operator, rental):
    quote_of(rental, service="a,b")
    locks = {("order:300", True), (f"service:{E164}:a", True), (f"service:{E164}:b", True)}
    assert targets(record(restoration(operator, rental), operator)) == locks


@pytest.mark.parametrize(
    ("wanted", "tried", "waits"),
    [
        (None, None, False),
        (NOW, None, True),
        (None, NOW, False),
        (NOW, NOW, False),
        (NOW, NOW - SECOND, True),
        (NOW - SECOND, NOW, False),
    ],
)
def test_a_quote_is_waited_for_until_it_has_been_tried(rental, wanted, tried, waits):
    quote_of(rental, quote_wanted_at=wanted, quote_tried_at=tried)
    assert waiting(rental) is waits


@pytest.mark.parametrize(
    ("wanted", "tried", "asked"),
    [
        (None, None, True),
        (NOW - MINUTE, None, False),
        (NOW - MINUTE, NOW - SECOND, True),
        (NOW - MINUTE, NOW - SECOND / 2, False),
        (NOW - SECOND, NOW - MINUTE, False),
    ],
)
def test_a_quote_is_asked_for_unless_it_is_waited_for_or_was_told_just_now(rental, wanted, tried, asked):
    quote_of(rental, quote_wanted_at=wanted, quote_tried_at=tried)
    want_quote(rental)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == (NOW if asked else wanted)


def test_how_old_a_quote_must_be_to_be_asked_again_may_be_told(rental):
    quote_of(rental, quote_tried_at=NOW - MINUTE, quote_wanted_at=NOW - 2 * MINUTE)
    want_quote(rental, older_than=2 * MINUTE)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == NOW - 2 * MINUTE
    want_quote(rental, older_than=MINUTE)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == NOW


def test_one_quote_that_is_asked_for_asks_for_no_other(rental):
    other = Rental.objects.create(vendor_id=str(uuid4()), sorted_at=NOW, first_seen_at=NOW)
    want_quote(other)
    rental.refresh_from_db()
    assert not waiting(rental)
