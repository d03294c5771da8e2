"""What a success leaves in the mirror at once, from what the answer says and what it leaves out."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.models import Mirror, Number, Operation, Order, Rental, Service
from rentals.models.operations import Kind, State
from rentals.models.orders import OrderState
from rentals.upstream.rows import Purchase
from rentals.worker import adopting

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
RENT = {"country": "ES", "service": "a", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["a", "b"], "unit": "week", "count": 1}
ADD = {"order": "100", "service": "b", "e164": "+34600000001", "days": 2}
RESTORE = {"order": "300", "service": "a", "e164": "+34600000001"}


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    with time_machine.travel(NOW, tick=False):
        for code in "abc":
            Service.objects.create(code=code, name=f"Service {code.upper()}")
        yield


@pytest.fixture
def sent(operator):
    """A claimed operation, its balance read before."""

    def make(kind=Kind.CREATE, parameters=RENT, **more):
        fields = {"recorded_at": NOW, "sent_at": NOW, "baseline": {}, "shown": {"clock_offset": 0}}
        fields |= {"state": State.SENT, "balance_before": Decimal(10), **more}
        return Operation.objects.create(kind=kind, parameters=parameters, person=operator, **fields)

    return make


@pytest.fixture
def number():
    return Number.objects.create(e164="+34600000001", first_seen_at=NOW - WEEK)


def known(vendor_id="100", **more):
    fields = {
        "service": "a",
        "country": "ES",
        "first_seen_at": NOW - WEEK,
        "last_seen_at": NOW - WEEK,
        **more,
    }
    return Order.objects.create(vendor_id=vendor_id, **fields)


def bought(vendor_id="200", **more):
    return Purchase(id=vendor_id, **more)


def succeeded(operation, value):
    adopting.note_success(operation, value)
    operation.refresh_from_db()
    assert (operation.state, operation.settled_how) == (State.SUCCEEDED, "answer")
    return list(operation.made.order_by("vendor_id"))


# --- rents ---


def test_a_bare_answer_is_completed_by_what_was_asked_for(sent):
    operation = sent(parameters={**RENT, "operator": "One"})
    (order,) = succeeded(operation, bought())
    assert (order.vendor_id, order.service, order.service_name) == ("200", "a", "Service A")
    assert (order.country, order.operator, order.until) == ("ES", "One", NOW + WEEK)
    assert (order.first_seen_at, order.last_seen_at, order.state_since) == (NOW, NOW, NOW)
    assert (order.number, order.national, order.listed) == (None, "", True)
    assert operation.order == order


def test_what_the_answer_says_goes_before_what_was_expected(sent):
    until = NOW + WEEK - timedelta(minutes=1)
    answer = bought(until=until, service="other", e164="+34600000002", national="600000002")
    (order,) = succeeded(sent(), answer)
    assert (order.until, order.service, order.national) == (until, "a", "600000002")
    assert (order.number.e164, order.number.first_seen_at) == ("+34600000002", NOW)


def test_a_number_that_was_rented_before_is_the_same_number(sent, number):
    (order,) = succeeded(sent(), bought(e164=number.e164))
    assert (order.number, order.national) == (number, "")
    assert Number.objects.get().first_seen_at == NOW - WEEK


def test_the_expected_expiry_of_a_bare_answer_is_by_the_vendors_clock(sent):
    (order,) = succeeded(sent(shown={"clock_offset": 3600}), bought())
    assert order.until == NOW + WEEK + timedelta(hours=1)


def test_a_service_without_a_known_name_has_none(sent):
    (order,) = succeeded(sent(parameters={**RENT, "service": "z"}), bought())
    assert (order.service, order.service_name, order.operator) == ("z", "", "")


def test_several_services_in_one_order_are_all_named(sent):
    (order,) = succeeded(sent(Kind.CREATE_MULTI, SEVERAL), bought())
    assert (order.service, order.service_name) == ("a,b", "Service A, Service B")


def test_several_orders_have_a_service_each(sent):
    answer = bought("200", service="b", others=(bought("201", service="a"),))
    orders = succeeded(sent(Kind.CREATE_MULTI, SEVERAL), answer)
    assert [(order.vendor_id, order.service) for order in orders] == [("200", "b"), ("201", "a")]


def test_two_orders_for_one_service_both_carry_it(sent):
    orders = succeeded(sent(), bought("200", others=(bought("201"),)))
    assert [(order.vendor_id, order.service) for order in orders] == [("200", "a"), ("201", "a")]


def test_the_table_is_told_when_the_new_row_changes_by_itself(sent):
    succeeded(sent(), bought(until=NOW + timedelta(days=8)))
    assert Mirror.objects.get(pk=1).next_flip_at == NOW + timedelta(days=1)


def test_an_order_that_the_mirror_holds_already_is_not_written_over(sent):
    order = known("200", service="kept", first_seen_at=NOW)
    assert succeeded(sent(), bought()) == [order]
    order.refresh_from_db()
    assert order.service == "kept"


@pytest.mark.parametrize(
    ("kind", "parameters", "value"),
    [
        (Kind.CREATE, RENT, bought("200")),
        (Kind.CREATE_MULTI, SEVERAL, bought("199", others=(bought("200"),))),
        (Kind.ADD_SERVICE, ADD, bought("200")),
    ],
)
def test_an_order_that_was_there_before_the_send_contradicts(sent, kind, parameters, value):
    operation = sent(kind, parameters, baseline={"200": {}}, order=known("100"))
    with pytest.raises(adopting.Contradiction):
        adopting.note_success(operation, value)
    operation.refresh_from_db()
    assert operation.state == State.SENT


def test_without_a_snapshot_nothing_contradicts(sent):
    assert succeeded(sent(baseline=None), bought()) != []


# --- what else costs money ---


@pytest.mark.parametrize(
    ("kind", "before", "unmeasured"),
    [
        (Kind.PROLONG, Decimal(10), False),
        (Kind.PROLONG, None, True),
        (Kind.PROLONG_DAYS, None, True),
        (Kind.DELETE, None, False),
        (Kind.ACTIVATE, None, False),
    ],
)
def test_without_a_balance_before_what_costs_money_stays_unmeasured(sent, kind, before, unmeasured):
    operation = sent(kind, {"order": "100"}, balance_before=before)
    assert succeeded(operation, "100") == []
    assert operation.unmeasured is unmeasured


# --- adding a service ---


def test_an_added_service_is_an_order_like_the_one_it_was_added_to(sent, number):
    fields = {"number": number, "operator": "One", "national": "600000001", "state": OrderState.ACTIVE}
    carrier = known("100", until=NOW + WEEK, **fields)
    until = NOW + timedelta(days=2)
    operation = sent(Kind.ADD_SERVICE, ADD, order=carrier)
    (order,) = succeeded(operation, bought("200", until=until))
    assert (order.service, order.service_name, order.country, order.until) == ("b", "Service B", "ES", until)
    assert {name: getattr(order, name) for name in fields} == fields
    assert operation.order == carrier
    assert Mirror.objects.get(pk=1).next_flip_at == until - timedelta(days=1)


def test_an_answer_that_names_the_order_it_was_added_to_brings_no_other(sent):
    carrier = known("100")
    assert succeeded(sent(Kind.ADD_SERVICE, ADD, order=carrier, baseline={"100": {}}), bought("100")) == []
    assert Order.objects.get() == carrier


@pytest.mark.parametrize("value", [None, bought("200")])
def test_an_added_service_that_names_nothing_to_add_it_to_brings_no_order(sent, value):
    assert succeeded(sent(Kind.ADD_SERVICE, ADD), value) == []


# --- restoring ---


@pytest.fixture
def rental(number):
    return Rental.objects.create(
        vendor_id="300", number=number, service="a", country="ES", sorted_at=NOW, first_seen_at=NOW
    )


def test_a_number_that_is_back_has_its_service_and_country(sent, rental):
    operation = sent(Kind.RESTORE, RESTORE)
    (order,) = succeeded(operation, "400")
    assert (order.vendor_id, order.service, order.service_name) == ("400", "a", "Service A")
    assert (order.country, order.number, order.listed) == ("ES", rental.number, True)
    assert (order.first_seen_at, order.last_seen_at, order.state_since) == (NOW, NOW, NOW)
    assert operation.order == order


def test_a_number_that_is_back_under_its_old_id_is_listed_again(sent, rental):
    old = known("300", listed=False, gone_at=NOW - WEEK, service_name="kept")
    assert succeeded(sent(Kind.RESTORE, RESTORE), "300") == [old]
    old.refresh_from_db()
    assert (old.listed, old.gone_at, old.last_seen_at) == (True, None, NOW)
    assert (old.number, old.first_seen_at, old.service_name) == (rental.number, NOW - WEEK, "kept")


def test_a_number_that_is_back_under_an_id_of_before_contradicts(sent, rental):
    operation = sent(Kind.RESTORE, RESTORE, baseline={"400": {}})
    with pytest.raises(adopting.Contradiction):
        adopting.note_success(operation, "400")
    assert not Order.objects.exists()


def test_a_restored_rental_that_the_archive_does_not_hold_waits_for_the_orders(sent):
    assert succeeded(sent(Kind.RESTORE, RESTORE), "400") == []
    assert not Order.objects.exists()


# --- activating and deleting ---


def test_an_accepted_activation_waits_in_the_queue_at_once(sent):
    order, other = known("100"), known("101")
    before = Mirror.objects.get(pk=1).version
    succeeded(sent(Kind.ACTIVATE, {"order": "100"}), None)
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.state, order.state_since) == (OrderState.ACTIVATING, NOW)
    assert other.state == OrderState.INACTIVE
    assert Mirror.objects.get(pk=1).version > before + 1


def test_an_activation_that_was_faster_than_its_answer_is_not_put_back(sent):
    order = known("100", state=OrderState.ACTIVE, state_since=NOW - WEEK)
    succeeded(sent(Kind.ACTIVATE, {"order": "100"}), None)
    order.refresh_from_db()
    assert (order.state, order.state_since) == (OrderState.ACTIVE, NOW - WEEK)


def test_a_deleted_order_leaves_the_table_with_what_was_still_to_be_looked_at(sent):
    order, other = known("100", has_new_sms=True, sms_last_look=True), known("101")
    succeeded(sent(Kind.DELETE, {"order": "100"}), "100")
    order.refresh_from_db()
    other.refresh_from_db()
    assert (order.listed, order.gone_at, order.has_new_sms, order.sms_last_look) == (False, NOW, False, False)
    assert other.listed


def test_an_order_that_had_left_already_keeps_the_moment(sent):
    order = known("100", listed=False, gone_at=NOW - WEEK)
    succeeded(sent(Kind.DELETE, {"order": "100"}), "100")
    order.refresh_from_db()
    assert order.gone_at == NOW - WEEK
