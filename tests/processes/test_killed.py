"""kill -9 at every place where something has just been, or is about to be, written down, in every verb.

A sample runs in the suite, the whole matrix in `make test-long`. The sandbox's log and
balance are the witness.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.processes.doomed import WEB_PLACES, WORKER_PLACES
from tests.processes.house import until
from tests.processes.verbs import VERBS, ready

SAMPLE = [
    ("inside the claim", "restore_user"),
    ("during the call", "add_service_to_order"),
    ("after the answer", "create_multi"),
    ("inside the settling", "prolong_max"),
]
MATRIX = [(place, verb) for place in WORKER_PLACES for verb in VERBS]
WEB_SAMPLE = [("inside the record", "create"), ("after the record", "prolong")]
WEB_MATRIX = [(place, verb) for place in WEB_PLACES for verb in VERBS]


def money(house):
    return Decimal(house.sandbox.state()["balance"])


def the_worker_dies(make_house, place, verb):
    house = make_house()
    house.start_sandbox()
    house.sandbox.post("balance", {"amount": 500})
    house.start_web()
    doomed = house.start_doomed_worker(place)
    house.wait_until_ready()
    confirmed, before = ready(house, verb), money(house)
    house.sandbox.fault(verb, "slow", seconds=1.5)
    address = confirmed.post().headers["Location"]
    until(lambda: not doomed.running, 20, "the worker is dead")
    house.start_worker()
    house.database.age("rentals_lease", "expires_at", 40)
    house.database.age("rentals_operation", "sent_at", 26, "sent_at IS NOT NULL AND state = 'sent'")
    return house, confirmed, address, before


def settled(house, address):
    """As if minutes had gone by: what is unknown is looked at three times, and the balance is read anew."""
    state = until(
        lambda: house.state_of(address) not in ("recorded", "sent") and house.state_of(address),
        30,
        "it is sent",
    )
    if state == "unknown":
        for _ in range(4):
            # Half an hour and more, as an activation needs.
            house.database.age(
                "rentals_operation", "unknown_since", 2000, "unknown_since IS NOT NULL AND good_syncs = 0"
            )
            house.want("orders")
            house.want("balance")
    return until(
        lambda: house.state_of(address) not in ("unknown",) and house.state_of(address), 30, "it is settled"
    )


def check(house, confirmed, address, before, place, verb):
    state = settled(house, address)
    calls = house.sandbox.calls(verb)
    assert len(calls) == (0 if place == "after the claim" else 1)
    assert state == ("failed" if place == "after the claim" else "succeeded")
    house.want("balance")
    charge, unmeasured = house.database.rows("SELECT charge, unmeasured FROM rentals_operation")[0]
    gone = before - money(house)
    assert (gone > 0) == (state == "succeeded" and verb not in ("activate", "delete"))
    if gone:
        assert unmeasured or Decimal(str(charge)) == gone
    assert confirmed.post().headers.get("Location", address) == address
    assert len(house.sandbox.calls(verb)) == len(calls)


@pytest.mark.parametrize(("place", "verb"), SAMPLE)
def test_a_worker_killed_there_leaves_a_send_that_is_settled_and_never_made_twice(make_house, place, verb):
    check(*the_worker_dies(make_house, place, verb), place, verb)


@pytest.mark.long
@pytest.mark.parametrize(("place", "verb"), [cell for cell in MATRIX if cell not in SAMPLE])
def test_the_same_at_every_other_place_of_every_verb(make_house, place, verb):
    check(*the_worker_dies(make_house, place, verb), place, verb)


def the_web_server_dies(make_house, place, verb):
    house = make_house(DOOMED_AT=place)
    house.wsgi = "tests.processes.doomed:application"
    house.start()
    house.sandbox.post("balance", {"amount": 500})
    house.want("balance")
    confirmed = ready(house, verb)
    with pytest.raises(OSError):
        confirmed.post()
    for process in house.running("web"):
        process.kill()
    recorded = len(house.operations())
    house.wsgi = ""
    house.start_web()
    answer = confirmed.post()
    assert answer.status_code == 303
    assert recorded == (1 if place == "after the record" else 0)
    assert settled(house, answer.headers["Location"]) == "succeeded"
    assert len(house.sandbox.calls(verb)) == len(house.operations()) == 1


@pytest.mark.parametrize(("place", "verb"), WEB_SAMPLE)
def test_a_web_server_killed_there_records_it_once_or_not_at_all(make_house, place, verb):
    the_web_server_dies(make_house, place, verb)


@pytest.mark.long
@pytest.mark.parametrize(("place", "verb"), [cell for cell in WEB_MATRIX if cell not in WEB_SAMPLE])
def test_the_same_of_the_web_server_for_every_verb(make_house, place, verb):
    the_web_server_dies(make_house, place, verb)
