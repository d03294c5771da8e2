"""An administrator in front of the team's pages."""

from __future__ import annotations

import pytest
from django.test import Client

from rentals.models import AuditEntry, Person
from tests.views.conftest import just_signed_in, signed_in


@pytest.fixture
def as_administrator(administrator: Person) -> Client:
    return just_signed_in(signed_in(administrator), administrator)


def kinds() -> list[str]:
    """What the audit says has happened, oldest first."""
    return list(AuditEntry.objects.order_by("pk").values_list("kind", flat=True))
