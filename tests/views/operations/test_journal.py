"""`/operations/`: who did what, what became of it, and what it cost."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from rentals import phones
from rentals.models import Operation, Order
from rentals.models.operations import FailedHow, State
from rentals.queries.journal import team_zone
from rentals.views import exports
from rentals.views.exports import harmless
from rentals.views.outcomes import Outcome
from rentals.worker import spending
from tests.conftest import expiring_order, prolong, record, rent


def whats(answer):
    return [outcome.what for outcome in answer.context["outcomes"]]


@pytest.fixture
def done(operator, synced):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    return operation


def test_it_lists_the_last_operations(as_observer, operator, synced):
    record(rent(operator, synced), operator)
    page = as_observer.get("/operations/").content.decode()
    assert "Alquilar: opt29 · España · 1 semana" in page
    assert "ana" in page
    assert "Enviando…" in page


def test_a_rent_names_the_number_that_it_brought(as_observer, done):
    page = as_observer.get("/operations/").content.decode()
    assert f'<bdi class="digits">{phones.display(done.order.number.e164)}</bdi>' in page


def test_one_that_failed_says_why_and_that_it_cost_nothing(as_observer, operator, synced):
    record(rent(operator, synced), operator)
    Operation.objects.update(state=State.FAILED, failed_how=FailedHow.REFUSED, reason="no_number")
    page = as_observer.get("/operations/").content.decode()
    assert "No quedan números de este servicio" in page
    assert "0,00" in page


def test_one_is_found_by_its_number_person_kind_outcome_and_day(as_observer, done):
    today = done.recorded_at.astimezone(team_zone()).date().isoformat()
    tail = done.order.number.e164[-5:]
    for asked in (
        {"number": f"{tail[:2]} {tail[2:]}"},
        {"person": "ana"},
        {"kind": "create"},
        {"outcome": "done"},
        {"since": today, "until": today},
    ):
        assert len(whats(as_observer.get("/operations/", asked))) == 1, asked


def test_two_people_of_one_name_are_told_apart_in_the_filter_and_in_the_story(as_observer, operator, done):
    type(operator).objects.update(first_name="Ana", last_name="Ruiz")
    assert "Ana Ruiz (ana)</option>" in as_observer.get("/operations/").content.decode()
    assert "Ana Ruiz (ana)" in as_observer.get(f"/operations/{done.key}/").content.decode()


def test_a_prolongation_says_until_when_also_after_another_one(as_observer, operator, synced):
    order = expiring_order(synced)
    first = record(prolong(operator, order), operator)
    synced.run_until_idle()
    order.refresh_from_db()
    assert Outcome(Operation.objects.get(pk=first.pk)).until == order.until
    told = as_observer.get(f"/operations/{first.key}/").content.decode()
    assert "Ahora expira" in told
    Order.objects.filter(pk=order.pk).update(until=order.until + timedelta(days=7))
    assert (
        f'hasta <time datetime="{order.until:%Y-%m-%dT%H:%M}'
        in as_observer.get("/operations/").content.decode()
    )


def test_another_number_person_kind_outcome_or_day_leaves_nothing(as_observer, done):
    later = (timezone.localdate() + timedelta(days=2)).isoformat()
    for asked in (
        {"number": "000000"},
        {"person": "nadie"},
        {"kind": "delete"},
        {"outcome": "waiting"},
        {"since": later},
    ):
        answer = as_observer.get("/operations/", asked)
        assert whats(answer) == [], asked
        assert "Ninguna operación coincide" in answer.content.decode()


@pytest.mark.parametrize(
    "asked", [{"since": "x"}, {"kind": "x"}, {"since": "2026-02-02", "until": "2026-02-01"}]
)
def test_a_filter_that_makes_no_sense_is_said(as_observer, synced, asked):
    answer = as_observer.get("/operations/", asked)
    assert answer.status_code == 422
    assert 'id="f-error"' in answer.content.decode()


def test_what_was_charged_is_summed_by_month_and_person(as_observer, done):
    (row,) = as_observer.get("/operations/").context["spent"]
    assert (row.person, row.count, row.charged, row.unmeasured_count) == ("ana", 1, done.charge, 0)


def test_two_clicks_tell_whether_it_was_charged_twice(as_observer, done):
    found = as_observer.get("/operations/", {"number": done.order.number.e164}).content.decode()
    story = as_observer.get(f"/operations/{done.key}/").content.decode()
    assert f"/operations/{done.key}/" in found
    assert all(
        words in story for words in ("Enviada una vez", "Cobro medido", "saldo antes", "saldo después")
    )


def test_a_charge_that_is_not_the_price_stands_beside_it(as_observer, synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    sandbox.post("balance", {"amount": str(Decimal(sandbox.state()["balance"]) - 1)})
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.charge == operation.quote + 1
    price = f"{operation.quote:.2f}".replace(".", ",")
    assert f"precio {price}" in as_observer.get("/operations/").content.decode()
    story = as_observer.get(f"/operations/{operation.key}/").content.decode()
    assert f"(el precio mostrado era {price} USD)" in story


def test_what_is_being_measured_is_not_called_unmeasured(as_observer, synced, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    page = as_observer.get("/operations/").content.decode()
    assert ">midiendo<" in page


def test_where_no_charge_is_known_the_balances_are_told_all_the_same(as_observer, done, operator, synced):
    told = {"state": "succeeded", "unmeasured": True, "balance_before": 10, "balance_after": Decimal("1.5")}
    blind = Operation.objects.create(
        kind="create", person=operator, recorded_at=timezone.now(), sent_at=timezone.now(),
        parameters=done.parameters, shown={**done.shown, "price": "8.50"}, quote=Decimal(8), **told,
    )  # fmt: skip
    story = as_observer.get(f"/operations/{blind.key}/").content.decode()
    assert "saldo antes 10,00 USD" in story
    assert "saldo después 1,50 USD" in story
    assert "precio mostrado 8,50 USD" in story
    assert "precio al enviarla 8,00 USD" in story


def test_the_csv_holds_the_same_rows_as_the_filter(as_observer, done):
    answer = as_observer.get("/operations/export.csv", {"person": "ana"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["key"] for row in rows] == [str(done.key)]
    assert rows[0]["charge_usd"] == f"{done.charge:.4f}"
    assert as_observer.get("/operations/export.csv", {"person": "nadie"}).content.count(b"\r\n") == 1


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_a_file_that_would_be_cut_is_not_made(as_observer, done, operator, synced, monkeypatch, kind):
    monkeypatch.setattr("rentals.queries.journal.MOST_EXPORTED", 0)
    answer = as_observer.get(f"/operations/export.{kind}")
    assert answer.status_code == 422
    assert "Son demasiadas filas para un archivo" in answer.content.decode()


def test_the_json_says_the_same(as_observer, done):
    rows = json.loads(as_observer.get("/operations/export.json").content)
    assert rows[0]["key"] == str(done.key)


@pytest.mark.parametrize("asked", [{"kind": "zzz"}, {"since": "abc"}])
def test_an_export_with_a_filter_that_makes_no_sense_is_refused(as_observer, done, asked):
    for kind in ("csv", "json"):
        answer = as_observer.get(f"/operations/export.{kind}", asked)
        assert (answer.status_code, answer.get("Content-Disposition")) == (422, None)
        assert "El filtro no se entiende" in answer.content.decode()
    assert "/operations/export." not in as_observer.get("/operations/", asked).content.decode()


def test_harmless_words_stay_as_they_were():
    for text in ("No money - try again; later", "a, b; c", "x=1", "Alquilar: opt29 · España"):
        assert harmless(text) == text


@pytest.mark.parametrize("text", ["=1+1", "+34612", "-1", "@x", "\tx", "\rx", "|x", "%x"])
def test_no_cell_can_become_a_formula(text):
    assert harmless(text) == f"'{text}"


STRANGE = """x;=HYPERLINK(1)|x; =1+1|x,=1+1|x\n=1+1|x\r\n\t@x|x";"=1+1|x;"=1+1"|x;;+1| =1+1|\ufeff=1+1
|x;\u3000=1+1|\uff1d1+1|x;"|=1;=1"""


