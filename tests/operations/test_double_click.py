"""The two halves of a double click run side by side: the second must find the first, wherever it was overtaken."""

import pytest

from rentals.confirmations import for_action
from rentals.models import Operation, Order
from rentals.queries import mirror
from rentals.worker import spending
from tests.conftest import inactive_order, record, rent


@pytest.fixture
def overtaken(monkeypatch):
    """Lets something happen once after the second half has looked for its key and found nothing."""

    def at_that_moment(happens):
        alive, pending = mirror.worker_alive, [happens]

        def worker_alive():
            if pending:
                pending.pop()()
            return alive()

        monkeypatch.setattr(mirror, "worker_alive", worker_alive)

    return at_that_moment


def test_the_second_half_is_not_told_that_it_is_ahead_of_itself(synced, operator, overtaken):
    confirmation = rent(operator, synced)
    overtaken(lambda: record(confirmation, operator))
    assert record(confirmation, operator) == Operation.objects.get()


def test_nor_that_it_was_just_done_when_the_first_has_already_been_sent(synced, operator, overtaken):
    confirmation = rent(operator, synced)
    overtaken(lambda: spending.send(synced.line, synced.holder, record(confirmation, operator)))
    assert record(confirmation, operator) == Operation.objects.get()


def test_nor_that_the_number_has_moved_when_the_first_has_activated_it(synced, operator, overtaken):
    order = inactive_order()
    confirmation = for_action(operator, "activate", order.vendor_id, order.state, order.attempts)
    overtaken(lambda: spending.send(synced.line, synced.holder, record(confirmation, operator)))
    assert record(confirmation, operator) == Operation.objects.get()
    assert Order.objects.get(pk=order.pk).attempts == 1
