"""What may be spent: by a person and by the team, in a day and in a month of the team's time zone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from rentals.models import Correction, Operation, Person, Team
from rentals.models.operations import FailedHow, Kind, State
from rentals.models.transitions import move
from rentals.queries import budgets
from rentals.queries.budgets import Span, Whose
from rentals.use_cases.budgets import against, reserve
from rentals.use_cases.refusals import NotRecorded

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon(singletons):
    with time_machine.travel(NOW, tick=False):
        yield


def spend(person, quote="7", state=State.RECORDED, kind=Kind.CREATE, at=None, **more):
    return Operation.objects.create(
        key=uuid4(), kind=kind, person=person, quote=quote, state=state, recorded_at=at or timezone.now(), **more
    )


def limit(who, day=None, month=None):
    """Of a person or, where it is None, of the team."""
    found = who or Team.only()
    found.day_limit, found.month_limit = day, month
    found.save()


def used(person):
    use = budgets.used_by_person().get(person.pk, budgets.Use())
    return use.day.spent, use.day.reserved, use.month.spent, use.month.reserved


def test_what_is_recorded_is_reserved(operator):
    spend(operator)
    spend(operator, "2.5", State.UNKNOWN)
    assert used(operator) == (0, Decimal("9.5"), 0, Decimal("9.5"))


def test_correction(operator):
    op = spend(operator, "3", State.SUCCEEDED, charge="3.1")
    spend(operator, "4", State.SUCCEEDED)
    spend(operator, "5", State.FAILED)
    spend(operator, "6", State.SUCCEEDED, at=NOW - DAY)
    assert used(operator) == (Decimal("7.1"), 0, Decimal("13.1"), 0)
    Correction.objects.create(operation=op, person=operator, at=NOW, charge="2", note="x")
    assert used(operator) == (Decimal("6"), 0, Decimal("12"), 0)
