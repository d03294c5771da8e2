"""Restoring: quoted, confirmed, quoted again, and then sent once."""

import pytest
from django.utils import timezone

from rentals.models import Operation, Order, Rental
from rentals.models.operations import State
from rentals.use_cases.refusals import NotRecorded
from rentals.use_cases.restoring import want_quote
from rentals.worker import adopting, archive, spending, steps
from tests.conftest import quoted, record, restore


@pytest.fixture(autouse=True)
def rich(sandbox):
    sandbox.post("balance", {"amount": "400"})


@pytest.fixture
def rental(rich, synced):
    return quoted(synced)


def run(operation, worker):
    worker.run_until_idle()
    operation.refresh_from_db()
    return operation


def test_the_number_is_back_in_the_table_and_charged_as_quoted(synced, sandbox, operator, rental):
    operation = run(record(restore(operator, rental), operator), synced)
    assert operation.state == State.SUCCEEDED
    assert operation.charge == operation.quote == rental.quote_price
    back = Order.objects.get(number=rental.number, service=rental.service, listed=True)
    assert (operation.order, back.origin) == (back, operation)
    assert back.vendor_id != rental.vendor_id


def test_the_quote_is_asked_again_between_the_confirmation_and_the_send(synced, sandbox, operator, rental):
    before = len(sandbox.calls("restore_user_precalc"))
    run(record(restore(operator, rental), operator), synced)
    assert len(sandbox.calls("restore_user_precalc")) == before + 1
    assert len(sandbox.calls("restore_user")) == 1


def test_one_that_has_become_dearer_is_not_sent(synced, sandbox, operator, rental):
    confirmation = restore(operator, rental)
    operation = record(confirmation, operator)
    sandbox.advance(3 * 86_400)
    run(operation, synced)
    assert (operation.state, operation.failed_how, operation.reason) == (
        State.FAILED,
        "not_sent",
        "price_changed",
    )
    assert sandbox.calls("restore_user") == []
    rental.refresh_from_db()
    assert rental.quote_price > operation.quote


def test_one_that_cannot_be_restored_any_more_is_refused_with_the_vendors_reason(
    synced, sandbox, operator, rental
):
    operation = record(restore(operator, rental), operator)
    sandbox.fault("restore_user_precalc", "refuse", msg="NOAVAILDAYS")
    run(operation, synced)
    assert (operation.failed_how, operation.reason) == ("refused", "noavaildays")
    assert sandbox.calls("restore_user") == []


def test_a_quote_that_cannot_be_read_sends_nothing(synced, sandbox, operator, rental):
    operation = record(restore(operator, rental), operator)
    sandbox.fault("restore_user_precalc", "http_502", None)
    run(operation, synced)
    assert (operation.failed_how, operation.reason) == ("not_sent", "no_quote:server_error")
    assert sandbox.calls("restore_user") == []


def test_without_a_quote_nothing_is_recorded(rich, synced, operator):
    rental = Rental.objects.filter(restorable=True)[0]
    rental.quote_price = 5
    with pytest.raises(NotRecorded) as refusal:
        record(restore(operator, rental), operator)
    assert refusal.value.code == "no_quote"


def test_two_people_who_saw_the_same_quote_restore_once(synced, sandbox, operator, administrator, rental):
    mine, theirs = restore(operator, rental), restore(administrator, rental)
    run(record(mine, operator), synced)
    want_quote(rental)
    with pytest.raises(NotRecorded):
        record(theirs, administrator)
    assert len(sandbox.calls("restore_user")) == 1


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("NOAVAILDAYS", "noavaildays"),
        ("NOTOWNER", "notowner"),
        ("NOREMOTEDATA", "noremotedata"),
        ("NOORDERCOUNTRY", "noordercountry"),
        ("DATEDIFFINVERT", "datediffinvert"),
        ("NOSERVICEDATA", "noservicedata"),
        ("NOBALANCE", "nobalance"),
        ("the user had not this order", "not_your_order"),
        ("Service not found", "service_not_found"),
        ("Balance is not enough", "balance_not_enough"),
    ],
)
def test_each_documented_refusal_is_kept_with_its_reason(synced, sandbox, operator, rental, word, code):
    sandbox.fault("restore_user", "refuse", msg=word)
    operation = run(record(restore(operator, rental), operator), synced)
    assert (operation.failed_how, operation.reason, operation.vendor_message) == ("refused", code, word)


