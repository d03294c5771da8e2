from decimal import Decimal

import pytest

from rentals import periods
from rentals.periods import Period


def test_every_period_on_offer_lies_between_seven_and_ninety_days():
    assert [period.slug for period in periods.ALL] == [
        *[f"week-{n}" for n in range(1, 13)],
        *[f"month-{n}" for n in range(1, 4)],
    ]
    assert all(7 <= period.days <= 90 for period in periods.ALL)


@pytest.mark.parametrize(
    "slug",
    ["", "week-0", "week--1", "week-13", "month-4", "day-91", "week-1 ", "week-01", "WEEK-1", "week-١"],
)
def test_no_other_period_is_understood(slug):
    assert periods.parse(slug) is None


def test_the_price_is_the_price_per_day_times_the_days_to_the_cent():
    assert Period("month", 1).price(Decimal("0.333")) == Decimal("9.99")


@pytest.mark.parametrize(
    ("period", "label"),
    [(Period("week", 1), "1 semana"), (Period("week", 3), "3 semanas"), (Period("month", 2), "2 meses")],
)
def test_a_period_has_a_name_in_words(period, label):
    assert period.label == label
