"""Countries by the vendor's codes: Spanish and English names, flags, and the text to find them by.

The vendor's codes are almost ISO's (UK, and EN in old samples, are not) and stay the key everywhere.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

_DATA: Final = Path(__file__).resolve().parent / "data" / "countries.json"
_ALIASES: Final = {"UK": "GB", "EN": "GB-ENG"}
_ENGLAND: Final = "\N{WAVING BLACK FLAG}" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f"
_REGIONAL_A: Final = ord("\N{REGIONAL INDICATOR SYMBOL LETTER A}")


@dataclass(frozen=True)
class CountryFacts:
    """`code` is the vendor's; `flag` an emoji or ""; `search` and `also` are folded as by `fold`."""

    code: str
    name: str
    english: str
    flag: str
    search: str
    also: str = ""
    """The part of `search` that name and code do not say already: other names, ISO's code where it differs."""


@lru_cache(maxsize=1024)
def country(code: str, vendor_name: str = "") -> CountryFacts:
    """What to show for the vendor's `code`; one not known is shown by `vendor_name` or as it is."""
    iso = _iso(code)
    names = _table().get(iso)
    if names is None:
        name = vendor_name or code
        return CountryFacts(code, name, name, "", _searchable(code, name))
    words = _searchable(code, iso, names["es"], names["en"], vendor_name)
    also = _beyond(f"{names['es']} {code}", names["en"], vendor_name, iso)
    return CountryFacts(code, names["es"], names["en"], _flag(iso), words, also)


def fold(text: str) -> str:
    """`text` for comparing: lower case, without accents, single blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(plain.split())


def _iso(code: str) -> str:
    upper = code.strip().upper()
    return _ALIASES.get(upper, upper)


def _searchable(*words: str) -> str:
    return " ".join(dict.fromkeys(fold(word) for word in words if word))


def _beyond(said: str, *more: str) -> str:
    """Those of `more` that have a word which `said` does not have."""
    known = set(fold(said).split())
    return _searchable(*(words for words in more if not known.issuperset(re.findall(r"\w+", fold(words)))))


def _flag(iso: str) -> str:
    if iso == "GB-ENG":
        return _ENGLAND
    return "".join(chr(_REGIONAL_A + ord(letter) - ord("A")) for letter in iso)


@cache
def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = json.loads(_DATA.read_text(encoding="utf-8"))
    return table
