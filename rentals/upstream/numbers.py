"""One spelling for the vendor's phone numbers (rent_api 8.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_PUNCTUATION: Final = re.compile(r"[\s().\-\u00a0]+")
_DIGITS: Final = re.compile(r"[0-9]*")
_COMPLETE: Final = re.compile(r"[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Phone:
    """A number in E.164, and its two parts (digits only) where the vendor sent them apart."""

    e164: str
    dial_code: str | None = None
    national: str | None = None


def phone(ccode: object, pnumber: object) -> Phone | None:
    """The number that `ccode` and `pnumber` of an answer mean, None when they make no number.

    A `pnumber` with a plus, or without a usable `ccode`, is complete; otherwise it is the national part.
    Letters in `ccode` are a country, not a dial code, and leave a national number that nobody can complete.
    """
    number, dial = _plain(pnumber), _plain(ccode).removeprefix("+").lstrip("0")
    whole = number.startswith("+") or not dial
    digits = number.removeprefix("+")
    if not _DIGITS.fullmatch(dial) or not _DIGITS.fullmatch(digits):
        return None
    complete = digits.removeprefix("00") if whole else dial + digits
    if not _COMPLETE.fullmatch(complete):
        return None
    return Phone(f"+{complete}") if whole else Phone(f"+{complete}", dial, digits)


def e164(ccode: object, pnumber: object) -> str | None:
    """`phone` in its one-string form, such as "+79096037108"."""
    found = phone(ccode, pnumber)
    return found.e164 if found else None


def _plain(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return _PUNCTUATION.sub("", str(value))
