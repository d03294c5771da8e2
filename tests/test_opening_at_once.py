"""A number is taken while somebody opens its messages: over two connections, let go at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from rentals.models import AuditEntry, Number, Order, Person
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.use_cases.numbers import open_panel, take
from tests.model.world import Snapshot


@pytest.fixture
def people(transactional_db):
    """What the audit says cannot be flushed away row by row."""
    empty = Snapshot()
    yield [Person.objects.create_user(name, role=Role.OPERATOR) for name in ("ana", "berta")]
    empty.put_back()


def at_once(*actions):
    begin = Barrier(len(actions))

    def run(action):
        try:
            begin.wait(timeout=20)
            action()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        list(threads.map(run, actions))


def test_however_they_fall_the_opening_is_put_down_once(people):
    ana, berta = people
    now, orders = timezone.now(), []
    for nth in range(10):
        number = Number.objects.create(e164=f"+3461234567{nth}", first_seen_at=now)
        seen = {"service": "opt29", "first_seen_at": now, "last_seen_at": now}
        orders.append(Order.objects.create(vendor_id=str(nth), number=number, **seen))
        at_once(partial(take, ana, number), partial(open_panel, berta, orders[-1]))
    opened = AuditEntry.objects.filter(kind=AuditKind.PANEL_OPENED, person=berta, about=ana)
    assert sorted(opened.values_list("number", flat=True)) == [order.number_id for order in orders]
