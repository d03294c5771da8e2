"""The same for restoring and activating, and what a person may choose from."""

import pytest

from rentals.models import Operation
from rentals.models.operations import Kind, State
from rentals.models.orders import OrderState
from rentals.queries.evidence import look, possible, undecided
from tests.operations.evidence.conftest import (
    HAPPENED,
    HOUR,
    NOTHING,
    NOW,
    RESTORE,
    SEVERAL,
    WEEK,
    listed,
    says,
)

# --- restoring ---


def test_the_number_back_under_a_new_id_is_the_restored_one(lost):
    operation, order = lost(Kind.RESTORE, RESTORE), listed("200")
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)
    assert possible(operation) == [order]


def test_the_number_back_under_its_old_id_is_the_restored_one(lost):
    operation = lost(Kind.RESTORE, RESTORE)
    order = listed("100", first_seen_at=NOW - WEEK)
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)


def test_under_an_old_id_that_is_new_to_us_it_counts_once(lost):
    operation, order = lost(Kind.RESTORE, RESTORE), listed("100")
    assert says(operation) == HAPPENED
    assert look(operation).orders == (order,)


def test_under_another_number_it_is_no_evidence_and_a_person_may_choose_it(lost):
    operation, order = lost(Kind.RESTORE, RESTORE), listed("200", e164="+34600000002")
    listed("201", "opt20")
    assert says(operation) == NOTHING
    assert possible(operation) == [order]


def test_its_old_order_outside_the_list_is_no_trace(lost):
    operation = lost(Kind.RESTORE, RESTORE)
    listed("100", first_seen_at=NOW - WEEK, listed=False)
    assert says(operation) == NOTHING


def test_back_under_both_ids_is_a_doubt(lost):
    operation = lost(Kind.RESTORE, RESTORE)
    listed("100", first_seen_at=NOW - WEEK)
    listed("200")
    assert says(operation) == (False, "several_candidates")


def test_another_service_or_number_is_not_the_restored_one(lost):
    operation = lost(Kind.RESTORE, RESTORE)
    listed("200", "opt44")
    listed("201", e164="+34600000002")
    assert says(operation) == NOTHING


# --- activating ---


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (OrderState.ACTIVATING, HAPPENED),
        (OrderState.ACTIVE, HAPPENED),
        (OrderState.INACTIVE, NOTHING),
        (OrderState.OUT, NOTHING),
    ],
)
def test_an_activation_is_seen_in_the_state_of_the_number(lost, state, expected):
    operation = lost(Kind.ACTIVATE, {"order": "100"}, order=listed("100", state=state))
    assert says(operation) == expected


def test_an_activation_without_its_order_left_no_trace(lost):
    assert says(lost(Kind.ACTIVATE, {"order": "100"})) == NOTHING


# --- what a person may choose from ---


def test_a_person_may_choose_new_orders_of_the_country_and_service_with_any_expiry_and_what_was_added_since(
    lost,
):
    operation = lost()
    fits = [listed("200", until=None), listed("201", until=NOW + 9 * WEEK), listed("202", "opt29,opt20")]
    listed("203", "opt20")
    listed("204", country="FR")
    assert possible(operation) == fits


def test_a_person_may_choose_the_orders_of_each_service_of_several(lost):
    operation = lost(Kind.CREATE_MULTI, SEVERAL)
    fits = [listed("200", "opt29"), listed("201", "opt20")]
    listed("202", "opt44")
    assert possible(operation) == fits


@pytest.mark.parametrize("kind", [Kind.PROLONG, Kind.PROLONG_DAYS, Kind.DELETE, Kind.ACTIVATE])
def test_what_makes_no_order_offers_none(lost, kind):
    listed("200")
    assert possible(lost(kind, {"order": "100", "unit": "week", "count": 1})) == []


def test_those_that_wait_for_a_person_are_listed_from_the_oldest(lost):
    later = lost(waits_for_person="balance_moved", recorded_at=NOW)
    first = lost(waits_for_person="several_candidates", recorded_at=NOW - HOUR)
    lost()
    lost(state=State.FAILED, waits_for_person="balance_moved")
    assert undecided() == [first, later]


def test_what_a_person_chooses_from_is_read_at_once_however_long_it_is(lost, django_assert_num_queries):
    for number in range(3):
        order = listed(f"20{number}", e164=f"+3460000000{number}")
        lost(waits_for_person="several_candidates", recorded_at=NOW - HOUR, order=order)
    with django_assert_num_queries(1):
        assert {(held.person.username, held.order.number.e164[-1]) for held in undecided()} == {
            ("ana", "0"),
            ("ana", "1"),
            ("ana", "2"),
        }
    operation = Operation.objects.all()[0]
    with django_assert_num_queries(1):
        assert [order.number.e164[-1] for order in possible(operation)] == ["0", "1", "2"]


SEVERAL_BACK = {**RESTORE, "service": "opt20,opt29"}


@pytest.mark.parametrize("codes", [("opt20,opt29",), ("opt29,opt20",), ("opt20", "opt29")])
def test_what_was_rented_for_several_services_comes_back_as_one_order_or_as_one_of_each(lost, codes):
    orders = tuple(listed(f"20{nth}", code) for nth, code in enumerate(codes))
    found = look(lost(Kind.RESTORE, SEVERAL_BACK))
    assert (found.executed, found.orders) == (True, orders)


def test_one_service_come_back_twice_may_be_either(lost):
    listed("200", "opt29"), listed("201", "opt29")
    assert says(lost(Kind.RESTORE, SEVERAL_BACK)) == (False, "several_candidates")
