"""Which sends are taken for crashes, and which syncs count."""

from datetime import timedelta
from decimal import Decimal

import pytest

from rentals.models import Feed, Operation
from rentals.models.operations import Kind, State
from rentals.queries import evidence
from rentals.use_cases.settling import decide
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

# --- crashes ---


@pytest.mark.parametrize(("ago", "found"), [(25 * SECOND, 0), (25 * SECOND + timedelta(milliseconds=1), 1)])
def test_a_crash_is_found_five_seconds_after_the_longest_call(lost, ago, found):
    operation = lost(state=State.SENT, sent_at=NOW - ago, unknown_since=None)
    assert settling.crashed(20) == found
    operation.refresh_from_db()
    if found:
        assert (operation.state, operation.reason) == (State.UNKNOWN, "crash")
        assert operation.unknown_since == operation.sent_at


def test_all_crashes_are_found_at_once_and_nothing_else_is(lost):
    for _ in range(2):
        lost(state=State.SENT, sent_at=NOW - MINUTE)
    lost(state=State.RECORDED, sent_at=None)
    other = lost(state=State.FAILED, sent_at=NOW - MINUTE)
    assert settling.crashed(20) == 2
    other.refresh_from_db()
    assert other.state == State.FAILED


# --- counting good syncs ---


def test_only_whole_orders_asked_for_since_it_became_unknown_are_counted(lost):
    operation = lost(syncs=0)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 1
    settled(operation)
    assert operation.good_syncs == 1
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW - SECOND)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 1


def test_orders_that_were_never_good_are_not_counted(lost):
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=None)
    operation = lost(syncs=0)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 0


def test_before_the_first_good_sync_nothing_is_concluded(lost):
    operation = lost(syncs=0)
    listed()
    read("5.80", NOW + SECOND)
    assert settled(operation) == OPEN
    assert operation.evidence_at is None


def test_a_sync_that_comes_in_counts_at_once(lost):
    operation = lost(5 * MINUTE, syncs=2)
    read(10, NOW + SECOND)
    assert settled(operation, after_good_sync=True) == NOT_EXECUTED


def test_each_operation_counts_the_syncs_since_its_own_beginning(lost):
    before, after = lost(MINUTE, syncs=0), lost(syncs=0, unknown_since=NOW + SECOND)
    settled(before, after_good_sync=True)
    after.refresh_from_db()
    assert (before.good_syncs, after.good_syncs) == (1, 0)


@pytest.fixture
def meanwhile(monkeypatch):
    """Lets something happen once after the operations have been read and before the first is looked at."""

    def at_that_moment(happens):
        look, pending = evidence.look, [happens]

        def look_slowly(operation):
            if pending:
                pending.pop()()
            return look(operation)

        monkeypatch.setattr(evidence, "look", look_slowly)

    return at_that_moment


def test_one_that_a_person_settles_while_others_are_looked_at_stays_as_it_is(lost, administrator, meanwhile):
    first = lost(6 * MINUTE, 2, **free(Kind.DELETE))
    second = lost(6 * MINUTE, 2, **free(Kind.DELETE), waits_for_person="gone_at_expiry")
    meanwhile(lambda: decide(administrator, second, "x", executed=True))
    assert settled(first, after_good_sync=True) == NOT_EXECUTED
    second.refresh_from_db()
    assert (second.state, second.settled_how, second.good_syncs) == (State.SUCCEEDED, "person", 2)


@pytest.mark.parametrize("orders", [0, 1, 2])
def test_one_that_a_person_settles_while_it_is_looked_at_stays_as_it_is(
    lost, administrator, meanwhile, orders
):
    operation = lost(6 * MINUTE, 3, waits_for_person="balance_differs")
    for number in range(orders):
        listed(f"20{number}")
    read("9.99")
    meanwhile(lambda: decide(administrator, operation, "x", executed=False))
    assert settled(operation) == NOT_EXECUTED
    assert (operation.settled_how, operation.waits_for_person, operation.evidence_at) == ("person", "", None)


def test_evidence_that_was_noted_while_it_was_looked_at_keeps_its_moment(lost, meanwhile):
    operation = lost(MINUTE)
    listed()
    meanwhile(lambda: Operation.objects.update(evidence_at=NOW - SECOND))
    assert settled(operation) == OPEN
    assert operation.evidence_at == NOW - SECOND


def test_one_that_does_not_say_since_when_it_is_unknown_counts_from_now(lost):
    operation = lost(30 * MINUTE, 9, unknown_since=None)
    read(10, NOW - SECOND)
    assert settling.waiting_for_balance() is True
    assert settled(operation, after_good_sync=True) == OPEN
    assert operation.good_syncs == 9
    listed()
    assert settled(operation) == OPEN
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert operation.charge == Decimal("4.20")
