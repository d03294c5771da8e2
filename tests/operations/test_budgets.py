"""What is used of a limit: by a person and by the team, in a day and in a month of the team's time zone."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from rentals.models import Correction, Operation, Team
from rentals.models.operations import PAID_KINDS, FailedHow, Kind, State
from rentals.models.transitions import move, succeed
from rentals.queries import budgets
from rentals.queries.budgets import Use
from rentals.use_cases.budgets import reserve
from rentals.use_cases.refusals import NotRecorded

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _noon(singletons):
    with time_machine.travel(NOW, tick=False):
        yield


def spend(person, quote="7", state=State.RECORDED, kind=Kind.CREATE, at=None, **more):
    asked = {"quote": quote, "state": state, "recorded_at": at or timezone.now(), **more}
    return Operation.objects.create(key=uuid4(), kind=kind, person=person, **asked)


def limit(who, day=None, month=None):
    who.day_limit, who.month_limit = day, month
    who.save()


def today(person, now=None):
    """Spent and reserved, of the day and of the month."""
    use = budgets.used_by_person(now).get(person.pk, Use())
    return [float(sum_) for sum_ in (use.day.spent, use.day.reserved, use.month.spent, use.month.reserved)]


def refused(person, price, kind=Kind.CREATE):
    with pytest.raises(NotRecorded) as found:
        reserve(person, kind, price and Decimal(price))
    return found.value


def as_utc(*local, zone="Europe/Madrid"):
    return datetime(*local, tzinfo=ZoneInfo(zone)).astimezone(UTC)


# --- what counts for how much ---


def test_what_may_still_cost_something_is_reserved_at_its_quote(operator):
    for state in (State.RECORDED, State.SENT, State.UNKNOWN):
        spend(operator, "1.5", state)
    assert today(operator) == [0, 4.5, 0, 4.5]


@pytest.mark.parametrize("state", [State.RECORDED, State.SENT, State.UNKNOWN])
def test_what_failed_is_released(operator, state):
    operation = spend(operator, state=state)
    assert move(operation, state, State.FAILED, failed_how=FailedHow.NOT_EXECUTED)
    assert today(operator) == [0, 0, 0, 0]


def test_what_succeeded_counts_its_quote_until_its_charge_is_measured(operator):
    operation = spend(operator, "7", State.SENT)
    succeed(operation, State.SENT)
    assert today(operator) == [7, 0, 7, 0]
    Operation.objects.filter(pk=operation.pk).update(charge="6.5")
    assert today(operator) == [6.5, 0, 6.5, 0]


def test_what_is_never_measured_goes_on_counting_its_quote(operator):
    spend(operator, "7", State.SUCCEEDED, unmeasured=True)
    assert today(operator) == [7, 0, 7, 0]


def test_a_charge_above_its_quote_may_pass_the_limit_and_then_nothing_is_left(operator):
    limit(operator, day=8)
    spend(operator, "7", State.SUCCEEDED, charge="9")
    [found] = budgets.budgets_of(operator)
    assert (found.spent, found.left) == (9, 0)
    assert refused(operator, "0.01").code == "over_budget"


@pytest.mark.parametrize(
    ("state", "charge"), [(State.SUCCEEDED, "9"), (State.SUCCEEDED, None), (State.FAILED, None)]
)
def test_the_last_correction_of_the_charge_counts_instead(operator, administrator, state, charge):
    operation = spend(operator, "7", state, charge=charge)
    for corrected, at in (("3", NOW), ("4", NOW - HOUR), (None, NOW)):
        Correction.objects.create(
            operation=operation, person=administrator, charge=corrected, at=at, note="x"
        )
    assert today(operator) == [4, 0, 4, 0]


def test_corrections_of_others_change_nothing(operator, administrator):
    spend(operator, "7", State.SUCCEEDED)
    theirs = spend(administrator, "5", State.SUCCEEDED)
    Correction.objects.create(operation=theirs, person=administrator, charge="1", at=NOW, note="x")
    assert today(operator) == [7, 0, 7, 0]


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in PAID_KINDS])
def test_what_costs_nothing_does_not_count_and_is_never_refused(operator, kind):
    limit(operator, day=0)
    spend(operator, "7", State.SUCCEEDED, kind)
    assert today(operator) == [0, 0, 0, 0]
    reserve(operator, kind, None)


def test_a_thousand_dimes_are_a_hundred_dollars(operator):
    limit(operator, day=Decimal("100.10"))
    dime = {"kind": Kind.CREATE, "person": operator, "quote": "0.1", "recorded_at": NOW}
    Operation.objects.bulk_create(Operation(state=State.SUCCEEDED, **dime) for _ in range(1000))
    reserve(operator, Kind.CREATE, Decimal("0.10"))
    assert refused(operator, "0.1001").code == "over_budget"


# --- whose ---


def test_of_a_person_only_their_own_count_and_of_the_team_everybodys(operator, administrator):
    limit(operator, day=10)
    limit(Team.only(), day=20)
    spend(operator, "4")
    spend(administrator, "5")
    own, team = budgets.budgets_of(operator)
    assert (own.whose, own.left) == ("person", 6)
    assert (team.whose, team.left) == ("team", 11)


def test_without_a_limit_there_is_nothing_to_say_and_nothing_to_refuse(operator):
    spend(operator, "1000")
    assert budgets.budgets_of(operator) == ()
    assert budgets.left(operator) is None
    reserve(operator, Kind.CREATE, Decimal(1_000_000))


def test_what_is_left_is_what_the_tightest_limit_leaves(operator):
    limit(operator, day=10, month=100)
    limit(Team.only(), month=9)
    assert budgets.left(operator) == 9


def test_an_administrator_has_limits_too(administrator):
    limit(administrator, month=5)
    assert refused(administrator, "6").budget.period == "month"


def test_a_limit_that_was_set_since_the_request_began_counts(operator):
    stale = type(operator).objects.get(pk=operator.pk)
    limit(operator, day=5)
    assert refused(stale, "6").code == "over_budget"


def test_the_overview_of_the_team_takes_the_same_queries_for_any_number(
    make_person, operator, django_assert_num_queries
):
    people = [operator, *(make_person(f"p{n}") for n in range(5))]
    for person in people:
        spend(person, "2", State.SUCCEEDED)
    with django_assert_num_queries(2):
        found = budgets.overview(people)
    assert [found.people[person.pk][0].spent for person in people] == [2] * 6
    assert (found.team[1].spent, found.team[1].limit, found.team[1].left) == (12, None, None)


# --- the cost of asking ---


def test_the_order_form_asks_once_where_there_is_no_limit(operator, django_assert_num_queries):
    with django_assert_num_queries(1):
        budgets.budgets_of(operator)


@pytest.mark.parametrize(
    ("kind", "most", "queries"), [(Kind.DELETE, 0, 0), (Kind.CREATE, None, 2), (Kind.CREATE, 50, 3)]
)
def test_recording_asks_little(operator, django_assert_num_queries, kind, most, queries):
    limit(operator, day=most)
    with django_assert_num_queries(queries):
        reserve(operator, kind, Decimal(7))


# --- when ---


def test_yesterday_counts_for_the_month_and_last_month_for_nothing(operator):
    spend(operator, "7", at=NOW - DAY)
    spend(operator, "9", at=NOW - 11 * DAY)
    assert today(operator) == [0, 0, 0, 7]


def test_it_belongs_to_when_it_was_recorded_whenever_it_is_settled(operator):
    operation = spend(operator, "7", State.UNKNOWN, at=as_utc(2026, 3, 31, 23, 59))
    april = as_utc(2026, 4, 1, 0, 5)
    with time_machine.travel(april, tick=False):
        assert today(operator) == [0, 0, 0, 0]
        succeed(operation, State.UNKNOWN)
        Operation.objects.filter(pk=operation.pk).update(charge="8")
        assert today(operator) == [0, 0, 0, 0]
    assert today(operator, NOW)[2:] == [8, 0]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Madrid", (2026, 3, 28), 24),
        ("Europe/Madrid", (2026, 3, 29), 23),
        ("Europe/Madrid", (2026, 10, 25), 25),
        ("America/Santiago", (2026, 4, 4), 25),
        ("Africa/Cairo", (2026, 4, 23), 24),
        ("Africa/Cairo", (2026, 4, 24), 23),
        ("Asia/Kolkata", (2026, 3, 29), 24),
        ("Pacific/Kiritimati", (2026, 3, 1), 24),
    ],
)
def test_a_day_is_as_long_as_it_is_in_the_zone_of_the_team(operator, settings, zone, day, hours):
    """In Cairo the clock jumps at midnight, in Santiago it goes back there: the day begins at that moment."""
    settings.TEAM_TIME_ZONE = zone
    limit(operator, day=10)
    noon = as_utc(*day, 12, zone=zone)
    with time_machine.travel(noon, tick=False):
        [found] = budgets.budgets_of(operator)
    begins, ends = found.renews_at - hours * HOUR, found.renews_at
    for moment in (begins - SECOND, begins, ends - SECOND, ends):
        spend(operator, "1", State.SUCCEEDED, at=moment)
    assert today(operator, noon)[0] == 2
    assert [today(operator, moment)[0] for moment in (begins - SECOND, begins, ends - SECOND, ends)] == [
        1,
        2,
        2,
        1,
    ]


@pytest.mark.parametrize(
    ("now", "renews"),
    [
        ((2026, 1, 31, 23, 59), (2026, 2, 1)),
        ((2026, 2, 1), (2026, 3, 1)),
        ((2028, 2, 29, 12), (2028, 3, 1)),
        ((2026, 3, 29, 1, 59), (2026, 4, 1)),
        ((2026, 10, 25, 2, 30), (2026, 11, 1)),
        ((2026, 12, 31, 23, 30), (2027, 1, 1)),
    ],
)
def test_a_month_ends_at_its_last_midnight_in_the_zone_of_the_team(operator, now, renews):
    limit(operator, month=10)
    ends = as_utc(*renews)
    with time_machine.travel(as_utc(*now), tick=False):
        [found] = budgets.budgets_of(operator)
        assert found.renews_at == ends
        spend(operator, "10", at=ends - SECOND)
        assert refused(operator, "1").code == "over_budget"
    with time_machine.travel(ends, tick=False):
        reserve(operator, Kind.CREATE, Decimal(10))


def test_when_the_clock_was_put_back_each_operation_stays_in_its_own_month(operator):
    limit(operator, month=10)
    with time_machine.travel(NOW + 31 * DAY, tick=False):
        spend(operator, "10")
    reserve(operator, Kind.CREATE, Decimal(10))
    spend(operator, "10")
    with time_machine.travel(NOW + 31 * DAY, tick=False):
        assert refused(operator, "1").code == "over_budget"


def test_the_moment_that_was_checked_is_the_one_to_record(operator):
    assert reserve(operator, Kind.CREATE, Decimal(1)) == NOW
