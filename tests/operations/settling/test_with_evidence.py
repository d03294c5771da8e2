"""When evidence and the balance settle an operation, to the second and to the cent."""

from decimal import Decimal

import pytest
import time_machine

from rentals.models import Feed, Mirror, Order
from rentals.models.operations import Kind, State
from tests.operations.settling.conftest import (
    HAPPENED,
    MINUTE,
    NOW,
    OPEN,
    RENT,
    SECOND,
    SEVERAL,
    free,
    listed,
    read,
    settled,
)

# --- with evidence ---


def test_the_evidence_and_the_exact_fall_of_the_balance_settle_it(lost):
    operation, order = lost(), listed()
    assert settled(operation) == OPEN
    assert operation.evidence_at == NOW
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert (operation.charge, operation.balance_after) == (Decimal("4.20"), Decimal("5.80"))
    assert (operation.unmeasured, operation.settled_how, operation.order) == (False, "evidence", order)


@pytest.mark.parametrize("amount", ["5.79", "5.81", "10"])
def test_a_cent_more_or_less_waits_for_a_person(lost, amount):
    operation = lost()
    listed()
    read(amount, NOW + SECOND)
    assert settled(operation) == (State.UNKNOWN, "balance_differs")


def test_a_balance_read_when_the_evidence_was_seen_is_too_early(lost):
    operation = lost(MINUTE)
    listed()
    read("5.80", NOW)
    assert settled(operation) == OPEN
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED


def test_the_moment_at_which_the_evidence_was_first_seen_is_kept(lost):
    operation = lost()
    listed()
    settled(operation)
    with time_machine.travel(NOW + MINUTE, tick=False):
        settled(operation)
    assert operation.evidence_at == NOW


def test_the_evidence_of_one_is_not_noted_for_another(lost):
    other = lost(parameters={**RENT, "country": "FR"})
    listed()
    settled(lost())
    other.refresh_from_db()
    assert other.evidence_at is None


def test_a_balance_read_after_the_evidence_but_before_it_became_unknown_is_too_early(lost):
    operation = lost(evidence_at=NOW - MINUTE)
    listed()
    read("5.80", NOW)
    assert settled(operation) == OPEN


def test_the_first_balance_after_the_evidence_tells_the_charge(lost):
    operation = lost()
    listed()
    read("1.00", NOW + 2 * SECOND)
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert operation.charge == Decimal("4.20")


def test_a_price_that_the_vendor_does_not_tell_is_whatever_the_balance_fell_by(lost):
    operation = lost(quote=None)
    listed()
    read("3.00", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert operation.charge == Decimal(7)


@pytest.mark.parametrize(("ago", "charge"), [(10 * MINUTE, Decimal(7)), (10 * MINUTE + SECOND, None)])
def test_later_than_ten_minutes_after_the_send_such_a_fall_may_be_anything(lost, ago, charge):
    sent_at = NOW - ago
    operation = lost(
        ago, quote=None, sent_at=sent_at, balance_before_at=sent_at - SECOND, evidence_at=sent_at
    )
    listed()
    read("3.00", NOW)
    assert settled(operation) == HAPPENED
    assert (operation.charge, operation.unmeasured) == (charge, charge is None)


@pytest.mark.parametrize("missing", ["balance_before", "balance_before_at"])
def test_without_a_balance_before_the_evidence_is_enough_and_the_charge_stays_unmeasured(lost, missing):
    operation = lost(**{missing: None})
    listed()
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert (operation.charge, operation.balance_after, operation.unmeasured) == (None, None, True)


def test_another_spend_in_between_leaves_the_charge_unmeasured(lost):
    operation = lost()
    lost(kind=Kind.PROLONG, state=State.SUCCEEDED, sent_at=NOW)
    listed()
    read("1.00", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert (operation.charge, operation.unmeasured) == (None, True)


@pytest.mark.parametrize("sent_at", [NOW - 4 * SECOND, NOW + 2 * SECOND])
def test_a_spend_before_or_after_does_not_disturb_the_measure(lost, sent_at):
    operation = lost()
    lost(kind=Kind.PROLONG, state=State.SUCCEEDED, sent_at=sent_at)
    listed()
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert operation.charge == Decimal("4.20")


@pytest.mark.parametrize(("failures", "expected"), [(2, OPEN), (3, HAPPENED)])
def test_a_balance_that_failed_three_times_in_a_row_is_not_waited_for(lost, failures, expected):
    operation = lost()
    listed()
    Feed.objects.create(name=Feed.Name.BALANCE, failures=failures)
    assert settled(operation) == expected
    assert operation.unmeasured is (expected == HAPPENED)


def test_a_doubt_that_has_gone_is_settled_like_any_other(lost):
    operation = lost()
    listed("200")
    second = listed("201")
    read("5.80", NOW + SECOND)
    assert settled(operation) == (State.UNKNOWN, "several_candidates")
    Order.objects.filter(pk=second.pk).update(origin=lost(state=State.FAILED))
    assert settled(operation) == HAPPENED


def test_a_person_is_waited_for_once_and_every_page_is_told_once(lost):
    operation = lost()
    listed("200")
    listed("201")
    before = Mirror.objects.get(pk=1).version
    settled(operation)
    assert Mirror.objects.get(pk=1).version == before + 1
    settled(operation)
    assert Mirror.objects.get(pk=1).version == before + 1


def test_a_doubt_about_one_is_no_doubt_about_another(lost):
    other, operation = lost(parameters={**RENT, "country": "FR"}), lost()
    listed("200")
    listed("201")
    assert settled(operation) == (State.UNKNOWN, "several_candidates")
    other.refresh_from_db()
    assert other.waits_for_person == ""


def test_each_operation_is_settled_by_its_own_evidence(lost):
    first, second = lost(**free(Kind.DELETE)), lost(**free(Kind.DELETE))
    second.order = listed("100", listed=False, gone_at=NOW)
    second.save()
    settled(first)
    second.refresh_from_db()
    assert (first.state, second.state) == (State.UNKNOWN, State.SUCCEEDED)


def test_what_costs_nothing_needs_no_balance(lost):
    order = listed("100", listed=False, gone_at=NOW)
    operation = lost(**free(Kind.DELETE), order=order)
    assert settled(operation) == HAPPENED
    assert (operation.settled_how, operation.unmeasured, operation.charge) == ("evidence", False, None)


def test_the_orders_that_it_brought_about_are_its_own(lost):
    operation = lost(kind=Kind.CREATE_MULTI, parameters=SEVERAL)
    orders = [listed("200", "opt29"), listed("201", "opt20")]
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert list(operation.made.order_by("vendor_id")) == orders
    assert operation.order == orders[0]
