"""Rows found by typing: what a row is found by, and whether a query finds it. table.js has the same rules."""

from __future__ import annotations

import re
from functools import lru_cache

from rentals.countries import fold

LONGEST_QUERY = 100
_BETWEEN_DIGITS = re.compile(r"[\s+().\-/]")
_DIGITS = re.compile(r"[0-9]+")


@lru_cache(maxsize=8192)
def text_of(phone: str, state: str, country_code: str, words: str) -> str:
    """What a row is found by, in three parts divided by bars: digits; words found by their beginning; the rest."""
    digits = "".join(_DIGITS.findall(phone))
    return "|".join((digits, _part(f"{state} {country_code}"), _part(words)))


def _part(words: str) -> str:
    return fold(words.replace("|", " "))


def finds(query: str, text: str) -> bool:
    """Whether each word of the query is found in a `text_of`. A number may be written with blanks, plus or brackets."""
    digits, openings, rest = text.split("|")
    wanted = fold(query)
    number = _BETWEEN_DIGITS.sub("", wanted)
    if _DIGITS.fullmatch(number) and number in digits:
        return True
    return all(_word_is_in(word, digits, f" {openings}", f" {rest}") for word in wanted.split())


def _word_is_in(word: str, digits: str, openings: str, rest: str) -> bool:
    number = _BETWEEN_DIGITS.sub("", word)
    if _DIGITS.fullmatch(number) and number in digits:
        return True
    # "activo" is not to find "inactivo", nor two letters half of all names.
    return f" {word}" in openings or (word in rest if len(word) > 2 else f" {word}" in rest)
