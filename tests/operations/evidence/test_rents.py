"""What the mirror must show, to the minute and to the code, before a lost rent counts as executed."""

from datetime import timedelta

import pytest

from rentals.models import Mirror
from rentals.models.operations import Kind, State
from rentals.queries.evidence import expected_until, look, possible
from tests.operations.evidence.conftest import (
    HAPPENED,
    HOUR,
    NOTHING,
    NOW,
    RENT,
    SECOND,
    SEVERAL,
    WEEK,
    listed,
    says,
)

# --- rents ---


def test_a_new_order_of_what_was_asked_for_is_the_rent(lost):
    operation, order = lost(), listed()
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)


@pytest.mark.parametrize("apart", [-HOUR, HOUR])
def test_an_expiry_an_hour_apart_still_fits(lost, apart):
    operation = lost()
    listed(until=NOW + WEEK + apart)
    assert says(operation) == HAPPENED


@pytest.mark.parametrize("apart", [-HOUR - SECOND, HOUR + SECOND])
def test_an_expiry_more_than_an_hour_apart_does_not_fit(lost, apart):
    operation = lost()
    listed(until=NOW + WEEK + apart)
    assert says(operation) == NOTHING
    assert possible(operation) != []


@pytest.mark.parametrize(
    "other",
    [{"country": "FR"}, {"service": "opt20"}, {"until": None}, {"first_seen_at": NOW - SECOND}],
)
def test_an_order_that_differs_in_one_thing_is_not_the_rent(lost, other):
    operation = lost()
    listed(**other)
    assert says(operation) == NOTHING


def test_an_order_that_was_there_before_the_send_is_not_the_rent(lost):
    operation = lost(baseline={"200": {}})
    listed("200")
    assert says(operation) == NOTHING


def test_an_order_that_belongs_to_another_operation_is_not_the_rent(lost):
    operation, other = lost(), lost()
    listed(origin=other)
    assert says(operation) == NOTHING
    assert possible(operation) == []


def test_without_a_snapshot_before_the_send_a_new_order_still_counts(lost):
    operation = lost(baseline=None)
    listed()
    assert says(operation) == HAPPENED


def test_two_orders_that_fit_are_a_doubt(lost):
    operation = lost()
    listed("200")
    listed("201", e164="+34600000002")
    assert says(operation) == (False, "several_candidates")


def test_the_difference_of_the_clocks_at_the_send_moves_the_expected_expiry(lost):
    operation = lost(shown={"clock_offset": 7200.0})
    assert expected_until(operation) == NOW + WEEK + 2 * HOUR
    Mirror.objects.update(clock_offset=-7200.0)
    assert expected_until(operation) == NOW + WEEK + 2 * HOUR


def test_no_difference_at_the_send_is_not_replaced_by_one_of_later(lost):
    Mirror.objects.update(clock_offset=7200.0)
    assert expected_until(lost(shown={"clock_offset": 0})) == NOW + WEEK


def test_an_operation_that_kept_no_difference_is_held_against_the_present_one(lost):
    Mirror.objects.update(clock_offset=7200.0)
    assert expected_until(lost(shown={})) == NOW + WEEK + 2 * HOUR


def test_what_is_not_sent_yet_is_expected_from_now_on(lost):
    assert expected_until(lost(state=State.RECORDED, sent_at=None)) == NOW + WEEK


def test_the_expected_expiry_counts_from_the_send(lost):
    assert expected_until(lost(sent_at=NOW - 3 * HOUR)) == NOW + WEEK - 3 * HOUR
    month = {**RENT, "unit": "month", "count": 2}
    assert expected_until(lost(parameters=month)) == NOW + timedelta(days=60)


# --- rents of several services ---


def test_an_order_of_each_service_on_one_number_is_the_rent_of_several(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    orders = (listed("200", "opt29"), listed("201", "opt20"))
    assert says(operation) == HAPPENED
    assert look(operation).orders == orders


def test_one_order_that_carries_all_services_is_the_rent_of_several(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    order = listed(service="opt20,opt29")
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)


def test_a_service_too_few_is_a_doubt(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    listed(service="opt20")
    assert says(operation) == (False, "services_differ")


def test_the_services_twice_on_one_number_are_a_doubt(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    listed("200", "opt20,opt29")
    listed("201", "opt20")
    assert says(operation) == (False, "services_differ")


def test_an_order_with_a_service_that_nobody_asked_for_is_no_trace_of_the_rent(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    listed(service="opt20,opt29,opt44")
    assert says(operation) == NOTHING


def test_two_numbers_that_have_all_services_are_a_doubt(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    listed("200", "opt20,opt29")
    listed("201", "opt20,opt29", e164="+34600000002")
    assert says(operation) == (False, "several_candidates")


def test_a_second_number_with_a_part_of_them_does_not_hide_the_whole_one(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    whole = listed("200", "opt20,opt29")
    listed("201", "opt20", e164="+34600000002")
    assert look(operation).orders == (whole,)


def test_without_a_new_order_the_rent_of_several_left_no_trace(lost):
    assert says(lost(Kind.CREATE_MULTI, SEVERAL)) == NOTHING
