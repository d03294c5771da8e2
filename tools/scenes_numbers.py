"""Scenes of numbers with people: held, labelled, taken by somebody else, and the form for label and note."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tools.still import Still, ago

Show = Callable[[Page, Still], None]
PAGE = "/?country=ES&period=month-1&service=opt20"
NOTE = "Registrado con la cuenta de la tienda de Valencia.\nAntes de prolongarlo, pregunte a Marta."


def person(still: Still, name: str) -> int:
    return int(still.sql("select id from rentals_person where username=?", name)[0][0])


def people(still: Still) -> None:
    """Names as people have them."""
    still.update("person", "username='operador'", first_name="Ana", last_name="Ruiz Ortega")
    still.update("person", "username='demo'", first_name="Diego", last_name="Molina")


def of_service(code: str) -> str:
    return f"id=(select number_id from rentals_order where listed and service='{code}' order by vendor_id)"


def held(still: Still) -> None:
    """One number is the viewer's own, one a colleague's; a third is labelled and free."""
    people(still)
    own = {"holder_id": person(still, "demo"), "held_at": ago(40)}
    theirs = {"holder_id": person(still, "operador"), "held_at": ago(2 * 3600)}
    still.update("number", of_service("opt29"), label="Soporte técnico", **own)
    still.update("number", of_service("opt20"), label="Tienda de Valencia", note=NOTE, **theirs)
    still.update("number", of_service("opt1"), label="Pruebas", note="Libre desde mayo.")


def many_held(still: Still) -> None:
    still.crowd(200)
    people(still)
    for rest, name in enumerate(("demo", "operador", "observador")):
        still.update("number", f"id % 5 = {rest}", holder_id=person(still, name), held_at=ago(600 * rest))
    still.update("number", "id % 3 = 0", label="Tienda de Valencia")
    still.update("number", "id % 7 = 0", label="Campaña de otoño, clientes del norte", note=NOTE)


def long_names(still: Still) -> None:
    """As long as the fields allow, with and without places to break."""
    held(still)
    still.update("person", "username='operador'", first_name="María de los Ángeles " * 3, last_name="F" * 60)
    still.update(
        "number",
        of_service("opt20"),
        label="Etiqueta de sesenta letras para probar todo el ancho " + "x" * 11,
    )
    still.update("number", of_service("opt29"), label="L" * 60, note="N" * 500)


def at(address: str, arrange: Callable[[Still], None] = held) -> Show:
    def show(page: Page, still: Still) -> None:
        arrange(still)
        page.goto(address)

    return show


def _row(page: Page, words: str) -> Locator:
    return page.locator(".row", has_text=words).first


def refused(page: Page, still: Still) -> None:
    """A colleague was quicker: the page did not know it yet."""
    people(still)
    page.goto(PAGE)
    taken = {"holder_id": person(still, "operador"), "held_at": ago(3)}
    still.update("number", of_service("opt20"), **taken)
    _row(page, "WhatsApp").get_by_role("button", name="Tomar").click()
    expect(_row(page, "WhatsApp").get_by_role("alert")).to_contain_text("Ya lo usa Ana")


def refused_without_script(page: Page, still: Still) -> None:
    people(still)
    page.goto(PAGE)
    still.update("number", of_service("opt20"), holder_id=person(still, "operador"), held_at=ago(3))
    _row(page, "WhatsApp").get_by_role("button", name="Tomar").click()
    expect(page.get_by_role("alert")).to_contain_text("Ya lo usa Ana")


def own(page: Page, still: Still) -> None:
    held(still)
    page.goto(PAGE)
    page.get_by_role("link", name="los que uso yo").click()
    expect(page.locator("#summary")).to_contain_text("1 de ")


def opened(button: str, arrange: Callable[[Still], None] = held) -> Show:
    """What a button of the WhatsApp row opens under it."""

    def show(page: Page, still: Still) -> None:
        arrange(still)
        page.goto(PAGE)
        order = still.order("service='opt20'")
        page.locator(f"#order-{order}").get_by_role("button", name=button).click()
        expect(page.locator(".panel").first).to_be_visible()

    return show


def form(arrange: Callable[[Still], None] = held) -> Show:
    def show(page: Page, still: Still) -> None:
        opened("Más", arrange)(page, still)
        page.locator(".more-panel").get_by_role("button", name="Etiqueta y nota").click()
        expect(page.get_by_role("dialog").get_by_label("Etiqueta")).to_be_visible()

    return show


def form_refused(page: Page, still: Still) -> None:
    form()(page, still)
    label = page.get_by_role("dialog").get_by_label("Etiqueta")
    label.evaluate("field => field.removeAttribute('maxlength')")
    label.fill("x" * 61)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("dialog")).to_contain_text("60 caracteres como máximo.")


def form_overtaken(page: Page, still: Still) -> None:
    form()(page, still)
    page.get_by_role("dialog").get_by_label("Etiqueta").fill("Tienda de Castellón")
    still.update("number", of_service("opt20"), label="Tienda de Alicante")
    (number,) = still.sql(f"select id from rentals_number where {of_service('opt20')}")[0]
    told = {"person_id": person(still, "operador"), "number_id": number, "kind": "labelled"}
    still.insert("auditentry", at=ago(20), detail="{}", **told)
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("dialog")).to_contain_text("mientras usted escribía")


def archived(still: Still) -> None:
    people(still)
    some = "id in (select number_id from rentals_rental order by sorted_at desc limit 4)"
    still.update("number", some, label="Tienda de Valencia", note=NOTE)
    still.update("number", f"{some} and id % 2 = 0", holder_id=person(still, "operador"), held_at=ago(9999))


SCENES: list[tuple[str, Show, str]] = [
    ("held", at(PAGE), "demo"),
    ("held-operator", at(PAGE), "operador"),
    ("held-observer", at(PAGE), "observador"),
    ("held-long", at(PAGE, long_names), "demo"),
    ("held-own", own, "demo"),
    ("held-refused", refused, "demo"),
    ("held-more", opened("Más"), "demo"),
    ("held-more-long", opened("Más", long_names), "demo"),
    ("held-sms", opened("SMS"), "demo"),
    ("held-sms-own", opened("SMS"), "operador"),
    ("held-sms-long", opened("SMS", long_names), "demo"),
    ("held-archive", at("/archive/", archived), "demo"),
    ("label", form(), "demo"),
    ("label-long", form(long_names), "demo"),
    ("label-refused", form_refused, "demo"),
    ("label-overtaken", form_overtaken, "demo"),
]
