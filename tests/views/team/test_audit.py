"""`/team/audit/`: one sentence an entry, found by filters, and the same as a file."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rentals.models import AuditEntry, Number, Operation, Person
from rentals.models.audit import AuditKind
from rentals.queries.journal import team_zone
from rentals.use_cases.audit import note
from tests.conftest import record, rent

AUDIT = "/team/audit/"


@pytest.fixture
def number(singletons):
    return Number.objects.create(e164="+34600112233", first_seen_at=timezone.now())


@pytest.fixture
def noted(administrator, operator, number):
    note(AuditKind.ROLE_CHANGED, administrator, about=operator, was="observer", now="operator")
    note(AuditKind.TAKEN, operator, number=number)


def sentences(answer):
    return [one.words for one in answer.context["told"]]


def test_it_tells_what_happened_the_newest_first(as_administrator, noted):
    assert sentences(as_administrator.get(AUDIT)) == [
        "ana tomó +34 600 11 22 33",
        "adela cambió el rol de ana: Observador → Operador",
    ]


def test_who_takes_anothers_name_is_told_by_user_name_everywhere(as_administrator, operator, noted):
    Person.objects.filter(pk=operator.pk).update(first_name="adela")
    page = as_administrator.get(AUDIT)
    words = sentences(page)
    assert words[0] == "adela (ana) tomó +34 600 11 22 33"
    assert words[1].startswith("adela cambió el rol de adela (ana):")
    assert page.content.decode().count(">adela (ana)</option>") == 2
    assert sentences(as_administrator.get(f"/team/{operator.pk}/")) == words
    told = json.loads(as_administrator.get(f"{AUDIT}export.json").content)
    columns = [(row["person"], row["about"], row["what"]) for row in told]
    assert columns == [("ana", "", words[0]), ("adela", "ana", words[1])]


def test_one_is_found_by_each_filter_and_by_no_other_value(as_administrator, noted):
    first, last = (entry.at.astimezone(team_zone()).date() for entry in AuditEntry.objects.order_by("at")[:2])
    later = last + timedelta(days=2)
    for asked, count in (
        ({"person": "ana"}, 1), ({"person": "nadie"}, 0),
        ({"kind": "role_changed"}, 1), ({"kind": "exported"}, 0),
        ({"about": "ana"}, 1), ({"about": "adela"}, 0),
        ({"number": "11 22 33"}, 1), ({"number": "999"}, 0), ({"number": "x"}, 0),
        ({"since": first.isoformat(), "until": last.isoformat()}, 2), ({"since": later.isoformat()}, 0),
    ):  # fmt: skip
        assert len(sentences(as_administrator.get(AUDIT, asked))) == count, asked


def test_an_operation_is_told_and_found_by_its_number(as_administrator, operator, synced):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    answer = as_administrator.get(AUDIT, {"number": operation.order.number.e164, "kind": "operation"})
    (words,) = sentences(answer)
    assert words.startswith("ana pidió: Alquilar: opt29 · España")
    assert f"/operations/{operation.key}/" in answer.content.decode()


def test_it_takes_as_many_questions_for_a_page_as_for_two_entries(as_administrator, operator, noted, number):
    def asked():
        with CaptureQueriesContext(connection) as made:
            assert as_administrator.get(AUDIT).status_code == 200
        return len(made)

    few = asked()
    for index in range(60):
        operation = Operation.objects.create(
            kind="delete", person=operator, recorded_at=timezone.now(), parameters={"order": str(index)}
        )
        note(AuditKind.OPERATION, operator, number=number, operation=operation)
    assert asked() == few


def test_fifty_stand_on_a_page(as_administrator, administrator):
    for _ in range(51):
        note(AuditKind.SIGN_OUT, administrator)
    first, second = (as_administrator.get(AUDIT, {"page": number}) for number in (1, 2))
    assert (len(sentences(first)), len(sentences(second))) == (50, 1)
    assert as_administrator.get(AUDIT, {"page": 3}).status_code == 404


@pytest.mark.parametrize(
    "asked",
    [{"since": "x"}, {"kind": "x"}, {"since": "2026-02-02", "until": "2026-02-01"}, {"until": "9999-12-31"}],
)
def test_a_filter_that_makes_no_sense_is_said_and_makes_no_file(as_administrator, noted, asked):
    answer = as_administrator.get(AUDIT, asked)
    assert (answer.status_code, 'id="f-error"' in answer.content.decode()) == (422, True)
    for kind in ("csv", "json"):
        file = as_administrator.get(f"{AUDIT}export.{kind}", asked)
        assert (file.status_code, file.get("Content-Disposition")) == (422, None)
    assert not AuditEntry.objects.filter(kind="exported").exists()


def test_the_file_holds_the_same_rows_as_the_filter(as_administrator, noted):
    answer = as_administrator.get(f"{AUDIT}export.csv", {"kind": "taken"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert (row["kind"], row["person"], row["what"]) == ("taken", "ana", "ana tomó +34 600 11 22 33")
    # A spreadsheet would take the plus of the number for a formula.
    assert row["number"] == "'+34600112233"
    (told,) = json.loads(as_administrator.get(f"{AUDIT}export.json", {"kind": "taken"}).content)
    assert told["number"] == "+34600112233"


def test_no_cell_becomes_a_formula(as_administrator, singletons):
    note(AuditKind.SIGN_IN_FAILED, None, name='=HYPERLINK("http://x")')
    note(AuditKind.INVITED, None, name="x\n=1+1", role="observer")
    content = as_administrator.get(f"{AUDIT}export.csv").content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, "")):
        assert not any(line.startswith(tuple("=+-@")) for cell in row for line in cell.splitlines())


def test_an_export_is_itself_told(as_administrator, as_observer, noted):
    as_administrator.get(f"{AUDIT}export.csv", {"person": "ana", "x": "y" * 900})
    as_observer.get("/operations/export.json")
    told = AuditEntry.objects.filter(kind="exported").order_by("pk")
    assert [entry.person.username for entry in told] == ["adela", "olga"]
    assert told[0].detail == {"what": "audit", "format": "csv", "rows": 1, "filter": {"person": "ana"}}


def test_what_strangers_wrote_is_escaped(as_administrator, singletons):
    note(AuditKind.SIGN_IN_FAILED, None, name="<script>x</script>")
    assert "<script>x" not in as_administrator.get(AUDIT).content.decode()


def test_who_may_not_sees_nothing(as_operator, as_observer, client, noted):
    for path in (AUDIT, f"{AUDIT}export.csv"):
        for person in (as_operator, as_observer):
            assert person.get(path).status_code == 403
        assert client.get(path).status_code == 302


def test_wrong_method_and_unknown_kind(as_administrator, noted):
    assert as_administrator.post(AUDIT).status_code == 405
    assert as_administrator.get(f"{AUDIT}export.exe").status_code == 404


def test_an_empty_one_says_what_it_is_for(as_administrator):
    assert "No se puede cambiar ni borrar" in as_administrator.get(AUDIT).content.decode()
