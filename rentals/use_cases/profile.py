"""What people say of themselves."""

from __future__ import annotations

from django.db import transaction

from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.models.transitions import touch
from rentals.use_cases.audit import note

OWN = ("first_name", "last_name", "theme", "time_zone")


def change_profile(person: Person, **said: str) -> list[str]:
    """Writes the fields of OWN that are different now, and no others. Returns their names."""
    with transaction.atomic():
        now = Person.objects.select_for_update().get(pk=person.pk)
        changed = [name for name in OWN if name in said and said[name] != getattr(now, name)]
        if not changed:
            return []
        before = {name: getattr(now, name) for name in changed}
        for name in changed:
            setattr(now, name, said[name])
        now.save(update_fields=changed)
        if {"first_name", "last_name"} & set(changed):
            # The rows of the numbers that this person uses say the name.
            touch()
        note(AuditKind.PROFILE_CHANGED, now, was=before, now={name: said[name] for name in changed})
    return changed
