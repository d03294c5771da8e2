"""When evidence, silence and the balance settle an operation, to the second and to the cent."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.models import BalanceReading, Feed, Mirror, Number, Operation, OperationTarget, Order
from rentals.models.operations import Kind, State
from rentals.models.orders import OrderState
from rentals.queries import evidence
from rentals.use_cases.settling import decide
from rentals.worker import settling

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
RENT = {"country": "ES", "service": "opt29", "unit": "week", "count": 1}
SEVERAL = {"country": "ES", "services": ["opt29", "opt20"], "unit": "week", "count": 1}
E164 = "+34600000001"


@pytest.fixture(autouse=True)
def _still_clock(singletons):
    Feed.objects.update(good_at=NOW)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lost(operator):
    """A rent of 4.20 USD from a balance of 10 whose answer was lost so long ago; its orders came in so often since."""

    def make(ago=timedelta(0), syncs=1, kind=Kind.CREATE, parameters=RENT, **more):
        then = NOW - ago
        fields = {"recorded_at": then - 5 * SECOND, "sent_at": then - 2 * SECOND, "unknown_since": then}
        fields |= {
            "balance_before": Decimal(10),
            "balance_before_at": then - 3 * SECOND,
            "quote": Decimal("4.2"),
        }
        fields |= {"state": State.UNKNOWN, "baseline": {}, "shown": {"clock_offset": 0}, "good_syncs": syncs}
        return Operation.objects.create(kind=kind, parameters=parameters, person=operator, **(fields | more))

    return make


def free(operation):
    """The same for a kind that costs nothing."""
    return {"kind": operation, "parameters": {"order": "100"}, "balance_before": None, "quote": None}


def listed(vendor_id="200", service="opt29", e164=E164, first_seen_at=NOW, **more):
    number = Number.objects.get_or_create(e164=e164, defaults={"first_seen_at": NOW})[0]
    fields = {"country": "ES", "first_seen_at": first_seen_at, "last_seen_at": NOW, **more}
    fields = {"until": NOW + timedelta(days=7), **fields}
    return Order.objects.create(vendor_id=vendor_id, service=service, number=number, **fields)


def read(amount, at=NOW):
    return BalanceReading.objects.create(amount=Decimal(amount), read_at=at)


def settled(operation, *, after_good_sync=False):
    settling.settle(after_good_sync=after_good_sync)
    operation.refresh_from_db()
    return operation.state, operation.failed_how or operation.waits_for_person


OPEN = (State.UNKNOWN, "")
HAPPENED = (State.SUCCEEDED, "")
NOT_EXECUTED = (State.FAILED, "not_executed")


# --- crashes ---


@pytest.mark.parametrize(("ago", "found"), [(25 * SECOND, 0), (25 * SECOND + timedelta(milliseconds=1), 1)])
def test_a_crash_is_found_five_seconds_after_the_longest_call(lost, ago, found):
    operation = lost(state=State.SENT, sent_at=NOW - ago, unknown_since=None)
    assert settling.crashed(20) == found
    operation.refresh_from_db()
    if found:
        assert (operation.state, operation.reason) == (State.UNKNOWN, "crash")
        assert operation.unknown_since == operation.sent_at


def test_all_crashes_are_found_at_once_and_nothing_else_is(lost):
    for _ in range(2):
        lost(state=State.SENT, sent_at=NOW - MINUTE)
    lost(state=State.RECORDED, sent_at=None)
    other = lost(state=State.FAILED, sent_at=NOW - MINUTE)
    assert settling.crashed(20) == 2
    other.refresh_from_db()
    assert other.state == State.FAILED


# --- counting good syncs ---


def test_only_whole_orders_asked_for_since_it_became_unknown_are_counted(lost):
    operation = lost(syncs=0)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 1
    settled(operation)
    assert operation.good_syncs == 1
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=NOW - SECOND)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 1


def test_orders_that_were_never_good_are_not_counted(lost):
    Feed.objects.filter(name=Feed.Name.ORDERS).update(good_at=None)
    operation = lost(syncs=0)
    settled(operation, after_good_sync=True)
    assert operation.good_syncs == 0


def test_before_the_first_good_sync_nothing_is_concluded(lost):
    operation = lost(syncs=0)
    listed()
    read("5.80", NOW + SECOND)
    assert settled(operation) == OPEN
    assert operation.evidence_at is None


def test_a_sync_that_comes_in_counts_at_once(lost):
    operation = lost(5 * MINUTE, syncs=2)
    read(10, NOW + SECOND)
    assert settled(operation, after_good_sync=True) == NOT_EXECUTED


def test_each_operation_counts_the_syncs_since_its_own_beginning(lost):
    before, after = lost(MINUTE, syncs=0), lost(syncs=0, unknown_since=NOW + SECOND)
    settled(before, after_good_sync=True)
    after.refresh_from_db()
    assert (before.good_syncs, after.good_syncs) == (1, 0)


@pytest.fixture
def meanwhile(monkeypatch):
    """Lets something happen once after the operations have been read and before the first is looked at."""

    def at_that_moment(happens):
        look, pending = evidence.look, [happens]

        def look_slowly(operation):
            if pending:
                pending.pop()()
            return look(operation)

        monkeypatch.setattr(evidence, "look", look_slowly)

    return at_that_moment


def test_one_that_a_person_settles_while_others_are_looked_at_stays_as_it_is(lost, administrator, meanwhile):
    first = lost(6 * MINUTE, 2, **free(Kind.DELETE))
    second = lost(6 * MINUTE, 2, **free(Kind.DELETE), waits_for_person="gone_at_expiry")
    meanwhile(lambda: decide(administrator, second, "x", executed=True))
    assert settled(first, after_good_sync=True) == NOT_EXECUTED
    second.refresh_from_db()
    assert (second.state, second.settled_how, second.good_syncs) == (State.SUCCEEDED, "person", 2)


@pytest.mark.parametrize("orders", [0, 1, 2])
def test_one_that_a_person_settles_while_it_is_looked_at_stays_as_it_is(
    lost, administrator, meanwhile, orders
):
    operation = lost(6 * MINUTE, 3, waits_for_person="balance_differs")
    for number in range(orders):
        listed(f"20{number}")
    read("9.99")
    meanwhile(lambda: decide(administrator, operation, "x", executed=False))
    assert settled(operation) == NOT_EXECUTED
    assert (operation.settled_how, operation.waits_for_person, operation.evidence_at) == ("person", "", None)


def test_evidence_that_was_noted_while_it_was_looked_at_keeps_its_moment(lost, meanwhile):
    operation = lost(MINUTE)
    listed()
    meanwhile(lambda: Operation.objects.update(evidence_at=NOW - SECOND))
    assert settled(operation) == OPEN
    assert operation.evidence_at == NOW - SECOND


def test_one_that_does_not_say_since_when_it_is_unknown_counts_from_now(lost):
    operation = lost(30 * MINUTE, 9, unknown_since=None)
    read(10, NOW - SECOND)
    assert settling.waiting_for_balance() is True
    assert settled(operation, after_good_sync=True) == OPEN
    assert operation.good_syncs == 9
    listed()
    assert settled(operation) == OPEN
    read("5.80", NOW + SECOND)
    assert settled(operation) == HAPPENED
    assert operation.charge == Decimal("4.20")


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


# --- without evidence ---


@pytest.mark.parametrize(
    ("ago", "syncs", "expected"),
    [
        (5 * MINUTE, 3, NOT_EXECUTED),
        (5 * MINUTE - SECOND, 3, OPEN),
        (5 * MINUTE, 2, OPEN),
    ],
)
@pytest.mark.parametrize("paid", [True, False])
def test_three_syncs_over_five_minutes_without_a_trace_are_needed(lost, ago, syncs, expected, paid):
    more = {} if paid else free(Kind.DELETE)
    operation = lost(ago, syncs, **more)
    read(10, NOW + SECOND)
    assert settled(operation) == expected
    if expected == NOT_EXECUTED:
        assert operation.settled_how == "evidence"


def test_a_balance_read_within_the_five_minutes_is_too_early(lost):
    operation = lost(6 * MINUTE, 3)
    read(10, NOW - MINUTE)
    assert settled(operation) == OPEN
    read(10, NOW - MINUTE + SECOND)
    assert settled(operation) == NOT_EXECUTED


@pytest.mark.parametrize("amount", ["9.99", "10.01", "5.80"])
@pytest.mark.parametrize("minutes", [6, 60])
def test_a_balance_that_moved_without_a_trace_waits_for_a_person(lost, amount, minutes):
    operation = lost(minutes * MINUTE, 3)
    read(amount)
    assert settled(operation) == (State.UNKNOWN, "balance_moved")


def test_a_person_who_was_waited_for_is_not_any_more_when_it_is_settled(lost):
    operation = lost(6 * MINUTE, 3, waits_for_person="services_differ")
    read(10)
    assert settled(operation) == NOT_EXECUTED
    assert operation.waits_for_person == ""


@pytest.mark.parametrize(("ago", "expected"), [(30 * MINUTE, NOT_EXECUTED), (30 * MINUTE - SECOND, OPEN)])
def test_without_any_balance_half_an_hour_of_silence_is_needed(lost, ago, expected):
    operation = lost(ago, 3, balance_before=None)
    assert settled(operation) == expected


def test_a_balance_that_may_still_come_is_waited_for_however_long_it_takes(lost):
    operation = lost(60 * MINUTE, 9)
    assert settled(operation) == OPEN
    Feed.objects.create(name=Feed.Name.BALANCE, failures=2)
    assert settled(operation) == OPEN


def test_another_spend_in_between_makes_the_balance_say_nothing(lost):
    operation = lost(30 * MINUTE - SECOND, 3)
    lost(kind=Kind.PROLONG, state=State.SUCCEEDED, sent_at=NOW - MINUTE)
    read(10)
    assert settled(operation) == OPEN
    with time_machine.travel(NOW + SECOND, tick=False):
        assert settled(operation) == NOT_EXECUTED


# --- activating ---


@pytest.mark.parametrize(("ago", "lapsed"), [(30 * MINUTE, False), (30 * MINUTE + SECOND, True)])
def test_an_activation_lapses_when_half_an_hour_has_passed(lost, ago, lapsed):
    operation = lost(ago, **free(Kind.ACTIVATE), order=listed("100"))
    assert settled(operation) == (NOT_EXECUTED if lapsed else OPEN)
    assert operation.settled_how == ("lapse" if lapsed else "")


def test_an_activation_that_does_not_say_since_when_it_is_unknown_stays_open(lost):
    operation = lost(60 * MINUTE, **free(Kind.ACTIVATE), order=listed("100"), unknown_since=None)
    assert settled(operation) == OPEN


def test_an_activation_that_is_seen_late_has_happened(lost):
    order = listed("100", state=OrderState.ACTIVE)
    operation = lost(31 * MINUTE, **free(Kind.ACTIVATE), order=order)
    assert settled(operation) == HAPPENED
    assert operation.settled_how == "evidence"
    assert operation.made.count() == 0


# --- which balance is asked for ---


def test_without_an_open_question_no_balance_is_asked_for(lost):
    lost(state=State.SUCCEEDED)
    lost(**free(Kind.DELETE))
    assert settling.waiting_for_balance() is False


def test_a_balance_is_asked_for_since_it_became_unknown_and_again_after_five_minutes(lost):
    lost(MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False
    with time_machine.travel(NOW + 4 * MINUTE - SECOND, tick=False):
        assert settling.waiting_for_balance() is False
    with time_machine.travel(NOW + 4 * MINUTE, tick=False):
        assert settling.waiting_for_balance() is True
        read(10, NOW + 4 * MINUTE)
        assert settling.waiting_for_balance() is True
        read(10, NOW + 4 * MINUTE + SECOND)
        assert settling.waiting_for_balance() is False


def test_a_balance_is_asked_for_after_the_evidence_was_seen(lost):
    lost(3 * MINUTE, evidence_at=NOW - MINUTE)
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False


def test_evidence_seen_within_the_five_minutes_does_not_shorten_them(lost):
    lost(6 * MINUTE, evidence_at=NOW - 4 * MINUTE)
    read(10, NOW - 3 * MINUTE)
    assert settling.waiting_for_balance() is True
    read(10, NOW - MINUTE + SECOND)
    assert settling.waiting_for_balance() is False


def test_one_answered_question_does_not_hide_another(lost):
    lost(3 * MINUTE)
    lost(SECOND)
    read(10, NOW - MINUTE)
    assert settling.waiting_for_balance() is True


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


def test_a_restore_that_named_its_order_keeps_it(done):
    named = listed("200", "opt29")
    operation = done(Kind.RESTORE, RESTORED, order=named)
    owner(listed("201"))
    operation.refresh_from_db()
    assert operation.order == named


def test_between_syncs_nothing_changes_its_owner(done):
    done(Kind.ADD_SERVICE, ADDED)
    order = listed()
    settling.settle(after_good_sync=False)
    order.refresh_from_db()
    assert order.origin is None


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
