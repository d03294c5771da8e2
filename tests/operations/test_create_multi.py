"""One number for several services."""

from decimal import Decimal

import pytest

from rentals.confirmations import issue
from rentals.models import Operation, Order
from rentals.models.operations import State
from rentals.queries.operations import last_success, mark_of, rent_target
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import spending
from tests.conftest import hold_prices, record, rent

SERVICES = ["opt29", "opt20"]


@pytest.fixture(autouse=True)
def rich(sandbox):
    sandbox.post("balance", {"amount": "400"})


def several(person, worker, services=SERVICES, country="ES"):
    held = hold_prices(worker, country)
    rows = {row["code"]: row for row in held.rows}
    price = sum((Decimal(rows[code]["price_day"]) * 7 for code in services), Decimal()).quantize(
        Decimal("0.01")
    )
    asked = {"country": country, "services": services, "unit": "week", "count": 1}
    after = mark_of(last_success(*(rent_target(country, code) for code in services)))
    return issue(person, "create_multi", asked, {"price": str(price), "after": after})


def test_one_number_has_both_services_and_the_charge_is_their_sum(synced, sandbox, operator):
    operation = record(several(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert operation.charge == operation.quote
    made = Order.objects.filter(origin=operation, listed=True)
    assert {order.service for order in made} == set(SERVICES)
    assert len({order.number_id for order in made}) == 1
    assert len(sandbox.calls("create_multi")) == 1


def test_it_locks_each_of_its_services(synced, operator, administrator):
    theirs = rent(administrator, synced, "opt20")
    record(several(operator, synced), operator)
    with pytest.raises(NotRecorded) as refusal:
        record(theirs, administrator)
    assert refusal.value.code == "someone_ahead"


@pytest.mark.parametrize("services", [["opt29"], ["opt29", "opt29"], [f"opt{n}" for n in range(1, 12)]])
def test_one_service_twice_the_same_or_very_many_are_refused(synced, operator, services):
    hold_prices(synced)
    asked = {"country": "ES", "services": services, "unit": "week", "count": 1}
    with pytest.raises(NotRecorded):
        record(issue(operator, "create_multi", asked, {"price": "1.00", "after": ""}), operator)
    assert not Operation.objects.exists()


def test_a_lost_answer_is_settled_by_all_its_services_on_one_number(synced, sandbox, operator):
    operation = record(several(operator, synced), operator)
    sandbox.fault("create_multi", "drop_after")
    spending.send(synced.line, synced.holder, operation)
    assert operation.state == State.UNKNOWN
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.charge) == (State.SUCCEEDED, operation.quote)
    assert operation.made.count() == 2


def test_two_numbers_with_a_service_each_are_not_its_evidence(synced, sandbox, operator):
    operation = record(several(operator, synced), operator)
    sandbox.fault("create_multi", "drop_before")
    spending.send(synced.line, synced.holder, operation)
    for service in SERVICES:
        sandbox.outside("create", country="ES", service=service, dtype="week", dcount=1)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.waits_for_person) == (State.UNKNOWN, "services_differ")


def test_the_second_order_of_its_number_is_no_evidence_for_another_rent(
    synced, sandbox, operator, administrator
):
    first = record(several(operator, synced), operator)
    synced.run_until_idle()
    second = record(rent(administrator, synced, "opt20"), administrator)
    sandbox.fault("create", "drop_before")
    spending.send(synced.line, synced.holder, second)
    synced.run_until_idle()
    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.made.count(), second.state, second.order) == (2, State.UNKNOWN, None)
