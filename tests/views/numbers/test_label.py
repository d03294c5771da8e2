"""`/numbers/<pk>/label/`: what the team writes on a number."""

import json

import pytest

from rentals.models import AuditEntry, Number
from rentals.use_cases.numbers import describe, mark


@pytest.fixture
def address(inactive):
    return f"/numbers/{inactive.number_id}/label/"


@pytest.fixture
def number(inactive):
    describe_it = {"label": "Tienda", "note": "Una\nnota"}
    Number.objects.filter(pk=inactive.number_id).update(**describe_it)
    return Number.objects.get(pk=inactive.number_id)


def written(number):
    found = Number.objects.get(pk=number.pk)
    return found.label, found.note


def said(answer):
    return " ".join(answer.content.decode().split())


def test_the_form_shows_what_is_written(as_operator, number, address):
    page = as_operator.get(address).content.decode()
    assert 'name="label" maxlength="60" value="Tienda"' in page
    assert ">\nUna\nnota</textarea>" in page
    assert f'name="seen" value="{mark(number)}"' in page
    assert "<html" in page


def test_in_a_dialog_it_is_the_form_alone(as_operator, number, address, htmx):
    assert as_operator.get(address, headers=htmx).content.decode().strip().startswith("<form")


def test_it_is_saved_and_leads_back_to_the_row(as_operator, inactive, number, address):
    sent = {"label": "  Otra   tienda ", "note": " Dos\r\nlíneas ", "seen": mark(number)}
    answer = as_operator.post(address, sent)
    assert (answer.status_code, answer["Location"]) == (303, f"/#order-{inactive.vendor_id}")
    assert written(number) == ("Otra tienda", "Dos\nlíneas")


def test_saved_in_a_dialog_it_closes_it_and_has_the_table_refreshed(as_operator, number, address, htmx):
    answer = as_operator.post(address, {"label": "x", "note": "", "seen": mark(number)}, headers=htmx)
    assert (answer.status_code, answer.content) == (204, b"")
    assert set(json.loads(answer["HX-Trigger"])) == {"dialog:done", "mirror:refresh"}


def test_both_may_be_emptied(as_operator, number, address):
    as_operator.post(address, {"seen": mark(number)})
    assert written(number) == ("", "")


@pytest.mark.parametrize(("field", "longest"), [("label", 60), ("note", 500)])
def test_as_much_as_fits_and_no_more(as_operator, number, address, field, longest):
    sent = {"label": "a", "note": "b", "seen": mark(number)}
    answer = as_operator.post(address, {**sent, field: "ñ" * (longest + 1)})
    assert (answer.status_code, written(number)) == (422, ("Tienda", "Una\nnota"))
    assert f"{longest} caracteres como máximo." in said(answer)
    assert f'id="label-{field}-error"' in said(answer)
    assert "ñ" * (longest + 1) in said(answer)
    assert as_operator.post(address, {**sent, field: "ñ" * longest}).status_code == 303


def test_a_line_counts_as_the_browser_counts_it(as_operator, number, address):
    note = "\r\n".join(["x" * 49] * 10) + "y"
    assert as_operator.post(address, {"note": note, "seen": mark(number)}).status_code == 303
    assert len(written(number)[1]) == 500


def test_what_was_written_meanwhile_is_shown_and_what_was_typed_is_kept(
    as_operator, make_person, number, address, htmx
):
    shown = mark(number)
    describe(make_person("berta", "operator"), number, "De Berta", "", shown)
    answer = as_operator.post(address, {"label": "De Ana", "note": "Mía", "seen": shown}, headers=htmx)
    assert (answer.status_code, written(number)) == (409, ("De Berta", ""))
    page = said(answer)
    assert "<bdi>berta</bdi> las cambió mientras usted escribía" in page
    assert "<bdi>De Berta</bdi>" in page
    assert 'value="De Ana"' in page
    assert ">Mía</textarea>" in page.replace("> Mía", ">Mía")


def test_saved_again_after_it_was_said_it_replaces_theirs(as_operator, make_person, number, address):
    shown = mark(number)
    describe(make_person("berta", "operator"), number, "De Berta", "", shown)
    told = as_operator.post(address, {"label": "De Ana", "seen": shown}).context["writing"].seen
    assert as_operator.post(address, {"label": "De Ana", "seen": told}).status_code == 303
    assert written(number) == ("De Ana", "")


def test_a_wrong_field_does_not_make_it_forget_what_it_showed(as_operator, make_person, number, address):
    shown = mark(number)
    describe(make_person("berta", "operator"), number, "De Berta", "", shown)
    told = as_operator.post(address, {"label": "x" * 61, "seen": shown}).context["writing"].seen
    assert told == shown


def test_what_people_write_is_escaped(as_operator, inactive, number, address):
    as_operator.post(address, {"label": "<i>x</i>", "note": "</textarea><i>y", "seen": mark(number)})
    of_it = f"/orders/{inactive.vendor_id}"
    for place in (address, "/", f"{of_it}/row/", f"{of_it}/more/", f"{of_it}/sms/"):
        page = as_operator.get(place).content.decode()
        assert "&lt;i&gt;x" in page, place
        assert "<i>x" not in page, place
        assert "<i>y" not in page, place


def test_an_observer_gets_403_and_nothing_changes(as_observer, number, address):
    assert as_observer.get(address).status_code == 403
    assert as_observer.post(address, {"label": "x", "seen": mark(number)}).status_code == 403
    assert written(number) == ("Tienda", "Una\nnota")


@pytest.mark.parametrize("field", ["label", "note", "seen"])
def test_a_null_character_is_refused(as_operator, number, address, field):
    sent = {"label": "a", "note": "b", "seen": mark(number), field: "a\x00b"}
    assert as_operator.post(address, sent).status_code == 422
    assert written(number) == ("Tienda", "Una\nnota")


def test_twice_is_once(as_operator, number, address):
    sent = {"label": "a", "note": "b", "seen": mark(number)}
    assert [as_operator.post(address, sent).status_code for _ in range(2)] == [303, 303]
    assert AuditEntry.objects.filter(kind="labelled").count() == 1


def test_nothing_but_label_and_note_can_be_set_by_hand(as_operator, administrator, number, address):
    before = Number.objects.filter(pk=number.pk).values().get()
    sent = {"label": "a", "note": "b", "seen": mark(number), "holder": administrator.pk, "e164": "+1"}
    as_operator.post(address, {**sent, "person": administrator.pk, "number": 1})
    assert Number.objects.filter(pk=number.pk).values().get() == {**before, "label": "a", "note": "b"}


def test_wrong_method(as_operator, number, address):
    assert as_operator.put(address).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, number, address):
    assert client.post(address, {"label": "x", "seen": mark(number)}).status_code == 302
    assert written(number) == ("Tienda", "Una\nnota")


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x"])
def test_a_number_that_does_not_exist_is_not_found(as_operator, synced, pk):
    assert as_operator.get(f"/numbers/{pk}/label/").status_code == 404
