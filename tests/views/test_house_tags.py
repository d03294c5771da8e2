"""Money and times in words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from rentals.templatetags.house import left_words, span_words, usd, when


@pytest.mark.parametrize(
    ("amount", "words"),
    [("18", "18,00"), ("0.005", "0,01"), ("-3.5", "-3,50"), ("1234567.891", "1234567,89")],
)
def test_money(amount, words):
    assert usd(Decimal(amount)) == words


def test_money_that_is_not_known():
    assert usd(None) == "—"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (86_400, "1 d"),
        (200_000, "2 d"),
    ],
)
def test_how_long(seconds, words):
    assert span_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "ha caducado"),
        (-60, "ha caducado"),
        (30, "queda menos de 1 min"),
        (600, "quedan 10 min"),
        (11_100, "quedan 3 h 5 min"),
        (5 * 86_400 + 3 * 3600 + 100, "quedan 5 d 3 h"),
    ],
)
def test_how_long_is_left(seconds, words):
    assert left_words(timedelta(seconds=seconds)) == words


def test_a_moment_far_away_in_another_year_says_which():
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        assert ">mié 5 mar 2025, 12:00<" in when(datetime(2025, 3, 5, 12, tzinfo=UTC))
        assert ">jue 5 mar, 12:00<" in when(datetime(2026, 3, 5, 12, tzinfo=UTC))
        assert ">mar 23 dic, 12:00<" in when(datetime(2025, 12, 23, 12, tzinfo=UTC))
