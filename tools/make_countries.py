"""Writes rentals/data/countries.json: country names in Spanish and English, from CLDR by way of Babel.

Run it after a new CLDR: `python tools/make_countries.py`. The file is committed: Babel is needed here only.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel import Locale

TARGET = Path(__file__).resolve().parent.parent / "rentals" / "data" / "countries.json"

# CLDR names the state ("RAE de Hong Kong (China)") or keeps a foreign spelling; people look for these.
SPANISH = {
    "CI": "Costa de Marfil",
    "HK": "Hong Kong",
    "MO": "Macao",
    "MM": "Myanmar (Birmania)",
    "PS": "Palestina",
    "SZ": "Esuatini",
    "GB-ENG": "Inglaterra",
}
ENGLISH = {
    "CI": "Ivory Coast",
    "HK": "Hong Kong",
    "MO": "Macao",
    "MM": "Myanmar (Burma)",
    "PS": "Palestine",
    "TR": "Turkey",
    "GB-ENG": "England",
}
# In CLDR's list, but groups of countries or codes for tests.
NOT_COUNTRIES = {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"}


def names(language: str, overrides: dict[str, str]) -> dict[str, str]:
    territories = Locale(language).territories
    found = {code: name for code, name in territories.items() if re.fullmatch("[A-Z]{2}", code)}
    return {code: name for code, name in (found | overrides).items() if code not in NOT_COUNTRIES}


def table() -> dict[str, dict[str, str]]:
    spanish, english = names("es", SPANISH), names("en", ENGLISH)
    return {
        code: {"es": spanish[code], "en": english[code]} for code in sorted(spanish.keys() & english.keys())
    }


def rows(countries: dict[str, dict[str, str]]) -> str:
    """One line a country, so that a change is one line in a diff."""
    lines = (
        f"{json.dumps(code)}: {json.dumps(both, ensure_ascii=False)}" for code, both in countries.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    countries = table()
    TARGET.write_text(rows(countries), encoding="utf-8")
    print(f"{TARGET.name}: {len(countries)} countries")
