"""A worker that lives, prices, a balance and confirmations, all made by hand: no vendor is asked."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from rentals.confirmations import issue
from rentals.models import (
    BalanceReading,
    Country,
    Feed,
    Number,
    Operation,
    OperationTarget,
    Order,
    PriceList,
)
from rentals.use_cases.holding import shown_of
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import lease
from tests.conftest import record

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "a", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["a", "b"], "unit": "week", "count": 1}
E164 = "+34600000001"


def row(code, price_day="1", total=5, **by_operator):
    return {"code": code, "price_day": price_day, "total": total, "by_operator": by_operator or None}


@pytest.fixture(autouse=True)
def _mirror(singletons):
    """A worker that lives, a country with prices (7 USD a week for `a`, 14 for `b`), and a balance of 21 USD."""
    with time_machine.travel(NOW, tick=False):
        lease.take("me")
        Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW)
        Country.objects.create(code="ES")
        PriceList.objects.create(
            country="ES", unit="week", count=1, fetched_at=NOW, rows=[row("a", One=5, Two=0), row("b", "2")]
        )
        BalanceReading.objects.create(amount=21, read_at=NOW)
        yield


def offer(**changed):
    """Changes the row of the service `a`."""
    held = PriceList.objects.get()
    held.rows[0].update(changed)
    held.save()


def rented(person, parameters=RENT, price="7.00", after="", kind="create"):
    return issue(person, kind, parameters, {"price": price, "after": after})


def several(person, services=("a", "b"), price="21.00"):
    return rented(person, {**SEVERAL, "services": list(services)}, price, kind="create_multi")


def refusal(confirmation, person):
    before = Operation.objects.count(), OperationTarget.objects.count()
    with pytest.raises(NotRecorded) as found:
        record(confirmation, person)
    assert (Operation.objects.count(), OperationTarget.objects.count()) == before
    return found.value


def refused(confirmation, person):
    return refusal(confirmation, person).code


def targets(operation):
    return {(target.target, target.held) for target in operation.targets.all()}


@pytest.fixture
def order():
    """An order of the service `a` with three days and an hour left."""
    number = Number.objects.create(e164=E164, first_seen_at=NOW)
    fields = {"country": "ES", "number": number, "until": NOW + 3 * DAY + 60 * MINUTE}
    return Order.objects.create(vendor_id="100", service="a", first_seen_at=NOW, last_seen_at=NOW, **fields)


def changed(order, **fields):
    Order.objects.filter(pk=order.pk).update(**fields)


def held(person, order, kind, price=None, shown=None, **asked):
    """A confirmation about an order as it was shown."""
    return issue(
        person,
        kind,
        {"order": order.vendor_id, **asked},
        {**shown_of(order), "price": price, **(shown or {})},
    )


def prolongation(person, order, price="7.00", unit="week", count=1, **more):
    return held(person, order, "prolong", price, unit=unit, count=count, **more)


def addition(person, order, price="4.00", service="b", days=2, **more):
    return held(person, order, "add_service_to_order", price, service=service, days=days, e164=E164, **more)


def deletion(person, order, **more):
    return held(person, order, "delete", **more)
