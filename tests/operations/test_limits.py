"""An administrator sets what a person and the team may spend; the audit keeps what was and what is."""

from decimal import Decimal

import pytest

from rentals.models import AuditEntry, Team
from rentals.models.audit import AuditKind
from rentals.use_cases.budgets import BadLimit, set_limits, set_team_limits


def limits(who):
    who.refresh_from_db()
    return who.day_limit, who.month_limit


def refused(*asked, of=set_limits):
    with pytest.raises(BadLimit) as found:
        of(*asked)
    assert not AuditEntry.objects.exists()
    return found.value


def test_a_persons_limits_are_set_with_an_entry_of_the_audit(administrator, operator):
    assert set_limits(administrator, operator, Decimal("20.50"), None)
    assert (operator.day_limit, operator.month_limit) == (Decimal("20.50"), None)
    assert limits(operator) == (Decimal("20.50"), None)
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.person, entry.about) == (AuditKind.LIMITS_CHANGED, administrator, operator)
    assert entry.detail == {"was": {"day": "", "month": ""}, "now": {"day": "20.50", "month": ""}}


def test_the_teams_limits_are_set_with_an_entry_of_the_audit(administrator):
    assert set_team_limits(administrator, Decimal(0), Decimal(300))
    assert limits(Team.only()) == (0, 300)
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.person) == (AuditKind.TEAM_LIMITS_CHANGED, administrator)
    assert entry.detail["now"] == {"day": "0.00", "month": "300.00"}


def test_a_limit_is_taken_away_again(administrator, operator):
    set_limits(administrator, operator, Decimal(5), Decimal(50))
    set_limits(administrator, operator, None, None)
    assert limits(operator) == (None, None)
    assert AuditEntry.objects.first().detail["was"] == {"day": "5.00", "month": "50.00"}


def test_what_is_so_already_is_no_change(administrator, operator):
    set_limits(administrator, operator, Decimal(5), None)
    set_team_limits(administrator, None, Decimal(5))
    assert not set_limits(administrator, operator, Decimal("5.00"), None)
    assert not set_team_limits(administrator, None, Decimal("5.00"))
    assert AuditEntry.objects.count() == 2


def test_the_change_is_told_against_what_the_database_holds(administrator, operator):
    stale = type(operator).objects.get(pk=operator.pk)
    set_limits(administrator, operator, Decimal(5), None)
    assert set_limits(administrator, stale, None, None)
    assert limits(operator) == (None, None)


def test_nobody_else_may(operator, observer):
    for person in (operator, observer):
        assert refused(person, person, Decimal(1), None).code == "forbidden"
        assert refused(person, Decimal(1), None, of=set_team_limits).code == "forbidden"
    assert limits(operator) == limits(Team.only()) == (None, None)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("-0.01", "negative"),
        ("-1E+40", "negative"),
        ("1000000.01", "absurd"),
        ("1E+40", "absurd"),
        ("0.001", "absurd"),
        ("NaN", "absurd"),
        ("-Infinity", "absurd"),
    ],
)
def test_an_amount_that_nobody_can_mean_is_refused_at_its_field(administrator, operator, amount, code):
    found = refused(administrator, operator, None, Decimal(amount))
    assert (found.code, found.field, bool(found.words)) == (code, "month", True)
    assert refused(administrator, Decimal(amount), None, of=set_team_limits).field == "day"
    assert limits(operator) == limits(Team.only()) == (None, None)


def test_the_team_has_limits_also_where_its_row_is_missing(administrator):
    Team.objects.all().delete()
    set_team_limits(administrator, Decimal(9), None)
    assert Team.objects.get().day_limit == 9
