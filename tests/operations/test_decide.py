"""What evidence cannot settle, an administrator decides and signs."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from rentals.models import Number, Operation, OperationTarget, Order
from rentals.models.operations import State
from rentals.queries.evidence import possible, undecided
from rentals.use_cases.refusals import NotDecided
from rentals.use_cases.settling import decide
from rentals.worker import spending
from tests.conftest import record, rent
from tests.operations.test_create_multi import several


@pytest.fixture
def waiting(synced, sandbox, operator):
    """Two orders fit one lost answer: ours, and one from the vendor's own page."""
    confirmation = rent(operator, synced)
    sandbox.fault("create", "drop_after")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount="1")
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.waits_for_person == "several_candidates"
    return operation


def refused(*given, executed=False, order=None):
    with pytest.raises(NotDecided) as refusal:
        decide(*given, executed=executed, order=order)
    return refusal.value.code


def test_an_administrator_says_which_order_it_was(waiting, administrator):
    order = possible(waiting)[0]
    decide(administrator, waiting, "Lo vi en la página del proveedor", executed=True, order=order)
    assert (waiting.state, waiting.order, waiting.settled_by) == (State.SUCCEEDED, order, administrator)
    assert waiting.unmeasured
    assert not OperationTarget.objects.filter(held=True).exists()


def test_an_administrator_says_that_it_was_not_executed(waiting, administrator):
    decide(administrator, waiting, "Soporte lo confirma", executed=False)
    assert (waiting.state, waiting.failed_how, waiting.settled_how) == (
        State.FAILED,
        "not_executed",
        "person",
    )


def test_nobody_else_decides(waiting, operator, observer):
    assert refused(operator, waiting, "x") == "forbidden"
    assert refused(observer, waiting, "x") == "forbidden"


def test_a_decision_needs_a_reason(waiting, administrator):
    assert refused(administrator, waiting, "  ") == "note_missing"


def test_a_decision_is_made_once(waiting, administrator):
    decide(administrator, waiting, "x", executed=False)
    assert refused(administrator, waiting, "y") == "not_waiting"


def test_an_order_that_was_there_before_is_no_candidate(waiting, administrator):
    known = type(possible(waiting)[0]).objects.get(vendor_id=next(iter(waiting.baseline)))
    assert refused(administrator, waiting, "x", executed=True, order=known) == "not_a_candidate"


def test_a_rent_that_was_executed_made_an_order_and_it_is_named(waiting, administrator):
    assert refused(administrator, waiting, "x", executed=True) == "order_missing"


def test_one_that_was_executed_and_made_none_of_the_candidates_leaves_them_free(waiting, administrator):
    candidates = possible(waiting)
    decide(administrator, waiting, "Lo borraron allí", executed=True, none_of_these=True)
    assert (waiting.state, waiting.order, waiting.unmeasured) == (State.SUCCEEDED, None, True)
    assert not Order.objects.filter(pk__in=[order.pk for order in candidates]).exclude(origin=None).exists()


def test_an_order_that_became_anothers_meanwhile_is_no_candidate_any_more(
    waiting, administrator, monkeypatch
):
    order, other = (
        possible(waiting)[0],
        Operation.objects.create(
            kind="create",
            state=State.SUCCEEDED,
            person=administrator,
            recorded_at=timezone.now(),
            parameters={},
        ),
    )
    Order.objects.filter(pk=order.pk).update(origin=other)
    monkeypatch.setattr("rentals.use_cases.settling.possible", lambda operation: [order])
    assert refused(administrator, waiting, "x", executed=True, order=order) == "not_a_candidate"


def test_what_was_not_executed_made_no_order(waiting, administrator):
    assert refused(administrator, waiting, "x", order=possible(waiting)[0]) == "not_a_candidate"


