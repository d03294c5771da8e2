"""What a person decides, corrects and looks up: by mouse, by keyboard alone and without script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import Way, ask_to_rent, confirm, finished, sent_once
from tools.stage import Stage

# One for each rent: the same again waits until the orders have been read, which takes up to half a minute.
SERVICES = (f"opt{code}" for code in (31, 32, 33, 34, 43, 48, 52, 54, 56, 57, 59, 60, 65, 68, 74, 77, 78, 81))


def story(page: Page) -> Locator:
    return page.get_by_role("region", name="Qué pasó, paso a paso")


def in_doubt(way: Way, stage: Stage, *, executed: bool) -> None:
    """A rent without an answer while somebody rents the same on the vendor's own page: it waits for a person."""
    stage.sandbox("balance", amount=900)
    stage.sandbox("faults", method="create", fault="hang", seconds=3, acts=executed, times=1)
    service, before = next(SERVICES), len(stage.calls("create"))
    ask_to_rent(way, service)
    way.press(way.page.locator("#dialog-body").get_by_role("button", name="Confirmar"))
    for _ in range(200):
        if len(stage.calls("create")) > before:
            break
        way.page.wait_for_timeout(50)
    for _ in range(1 if executed else 2):
        same = {"country": "ES", "service": service, "dtype": "week", "dcount": 1}
        stage.sandbox("outside", method="create", params=same)
    finished(way.page, "Resultado desconocido")
    expect(way.page.locator("#outcome")).to_contain_text("varios alquileres nuevos", timeout=30_000)
    way.begin(way.page.get_by_role("link", name="Enlace a esta operación"))
    expect(way.page.get_by_role("heading", name="¿Se ejecutó esta operación?")).to_be_visible()


@pytest.mark.parametrize(
    ("executed", "button", "outcome"),
    [(True, "Sí, es esta", "Hecho"), (False, "No se ejecutó", "No ejecutado")],
)
def test_what_nobody_can_know_is_decided_by_a_person_and_signed(
    way: Way, stage: Stage, executed: bool, button: str, outcome: str
) -> None:
    with sent_once(stage, "create"):
        in_doubt(way, stage, executed=executed)
        press = way.page.get_by_role("button", name=button).first
        expect(way.page.get_by_role("button", name="Sí, es esta")).to_have_count(2)
        way.fill(way.page.get_by_label("Nota"), "Mirado en SMSPVA")
        way.press(press)
        finished(way.page, outcome)
    expect(story(way.page)).to_contain_text("lo decidió")
    expect(story(way.page)).to_contain_text("«Mirado en SMSPVA»")
    expect(way.page.get_by_role("heading", name="¿Se ejecutó esta operación?")).to_have_count(0)


@pytest.mark.parametrize("way", ["mouse", "plain"], indirect=True)
def test_a_decision_without_a_note_is_not_taken(way: Way, stage: Stage) -> None:
    in_doubt(way, stage, executed=False)
    way.press(way.page.get_by_role("button", name="No se ejecutó"))
    expect(way.page.get_by_text("Escriba en una nota por qué lo decide así.")).to_be_visible()
    expect(way.page.get_by_label("Nota")).to_be_focused()
    way.fill(way.page.get_by_label("Nota"), "Nadie lo ve")
    way.press(way.page.get_by_role("button", name="No se ejecutó"))
    finished(way.page, "No ejecutado")


@pytest.mark.parametrize("way", ["keyboard"], indirect=True)
def test_enter_in_the_note_decides_nothing(way: Way, stage: Stage) -> None:
    in_doubt(way, stage, executed=False)
    way.fill(way.page.get_by_label("Nota"), "Una línea")
    way.page.keyboard.press("Enter")
    way.page.keyboard.type("y otra")
    expect(way.page.get_by_label("Nota")).to_have_value("Una línea\ny otra")
    way.press(way.page.get_by_role("button", name="No se ejecutó"))
    finished(way.page, "No ejecutado")


def of_a_rent(way: Way, stage: Stage) -> str:
    """The page of an operation that has just rented; the number."""
    stage.sandbox("balance", amount=900)
    ask_to_rent(way, next(SERVICES))
    confirm(way, "Confirmar el alquiler")
    phone = way.page.locator("#outcome .result .digits").inner_text()
    way.begin(way.page.get_by_role("link", name="Enlace a esta operación"))
    expect(story(way.page)).to_be_visible()
    return phone


def test_a_charge_is_corrected_and_the_record_says_by_whom_and_why(way: Way, stage: Stage) -> None:
    of_a_rent(way, stage)
    charge, save = way.page.get_by_label("Cobro real en USD"), "Guardar la corrección"
    way.begin(way.page.locator("summary", has_text="Añadir una corrección"))
    way.fill(charge, "cuatro")
    way.fill(story(way.page).get_by_label("Nota"), "Según la factura")
    way.press(way.page.get_by_role("button", name=save))
    expect(way.page.get_by_text("Escriba un importe, por ejemplo 4,20.")).to_be_visible()
    expect(story(way.page).get_by_label("Nota")).to_have_value("Según la factura")
    way.fill(charge, "4,20")
    way.press(way.page.get_by_role("button", name=save))
    expect(way.page.locator("#outcome .money")).to_contain_text(re.compile("Cobrado: 4,20 USD.*corregido"))
    expect(story(way.page)).to_contain_text("cobro real 4,20 USD · «Según la factura»")


def test_the_journal_is_filtered_by_number_kind_and_outcome(way: Way, stage: Stage) -> None:
    phone = of_a_rent(way, stage)
    way.page.goto("/operations/")
    rows = way.page.locator(".journal:not(.sums) tbody tr")
    filters = way.page.get_by_role("search", name="Filtrar las operaciones")
    way.fill(filters.get_by_label("Número"), phone)
    way.choose(filters.get_by_label("Operación"), "create")
    way.press(filters.get_by_role("button", name="Filtrar"))
    expect(way.page).to_have_url(re.compile("kind=create"))
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(phone)
    way.choose(filters.get_by_label("Resultado"), "refused")
    way.press(filters.get_by_role("button", name="Filtrar"))
    expect(way.page.get_by_text("Ninguna operación coincide con el filtro.")).to_be_visible()
    way.press(filters.get_by_role("link", name="Quitar filtro"))
    expect(rows.filter(has_text=phone)).to_have_count(1)
    expect(filters.get_by_label("Número")).to_have_value("")


@pytest.mark.parametrize("way", ["mouse", "plain"], indirect=True)
def test_a_filter_that_cannot_be_is_explained_and_stays_as_it_was(way: Way) -> None:
    way.page.goto("/operations/")
    way.fill(way.page.get_by_label("Desde"), "2026-05-02")
    way.fill(way.page.get_by_label("Hasta", exact=True), "2026-05-01")
    way.press(way.page.get_by_role("button", name="Filtrar"))
    expect(way.page.get_by_role("alert")).to_contain_text("«Hasta» no puede ser anterior a «Desde».")
    expect(way.page.get_by_label("Desde")).to_have_value("2026-05-02")
    expect(way.page.get_by_text("Para descargar, corrija el filtro.")).to_be_visible()
