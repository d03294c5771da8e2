"""One spelling for phone numbers, from the two fields in which the vendor sends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentals.upstream.numbers import Phone, e164, phone


@pytest.mark.parametrize(
    ("ccode", "pnumber", "expected"),
    [
        ("+7", "9096037108", "+79096037108"),
        ("7", "9096037108", "+79096037108"),
        ("007", "9096037108", "+79096037108"),
        (7, 9096037108, "+79096037108"),
        ("+1 ", "(202) 555-0123", "+12025550123"),
        ("", "79096037108", "+79096037108"),
        (None, 79096037108, "+79096037108"),
        ("+", "79096037108", "+79096037108"),
        ("", "0034612345678", "+34612345678"),
        ("+34", "+34612345678", "+34612345678"),
        ("+39", "0612345678", "+390612345678"),
        ("EN", "79929831844", None),
        ("EN", "+79929831844", None),
        ("+7", "", None),
        ("", "0612345678", None),
        ("", "12345", None),
        ("+7", "90960371081234567", None),
        ("+7", "909603710x", None),
        ("+7", "٩٠٩٦٠٣٧١٠٨", None),
        (True, "79096037108", "+79096037108"),
        ("+7", None, None),
        ("+7", ["9096037108"], None),
    ],
)
def test_a_number_is_completed_by_its_dial_code_or_is_complete(ccode, pnumber, expected):
    assert e164(ccode, pnumber) == expected


def test_the_parts_are_kept_only_where_they_came_apart():
    assert phone("+7", "909") is None
    assert phone("+7", "909 6037108") == Phone("+79096037108", "7", "9096037108")
    assert phone("", "79096037108") == Phone("+79096037108")


@given(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans()))
def test_whatever_comes_there_is_a_number_or_none(ccode, pnumber):
    found = e164(ccode, pnumber)
    assert found is None or (found[0] == "+" and 7 <= len(found[1:]) <= 15 and found[1:].isdecimal())
