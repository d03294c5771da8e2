"""Who counts what is left is alone in it until it is recorded: the next one waits, and then sees it."""

from decimal import Decimal
from threading import Event, Thread
from uuid import uuid4

import pytest
from django.db import connections, transaction

from rentals.models import Operation, Person, Team
from rentals.models.operations import Kind
from rentals.queries.budgets import used_by_person
from rentals.use_cases.budgets import reserve, set_limits, set_team_limits
from rentals.use_cases.refusals import NotRecorded
from tests.model.world import Snapshot

PRICE = Decimal(7)


@pytest.fixture
def people(transactional_db, make_person):
    Team.only()
    empty = Snapshot()
    yield make_person("ana"), make_person("berta"), make_person("adela", "administrator")
    # The audit cannot be flushed away row by row.
    empty.put_back()


def spend(person):
    with transaction.atomic():
        asked = {"kind": Kind.CREATE, "person": person, "quote": PRICE}
        Operation.objects.create(key=uuid4(), recorded_at=reserve(person, Kind.CREATE, PRICE), **asked)


def meanwhile(act):
    """In a thread and a connection of its own; `done` is set when it has ended, `said` holds why it was refused."""
    said, done = [], Event()

    def run():
        try:
            act()
        except NotRecorded as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()
            done.set()

    thread = Thread(target=run)
    thread.start()
    return thread, said, done


def test_the_second_waits_for_the_first_and_is_refused(people):
    first, second, _ = people
    Team.objects.update(day_limit=PRICE)
    with transaction.atomic():
        recorded_at = reserve(first, Kind.CREATE, PRICE)
        thread, said, done = meanwhile(lambda: spend(second))
        assert not done.wait(0.5)
        asked = {"kind": Kind.CREATE, "person": first, "quote": PRICE}
        Operation.objects.create(key=uuid4(), recorded_at=recorded_at, **asked)
    thread.join()
    assert said == ["over_budget"]
    assert [use.day.reserved for use in used_by_person().values()] == [PRICE]


@pytest.mark.parametrize(
    "change",
    [
        lambda by, person: set_limits(by, person, Decimal(5), None),
        lambda by, person: set_team_limits(by, None, Decimal(5)),
    ],
)
def test_a_limit_is_not_set_between_the_counting_and_the_recording(people, change):
    """Nor is what was recorded before it overlooked by who counts against it."""
    person, _, administrator = people
    with transaction.atomic():
        recorded_at = reserve(person, Kind.CREATE, PRICE)
        thread, _, done = meanwhile(lambda: change(administrator, Person.objects.get(pk=person.pk)))
        assert not done.wait(0.5)
        asked = {"kind": Kind.CREATE, "person": person, "quote": PRICE}
        Operation.objects.create(key=uuid4(), recorded_at=recorded_at, **asked)
    thread.join()
    with pytest.raises(NotRecorded):
        spend(person)
