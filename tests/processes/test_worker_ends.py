"""Workers that are killed: who takes over, what pages say meanwhile, and that nothing is sent twice or too late."""

from __future__ import annotations

import time

import pytest

from tests.processes.browser import words
from tests.processes.house import until

STOPPED = "El proceso que habla con SMSPVA está parado"
REFUSED = "no se ha enviado nada. Avise a quien administra el panel"


def run_out(house):
    """As if the 30 s of a killed worker's lease had passed (a test below waits for them in earnest)."""
    house.database.age("rentals_lease", "expires_at", 40)


def settle_at_once(house):
    """As if five minutes and three good looks at the vendor's list had passed since the outcome was lost."""
    house.database.age("rentals_operation", "unknown_since", 400)
    for _ in range(3):
        house.want("orders")


def test_a_worker_killed_during_a_rent_is_replaced_within_a_minute_and_nothing_is_sent_twice(make_house):
    house = make_house().start(workers=2)
    confirmation = house.browser().open_confirmation("ES", "opt29")
    house.sandbox.fault("create", "slow", seconds=12)
    address = house.browser().post(confirmation).headers["Location"]
    until(house.creates, 10, "the create arrives", 0.01)
    house.worker_with_lease().kill()
    began = time.monotonic()
    house.worker_with_lease(60)
    assert time.monotonic() - began < 60
    assert "Hecho" in house.browser().follow(address, 30, past="Resultado desconocido")
    assert house.operations("reason") == ["crash"]
    assert house.operations("settled_how") == ["evidence"]
    assert len(house.creates()) == 1


def test_a_rent_that_hung_when_its_worker_died_is_unknown_and_then_found_not_executed(house):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    house.sandbox.fault("create", "hang", seconds=3)
    address = browser.post(confirmation).headers["Location"]
    until(house.creates, 10, "the create arrives", 0.01)
    house.worker_with_lease().kill()
    house.start_worker()
    run_out(house)
    # No call lasts 25 s: what was sent before that and has no outcome is a crash.
    house.database.age("rentals_operation", "sent_at", 26)
    assert "Resultado desconocido" in browser.follow(address)
    settle_at_once(house)
    assert "No ejecutado" in browser.follow(address, 30, past="Resultado desconocido")
    assert len(house.creates()) == 1


@pytest.fixture
def deserted(house):
    """A house whose only worker was killed with a rent half confirmed, once its lease has run out."""
    house.confirmation = house.browser().open_confirmation("ES", "opt29")
    house.worker_with_lease().kill()
    began = time.monotonic()
    until(
        lambda: STOPPED in words(house.browser().get("/")), 40, "the page says that the worker stopped", 0.5
    )
    house.silent_for = time.monotonic() - began
    return house


def test_without_its_only_worker_every_page_says_so_and_spending_waits_for_the_next(deserted):
    browser, order = (
        deserted.browser(),
        deserted.database.one("SELECT vendor_id FROM rentals_order WHERE state = 0"),
    )
    assert deserted.silent_for < 33
    for page in ("/", "/operations/", deserted.confirmation, f"/orders/{order}/sms/"):
        assert STOPPED in words(browser.get(page)), page
    before, calls = deserted.database.dump(), deserted.sandbox.calls()
    for refused in (
        browser.post(deserted.confirmation),
        browser.post(f"/orders/{order}/activate/", {"seen": "0.0"}),
    ):
        assert refused.status_code == 503
        assert REFUSED in words(refused)
    assert before["rentals_operation"] == deserted.database.dump()["rentals_operation"] == []
    assert deserted.sandbox.calls() == calls
    deserted.start_worker()
    deserted.wait_until_ready()
    assert STOPPED not in words(browser.get("/"))
    assert "Hecho" in browser.follow(browser.post(deserted.confirmation).headers["Location"])
    assert len(deserted.creates()) == 1


def test_what_was_recorded_for_a_dead_worker_is_never_sent_after_two_minutes(house):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    house.worker_with_lease().kill()
    address = browser.post(confirmation).headers["Location"]
    house.database.age("rentals_operation", "recorded_at", 121)
    house.start_worker()
    run_out(house)
    assert "No enviado" in browser.follow(address)
    house.wait_until_ready()
    house.want("orders")
    assert house.operations("reason") == ["lapsed"]
    assert house.creates() == []


def test_what_was_recorded_just_before_is_sent_once_by_the_next_worker(house):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    house.worker_with_lease().kill()
    address = browser.post(confirmation).headers["Location"]
    house.start_worker()
    house.start_worker()
    run_out(house)
    assert "Hecho" in browser.follow(address, 30)
    assert len(house.creates()) == 1


def test_a_worker_that_is_told_to_stop_ends_its_call_and_hands_over_at_once(make_house):
    house = make_house().start(workers=2)
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    house.sandbox.fault("create", "slow", seconds=3)
    address = browser.post(confirmation).headers["Location"]
    until(house.creates, 10, "the create arrives", 0.01)
    first = house.worker_with_lease()
    first.stop()
    assert "Hecho" in browser.follow(address, 2)
    assert house.worker_with_lease(3) is not first
    assert house.operations("settled_how") == ["answer"]
