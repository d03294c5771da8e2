"""When silence and the balance settle an operation, to the second and to the cent."""

from datetime import timedelta

import pytest
import time_machine

from rentals.models import Feed
from rentals.models.operations import FailedHow, Kind, State
from rentals.models.orders import OrderState
from rentals.worker import settling
from tests.operations.settling.conftest import (
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

# --- without evidence ---


@pytest.mark.parametrize(
    ("ago", "syncs", "expected"),
    [
        (5 * MINUTE, 3, NOT_EXECUTED),
        (5 * MINUTE - SECOND, 3, OPEN),
        (5 * MINUTE, 2, OPEN),
    ],
)
@pytest.mark.parametrize("paid", [True, False])
def test_three_syncs_over_five_minutes_without_a_trace_are_needed(lost, ago, syncs, expected, paid):
    more = {} if paid else free(Kind.DELETE)
    operation = lost(ago, syncs, **more)
    read(10, NOW + SECOND)
    assert settled(operation) == expected
    if expected == NOT_EXECUTED:
        assert operation.settled_how == "evidence"


def test_a_balance_read_within_the_five_minutes_is_too_early(lost):
    operation = lost(6 * MINUTE, 3)
    read(10, NOW - MINUTE)
    assert settled(operation) == OPEN
    read(10, NOW - MINUTE + SECOND)
    assert settled(operation) == NOT_EXECUTED


@pytest.mark.parametrize("amount", ["9.99", "10.01", "5.80"])
@pytest.mark.parametrize("minutes", [6, 60])
def test_a_balance_that_moved_without_a_trace_waits_for_a_person(lost, amount, minutes):
    operation = lost(minutes * MINUTE, 3)
    read(amount)
    assert settled(operation) == (State.UNKNOWN, "balance_moved")


def test_a_person_who_was_waited_for_is_not_any_more_when_it_is_settled(lost):
    operation = lost(6 * MINUTE, 3, waits_for_person="services_differ")
    read(10)
    assert settled(operation) == NOT_EXECUTED
    assert operation.waits_for_person == ""


@pytest.mark.parametrize(("ago", "expected"), [(30 * MINUTE, NOT_EXECUTED), (30 * MINUTE - SECOND, OPEN)])
def test_without_any_balance_half_an_hour_of_silence_is_needed(lost, ago, expected):
    operation = lost(ago, 3, balance_before=None)
    assert settled(operation) == expected


def test_a_balance_that_may_still_come_is_waited_for_however_long_it_takes(lost):
    operation = lost(60 * MINUTE, 9)
    assert settled(operation) == OPEN
    Feed.objects.create(name=Feed.Name.BALANCE, failures=2)
    assert settled(operation) == OPEN


def test_another_spend_in_between_makes_the_balance_say_nothing(lost):
    operation = lost(30 * MINUTE - SECOND, 3)
    lost(kind=Kind.PROLONG, state=State.SUCCEEDED, sent_at=NOW - MINUTE)
    read(10)
    assert settled(operation) == OPEN
    Feed.objects.update(good_at=NOW + SECOND)
    with time_machine.travel(NOW + SECOND, tick=False):
        assert settled(operation) == NOT_EXECUTED


@pytest.fixture
def beside(lost):
    """Another rent of 3 USD in between, settled and measured before the balance was read."""

    def make(**more):
        done = {"state": State.SUCCEEDED, "settled_how": "answer", "charge": 3, "quote": 3}
        return lost(**{**done, "sent_at": NOW - MINUTE, "settled_at": NOW - SECOND, **more})

    return make


@pytest.mark.parametrize(
    ("amount", "expected"), [("7", NOT_EXECUTED), ("2.80", (State.UNKNOWN, "balance_moved"))]
)
def test_what_our_other_spends_took_is_taken_off_the_fall_of_the_balance(lost, beside, amount, expected):
    operation = lost(6 * MINUTE, 3)
    beside()
    read(amount)
    assert settled(operation) == expected


@pytest.mark.parametrize(
    "failed",
    [
        {"failed_how": FailedHow.REFUSED},
        {"failed_how": FailedHow.NOT_SENT},
        {"failed_how": FailedHow.NOT_EXECUTED, "balance_after": 10},
    ],
)
def test_what_was_refused_or_never_ran_took_nothing(lost, beside, failed):
    operation = lost(6 * MINUTE, 3)
    beside(state=State.FAILED, charge=None, **failed)
    read(10)
    assert settled(operation) == NOT_EXECUTED


@pytest.mark.parametrize(
    "other",
    [
        {"charge": None},
        {"settled_at": NOW + SECOND},
        {"charge": "7.2"},
        {"quote": None},
        {"state": State.SENT, "settled_how": "", "settled_at": None, "charge": None},
        {
            "state": State.FAILED,
            "failed_how": FailedHow.NOT_EXECUTED,
            "settled_how": "person",
            "charge": None,
        },
    ],
)
def test_beside_a_spend_whose_charge_or_moment_is_not_known_a_balance_that_fell_waits_for_a_person(
    lost, beside, other
):
    operation = lost(30 * MINUTE - SECOND, 3)
    beside(**other)
    read(7)
    assert settled(operation) == OPEN
    Feed.objects.update(good_at=NOW + SECOND)
    with time_machine.travel(NOW + SECOND, tick=False):
        assert settled(operation) == (State.UNKNOWN, "balance_moved")


@pytest.mark.parametrize(("ago", "balance_before"), [(6 * MINUTE, 10), (31 * MINUTE, None)])
def test_silence_is_concluded_from_orders_that_were_read_at_the_end_of_it_only(lost, ago, balance_before):
    operation = lost(ago, 3, balance_before=balance_before)
    read(10)
    Feed.objects.update(good_at=NOW - MINUTE - SECOND)
    assert settled(operation) == OPEN
    Feed.objects.update(good_at=NOW - MINUTE)
    assert settled(operation) == NOT_EXECUTED


# --- what may have been changed on the vendor's own page since ---


@pytest.mark.parametrize(
    "changed", [{"until": NOW + timedelta(days=14)}, {"until": None}, {"service": "opt29,opt20"}]
)
def test_a_new_rent_of_the_same_that_fits_no_more_waits_for_a_person_where_the_balance_says_nothing(
    lost, changed
):
    operation = lost(30 * MINUTE, 3, balance_before=None)
    listed(**changed)
    assert settled(operation) == (State.UNKNOWN, "rent_differs")


def test_a_new_rent_of_something_else_is_no_trace_of_it(lost):
    operation = lost(30 * MINUTE, 3, balance_before=None)
    listed(service="opt20")
    listed("201", country="FR")
    assert settled(operation) == NOT_EXECUTED


def test_with_a_balance_that_never_moved_a_rent_that_fits_no_more_is_somebody_elses(lost):
    operation = lost(6 * MINUTE, 3)
    listed(until=NOW + timedelta(days=14))
    read(10)
    assert settled(operation) == NOT_EXECUTED


@pytest.mark.parametrize("minutes", [6, 60])
@pytest.mark.parametrize("amount", ["10", "5.80"])
def test_evidence_that_was_seen_once_and_fits_no_more_waits_for_a_person(lost, minutes, amount):
    operation = lost(minutes * MINUTE, 3, evidence_at=NOW - 5 * MINUTE)
    read(amount)
    assert settled(operation) == (State.UNKNOWN, "evidence_gone")


# --- while no orders can be read ---


@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.DELETE, Kind.ACTIVATE])
def test_half_an_hour_without_any_orders_waits_for_a_person(lost, kind):
    more = {} if kind == Kind.CREATE else free(kind)
    young, old = lost(30 * MINUTE, 0, **more), lost(30 * MINUTE + SECOND, 0, **more)
    Feed.objects.update(good_at=NOW - 30 * MINUTE - SECOND)
    settling.stuck()
    for operation in (young, old):
        operation.refresh_from_db()
    assert [young.waits_for_person, old.waits_for_person] == ["", "no_good_sync"]


