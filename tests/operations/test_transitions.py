"""How an operation's state moves: one way, once, and what moves with it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rentals.models import Mirror, Operation, OperationTarget, Order
from rentals.models.operations import FailedHow, Kind, State
from rentals.models.transitions import lapse, lapse_overdue, move, succeed

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operation(operator):
    def make(state=State.RECORDED, **more):
        fields = {"kind": Kind.PROLONG, "person": operator, "recorded_at": NOW, **more}
        made = Operation.objects.create(state=state, **fields)
        OperationTarget.objects.create(operation=made, target=f"order:{made.pk}")
        return made

    return make


def order(vendor_id="100", **more):
    fields = {"service": "opt29", "first_seen_at": NOW, "last_seen_at": NOW, **more}
    return Order.objects.create(vendor_id=vendor_id, **fields)


def version():
    return Mirror.objects.get(pk=1).version


LEADS = [
    (State.RECORDED, State.SENT),
    (State.RECORDED, State.FAILED),
    (State.SENT, State.SUCCEEDED),
    (State.SENT, State.FAILED),
    (State.SENT, State.UNKNOWN),
    (State.UNKNOWN, State.SUCCEEDED),
    (State.UNKNOWN, State.FAILED),
]


@pytest.mark.parametrize("to_state", [State.SENT, State.SUCCEEDED, State.FAILED, State.UNKNOWN])
@pytest.mark.parametrize("from_state", list(State))
def test_a_state_moves_only_along_the_arrows(operation, from_state, to_state):
    found = operation(from_state)
    if (from_state, to_state) in LEADS:
        assert move(found, from_state, to_state) is True
        assert found.state == to_state
    else:
        with pytest.raises(ValueError, match=f"^{from_state} does not lead to {to_state}$"):
            move(found, from_state, to_state)
        found.refresh_from_db()
        assert found.state == from_state


def test_of_two_who_move_it_one_wins_and_the_other_changes_nothing(operation):
    first = operation()
    second = Operation.objects.get(pk=first.pk)
    assert move(first, State.RECORDED, State.SENT, sent_by="first")
    before = version()
    assert move(second, State.RECORDED, State.FAILED, reason="second") is False
    assert version() == before
    first.refresh_from_db()
    assert (first.state, first.sent_by, first.reason) == (State.SENT, "first", "")
    assert first.targets.get().held


def test_a_move_changes_no_other_operation(operation):
    moved, other = operation(State.SENT), operation(State.SENT)
    assert move(moved, State.SENT, State.FAILED)
    other.refresh_from_db()
    assert (other.state, other.targets.get().held) == (State.SENT, True)


@pytest.mark.parametrize(
    ("from_state", "to_state", "held"),
    [
        (State.RECORDED, State.SENT, True),
        (State.SENT, State.UNKNOWN, True),
        (State.SENT, State.SUCCEEDED, False),
        (State.UNKNOWN, State.FAILED, False),
    ],
)
def test_only_what_is_settled_lets_go_and_counts_as_an_attempt(operation, from_state, to_state, held):
    acted_on, other = order("100", attempts=2), order("101", attempts=2)
    found = operation(from_state, order=acted_on)
    before = version()
    move(found, from_state, to_state)
    acted_on.refresh_from_db()
    other.refresh_from_db()
    assert found.targets.get().held is held
    assert (acted_on.attempts, other.attempts) == (2 if held else 3, 2)
    assert found.settled_at == (None if held else NOW)
    assert version() == before + 1


def test_the_moment_of_settling_may_be_told(operation):
    found = operation(State.UNKNOWN)
    move(found, State.UNKNOWN, State.FAILED, settled_at=NOW - SECOND)
    assert found.settled_at == NOW - SECOND


def test_what_it_brought_about_is_its_own_and_the_first_is_named(operation):
    found, made = operation(State.SENT), [order("200"), order("201")]
    other = order("202")
    assert succeed(found, State.SENT, iter(made), reason="x") is True
    assert (found.state, found.order, found.reason) == (State.SUCCEEDED, made[0], "x")
    assert set(found.made.all()) == set(made)
    other.refresh_from_db()
    assert other.origin is None


def test_the_order_that_it_acted_on_stays_the_named_one(operation):
    acted_on, made = order("100"), order("200")
    found = operation(State.SENT, order=acted_on)
    succeed(found, State.SENT, [made])
    assert (found.order, list(found.made.all())) == (acted_on, [made])


def test_a_success_without_orders_names_none(operation):
    found = operation(State.SENT)
    assert succeed(found, State.SENT)
    assert found.order is None


def test_a_success_waits_for_nobody(operation):
    found = operation(State.UNKNOWN, waits_for_person="balance_differs")
    succeed(found, State.UNKNOWN)
    assert found.waits_for_person == ""


def test_who_comes_too_late_to_succeed_owns_nothing(operation):
    found, made = operation(State.FAILED), order("200")
    assert succeed(found, State.SENT, [made]) is False
    made.refresh_from_db()
    assert made.origin is None


# --- lapsing ---


@pytest.mark.parametrize(("seconds", "lapsed"), [(120, False), (121, True)])
def test_two_minutes_after_it_was_recorded_it_lapses(operation, seconds, lapsed):
    found = operation(recorded_at=NOW - seconds * SECOND)
    assert lapse(found) is lapsed
    found.refresh_from_db()
    told = (found.state, found.failed_how, found.reason, found.settled_how)
    assert told == (
        (State.FAILED, FailedHow.NOT_SENT, "lapsed", "lapse") if lapsed else ("recorded", "", "", "")
    )


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.SUCCEEDED, State.FAILED])
def test_what_has_left_or_ended_does_not_lapse(operation, state):
    found = operation(state, recorded_at=NOW - timedelta(hours=1))
    assert lapse(found) is False
    assert lapse_overdue() == 0
    found.refresh_from_db()
    assert found.state == state


def test_a_copy_that_still_says_recorded_does_not_end_what_was_sent(operation):
    found = operation(recorded_at=NOW - timedelta(hours=1))
    copy = Operation.objects.get(pk=found.pk)
    move(found, State.RECORDED, State.SENT)
    assert lapse(copy) is False
    found.refresh_from_db()
    assert found.state == State.SENT


def test_all_that_are_overdue_lapse_and_the_others_stay(operation):
    overdue = [operation(recorded_at=NOW - 121 * SECOND), operation(recorded_at=NOW - timedelta(days=1))]
    on_time = [operation(recorded_at=NOW - 120 * SECOND), operation()]
    assert lapse_overdue() == 2
    assert set(Operation.objects.filter(state=State.FAILED)) == set(overdue)
    assert set(Operation.objects.filter(state=State.RECORDED)) == set(on_time)


def test_a_success_locks_its_orders_before_the_mirror_as_the_sync_does(operation):
    """The other way round, a person who decides and the sync of `orders` could wait for each other."""
    found, made = operation(State.UNKNOWN), order()
    with CaptureQueriesContext(connection) as asked:
        assert succeed(found, State.UNKNOWN, [made])
    said = [query["sql"] for query in asked.captured_queries]
    orders = next(at for at, words in enumerate(said) if '"rentals_order"' in words)
    mirror = next(at for at, words in enumerate(said) if 'UPDATE "rentals_mirror"' in words)
    assert orders < mirror
