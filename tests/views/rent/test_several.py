"""«Varios servicios»: one number for up to ten services, from the order form to its record."""

from decimal import Decimal

import pytest

from rentals.models import Operation, PriceList
from rentals.periods import parse
from rentals.queries import catalogue
from rentals.views.choice import Choice

TWO = ["opt20", "opt29"]


@pytest.fixture
def several(choice):
    return {**choice, "service": TWO, "several": "1"}


def offer(code):
    return catalogue.prices("ES", parse("week-1")).offer(code)


def shown(client, asked) -> Choice:
    return client.get("/", asked).context["choice"]


def operators_of(code, counts):
    held = PriceList.objects.get(country="ES", unit="week", count=1)
    for row in held.rows:
        if row["code"] == code:
            row["by_operator"], row["total"] = counts, sum(counts.values())
    held.save(update_fields=["rows"])


def test_the_switch_makes_the_services_checkboxes_and_the_choice_survives_in_the_address(
    as_operator, priced, several
):
    page = as_operator.get("/", several)
    text = page.content.decode()
    assert text.count('type="checkbox" name="service"') == len(page.context["choice"].offers)
    assert 'type="radio" name="service"' not in text
    assert {
        row.offer.code for row in page.context["choice"].offers if f'value="{row.offer.code}" checked' in text
    } == set(TWO)
    assert page.context["choice"].query == "country=ES&period=week-1&several=1&service=opt20&service=opt29"


def test_the_total_is_the_sum_and_the_stock_that_of_the_scarcest(as_operator, priced, several):
    found = shown(as_operator, several)
    assert found.total == offer("opt20").price + offer("opt29").price
    assert found.available == min(offer(code).available for code in TWO)


def test_nothing_chosen_yet_costs_nothing(as_operator, priced, choice):
    found = shown(as_operator, {"country": "ES", "period": "week-1", "several": "1"})
    assert (found.total, found.available) == (Decimal(0), 0)


def test_without_the_switch_it_is_a_choice_of_one(as_operator, priced, choice):
    assert shown(as_operator, {**choice, "service": TWO}).services == ("opt29",)


def test_only_operators_that_have_every_service_are_offered(as_operator, priced, several):
    operators_of("opt20", {"Norte": 5, "Sur": 2})
    operators_of("opt29", {"Sur": 9, "Este": 1})
    found = shown(as_operator, {**several, "operator": "Sur"})
    assert found.operators == [("Sur", 2)]
    assert (found.operator, found.available) == ("Sur", 2)


def test_it_leads_to_one_record_for_all_of_them_at_the_sum(as_operator, priced, several):
    to = as_operator.get("/rent/", several)["Location"]
    page = as_operator.get(to).content.decode()
    assert f"{offer('opt20').name}, {offer('opt29').name}" in page
    assert "&amp;several=1" in page
    as_operator.post(to)
    operation = Operation.objects.get()
    assert operation.kind == "create_multi"
    assert operation.parameters["services"] == TWO
    assert operation.quote == offer("opt20").price + offer("opt29").price


def test_one_of_several_is_a_rent_like_any_other(as_operator, priced, several):
    as_operator.post(as_operator.get("/rent/", {**several, "service": ["opt20"]})["Location"])
    assert Operation.objects.get().kind == "create"


@pytest.mark.parametrize(
    ("services", "words"),
    [
        ([], "Elija un servicio."),
        (["opt20", "opt99999"], "Ese servicio no está en la lista de este país"),
        (["opt20", "opt0"], "Ahora no hay números disponibles"),
        (["opt20", "<b>"], "Ese servicio no existe."),
        ([f"opt{count}" for count in range(11)], "Elija como mucho 10 servicios"),
    ],
)
def test_what_cannot_be_bought_together_is_said_at_its_field(as_operator, priced, several, services, words):
    answer = as_operator.get("/rent/", {**several, "service": services})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Operation.objects.exists()
