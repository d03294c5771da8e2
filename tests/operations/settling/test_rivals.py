"""What may be of another operation is evidence of none, and nothing is left that nobody can end."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.models import Feed, Order
from rentals.models.operations import Kind, State
from rentals.models.transitions import succeed
from rentals.queries.evidence import possible
from rentals.queries.verification import stretches
from rentals.use_cases.settling import decide
from rentals.worker import balance, settling
from tests.operations.settling.conftest import (
    E164,
    HAPPENED,
    MINUTE,
    NOT_EXECUTED,
    NOW,
    OPEN,
    SECOND,
    free,
    listed,
    read,
    settled,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MONTH = {"country": "ES", "service": "opt29", "unit": "month", "count": 1}
BACK = {"order": "100", "e164": E164, "service": "opt29", "country": "ES"}


def restored(lost, ago=2 * MINUTE, **more):
    """One that the vendor answered with a bare yes, after a rent of the same whose answer was lost."""
    fields = {"state": State.SUCCEEDED, "unknown_since": None, "settled_at": NOW - ago, "quote": Decimal(20)}
    return lost(ago, 0, kind=Kind.RESTORE, parameters=BACK, **(fields | more))


def a_month(vendor_id="200", **more):
    return listed(vendor_id, until=NOW + timedelta(days=30), **more)


# --- whose order is it? ---


def test_an_order_of_a_success_is_its_own_also_when_the_worker_died_right_after_the_sync(lost):
    rent, other = lost(3 * MINUTE, 2, parameters=MONTH), restored(lost)
    order = a_month()
    read(-10, NOW + SECOND)
    assert settled(rent, after_good_sync=False) == OPEN
    order.refresh_from_db()
    assert order.origin == other


def test_an_order_that_one_still_being_sent_may_have_made_is_evidence_of_none(lost):
    rent = lost(3 * MINUTE, 2, parameters=MONTH)
    restored(lost, 10 * SECOND, state=State.SENT, settled_at=None)
    a_month()
    read(-10, NOW + SECOND)
    assert settled(rent) == (State.UNKNOWN, "several_operations")


def test_an_order_that_comes_hours_after_a_bare_yes_may_still_be_its_own(lost):
    rent = lost(100 * MINUTE, 1, parameters=MONTH)
    restored(lost, 90 * MINUTE)
    listed("200", until=NOW - 90 * MINUTE + timedelta(days=30))
    assert settled(rent) == (State.UNKNOWN, "several_operations")


def test_a_number_that_may_be_the_restored_one_under_another_number_is_evidence_of_none(lost):
    rent = lost(3 * MINUTE, 2, parameters=MONTH)
    restored(lost)
    a_month(e164="+34600000002")
    assert settled(rent) == (State.UNKNOWN, "several_operations")


@pytest.mark.parametrize("found", [{"order": "100"}, {"made": "100"}, {"settled_at": NOW - HOUR}])
def test_a_restoration_whose_number_was_found_or_that_was_over_before_takes_nothing(lost, found):
    rent = lost(3 * MINUTE, 2, parameters=MONTH)
    back = a_month("100", first_seen_at=NOW - DAY)
    other = restored(
        lost, **({"order": back} if "order" in found else found if "settled_at" in found else {})
    )
    if "made" in found:
        Order.objects.filter(pk=back.pk).update(origin=other)
    a_month(e164="+34600000002")
    read("5.80", NOW + SECOND)
    assert settled(rent)[1] != "several_operations"


def test_of_two_who_settle_by_one_order_at_the_same_moment_the_second_does_not(lost):
    mine, other = lost(3 * MINUTE, 1), lost(3 * MINUTE, state=State.SUCCEEDED, settled_at=NOW)
    order = listed()
    Order.objects.filter(pk=order.pk).update(origin=other)
    assert not succeed(mine, State.UNKNOWN, [order], settled_how="evidence")
    order.refresh_from_db()
    assert order.origin == other


def test_an_added_service_whose_order_was_found_takes_no_other(lost):
    rent = lost(3 * MINUTE, 2, parameters=MONTH)
    more = {"state": State.SUCCEEDED, "unknown_since": None, "settled_at": NOW - MINUTE}
    asked = {"order": "100", "service": "opt29", "e164": E164, "days": 2}
    other = lost(2 * MINUTE, 0, kind=Kind.ADD_SERVICE, parameters=asked, **more)
    listed("300", origin=other, first_seen_at=NOW - MINUTE)
    a_month()
    assert settled(rent)[1] != "several_operations"


@pytest.mark.parametrize("mine", [True, False])
def test_what_the_vendor_names_in_its_answer_is_taken_whoever_had_it_before(lost, mine):
    sent, other = lost(MINUTE, 0, state=State.SENT), lost(3 * MINUTE, state=State.SUCCEEDED, settled_at=NOW)
    order = listed(origin=sent if mine else other)
    assert succeed(sent, State.SENT, [order], settled_how="answer")
    order.refresh_from_db()
    assert order.origin == sent


def test_what_is_its_own_already_settles_it(lost):
    late = lost(3 * MINUTE, 1)
    assert succeed(late, State.UNKNOWN, [listed(origin=late)], settled_how="evidence")


@pytest.mark.parametrize("unsaid", ["country", "service"])
def test_a_new_order_of_which_the_vendor_does_not_say_what_it_is_may_be_it(lost, unsaid):
    rent = lost(31 * MINUTE, 3, balance_before=None, balance_before_at=None)
    order = listed(**{unsaid: ""})
    assert settled(rent) == (State.UNKNOWN, "rent_differs")
    assert possible(rent) == [order]


# --- nothing is left that nobody can end ---


@pytest.mark.parametrize("syncs", [0, 1, 2, 3])
@pytest.mark.parametrize("good_at", [NOW - 31 * MINUTE, NOW + HOUR, None])
def test_where_the_orders_could_not_be_read_for_half_an_hour_a_person_decides(
    lost, administrator, syncs, good_at
):
    rent = lost(10 * HOUR, syncs)
    Feed.objects.update(good_at=good_at)
    settling.stuck()
    rent.refresh_from_db()
    assert rent.waits_for_person == settling.UNREAD
    decide(administrator, rent, "mirado en SMSPVA", executed=False)
    assert rent.state == State.FAILED


def test_while_the_orders_are_read_nobody_is_asked_for_their_sake(lost):
    rent = lost(10 * HOUR, 1)
    Feed.objects.update(good_at=NOW - 29 * MINUTE)
    settling.stuck()
    rent.refresh_from_db()
    assert rent.waits_for_person == ""


def test_after_the_clock_was_put_back_what_is_in_doubt_is_counted_from_now(lost):
    rent = lost(-DAY, 0)
    settling.stuck()
    rent.refresh_from_db()
    assert rent.unknown_since == NOW


def test_evidence_dated_ahead_is_counted_from_now_too(lost):
    rent = lost(MINUTE, 1, evidence_at=NOW + DAY)
    settling.stuck()
    rent.refresh_from_db()
    assert rent.evidence_at == NOW


def test_what_was_sent_before_the_clock_was_put_back_is_in_doubt(lost):
    rent = lost(-DAY, 0, state=State.SENT, unknown_since=None)
    assert settling.crashed(20) == 1
    rent.refresh_from_db()
    assert (rent.state, rent.unknown_since) == (State.UNKNOWN, NOW)


def test_what_was_sent_just_now_by_another_clock_is_not(lost):
    lost(-MINUTE / 2, 0, state=State.SENT, unknown_since=None)
    assert settling.crashed(20) == 0


def test_a_success_dated_ahead_is_not_measured_by_what_fell_over_hours(lost):
    done = lost(-HOUR, 0, state=State.SUCCEEDED, unknown_since=None, settled_at=NOW)
    balance.measure(Decimal("1.6"), NOW + MINUTE)
    done.refresh_from_db()
    assert (done.charge, done.unmeasured) == (None, True)


def test_a_fall_over_a_time_that_the_clock_was_put_back_over_tells_nothing(lost):
    rent = lost(-DAY, 3, unknown_since=NOW - 40 * MINUTE)
    read(10)
    assert not balance.alone(rent, rent.balance_before_at, NOW)
    assert balance.spent_by_others(rent, rent.balance_before_at, NOW) is None


@pytest.mark.parametrize(("after", "charge"), [("-32", Decimal(42)), ("-32.01", None)])
def test_a_fall_of_more_than_ten_times_the_price_is_not_its_charge(lost, after, charge):
    done = lost(MINUTE, 0, state=State.SUCCEEDED, unknown_since=None, settled_at=NOW)
    balance.measure(Decimal(after), NOW)
    done.refresh_from_db()
    assert (done.charge, done.unmeasured) == (charge, charge is None)


# --- what is concluded, and when ---


def test_a_deletion_is_not_concluded_from_one_list_that_lacks_it(lost):
    order = listed("100", listed=False, gone_at=NOW, first_seen_at=NOW - DAY)
    gone = lost(MINUTE, 1, **free(Kind.DELETE), order=order)
    Feed.objects.update(good_at=NOW - SECOND)
    assert settled(gone, after_good_sync=True) == OPEN
    with time_machine.travel(NOW + MINUTE, tick=False):
        Feed.objects.update(good_at=NOW + MINUTE)
        assert settled(gone, after_good_sync=True) == HAPPENED


def test_a_deletion_whose_order_is_back_in_the_next_list_was_not_executed(lost):
    order = listed("100", listed=False, gone_at=NOW, first_seen_at=NOW - DAY)
    kept = lost(MINUTE, 1, **free(Kind.DELETE), order=order)
    Feed.objects.update(good_at=NOW - SECOND)
    settled(kept, after_good_sync=True)
    Order.objects.update(listed=True, gone_at=None)
    for minute in (2, 4, 6):
        with time_machine.travel(NOW + minute * MINUTE, tick=False):
            Feed.objects.update(good_at=NOW + minute * MINUTE)
            end = settled(kept, after_good_sync=True)
    assert end == NOT_EXECUTED


def test_a_doubt_that_is_over_is_told_no_more(lost):
    order = listed("100", first_seen_at=NOW - DAY, until=NOW + DAY)
    before = {"100": {"until": (NOW + DAY).timestamp()}}
    asked = {"order": "100", "unit": "week", "count": 1}
    more = {"kind": Kind.PROLONG, "parameters": asked, "order": order, "baseline": before}
    late = lost(MINUTE, 1, waits_for_person="order_left", **more)
    assert settled(late) == OPEN


def test_without_a_price_a_fall_that_may_be_the_late_charge_of_another_is_not_measured(lost):
    lost(3 * MINUTE, 2)
    order = listed("300", "opt29", until=NOW + 9 * DAY, first_seen_at=NOW - DAY)
    before = {"300": {"until": (NOW + 2 * DAY).timestamp()}}
    asked = {"order": "300", "unit": "week", "count": 1}
    more = {"kind": Kind.PROLONG, "parameters": asked, "order": order, "baseline": before, "quote": None}
    late = lost(2 * MINUTE, 1, **more)
    settled(late)
    read("2.80", NOW + SECOND)
    with time_machine.travel(NOW + 2 * SECOND, tick=False):
        assert settled(late) == HAPPENED
    assert (late.charge, late.unmeasured) == (None, True)


def test_what_was_charged_late_is_explained_by_the_reading_after_it_was_seen(lost):
    rent = lost(3 * MINUTE, 2)
    read(10, rent.balance_before_at)
    read(10, rent.unknown_since + 5 * SECOND)
    listed(first_seen_at=NOW)
    settled(rent)
    read("5.80", NOW + SECOND)
    with time_machine.travel(NOW + 2 * SECOND, tick=False):
        assert settled(rent) == HAPPENED
    assert [(stretch.difference, len(stretch.operations)) for stretch in stretches()] == [(0, 1)]


def test_what_no_reading_has_told_yet_stands_in_the_last_stretch(lost):
    rent = lost(3 * MINUTE, 2)
    read(10, rent.balance_before_at)
    read(10, rent.unknown_since + 5 * SECOND)
    listed(first_seen_at=NOW)
    settled(rent)
    (last,) = stretches()
    assert (last.difference, last.operations, last.explained) == (0, (rent,), True)
