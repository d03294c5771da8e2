"""What is written down of an intent, by whom, and of two at the same time."""

from decimal import Decimal

import pytest
import time_machine

from rentals.confirmations import Confirmation
from rentals.models import (
    Mirror,
    Operation,
)
from rentals.models.operations import State
from rentals.queries import operations as known
from rentals.use_cases.operations import lapse_if_overdue
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import lease
from tests.conftest import record
from tests.operations.recording.conftest import MINUTE, NOW, RENT, refusal, refused, rented, several, targets

# --- what is written down ---


def test_the_record_holds_what_was_asked_what_was_shown_and_by_whom(operator):
    confirmation = rented(operator)
    before = Mirror.objects.get(pk=1).version
    operation = record(confirmation, operator)
    assert Operation.objects.get() == operation
    operation.refresh_from_db()
    assert (operation.key, operation.kind, operation.person) == (confirmation.key, "create", operator)
    assert (operation.parameters, operation.shown) == (RENT, {"price": "7.00", "after": ""})
    assert (operation.state, operation.recorded_at, operation.quote) == (State.RECORDED, NOW, Decimal(7))
    assert operation.order is None
    assert targets(operation) == {("rent:ES:a", True)}
    assert Mirror.objects.get(pk=1).version == before + 1


def test_a_rent_of_several_locks_and_quotes_all_of_them(operator):
    operation = record(several(operator), operator)
    assert operation.quote == Decimal(21)
    assert targets(operation) == {("rent:ES:a", True), ("rent:ES:b", True)}


def test_a_person_who_is_ahead_on_any_of_several_is_named(operator, administrator):
    first = record(rented(administrator, {**RENT, "service": "b"}, "14.00"), administrator)
    found = refusal(several(operator), operator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize(
    "other",
    [{"parameters": {**RENT, "operator": "One"}}, {"kind": "create_multi"}, {"person_id": None}],
)
def test_a_key_that_was_used_for_something_else_is_refused(operator, administrator, other):
    first = rented(operator)
    record(first, operator)
    person = administrator if "person_id" in other else operator
    parts = {"kind": first.kind, "parameters": first.parameters, **other, "person_id": person.pk}
    assert refused(Confirmation(key=first.key, shown=first.shown, **parts), person) == "key_reused"


def test_the_same_key_is_the_first_operation_also_when_nothing_could_be_recorded_any_more(operator):
    confirmation = rented(operator)
    first = record(confirmation, operator)
    lease.release("me")
    assert record(confirmation, operator) == first


def test_what_nobody_claimed_in_time_does_not_stand_in_the_way(operator, administrator):
    first = record(rented(operator), operator)
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        lease.take("me")
        assert record(rented(administrator), administrator).state == State.RECORDED
    first.refresh_from_db()
    assert (first.state, first.reason) == (State.FAILED, "lapsed")


def test_a_page_that_follows_an_operation_ends_it_when_its_time_is_over(operator):
    operation = record(rented(operator), operator)
    lapse_if_overdue(operation)
    assert operation.state == State.RECORDED
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        lapse_if_overdue(operation)
    assert operation.state == State.FAILED


# --- who may ---


def test_who_may_only_look_records_nothing(observer):
    assert refused(rented(observer), observer) == "forbidden"


def test_the_confirmation_of_another_person_records_nothing(operator, administrator):
    assert refused(rented(operator), administrator) == "forbidden"
    assert refused(rented(administrator), operator) == "forbidden"


def test_who_is_not_active_any_more_is_not_even_told_of_the_first_operation(operator):
    confirmation = rented(operator)
    record(confirmation, operator)
    operator.is_active = False
    assert refused(confirmation, operator) == "forbidden"


def test_without_a_worker_nothing_is_recorded_and_nothing_lapses(operator):
    first = record(rented(operator), operator)
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        assert refused(rented(operator, {**RENT, "service": "b"}, "14.00"), operator) == "no_worker"
    first.refresh_from_db()
    assert first.state == State.RECORDED


# --- two at the same time ---


@pytest.fixture
def at_the_last_look(monkeypatch):
    """Lets something happen once between the last look at what is free and the writing."""

    def at_that_moment(happens):
        look, pending = known.done_since_last_sync, [happens]

        def done_since_last_sync(target):
            if pending:
                pending.pop()()
            return look(target)

        monkeypatch.setattr(known, "done_since_last_sync", done_since_last_sync)

    return at_that_moment


def test_the_same_confirmation_that_was_written_at_the_last_moment_is_the_first(operator, at_the_last_look):
    confirmation = rented(operator)
    at_the_last_look(lambda: record(confirmation, operator))
    assert record(confirmation, operator) == Operation.objects.get()


def test_the_same_key_for_something_else_that_was_written_at_the_last_moment_is_refused(
    operator, at_the_last_look
):
    first = rented(operator)
    other = Confirmation(first.key, operator.pk, "create", {**RENT, "operator": "One"}, first.shown)
    at_the_last_look(lambda: record(other, operator))
    with pytest.raises(NotRecorded) as found:
        record(first, operator)
    assert found.value.code == "key_reused"
    assert Operation.objects.get().parameters == other.parameters


def test_somebody_who_was_written_at_the_last_moment_is_ahead(operator, administrator, at_the_last_look):
    theirs = rented(administrator, {**RENT, "service": "b"}, "14.00")
    at_the_last_look(lambda: record(theirs, administrator))
    with pytest.raises(NotRecorded) as found:
        record(several(operator), operator)
    assert (found.value.code, found.value.ahead) == ("someone_ahead", Operation.objects.get())
    assert Operation.objects.get().key == theirs.key


def test_somebody_who_was_ahead_and_has_ended_meanwhile_is_not_named(
    operator, administrator, at_the_last_look, monkeypatch
):
    at_the_last_look(lambda: record(rented(administrator), administrator))
    monkeypatch.setattr(known, "holder_of", lambda target: None)
    with pytest.raises(NotRecorded) as found:
        record(rented(operator), operator)
    assert (found.value.code, found.value.ahead) == ("someone_ahead", None)
