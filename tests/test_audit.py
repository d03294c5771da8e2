import pytest
from django.db import IntegrityError, transaction

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import client_address, note


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
