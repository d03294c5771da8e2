"""Vendors that act late, machines that sleep, and balances that were read before the last spend."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from rentals.models import Feed, Operation
from rentals.models.operations import State
from rentals.use_cases import wants
from rentals.worker import balance, spending
from tests.conftest import record, rent


def test_a_rent_that_the_vendor_makes_after_we_gave_up_is_found_with_its_charge(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "drop_before")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    synced.run_until_idle()
    asked = operation.parameters
    sandbox.outside("create", country=asked["country"], service=asked["service"], dtype="week", dcount=1)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        synced._renewed = float("-inf")
        synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")
    assert (operation.charge, operation.waits_for_person) == (operation.quote, "")


def test_a_machine_that_sleeps_between_claim_and_call_does_not_call_when_it_wakes(
    synced, sandbox, operator, monkeypatch
):
    operation = record(rent(operator, synced), operator)
    claim, clock = spending.claim, time_machine.travel(timezone.now() + timedelta(minutes=10))

    def claim_and_sleep(*given):
        won = claim(*given)
        clock.start()
        return won

    monkeypatch.setattr(spending, "claim", claim_and_sleep)
    spending.send(synced.line, synced.holder, operation)
    clock.stop()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_sent")
    assert sandbox.calls("create") == []


def test_a_confirmation_after_a_spend_asks_for_the_balance_that_is_left(synced, operator):
    operation = record(rent(operator, synced), operator)
    balance.sync(synced.line)
    wants.want_balance()
    assert Feed.objects.get(name=Feed.Name.BALANCE).wanted_at is None
    spending.send(synced.line, synced.holder, operation)
    wants.want_balance()
    assert Feed.objects.get(name=Feed.Name.BALANCE).wanted_at > Operation.objects.get().sent_at
