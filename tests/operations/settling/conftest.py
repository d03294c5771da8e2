"""Operations whose answers were lost at a moment that stands still, and what came in since."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.models import BalanceReading, Feed, Number, Operation, Order
from rentals.models.operations import Kind, State
from rentals.worker import settling

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "opt29", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["opt29", "opt20"], "unit": "week", "count": 1}
E164 = "+34600000001"


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    Feed.objects.update(good_at=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lost(operator):
    """A rent of 4.20 USD from a balance of 10 whose answer was lost so long ago; its orders came in so often since."""

    def make(ago=timedelta(0), syncs=1, kind=Kind.CREATE, parameters=RENT, **more):
        then = NOW - ago
        fields = {"recorded_at": then - 5 * SECOND, "sent_at": then - 2 * SECOND, "unknown_since": then}
        fields |= {
            "balance_before": Decimal(10),
            "balance_before_at": then - 3 * SECOND,
            "quote": Decimal("4.2"),
        }
        fields |= {"state": State.UNKNOWN, "baseline": {}, "shown": {"clock_offset": 0}, "good_syncs": syncs}
        return Operation.objects.create(kind=kind, parameters=parameters, person=operator, **(fields | more))

    return make


def free(operation):
    """The same for a kind that costs nothing."""
    return {"kind": operation, "parameters": {"order": "100"}, "balance_before": None, "quote": None}


def listed(vendor_id="200", service="opt29", e164=E164, first_seen_at=NOW, **more):
    number = Number.objects.get_or_create(e164=e164, defaults={"first_seen_at": NOW})[0]
    fields = {"country": "ES", "first_seen_at": first_seen_at, "last_seen_at": NOW, **more}
    fields = {"until": NOW + timedelta(days=7), **fields}
    return Order.objects.create(vendor_id=vendor_id, service=service, number=number, **fields)


def read(amount, at=NOW):
    return BalanceReading.objects.create(amount=Decimal(amount), read_at=at)


def settled(operation, *, after_good_sync=False):
    settling.settle(after_good_sync=after_good_sync)
    operation.refresh_from_db()
    return operation.state, operation.failed_how or operation.waits_for_person


OPEN = (State.UNKNOWN, "")
HAPPENED = (State.SUCCEEDED, "")
NOT_EXECUTED = (State.FAILED, "not_executed")
