"""A settled operation is never changed or deleted, by anything; corrections are entries of their own."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from rentals.models import Correction, Operation, OperationTarget
from rentals.models.operations import State
from rentals.use_cases.correcting import correct
from rentals.use_cases.refusals import NotDecided
from tests.conftest import record, rent


@pytest.fixture
def settled(synced, operator):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    return operation


def refuses(change):
    with pytest.raises(DatabaseError, match="settled operation"), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "failed"),
        ("quote", Decimal("0.01")),
        ("charge", Decimal("0.01")),
        ("charge", None),
        ("parameters", {"country": "FR"}),
        ("shown", {}),
        ("settled_note", "otra cosa"),
        ("person_id", None),
        ("settled_at", None),
        ("balance_after", None),
        ("order_id", None),
        ("kind", "delete"),
        ("waits_for_person", "order_left"),
        ("good_syncs", 9),
        ("unmeasured", True),
    ],
)
def test_no_field_of_it_can_be_changed(settled, administrator, name, value):
    value = administrator.pk if name == "person_id" else value
    refuses(lambda: Operation.objects.filter(pk=settled.pk).update(**{name: value}))


def test_it_cannot_be_deleted(settled):
    refuses(lambda: Operation.objects.filter(pk=settled.pk)._raw_delete("default"))


def test_what_it_was_about_stays_too(settled):
    targets = OperationTarget.objects.filter(operation=settled)
    refuses(lambda: targets.update(target="order:1"))
    refuses(lambda: targets.update(held=True))
    refuses(lambda: targets._raw_delete("default"))
    assert targets.update(held=False) == 1


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["operation", "auditentry"])
def test_no_command_empties_its_table(settled, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE rentals_{table} ENABLE TRIGGER record_not_emptied")
        with pytest.raises(DatabaseError, match="is not emptied"):
            cursor.execute(f"TRUNCATE rentals_{table} CASCADE")


def test_it_cannot_be_saved_over(settled):
    settled.vendor_message = "rewritten"
    refuses(settled.save)


def test_a_charge_that_was_not_known_yet_is_filled_in_once(settled, operator, synced):
    later = Operation.objects.create(
        kind="create", state=State.SUCCEEDED, person=operator, recorded_at=timezone.now(), parameters={}
    )
    Operation.objects.filter(pk=later.pk).update(charge=Decimal("4.20"))
    refuses(lambda: Operation.objects.filter(pk=later.pk).update(charge=Decimal("4.30")))


def test_an_open_one_goes_on(synced, operator):
    operation = record(rent(operator, synced), operator)
    Operation.objects.filter(pk=operation.pk).update(reason="x")
    operation.refresh_from_db()
    assert operation.reason == "x"


def test_an_administrator_adds_a_correction_that_names_it(settled, administrator):
    added = correct(administrator, settled, "El extracto dice otra cosa", Decimal("4.30"))
    assert (added.operation, added.person, added.charge) == (settled, administrator, Decimal("4.30"))


def test_a_correction_stays_too(settled, administrator):
    added = correct(administrator, settled, "x")
    refuses(lambda: Correction.objects.filter(pk=added.pk).update(note="y"))
    refuses(lambda: Correction.objects.filter(pk=added.pk)._raw_delete("default"))


@pytest.mark.parametrize(
    ("who", "note", "code"), [("operator", "x", "forbidden"), ("administrator", " ", "note_missing")]
)
def test_nobody_else_corrects_and_nobody_without_a_reason(settled, request, who, note, code):
    with pytest.raises(NotDecided) as refusal:
        correct(request.getfixturevalue(who), settled, note)
    assert refusal.value.code == code
    assert not Correction.objects.exists()


def test_what_is_still_open_is_not_corrected(synced, operator, administrator):
    operation = record(rent(operator, synced), operator)
    with pytest.raises(NotDecided) as refusal:
        correct(administrator, operation, "x")
    assert refusal.value.code == "not_settled"
