"""Finding a number by typing whatever one knows of it."""

import pytest

from rentals import finding

ROW = finding.text_of("+34 611 56 19 74", "Inactivo", "ES", "WhatsApp España Spain")


@pytest.mark.parametrize(
    "query",
    [
        *("", "  ", "611 56", "61156", "+34611561974", "(34) 611-56", "1974", "34 19"),
        *("whats", "WHATSAPP", "app", "es", "españa", "espana", "ESPAÑA spain", "inactivo", "inac whats 611"),
    ],
)
def test_it_is_found(query):
    assert finding.finds(query, ROW)


@pytest.mark.parametrize("query", ["612", "activo", "pa", "telegram", "whats 999", "|", "fr", "\x00", "١"])
def test_it_is_not_found(query):
    assert not finding.finds(query, ROW)


def test_a_strangers_bar_in_a_name_does_not_break_the_parts():
    assert finding.finds("b", finding.text_of("+1 2", "Activo", "US", "a|b"))