def test_of_two_administrators_who_decide_side_by_side_the_second_is_told(waiting, administrator):
    copy = type(waiting).objects.get(pk=waiting.pk)
    decide(administrator, waiting, "x", executed=False)
    assert refused(administrator, copy, "y") == "not_waiting"
    assert refused(administrator, copy, "y", executed=True, order=possible(copy)[0]) == "not_waiting"
    waiting.refresh_from_db()
    assert (waiting.state, waiting.settled_note) == (State.FAILED, "x")


def test_the_note_is_kept_without_blanks_around_it_and_not_longer_than_500_letters(waiting, administrator):
    decide(administrator, waiting, "  " + "x" * 499 + "yz ", executed=False)
    assert waiting.settled_note == "x" * 499 + "y"
    assert (waiting.settled_by, waiting.waits_for_person) == (administrator, "")


def test_an_executed_rent_of_several_owns_all_orders_of_the_number_that_was_named(
    singletons, operator, administrator
):
    numbers = [Number.objects.create(e164=f"+3460000000{n}", first_seen_at=timezone.now()) for n in (1, 2)]
    asked = {"country": "ES", "services": ["a", "b"], "unit": "week", "count": 1}
    operation = Operation.objects.create(
        kind="create_multi",
        state=State.UNKNOWN,
        person=operator,
        recorded_at=timezone.now(),
        parameters=asked,
        baseline={},
        waits_for_person="several_candidates",
    )
    now = timezone.now()
    orders = [
        Order.objects.create(
            vendor_id=f"9{n}{service}",
            service=service,
            country="ES",
            number=number,
            first_seen_at=now,
            last_seen_at=now,
        )
        for n, number in enumerate(numbers)
        for service in "ab"
    ]
    decide(administrator, operation, "x", executed=True, order=orders[1])
    assert set(operation.made.all()) == set(orders[:2])
    assert operation.order == orders[1]


def test_the_shell_lists_and_decides(waiting, administrator):
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    assert str(waiting.key) in out.getvalue()
    assert out.getvalue().count("candidate ") == 2
    chosen = possible(waiting)[1].vendor_id
    call_command("reconcile", str(waiting.key), order=chosen, by="adela", note="x", stdout=out)
    waiting.refresh_from_db()
    assert waiting.order.vendor_id == chosen
    assert undecided() == []


def test_the_shell_refuses_what_the_page_would(waiting, operator):
    with pytest.raises(CommandError, match="rol"):
        call_command("reconcile", str(waiting.key), not_executed=True, by="ana", note="x")


def test_the_shell_says_that_it_was_none_of_the_candidates_in_so_many_words(waiting, administrator):
    with pytest.raises(CommandError, match="qué alquiler"):
        call_command("reconcile", str(waiting.key), executed=True, by="adela", note="x")
    call_command(
        "reconcile", str(waiting.key), none_of_these=True, by="adela", note="x", stdout=io.StringIO()
    )
    waiting.refresh_from_db()
    assert (waiting.state, waiting.order) == (State.SUCCEEDED, None)


def test_a_rent_of_several_that_came_as_one_order_can_be_named(synced, sandbox, operator, administrator):
    sandbox.post("balance", {"amount": "400"})
    confirmation = several(operator, synced)
    sandbox.fault("create_multi", "drop_before")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    now = timezone.now()
    joined = Order.objects.create(
        vendor_id="777", country="ES", service="opt20,opt29", first_seen_at=now, last_seen_at=now
    )
    Operation.objects.filter(pk=operation.pk).update(waits_for_person="balance_differs")
    operation.refresh_from_db()
    assert possible(operation) == [joined]
    decide(administrator, operation, "x", executed=True, order=joined)
    assert (operation.state, operation.order) == (State.SUCCEEDED, joined)


def test_what_was_executed_without_any_candidate_can_be_signed(synced, sandbox, operator, administrator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "drop_before")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    Operation.objects.filter(pk=operation.pk).update(waits_for_person="balance_moved")
    operation.refresh_from_db()
    decide(administrator, operation, "Soporte lo confirma", executed=True)
    assert (operation.state, operation.order, operation.unmeasured) == (State.SUCCEEDED, None, True)
