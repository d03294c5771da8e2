"""How numbers are shown."""

from __future__ import annotations

import pytest

from rentals.phones import display, national


@pytest.mark.parametrize(
    ("e164", "abroad", "at_home"),
    [
        ("+34612345678", "+34 612 34 56 78", "612 34 56 78"),
        ("+79012345678", "+7 901 234-56-78", "8 (901) 234-56-78"),
        ("+12025550123", "+1 202-555-0123", "(202) 555-0123"),
        ("+447911123456", "+44 7911 123456", "07911 123456"),
    ],
)
def test_a_number_is_shown_as_people_write_it(e164, abroad, at_home):
    assert (display(e164), national(e164)) == (abroad, at_home)


@pytest.mark.parametrize("odd", ["", "1", "+1", "34612345678", "+999999999999999", "sin número", "+٣٤"])
def test_what_is_no_number_is_shown_without_an_error(odd):
    assert (display(odd), national(odd)) == (odd, odd)
