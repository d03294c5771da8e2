"""What a success brought about without naming it."""

import pytest

from rentals.models import Operation, OperationTarget, Order
from rentals.models.operations import Kind, State
from rentals.worker import settling
from tests.operations.settling.conftest import (
    E164,
    HAPPENED,
    MINUTE,
    NOT_EXECUTED,
    NOW,
    RENT,
    SECOND,
    SEVERAL,
    listed,
    read,
    settled,
)

# --- what a success brought about without naming it ---


@pytest.fixture
def done(lost):
    """A success half a minute ago, recorded a minute ago."""

    def make(kind, parameters, **more):
        fields = {"state": State.SUCCEEDED, "recorded_at": NOW - MINUTE, "settled_at": NOW - MINUTE / 2}
        return lost(kind=kind, parameters=parameters, **(fields | more))

    return make


def owner(order):
    settling.settle(after_good_sync=True)
    order.refresh_from_db()
    return order.origin


ADDED = {"order": "100", "service": "opt29", "e164": E164, "days": 2}
RESTORED = {"order": "100", "service": "opt29", "e164": E164}


@pytest.mark.parametrize(("kind", "parameters"), [(Kind.ADD_SERVICE, ADDED), (Kind.RESTORE, RESTORED)])
def test_what_comes_to_the_number_after_a_bare_yes_belongs_to_the_operation(done, kind, parameters):
    operation = done(kind, parameters)
    assert owner(listed(first_seen_at=NOW - MINUTE)) == operation


def test_the_second_order_of_a_rent_of_several_belongs_to_it(done):
    first = listed("200", "opt29")
    operation = done(Kind.CREATE_MULTI, SEVERAL, order=first)
    assert owner(listed("201", "opt20")) == operation


def test_what_it_is_known_to_have_made_comes_once_and_another_of_the_same_is_not_its_own(done):
    operation = done(Kind.ADD_SERVICE, ADDED)
    listed("200", first_seen_at=NOW - MINUTE, origin=operation, listed=False)
    assert owner(listed("201")) is None


@pytest.mark.parametrize(
    "other",
    [{"e164": "+34600000002"}, {"service": "opt44"}, {"first_seen_at": NOW - MINUTE - SECOND}],
)
@pytest.mark.parametrize(("kind", "parameters"), [(Kind.ADD_SERVICE, ADDED), (Kind.RESTORE, RESTORED)])
def test_what_comes_otherwise_does_not_belong_to_it(done, kind, parameters, other):
    done(kind, parameters)
    assert owner(listed(**other)) is None


def test_an_order_that_has_an_owner_keeps_it(done, lost):
    other = lost(state=State.SUCCEEDED)
    done(Kind.ADD_SERVICE, ADDED)
    assert owner(listed(origin=other)) == other


def test_a_plain_rent_owns_only_what_its_answer_named(done):
    done(Kind.CREATE, RENT, order=listed("200"))
    assert owner(listed("201")) is None


@pytest.mark.parametrize("ago", [60 * MINUTE, 61 * MINUTE])
def test_an_hour_after_a_success_what_comes_is_something_else(done, ago):
    done(Kind.ADD_SERVICE, ADDED, recorded_at=NOW - ago - MINUTE, settled_at=NOW - ago)
    assert owner(listed()) is None


def test_within_the_hour_it_is_its_own(done):
    ago = 60 * MINUTE - SECOND
    operation = done(Kind.ADD_SERVICE, ADDED, recorded_at=NOW - ago, settled_at=NOW - ago)
    assert owner(listed()) == operation


@pytest.mark.parametrize("state", [State.FAILED, State.UNKNOWN])
def test_what_did_not_succeed_owns_nothing(done, state):
    done(Kind.ADD_SERVICE, ADDED, state=state)
    assert owner(listed()) is None


