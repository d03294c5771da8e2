"""What is written down of an intent and for what reasons it is not, as far as the mirror alone can say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from rentals.confirmations import Confirmation, for_action, issue
from rentals.models import (
    BalanceReading,
    Country,
    Feed,
    Mirror,
    Number,
    Operation,
    OperationTarget,
    Order,
    PriceList,
    Rental,
)
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.queries import operations as known
from rentals.use_cases import renting
from rentals.use_cases.holding import shown_of
from rentals.use_cases.operations import lapse_if_overdue
from rentals.use_cases.refusals import NotRecorded
from rentals.use_cases.restoring import is_fresh, waiting, want_quote
from rentals.worker import lease
from tests.conftest import record

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "a", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["a", "b"], "unit": "week", "count": 1}
E164 = "+34600000001"


def row(code, price_day="1", total=5, **by_operator):
    return {"code": code, "price_day": price_day, "total": total, "by_operator": by_operator or None}


@pytest.fixture(autouse=True)
def _mirror(singletons):
    """A worker that lives, a country with prices (7 USD a week for `a`, 14 for `b`), and a balance of 21 USD."""
    with time_machine.travel(NOW, tick=False):
        lease.take("me")
        Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW)
        Country.objects.create(code="ES")
        PriceList.objects.create(
            country="ES", unit="week", count=1, fetched_at=NOW, rows=[row("a", One=5, Two=0), row("b", "2")]
        )
        BalanceReading.objects.create(amount=21, read_at=NOW)
        yield


def offer(**changed):
    """Changes the row of the service `a`."""
    held = PriceList.objects.get()
    held.rows[0].update(changed)
    held.save()


def rented(person, parameters=RENT, price="7.00", after="", kind="create"):
    return issue(person, kind, parameters, {"price": price, "after": after})


def several(person, services=("a", "b"), price="21.00"):
    return rented(person, {**SEVERAL, "services": list(services)}, price, kind="create_multi")


def refusal(confirmation, person):
    before = Operation.objects.count(), OperationTarget.objects.count()
    with pytest.raises(NotRecorded) as found:
        record(confirmation, person)
    assert (Operation.objects.count(), OperationTarget.objects.count()) == before
    return found.value


def refused(confirmation, person):
    return refusal(confirmation, person).code


def targets(operation):
    return {(target.target, target.held) for target in operation.targets.all()}


# --- what is written down ---


def test_the_record_holds_what_was_asked_what_was_shown_and_by_whom(operator):
    confirmation = rented(operator)
    before = Mirror.objects.get(pk=1).version
    operation = record(confirmation, operator)
    assert Operation.objects.get() == operation
    operation.refresh_from_db()
    assert (operation.key, operation.kind, operation.person) == (confirmation.key, "create", operator)
    assert (operation.parameters, operation.shown) == (RENT, {"price": "7.00", "after": ""})
    assert (operation.state, operation.recorded_at, operation.quote) == (State.RECORDED, NOW, Decimal(7))
    assert operation.order is None
    assert targets(operation) == {("rent:ES:a", True)}
    assert Mirror.objects.get(pk=1).version == before + 1


def test_a_rent_of_several_locks_and_quotes_all_of_them(operator):
    operation = record(several(operator), operator)
    assert operation.quote == Decimal(21)
    assert targets(operation) == {("rent:ES:a", True), ("rent:ES:b", True)}


def test_a_person_who_is_ahead_on_any_of_several_is_named(operator, administrator):
    first = record(rented(administrator, {**RENT, "service": "b"}, "14.00"), administrator)
    found = refusal(several(operator), operator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize(
    "other",
    [{"parameters": {**RENT, "operator": "One"}}, {"kind": "create_multi"}, {"person_id": None}],
)
def test_a_key_that_was_used_for_something_else_is_refused(operator, administrator, other):
    first = rented(operator)
    record(first, operator)
    person = administrator if "person_id" in other else operator
    parts = {"kind": first.kind, "parameters": first.parameters, **other, "person_id": person.pk}
    assert refused(Confirmation(key=first.key, shown=first.shown, **parts), person) == "key_reused"


def test_the_same_key_is_the_first_operation_also_when_nothing_could_be_recorded_any_more(operator):
    confirmation = rented(operator)
    first = record(confirmation, operator)
    lease.release("me")
    assert record(confirmation, operator) == first


def test_what_nobody_claimed_in_time_does_not_stand_in_the_way(operator, administrator):
    first = record(rented(operator), operator)
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        lease.take("me")
        assert record(rented(administrator), administrator).state == State.RECORDED
    first.refresh_from_db()
    assert (first.state, first.reason) == (State.FAILED, "lapsed")


def test_a_page_that_follows_an_operation_ends_it_when_its_time_is_over(operator):
    operation = record(rented(operator), operator)
    lapse_if_overdue(operation)
    assert operation.state == State.RECORDED
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        lapse_if_overdue(operation)
    assert operation.state == State.FAILED


# --- who may ---


def test_who_may_only_look_records_nothing(observer):
    assert refused(rented(observer), observer) == "forbidden"


def test_the_confirmation_of_another_person_records_nothing(operator, administrator):
    assert refused(rented(operator), administrator) == "forbidden"
    assert refused(rented(administrator), operator) == "forbidden"


def test_who_is_not_active_any_more_is_not_even_told_of_the_first_operation(operator):
    confirmation = rented(operator)
    record(confirmation, operator)
    operator.is_active = False
    assert refused(confirmation, operator) == "forbidden"


def test_without_a_worker_nothing_is_recorded_and_nothing_lapses(operator):
    first = record(rented(operator), operator)
    with time_machine.travel(NOW + 3 * MINUTE, tick=False):
        assert refused(rented(operator, {**RENT, "service": "b"}, "14.00"), operator) == "no_worker"
    first.refresh_from_db()
    assert first.state == State.RECORDED


# --- two at the same time ---


@pytest.fixture
def at_the_last_look(monkeypatch):
    """Lets something happen once between the last look at what is free and the writing."""

    def at_that_moment(happens):
        look, pending = known.done_since_last_sync, [happens]

        def done_since_last_sync(target):
            if pending:
                pending.pop()()
            return look(target)

        monkeypatch.setattr(known, "done_since_last_sync", done_since_last_sync)

    return at_that_moment


def test_the_same_confirmation_that_was_written_at_the_last_moment_is_the_first(operator, at_the_last_look):
    confirmation = rented(operator)
    at_the_last_look(lambda: record(confirmation, operator))
    assert record(confirmation, operator) == Operation.objects.get()


def test_the_same_key_for_something_else_that_was_written_at_the_last_moment_is_refused(
    operator, at_the_last_look
):
    first = rented(operator)
    other = Confirmation(first.key, operator.pk, "create", {**RENT, "operator": "One"}, first.shown)
    at_the_last_look(lambda: record(other, operator))
    with pytest.raises(NotRecorded) as found:
        record(first, operator)
    assert found.value.code == "key_reused"
    assert Operation.objects.get().parameters == other.parameters


def test_somebody_who_was_written_at_the_last_moment_is_ahead(operator, administrator, at_the_last_look):
    theirs = rented(administrator, {**RENT, "service": "b"}, "14.00")
    at_the_last_look(lambda: record(theirs, administrator))
    with pytest.raises(NotRecorded) as found:
        record(several(operator), operator)
    assert (found.value.code, found.value.ahead) == ("someone_ahead", Operation.objects.get())
    assert Operation.objects.get().key == theirs.key


def test_somebody_who_was_ahead_and_has_ended_meanwhile_is_not_named(
    operator, administrator, at_the_last_look, monkeypatch
):
    at_the_last_look(lambda: record(rented(administrator), administrator))
    monkeypatch.setattr(known, "holder_of", lambda target: None)
    with pytest.raises(NotRecorded) as found:
        record(rented(operator), operator)
    assert (found.value.code, found.value.ahead) == ("someone_ahead", None)


# --- renting ---


def test_without_a_wish_any_operator_will_do():
    assert renting.check_rent("ES", "week-1", "a").code == "a"
    offer(by_operator=None)
    assert renting.check_rent("ES", "week-1", "a").code == "a"
    assert [found.code for found in renting.check_rent_of_several("ES", "week-1", ["b", "a"])] == ["b", "a"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"total": 0}, "out_of_stock"),
        ({"price_day": None}, "out_of_stock"),
        ({"price_day": "0"}, "out_of_stock"),
        ({"price_day": "1.01"}, "price_changed"),
        ({"price_day": "0.99"}, "price_changed"),
    ],
)
def test_a_service_that_has_no_stock_or_another_price_is_not_rented(operator, changed, code):
    offer(**changed)
    assert refused(rented(operator), operator) == code


def test_a_stock_that_is_not_told_is_no_obstacle(operator):
    offer(total=None)
    assert record(rented(operator), operator)


@pytest.mark.parametrize(("name", "code"), [("Two", "out_of_stock"), ("Three", "unknown_operator")])
def test_the_stock_is_that_of_the_operator(operator, name, code):
    assert refused(rented(operator, {**RENT, "operator": name}), operator) == code
    assert refused(
        rented(operator, {**SEVERAL, "operator": name}, "21.00", kind="create_multi"), operator
    ) in (
        code,
        "unknown_operator",
    )


def test_an_operator_with_stock_is_rented_from(operator):
    assert record(rented(operator, {**RENT, "operator": "One"}), operator).parameters["operator"] == "One"


def test_a_service_that_is_sold_out_can_not_be_rented_from_an_operator_that_has_some(operator):
    offer(total=0)
    assert refused(rented(operator, {**RENT, "operator": "One"}), operator) == "out_of_stock"


def test_a_list_that_has_never_come_has_no_prices(operator):
    PriceList.objects.update(fetched_at=None)
    assert refused(rented(operator), operator) == "no_prices"
    assert refused(rented(operator, {**RENT, "count": 2}), operator) == "no_prices"


def test_a_price_that_has_changed_is_told(operator):
    found = refusal(rented(operator, price="6.99"), operator)
    assert (found.code, found.price) == ("price_changed", Decimal(7))


@pytest.mark.parametrize(("amount", "enough"), [("7.00", True), ("6.99", False)])
def test_the_balance_must_cover_the_price(operator, amount, enough):
    BalanceReading.objects.update(amount=Decimal(amount))
    if enough:
        assert record(rented(operator), operator)
    else:
        found = refusal(rented(operator), operator)
        assert (found.code, found.price) == ("no_money", Decimal(7))


def test_a_balance_that_is_not_known_is_no_obstacle(operator):
    BalanceReading.objects.all().delete()
    assert record(rented(operator), operator)


@pytest.mark.parametrize("count", [2, 10])
def test_two_to_ten_services_share_a_number(operator, count):
    codes = [f"s{n}" for n in range(count)]
    PriceList.objects.update(rows=[row(code, "0.1") for code in codes])
    assert record(several(operator, codes, f"{Decimal('0.7') * count:.2f}"), operator)


@pytest.mark.parametrize("count", [0, 1, 11])
def test_fewer_than_two_or_more_than_ten_are_refused(operator, count):
    codes = [f"s{n}" for n in range(count)]
    PriceList.objects.update(rows=[row(code, "0.1") for code in codes])
    assert refused(several(operator, codes), operator) == "too_many_services"


def test_the_same_service_twice_is_no_rent_of_several(operator):
    assert refused(several(operator, ["a", "a"]), operator) == "unknown_service"


def test_each_of_several_must_be_for_rent(operator):
    assert refused(several(operator, ["a", "c"]), operator) == "unknown_service"
    offer(total=0)
    assert refused(several(operator), operator) == "out_of_stock"


def test_the_sum_of_several_is_told_only_when_each_price_is(operator):
    a, b = renting.check_rent_of_several("ES", "week-1", ["a", "b"])
    assert renting.total([a, b]) == Decimal(21)
    offer(price_day=None)
    assert renting.total([a, renting._prices("ES", "week-1").offer("a")]) is None
    assert renting.total([]) is None


@pytest.fixture
def done(operator):
    """A rent of the service `a` that has succeeded and been seen by the orders since."""
    operation = record(rented(operator), operator)
    Operation.objects.filter(pk=operation.pk).update(state=State.SUCCEEDED, settled_at=NOW - SECOND)
    OperationTarget.objects.update(held=False)
    return operation


def test_a_dialog_that_knew_of_the_last_success_may_rent_again(operator, done):
    assert record(rented(operator, after=done.key.hex), operator)


def test_a_dialog_that_did_not_know_of_it_is_told_what_was_done(operator, done):
    for confirmation in (rented(operator), several(operator)):
        found = refusal(confirmation, operator)
        assert (found.code, found.ahead) == ("done_meanwhile", done)
    without_mark = issue(operator, "create", RENT, {"price": "7.00"})
    assert refused(without_mark, operator) == "done_meanwhile"


def test_a_dialog_that_says_nothing_of_a_success_may_rent_where_there_was_none(operator):
    assert record(issue(operator, "create", RENT, {"price": "7.00"}), operator)


def test_who_is_ahead_is_told_before_what_was_done_before_them(operator, administrator, done):
    opened_before = rented(operator)
    ahead = record(rented(administrator, after=done.key.hex), administrator)
    found = refusal(opened_before, operator)
    assert (found.code, found.ahead) == ("someone_ahead", ahead)


def test_a_success_on_any_of_several_waits_for_the_next_orders(operator, done):
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW - MINUTE)
    asked = {**SEVERAL, "services": ["b", "a"]}
    confirmation = rented(operator, asked, "21.00", done.key.hex, "create_multi")
    assert refused(confirmation, operator) == "just_done"


# --- what is done with a number ---


@pytest.fixture
def order():
    """An order of the service `a` with three days and an hour left."""
    number = Number.objects.create(e164=E164, first_seen_at=NOW)
    fields = {"country": "ES", "number": number, "until": NOW + 3 * DAY + 60 * MINUTE}
    return Order.objects.create(vendor_id="100", service="a", first_seen_at=NOW, last_seen_at=NOW, **fields)


def changed(order, **fields):
    Order.objects.filter(pk=order.pk).update(**fields)


def held(person, order, kind, price=None, shown=None, **asked):
    """A confirmation about an order as it was shown."""
    return issue(
        person,
        kind,
        {"order": order.vendor_id, **asked},
        {**shown_of(order), "price": price, **(shown or {})},
    )


def prolongation(person, order, price="7.00", unit="week", count=1, **more):
    return held(person, order, "prolong", price, unit=unit, count=count, **more)


def addition(person, order, price="4.00", service="b", days=2, **more):
    return held(person, order, "add_service_to_order", price, service=service, days=days, e164=E164, **more)


def deletion(person, order, **more):
    return held(person, order, "delete", **more)


def test_prolonging_locks_the_order_and_names_it_with_its_price(operator, order):
    operation = record(prolongation(operator, order), operator)
    assert (operation.order, operation.quote) == (order, Decimal(7))
    assert targets(operation) == {("order:100", True)}


def test_deleting_locks_the_order_and_costs_nothing(operator, order):
    operation = record(deletion(operator, order), operator)
    assert (operation.order, operation.quote) == (order, None)
    assert targets(operation) == {("order:100", True)}


def test_activating_locks_the_order_and_costs_nothing(operator, order):
    operation = record(for_action(operator, "activate", "100", 0, 0), operator)
    assert (operation.order, operation.quote) == (order, None)
    assert targets(operation) == {("order:100", True)}


def test_adding_a_service_locks_the_order_and_the_service_on_the_number(operator, order):
    operation = record(addition(operator, order), operator)
    assert (operation.order, operation.quote) == (order, Decimal(4))
    assert targets(operation) == {("order:100", True), (f"service:{E164}:b", True)}


def test_the_same_service_by_another_order_of_the_number_is_the_same_target(operator, administrator, order):
    second = Order.objects.create(
        vendor_id="101",
        service="c",
        country="ES",
        number=order.number,
        until=order.until,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    first = record(addition(operator, order), operator)
    found = refusal(addition(administrator, second), administrator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + 3 * DAY}, "order_moved"),
        ({"until": None}, "order_moved"),
        ({"attempts": 1}, "order_moved"),
        ({"listed": False}, "order_gone"),
        ({"state": OrderState.ACTIVE}, "order_moved"),
        ({"has_new_sms": True}, ""),
    ],
)
@pytest.mark.parametrize("make", [prolongation, addition, deletion])
def test_an_order_that_is_not_as_it_was_shown_is_left_alone(operator, order, make, fields, code):
    confirmation = make(operator, order)
    changed(order, **fields)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + DAY}, ""),
        ({"attempts": 1}, "order_moved"),
        ({"state": OrderState.ACTIVATING}, "order_moved"),
        ({"listed": False}, "order_gone"),
    ],
)
def test_an_activation_watches_the_state_and_not_the_expiry(operator, order, fields, code):
    confirmation = for_action(operator, "activate", "100", 0, 0)
    changed(order, **fields)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


def test_an_order_that_nobody_knows_is_gone(operator, order):
    confirmation = deletion(operator, order)
    Order.objects.all().delete()
    assert refused(confirmation, operator) == "order_gone"


def test_who_is_ahead_on_an_order_is_named_even_when_it_has_moved(operator, administrator, order):
    confirmation = deletion(operator, order)
    first = record(deletion(administrator, order), administrator)
    changed(order, attempts=1)
    found = refusal(confirmation, operator)
    assert (found.code, found.ahead) == ("someone_ahead", first)


@pytest.mark.parametrize("state", [OrderState.ACTIVE, OrderState.ACTIVATING, OrderState.OUT])
def test_only_an_inactive_number_is_activated(operator, order, state):
    changed(order, state=state)
    assert refused(for_action(operator, "activate", "100", state, 0), operator) == "not_inactive"


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (None, "no_until"),
        (NOW, "expired"),
        (NOW + 7 * DAY, "too_early"),
        (NOW + 7 * DAY - SECOND, ""),
        (NOW + SECOND, ""),
    ],
)
def test_prolonging_is_for_the_last_seven_days(operator, order, until, code):
    order.until = until
    order.save()
    if code:
        assert refused(prolongation(operator, order), operator) == code
    else:
        assert record(prolongation(operator, order), operator)


def test_the_last_seven_days_are_those_of_the_vendors_clock(operator, order):
    order.until = NOW + 7 * DAY
    order.save()
    Mirror.objects.update(clock_offset=1.0)
    assert record(prolongation(operator, order), operator)


@pytest.mark.parametrize(("unit", "count"), [("day", 7), ("week", 13), ("month", 4), ("week", 0)])
def test_a_period_that_does_not_exist_is_not_prolonged_by(operator, order, unit, count):
    assert refused(prolongation(operator, order, unit=unit, count=count), operator) == "unknown_period"


@pytest.mark.parametrize("make", [prolongation, addition])
@pytest.mark.parametrize("price", ["6.99", "3.99", None])
def test_another_price_than_the_one_that_was_shown_is_not_paid(operator, order, make, price):
    found = refusal(make(operator, order, price), operator)
    assert (found.code, found.price) == ("price_changed", Decimal(7 if make is prolongation else 4))


@pytest.mark.parametrize("make", [prolongation, addition])
def test_a_price_that_is_not_told_is_paid_only_when_that_was_shown(operator, order, make):
    PriceList.objects.update(rows=[])
    found = refusal(make(operator, order), operator)
    assert (found.code, found.price) == ("price_changed", None)
    assert record(make(operator, order, None), operator).quote is None


def test_a_form_that_shows_no_price_at_all_says_that_it_is_not_known(operator, order):
    PriceList.objects.update(rows=[])
    asked = {"order": "100", "unit": "week", "count": 1}
    assert record(issue(operator, "prolong", asked, shown_of(order)), operator).quote is None


@pytest.mark.parametrize("make", [prolongation, addition])
@pytest.mark.parametrize(
    "fields", [{"fetched_at": None}, {"fetched_at": None, "tried_at": NOW, "reason": "x"}]
)
def test_while_the_prices_are_not_held_nothing_is_paid(operator, order, make, fields):
    PriceList.objects.update(**fields)
    assert refused(make(operator, order), operator) == "no_prices"
    assert refused(make(operator, order, None), operator) == "no_prices"


@pytest.mark.parametrize(("make", "price"), [(prolongation, 7), (addition, 4)])
def test_what_is_done_with_a_number_must_be_covered_by_the_balance(operator, order, make, price):
    BalanceReading.objects.update(amount=Decimal(price) - Decimal("0.01"))
    found = refusal(make(operator, order), operator)
    assert (found.code, found.price) == ("no_money", Decimal(price))
    BalanceReading.objects.update(amount=Decimal(price))
    assert record(make(operator, order), operator)


@pytest.mark.parametrize(("days", "code"), [(0, "too_many_days"), (1, ""), (3, ""), (4, "too_many_days")])
def test_a_service_is_added_for_whole_days_that_are_left(operator, order, days, code):
    confirmation = addition(operator, order, f"{2 * days:.2f}", days=days)
    if code:
        assert refused(confirmation, operator) == code
    else:
        assert record(confirmation, operator)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"until": NOW + DAY - SECOND}, "too_short"),
        ({"until": None}, "too_short"),
        ({"number": None}, "no_number"),
    ],
)
def test_a_number_that_is_not_known_or_ends_today_gets_no_service(operator, order, fields, code):
    changed(order, **fields)
    order.refresh_from_db()
    assert refused(addition(operator, order, days=1), operator) == code


def test_the_days_that_are_left_are_those_of_the_vendors_clock(operator, order):
    Mirror.objects.update(clock_offset=3601.0)
    assert refused(addition(operator, order, "6.00", days=3), operator) == "too_many_days"


def test_a_service_that_is_there_already_is_not_added(operator, order):
    assert refused(addition(operator, order, "2.00", service="a"), operator) == "service_there"


# --- restoring ---


@pytest.fixture
def rental():
    """An archived rental with a quote of 5 USD that was told just now."""
    number = Number.objects.create(e164=E164, first_seen_at=NOW)
    quote = {"quote_price": 5, "quote_good_at": NOW, "quote_tried_at": NOW, "quote_wanted_at": NOW}
    return Rental.objects.create(
        vendor_id="300", number=number, service="a", sorted_at=NOW, first_seen_at=NOW, **quote
    )


def restoration(person, rental, price="5.00", **shown):
    asked = {"order": rental.vendor_id, "e164": E164, "service": "a"}
    return issue(person, "restore_user", asked, {"price": price, **shown})


def quote_of(rental, **fields):
    Rental.objects.filter(pk=rental.pk).update(**fields)
    rental.refresh_from_db()


def test_restoring_locks_the_order_and_its_number_for_the_service_at_its_quote(operator, rental):
    operation = record(restoration(operator, rental), operator)
    assert (operation.quote, operation.order) == (Decimal(5), None)
    assert targets(operation) == {("order:300", True), ("service:+34600000001:a", True)}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"quote_price": None}, "no_quote"),
        ({"quote_reason": "nobalance"}, "no_quote"),
        ({"quote_good_at": None}, "no_quote"),
        ({"quote_good_at": NOW - 10 * MINUTE - SECOND}, "no_quote"),
        ({"quote_good_at": NOW - 10 * MINUTE}, ""),
        ({"quote_price": Decimal("5.01")}, "price_changed"),
        ({"quote_price": Decimal("4.99")}, "price_changed"),
    ],
)
def test_only_a_good_quote_of_the_last_ten_minutes_is_paid(operator, rental, fields, code):
    quote_of(rental, **fields)
    assert is_fresh(rental) is (code != "no_quote")
    if not code:
        assert record(restoration(operator, rental), operator)
        return
    found = refusal(restoration(operator, rental), operator)
    assert found.code == code
    assert found.price == (rental.quote_price if code == "price_changed" else None)


def test_what_is_not_in_the_archive_is_not_restored(operator, rental):
    confirmation = restoration(operator, rental)
    Rental.objects.update(vendor_id="301")
    assert refused(confirmation, operator) == "not_archived"


def test_a_quote_must_be_covered_by_the_balance(operator, rental):
    BalanceReading.objects.update(amount=Decimal("4.99"))
    found = refusal(restoration(operator, rental), operator)
    assert (found.code, found.price) == ("no_money", Decimal(5))


def test_a_rental_that_was_restored_meanwhile_is_not_restored_again(operator, rental):
    confirmation = restoration(operator, rental)
    done = record(restoration(operator, rental), operator)
    Operation.objects.filter(pk=done.pk).update(state=State.SUCCEEDED, settled_at=NOW - SECOND)
    OperationTarget.objects.update(held=False)
    found = refusal(confirmation, operator)
    assert (found.code, found.ahead) == ("done_meanwhile", done)
    assert record(restoration(operator, rental, after=done.key.hex), operator)


@pytest.mark.parametrize(
    ("wanted", "tried", "waits"),
    [
        (None, None, False),
        (NOW, None, True),
        (None, NOW, False),
        (NOW, NOW, False),
        (NOW, NOW - SECOND, True),
        (NOW - SECOND, NOW, False),
    ],
)
def test_a_quote_is_waited_for_until_it_has_been_tried(rental, wanted, tried, waits):
    quote_of(rental, quote_wanted_at=wanted, quote_tried_at=tried)
    assert waiting(rental) is waits


@pytest.mark.parametrize(
    ("wanted", "tried", "asked"),
    [
        (None, None, True),
        (NOW - MINUTE, None, False),
        (NOW - MINUTE, NOW - SECOND, True),
        (NOW - MINUTE, NOW - SECOND / 2, False),
        (NOW - SECOND, NOW - MINUTE, False),
    ],
)
def test_a_quote_is_asked_for_unless_it_is_waited_for_or_was_told_just_now(rental, wanted, tried, asked):
    quote_of(rental, quote_wanted_at=wanted, quote_tried_at=tried)
    want_quote(rental)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == (NOW if asked else wanted)


def test_how_old_a_quote_must_be_to_be_asked_again_may_be_told(rental):
    quote_of(rental, quote_tried_at=NOW - MINUTE, quote_wanted_at=NOW - 2 * MINUTE)
    want_quote(rental, older_than=2 * MINUTE)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == NOW - 2 * MINUTE
    want_quote(rental, older_than=MINUTE)
    rental.refresh_from_db()
    assert rental.quote_wanted_at == NOW


def test_one_quote_that_is_asked_for_asks_for_no_other(rental):
    other = Rental.objects.create(vendor_id=str(uuid4()), sorted_at=NOW, first_seen_at=NOW)
    want_quote(other)
    rental.refresh_from_db()
    assert not waiting(rental)