def cells(content, **dialect):
    return [cell for row in csv.reader(io.StringIO(content, ""), **dialect) for cell in row]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE])
def test_no_cell_begins_a_formula_after_a_semicolon(done, separator, quoting):
    for done.vendor_message in STRANGE.split("|"):
        content = exports.as_csv([exports.row(done)] * 2).decode("utf-8-sig")
        for cell in cells(content, delimiter=separator, quoting=quoting):
            assert not cell.strip(' "\ufeff\u3000\t').startswith(tuple("=+-@|%\uff1d")), done.vendor_message


def test_a_strangers_words_are_no_formula_in_the_file(as_observer, operator, synced):
    record(rent(operator, synced), operator)
    Operation.objects.update(state=State.FAILED, vendor_message='=HYPERLINK("http://x")')
    assert b"'=HYPERLINK" in as_observer.get("/operations/export.csv").content


def test_an_empty_one_says_what_it_is_for(as_operator, synced):
    assert "Todavía no hay operaciones" in as_operator.get("/operations/").content.decode()


def test_wrong_method(as_operator, synced):
    assert as_operator.post("/operations/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, synced):
    assert client.get("/operations/").status_code == 302


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        *((path, {"page": "0" * 7 + "1" + "9" * 20}, 404) for path in ("/operations/", "/archive/")),
        *(
            ("/operations/", {end: day}, 422)
            for end in ("since", "until")
            for day in ("0001-01-01", "9999-12-31")
        ),
        ("/operations/", {"until": "2999-12-31"}, 200),
        *((f"/operations/export.{kind}", {"until": "9999-12-31"}, 422) for kind in ("csv", "json")),
    ],
)
def test_a_page_or_day_beyond_all_bounds_is_no_failure(as_operator, synced, path, asked, status):
    page = as_operator.get(path, asked)
    assert page.status_code == status
    assert ("Elija un día entre los años 2000 y 2999." in page.content.decode()) == (status == 422)


@pytest.mark.parametrize("zone", ["UTC", "America/Mexico_City", "Asia/Tokyo"])
def test_a_month_is_the_teams_wherever_one_looks_at_it_from(as_observer, operator, synced, zone):
    done = {"state": State.SUCCEEDED, "kind": "create", "quote": 5, "charge": 5}
    asked = {"country": "ES", "service": "opt29", "unit": "week", "count": 1}
    moment = datetime(2026, 11, 15, 12, tzinfo=UTC)
    Operation.objects.create(person=operator, parameters=asked, recorded_at=moment, **done)
    as_observer.cookies["tz"] = zone
    page = as_observer.get("/operations/").content.decode()
    assert "noviembre 2026" in page
    assert "octubre 2026" not in page
