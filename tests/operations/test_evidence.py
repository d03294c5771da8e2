"""What the mirror must show, to the minute and to the code, before a lost answer counts as executed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from rentals.models import Mirror, Number, Operation, Order
from rentals.models.operations import Kind, State
from rentals.models.orders import OrderState
from rentals.queries.evidence import expected_until, look, possible, undecided

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "opt29", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["opt29", "opt20"], "unit": "week", "count": 1}
ADD = {"order": "100", "service": "opt44", "e164": "+34600000001", "days": 2}
RESTORE = {"order": "100", "service": "opt29", "e164": "+34600000001"}


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lost(operator):
    """An operation that was sent now and whose answer was lost."""

    def make(kind=Kind.CREATE, parameters=RENT, **more):
        fields = {"shown": {"clock_offset": 0}, "baseline": {}, "recorded_at": NOW, "sent_at": NOW, **more}
        fields = {"state": State.UNKNOWN, "unknown_since": NOW, **fields}
        return Operation.objects.create(kind=kind, parameters=parameters, person=operator, **fields)

    return make


def listed(vendor_id="200", service="opt29", until=NOW + WEEK, e164="+34600000001", **more):
    """An order that has just appeared in the list."""
    number = Number.objects.get_or_create(e164=e164, defaults={"first_seen_at": NOW})[0] if e164 else None
    fields = {"country": "ES", "first_seen_at": NOW, "last_seen_at": NOW, **more}
    return Order.objects.create(vendor_id=vendor_id, service=service, until=until, number=number, **fields)


def says(operation):
    found = look(operation)
    return found.executed, found.doubt


NOTHING = (False, "")
HAPPENED = (True, "")


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


def test_an_added_service_without_its_order_left_no_trace(lost):
    assert says(lost(Kind.ADD_SERVICE, ADD)) == NOTHING


def test_without_a_snapshot_before_the_send_a_service_of_the_order_counts_as_joined(lost):
    order = listed("100", "opt29,opt44", first_seen_at=NOW - HOUR)
    assert says(lost(Kind.ADD_SERVICE, ADD, order=order, baseline=None)) == HAPPENED


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


def test_a_person_may_choose_new_orders_of_the_country_and_service_with_any_expiry(lost):
    operation = lost()
    fits = [listed("200", until=None), listed("201", until=NOW + 9 * WEEK)]
    listed("202", "opt20")
    listed("203", country="FR")
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
