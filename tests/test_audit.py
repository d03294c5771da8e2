import pytest
from django.db import IntegrityError, transaction

from rentals.models import AuditEntry, Operation
from rentals.models.audit import AuditKind
from rentals.models.operations import State
from rentals.use_cases.audit import client_address, note
from rentals.use_cases.correcting import correct
from rentals.use_cases.refusals import NotDecided, NotRecorded
from rentals.use_cases.settling import decide
from tests.conftest import record, rent


def test_an_entry_says_who_when_from_where_and_what(administrator, operator):
    token = client_address.set("192.0.2.7")
    entry = note(AuditKind.ROLE_CHANGED, administrator, about=operator, was="observer", now="operator")
    client_address.reset(token)
    entry.refresh_from_db()
    assert (entry.person, entry.about, entry.address) == (administrator, operator, "192.0.2.7")
    assert entry.detail == {"was": "observer", "now": "operator"}


def test_the_database_refuses_to_change_an_entry(administrator):
    note(AuditKind.SIGN_IN, administrator)
    with pytest.raises(IntegrityError, match="the audit"), transaction.atomic():
        AuditEntry.objects.update(person=None)


def test_the_database_refuses_to_delete_an_entry(administrator):
    note(AuditKind.SIGN_IN, administrator)
    with pytest.raises(IntegrityError, match="the audit"), transaction.atomic():
        AuditEntry.objects.all().delete()


def told() -> list[tuple[str, str, int | None]]:
    entries = AuditEntry.objects.order_by("pk").select_related("person")
    return [(entry.kind, entry.person.username, entry.operation_id) for entry in entries if entry.person]


def test_an_operation_is_told_once_however_often_it_is_confirmed(operator, synced):
    confirmation, another = rent(operator, synced), rent(operator, synced)
    operation = record(confirmation, operator)
    assert record(confirmation, operator) == operation
    with pytest.raises(NotRecorded):
        record(another, operator)
    assert told() == [("operation", "ana", operation.pk)]


def test_what_a_person_decides_and_corrects_is_told_and_what_is_refused_is_not(
    operator, administrator, synced
):
    operation = record(rent(operator, synced), operator)
    undecided = {"state": State.UNKNOWN, "waits_for_person": "balance_moved"}
    Operation.objects.filter(pk=operation.pk).update(**undecided)
    operation.refresh_from_db()
    decide(administrator, operation, "mirado", executed=False)
    correct(administrator, operation, "el extracto dice otra cosa")
    with pytest.raises(NotDecided):
        decide(administrator, operation, "otra vez", executed=True)
    with pytest.raises(NotDecided):
        correct(operator, operation, "x")
    assert [entry[:2] for entry in told()[1:]] == [("decided", "adela"), ("corrected", "adela")]