def test_a_lost_answer_is_settled_by_the_number_that_is_back(synced, sandbox, operator, rental):
    sandbox.fault("restore_user", "drop_after")
    operation = run(record(restore(operator, rental), operator), synced)
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "evidence")
    assert operation.charge == operation.quote
    assert operation.order.number == rental.number


def test_a_number_that_does_not_come_back_was_not_restored(synced, sandbox, operator, rental, later):
    sandbox.fault("restore_user", "drop_before")
    operation = record(restore(operator, rental), operator)
    synced.run_until_idle()
    later(8)
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_executed")


def test_an_answer_that_is_only_true_waits_for_the_orders(synced, sandbox, operator, rental):
    operation = record(restore(operator, rental), operator)
    Operation.objects.filter(pk=operation.pk).update(state=State.SENT, baseline={})
    operation.refresh_from_db()
    adopting.note_success(operation, None)
    assert (operation.state, operation.order) == (State.SUCCEEDED, None)
    sandbox.outside("restore_user", id=rental.vendor_id)
    steps.sync_orders(synced)
    operation.refresh_from_db()
    assert operation.order.number == rental.number
    assert operation.order.origin == operation


def test_a_quote_is_asked_for_before_anything_in_the_background(synced, rich):
    rental = Rental.objects.filter(restorable=True)[0]
    want_quote(rental)
    assert steps.urgent_step().name == "quote"
    archive.sync_quote(synced.line, rental)
    assert steps.urgent_step() is None


def test_a_quote_looked_at_by_many_is_asked_for_once_in_a_while(synced, rich):
    rental = Rental.objects.filter(restorable=True)[0]
    want_quote(rental)
    rental.refresh_from_db()
    first = rental.quote_wanted_at
    want_quote(rental)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == first <= timezone.now()


@pytest.fixture
def twin(rental):
    """The same number for the same service stands in the archive twice, as after a restore that has ended too."""
    twin = Rental.objects.get(pk=rental.pk)
    twin.pk, twin.vendor_id = None, "777001"
    twin.save()
    return twin


def test_a_number_that_is_back_is_not_restored_by_its_other_row(synced, sandbox, operator, rental, twin):
    theirs = restore(operator, twin)
    run(record(restore(operator, rental), operator), synced)
    with pytest.raises(NotRecorded) as refusal:
        record(theirs, operator)
    assert refusal.value.code == "already_back"
    assert len(sandbox.calls("restore_user")) == 1


def test_while_one_row_of_a_number_is_restored_the_other_waits(operator, administrator, rental, twin):
    theirs = restore(administrator, twin)
    record(restore(operator, rental), operator)
    with pytest.raises(NotRecorded) as refusal:
        record(theirs, administrator)
    assert refusal.value.code == "someone_ahead"


def test_a_number_that_came_back_after_the_confirmation_is_not_restored(synced, sandbox, operator, rental):
    operation = record(restore(operator, rental), operator)
    now = timezone.now()
    Order.objects.create(
        vendor_id="777", number=rental.number, service=rental.service, first_seen_at=now, last_seen_at=now
    )
    Rental.objects.filter(pk=rental.pk).update(quote_tried_at=now, quote_good_at=now)
    spending.send(synced.line, synced.holder, operation)
    assert (operation.failed_how, operation.reason) == ("not_sent", "already_back")
    assert sandbox.calls("restore_user") == []
