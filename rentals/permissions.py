"""One table: what each role may do. Checked in the view's first line and again in the use case."""

from __future__ import annotations

from enum import StrEnum

from rentals.models.people import Person, Role


class Verb(StrEnum):
    READ = "read"
    SPEND = "spend"
    """Rent, activate, and every other operation."""
    HOLD = "hold"
    """Take and release numbers, label them and write notes on them."""
    SETTLE = "settle"
    """Decide what became of an operation that evidence cannot settle; add a correction to the record."""
    TEAM = "team"
    """People, roles, budgets, the security of the team, the audit."""


ROLE_VERBS: dict[str, frozenset[Verb]] = {
    Role.OBSERVER: frozenset({Verb.READ}),
    Role.OPERATOR: frozenset({Verb.READ, Verb.SPEND, Verb.HOLD}),
    Role.ADMINISTRATOR: frozenset(Verb),
}


def may(person: Person, verb: Verb) -> bool:
    """Whether an active person's role includes the verb."""
    return person.is_active and verb in ROLE_VERBS.get(person.role, frozenset())
