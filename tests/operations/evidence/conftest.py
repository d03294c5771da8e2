"""Operations that were sent at a moment that stands still, and orders that have appeared since."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from rentals.models import Number, Operation, Order
from rentals.models.operations import Kind, State
from rentals.queries.evidence import look

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
