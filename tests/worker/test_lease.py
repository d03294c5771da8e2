from datetime import timedelta

import time_machine
from django.db import transaction
from django.utils import timezone

from rentals.models import Lease
from rentals.queries import mirror
from rentals.worker import lease
from rentals.worker.loop import Worker


def held(holder):
    """As the claim asks: inside its transaction."""
    with transaction.atomic():
        return lease.held_now(holder)


def test_one_of_two_workers_has_the_lease(singletons):
    assert lease.take("one")
    assert not lease.take("two")
    assert held("one")
    assert not held("two")


def test_a_lease_that_was_not_renewed_goes_to_the_next(singletons):
    assert lease.take("one")
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert not held("one")
        assert lease.take("two")
        assert not lease.take("one")


def test_a_released_lease_is_free_at_once(singletons):
    assert lease.take("one")
    lease.release("one")
    assert lease.take("two")


def test_only_its_holder_can_release_it(singletons):
    assert lease.take("one")
    lease.release("two")
    assert not lease.take("two")


def test_it_is_renewed_before_a_call_could_outlast_it(singletons):
    lease.take("one")
    before = Lease.objects.get(pk=1).expires_at
    with time_machine.travel(timezone.now() + timedelta(seconds=15)):
        assert lease.renew_if_low("one")
        assert Lease.objects.get(pk=1).expires_at > before


def test_a_worker_without_the_lease_makes_no_call(worker, sandbox):
    lease.take("somebody else")
    assert worker.beat() > 0
    assert worker.run_until_idle() == 0
    assert sandbox.calls() == []


def test_a_worker_that_ends_lets_the_next_begin(sandbox, worker):
    worker.stop.set()
    worker.keep_lease()
    worker.run()
    assert Worker().keep_lease()


def test_a_lease_taken_before_the_clock_was_put_back_is_nobodys(singletons):
    assert lease.take("one")
    Lease.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert not mirror.worker_alive()
    assert lease.take("two")
    assert mirror.worker_alive()