def test_a_restored_number_names_its_order_and_an_added_service_keeps_the_one_it_was_added_to(done):
    carrier = listed("100", "opt20")
    restored, added = (
        done(Kind.RESTORE, RESTORED),
        done(Kind.ADD_SERVICE, {**ADDED, "service": "opt44"}, order=carrier),
    )
    back, joined = listed("200", "opt29"), listed("201", "opt44")
    settling.settle(after_good_sync=True)
    restored.refresh_from_db()
    added.refresh_from_db()
    assert (restored.order, added.order) == (back, carrier)
    assert [list(restored.made.all()), list(added.made.all())] == [[back], [joined]]


def test_a_rent_of_several_whose_order_has_no_number_yet_owns_nothing_of_others(done):
    first = listed("200", "opt29")
    Order.objects.update(number=None)
    done(Kind.CREATE_MULTI, SEVERAL, order=first)
    assert owner(listed("201", "opt20")) is None


def test_a_rent_of_several_without_an_order_owns_nothing_of_others(done):
    done(Kind.CREATE_MULTI, SEVERAL)
    assert owner(listed("201", "opt20")) is None


def test_a_restored_number_is_named_by_its_own_restore_only(done, lost):
    others = [done(Kind.ADD_SERVICE, {**ADDED, "service": "opt44"}), lost(state=State.SUCCEEDED), lost()]
    done(Kind.RESTORE, RESTORED)
    listed("200", "opt29")
    listed("201", "opt44")
    settling.settle(after_good_sync=True)
    assert not Operation.objects.filter(pk__in=[other.pk for other in others]).exclude(order=None).exists()


def test_a_number_that_is_back_under_its_old_id_is_named_though_it_is_known_already(done):
    back = listed("100", "opt29", first_seen_at=NOW - 60 * MINUTE)
    operation = done(Kind.RESTORE, RESTORED)
    assert owner(back) is None
    operation.refresh_from_db()
    assert operation.order == back


def test_a_number_that_has_not_been_seen_since_is_not_named(done):
    listed("100", "opt29", first_seen_at=NOW - 60 * MINUTE, last_seen_at=NOW - 2 * MINUTE)
    operation = done(Kind.RESTORE, RESTORED)
    settling.settle(after_good_sync=True)
    operation.refresh_from_db()
    assert operation.order is None


def test_a_restore_that_named_its_order_keeps_it(done):
    named = listed("200", "opt29")
    operation = done(Kind.RESTORE, RESTORED, order=named)
    owner(listed("201"))
    operation.refresh_from_db()
    assert operation.order == named


def test_what_a_part_of_the_orders_brought_has_its_owner_too(done):
    operation = done(Kind.ADD_SERVICE, ADDED)
    order = listed()
    settling.settle(after_good_sync=False)
    order.refresh_from_db()
    assert order.origin == operation


def test_a_settled_operation_lets_go_of_its_targets(lost):
    operation = lost(6 * MINUTE, 3)
    OperationTarget.objects.create(operation=operation, target="rent:ES:opt29")
    read(10)
    assert settled(operation) == NOT_EXECUTED
    assert not OperationTarget.objects.filter(held=True).exists()


@pytest.mark.parametrize("after", ["60", "10"])
def test_without_a_price_a_balance_that_did_not_fall_is_no_charge(lost, after):
    operation = lost(MINUTE, quote=None)
    listed()
    settled(operation)
    read(after, NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert (operation.charge, operation.unmeasured) == (None, True)


def test_an_order_without_a_number_belongs_to_no_success_that_has_none(lost):
    made = Order.objects.create(vendor_id="300", service="opt29", first_seen_at=NOW, last_seen_at=NOW)
    fields = {"state": State.SUCCEEDED, "settled_at": NOW, "order": made}
    lost(MINUTE, kind=Kind.CREATE_MULTI, parameters=SEVERAL, **fields)
    other = Order.objects.create(vendor_id="301", service="opt20", first_seen_at=NOW, last_seen_at=NOW)
    settling.own_siblings()
    other.refresh_from_db()
    assert other.origin is None