def test_once_they_are_read_nobody_is_asked_for_that_reason_any_more(lost):
    operation = lost(31 * MINUTE, 0, waits_for_person="no_good_sync")
    assert settled(operation, after_good_sync=True) == OPEN


def test_once_they_are_read_evidence_settles_it_all_the_same(lost):
    operation = lost(31 * MINUTE, 1, waits_for_person="no_good_sync")
    listed()
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED


# --- activating ---


@pytest.mark.parametrize(("ago", "lapsed"), [(30 * MINUTE, False), (30 * MINUTE + SECOND, True)])
def test_an_activation_lapses_when_half_an_hour_has_passed(lost, ago, lapsed):
    operation = lost(ago, **free(Kind.ACTIVATE), order=listed("100"))
    assert settled(operation) == (NOT_EXECUTED if lapsed else OPEN)
    assert operation.settled_how == ("lapse" if lapsed else "")


def test_an_activation_that_does_not_say_since_when_it_is_unknown_stays_open(lost):
    operation = lost(60 * MINUTE, **free(Kind.ACTIVATE), order=listed("100"), unknown_since=None)
    assert settled(operation) == OPEN


def test_an_activation_that_is_seen_late_has_happened(lost):
    order = listed("100", state=OrderState.ACTIVE)
    operation = lost(31 * MINUTE, **free(Kind.ACTIVATE), order=order)
    assert settled(operation) == HAPPENED
    assert operation.settled_how == "evidence"
    assert operation.made.count() == 0


# --- which balance is asked for ---


def test_without_an_open_question_no_balance_is_asked_for(lost):
    lost(state=State.SUCCEEDED)
    lost(**free(Kind.DELETE))
    assert settling.waiting_for_balance() is False


def test_a_balance_is_asked_for_since_it_became_unknown_and_again_after_five_minutes(lost):
    lost(MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False
    with time_machine.travel(NOW + 4 * MINUTE - SECOND, tick=False):
        assert settling.waiting_for_balance() is False
    with time_machine.travel(NOW + 4 * MINUTE, tick=False):
        assert settling.waiting_for_balance() is True
        read(10, NOW + 4 * MINUTE)
        assert settling.waiting_for_balance() is True
        read(10, NOW + 4 * MINUTE + SECOND)
        assert settling.waiting_for_balance() is False


def test_a_balance_is_asked_for_after_the_evidence_was_seen(lost):
    lost(3 * MINUTE, evidence_at=NOW - MINUTE)
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False


def test_evidence_seen_within_the_five_minutes_does_not_shorten_them(lost):
    lost(6 * MINUTE, evidence_at=NOW - 4 * MINUTE)
    read(10, NOW - 3 * MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False


def test_one_answered_question_does_not_hide_another(lost):
    lost(3 * MINUTE)
    lost(SECOND)
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True
