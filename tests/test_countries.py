"""Countries by the vendor's codes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from rentals.countries import CountryFacts, country, fold

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("code", "name", "english", "flag"),
    [
        ("ES", "España", "Spain", "🇪🇸"),
        ("UK", "Reino Unido", "United Kingdom", "🇬🇧"),
        ("GB", "Reino Unido", "United Kingdom", "🇬🇧"),
        ("CI", "Costa de Marfil", "Ivory Coast", "🇨🇮"),
        ("HK", "Hong Kong", "Hong Kong", "🇭🇰"),
        ("XK", "Kosovo", "Kosovo", "🇽🇰"),
        ("SZ", "Esuatini", "Eswatini", "🇸🇿"),
    ],
)
def test_a_country_is_named_in_spanish_and_english(code, name, english, flag):
    facts = country(code)
    assert (facts.code, facts.name, facts.english, facts.flag) == (code, name, english, flag)


def test_england_is_not_the_united_kingdom():
    england = country("EN")
    assert (england.code, england.name) == ("EN", "Inglaterra")
    assert england.flag.encode("unicode-escape").decode().count("U000e00") == 6


@pytest.mark.parametrize("typed", ["uk", "gb", "reino", "REINO UNIDO", "united", "great"])
def test_a_country_is_found_by_code_alias_and_both_names(typed):
    assert fold(typed) in country("UK", "Great Britain").search


@pytest.mark.parametrize(
    ("code", "vendor", "also"),
    [
        ("DE", "Germany", "germany"),
        ("UK", "Great Britain", "united kingdom great britain gb"),
        ("AR", "Argentina", ""),
        ("AG", "", ""),
        ("MX", "Mexico", ""),
        ("TR", "Türkiye", "turkey turkiye"),
        ("ZZ", "Atlántida", ""),
    ],
)
def test_what_a_country_is_also_called_is_only_what_name_and_code_do_not_say(code, vendor, also):
    assert country(code, vendor).also == also


def test_accents_and_case_do_not_matter():
    assert fold(" PERÚ ") == "peru"
    assert "mexico" in country("MX").search
    assert "turkiye" in country("TR", "Türkiye").search


def test_an_unknown_country_is_shown_by_the_vendors_name():
    assert country("ZZ", "Atlántida") == CountryFacts("ZZ", "Atlántida", "Atlántida", "", "zz atlantida")
    assert country("Q9") == CountryFacts("Q9", "Q9", "Q9", "", "q9")


def test_every_country_the_vendor_was_ever_seen_with_has_a_name():
    seen = (
        "PR US CA UK FR DE IT ES AL AR AU AT BD BG KH HR CY CZ DK EG EE FI GI GR HK HU JP MT NO CH TZ ID IE IL KZ LV "
        "LT MK MY MX MD NL NZ PY PH PL PT RO RU RS SK SI SE TH TR UA BE CR GE KG EN"
    )
    assert [code for code in seen.split() if not country(code).flag] == []


def test_the_committed_list_is_what_its_tool_writes():
    pytest.importorskip("babel")
    tool = runpy.run_path(str(ROOT / "tools" / "make_countries.py"))
    committed = (ROOT / "rentals" / "data" / "countries.json").read_text(encoding="utf-8")
    assert tool["rows"](tool["table"]()) == committed
    assert len(json.loads(committed)) > 250
