"""The same for what is done with an order: prolonging, deleting, adding a service."""

from datetime import timedelta

import pytest

from rentals.models import Mirror, Order
from rentals.models.operations import Kind
from rentals.queries.evidence import look, possible
from tests.operations.evidence.conftest import (
    ADD,
    HAPPENED,
    HOUR,
    MINUTE,
    NOTHING,
    NOW,
    SECOND,
    WEEK,
    listed,
    says,
)

# --- prolonging ---


@pytest.fixture
def prolonged(lost):
    """An order that ran out in a day when it was asked to be prolonged, and has now grown."""

    def make(grown, kind=Kind.PROLONG, unit="week", count=1, **more):
        before = NOW + timedelta(days=1)
        order = listed("100", until=before + grown, **more)
        asked = {"order": "100", "unit": unit, "count": count}
        return lost(kind, asked, order=order, baseline={"100": {"until": int(before.timestamp())}})

    return make


@pytest.mark.parametrize("apart", [-MINUTE, timedelta(0), MINUTE])
def test_an_expiry_that_grew_by_what_was_asked_is_the_prolongation(prolonged, apart):
    assert says(prolonged(WEEK + apart)) == HAPPENED


def test_days_are_counted_as_days(prolonged):
    assert says(prolonged(timedelta(days=3), Kind.PROLONG_DAYS, "day", 3)) == HAPPENED


@pytest.mark.parametrize("grown", [WEEK - MINUTE - SECOND, WEEK + MINUTE + SECOND, -2 * MINUTE, 2 * MINUTE])
def test_an_expiry_that_moved_otherwise_is_a_doubt(prolonged, grown):
    assert says(prolonged(grown)) == (False, "until_differs")


@pytest.mark.parametrize("grown", [-MINUTE, timedelta(0), MINUTE])
def test_an_expiry_that_stayed_is_no_trace(prolonged, grown):
    assert says(prolonged(grown)) == NOTHING


def test_an_order_that_left_the_list_with_its_old_expiry_is_a_doubt(prolonged):
    assert says(prolonged(timedelta(0), listed=False)) == (False, "order_left")


def test_an_order_that_left_the_list_prolonged_was_prolonged(prolonged):
    assert says(prolonged(WEEK, listed=False)) == HAPPENED


def test_without_an_expiry_before_or_after_nobody_can_tell(lost, prolonged):
    operation = prolonged(WEEK)
    operation.baseline = {"100": {"until": None}}
    assert says(operation) == (False, "no_expiry")
    operation.baseline = None
    assert says(operation) == (False, "no_expiry")
    operation = lost(Kind.PROLONG, operation.parameters, baseline={"100": {"until": 1}})
    assert says(operation) == (False, "no_expiry")
    operation.order = listed("101", until=None)
    assert says(operation) == (False, "no_expiry")


# --- deleting ---


@pytest.mark.parametrize(
    ("gone_at", "until", "expected"),
    [
        (NOW, NOW + SECOND, HAPPENED),
        (NOW, NOW, (False, "gone_at_expiry")),
        (NOW - HOUR, NOW - MINUTE, HAPPENED),
        (None, NOW + SECOND, HAPPENED),
        (None, NOW - SECOND, (False, "gone_at_expiry")),
        (NOW, None, HAPPENED),
    ],
)
def test_an_order_that_left_before_its_expiry_was_deleted(lost, gone_at, until, expected):
    order = listed("100", listed=False, gone_at=gone_at, until=until)
    assert says(lost(Kind.DELETE, {"order": "100"}, order=order)) == expected


def test_whether_it_left_before_its_expiry_is_told_by_the_vendors_clock(lost):
    Mirror.objects.update(clock_offset=7200.0)
    order = listed("100", listed=False, gone_at=NOW, until=NOW + HOUR)
    assert says(lost(Kind.DELETE, {"order": "100"}, order=order)) == (False, "gone_at_expiry")


def test_an_order_that_is_listed_or_not_known_is_no_trace_of_its_deletion(lost):
    assert says(lost(Kind.DELETE, {"order": "100"}, order=listed("100"))) == NOTHING
    assert says(lost(Kind.DELETE, {"order": "101"})) == NOTHING


# --- adding a service ---


@pytest.fixture
def carrier(lost):
    """An order to which a service was to be added."""

    def make(service="opt29", before="opt29"):
        order = listed("100", service, first_seen_at=NOW - HOUR)
        return lost(Kind.ADD_SERVICE, ADD, order=order, baseline={"100": {"service": before}})

    return make


def test_a_new_order_of_the_service_on_the_number_is_the_added_service(carrier):
    operation = carrier()
    order = listed("200", "opt44")
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)
    assert possible(operation) == [order]


def test_the_service_on_another_number_is_no_trace(carrier):
    operation = carrier()
    listed("200", "opt44", e164="+34600000002")
    assert says(operation) == NOTHING
    assert possible(operation) == []


def test_another_service_on_the_number_is_no_trace(carrier):
    operation = carrier()
    listed("200", "opt45")
    assert says(operation) == NOTHING


def test_the_service_twice_on_the_number_is_a_doubt(carrier):
    operation = carrier()
    listed("200", "opt44")
    listed("201", "opt44")
    assert says(operation) == (False, "several_candidates")


def test_a_service_that_joined_the_order_is_the_added_service(carrier):
    operation = carrier(service="opt29,opt44")
    assert says(operation) == HAPPENED
    assert look(operation).orders == ()


def test_a_service_that_the_order_had_before_is_no_trace(carrier):
    assert says(carrier(service="opt29,opt44", before="opt29,opt44")) == NOTHING


def test_a_code_that_only_begins_like_the_service_is_another_one(carrier):
    assert says(carrier(service="opt29,opt441")) == NOTHING


def test_a_longer_code_before_does_not_hide_the_service_that_joined(carrier):
    assert says(carrier(service="opt441,opt44", before="opt441")) == HAPPENED


def test_an_order_that_left_the_list_before_the_service_was_seen_on_it_is_a_doubt(carrier):
    operation = carrier()
    Order.objects.update(listed=False)
    operation.refresh_from_db()
    assert says(operation) == (False, "order_left")


def test_a_service_that_was_seen_on_an_order_that_has_left_the_list_was_added(carrier):
    operation = carrier(service="opt29,opt44")
    Order.objects.update(listed=False)
    operation.refresh_from_db()
    assert says(operation) == HAPPENED


def test_an_added_service_without_its_order_left_no_trace(lost):
    assert says(lost(Kind.ADD_SERVICE, ADD)) == NOTHING


def test_without_a_snapshot_before_the_send_a_service_of_the_order_counts_as_joined(lost):
    order = listed("100", "opt29,opt44", first_seen_at=NOW - HOUR)
    assert says(lost(Kind.ADD_SERVICE, ADD, order=order, baseline=None)) == HAPPENED
