"""A confirmation: what a person is about to do, signed, with the key that makes it happen at most once.

The address of a confirmation contains all of it, bound to the person. Nothing is written until it is confirmed; the
same address confirmed again leads to the first result; nobody can change a parameter without breaking the signature.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.core import signing

from rentals.models.people import Person

SALT = "rentals.confirmation"
VALID_FOR = 30 * 60
"""Seconds in which a confirmation may be used for the first time. Prices are checked again all the same."""
_ACTIONS = uuid.UUID("6d0c0b0e-6a0f-5c55-9d43-0d3a0f5b1f5a")


@dataclass(frozen=True)
class Confirmation:
    """`parameters` go to the vendor; `shown` is what the person saw (price, balance, state, until)."""

    key: uuid.UUID
    person_id: int
    kind: str
    parameters: dict[str, Any]
    shown: dict[str, Any]

    @property
    def token(self) -> str:
        content = [self.key.hex, self.person_id, self.kind, self.parameters, self.shown]
        return signing.dumps(content, salt=SALT, compress=True)


class BadConfirmation(Exception):
    """The address was damaged, made up, or issued by another secret."""


class StaleConfirmation(Exception):
    """Issued too long ago to be used for the first time. `confirmation` still names its key."""

    def __init__(self, confirmation: Confirmation) -> None:
        super().__init__("stale")
        self.confirmation = confirmation


def issue(person: Person, kind: str, parameters: dict[str, Any], shown: dict[str, Any]) -> Confirmation:
    """A new intent with a new key."""
    return Confirmation(uuid.uuid4(), person.pk, kind, parameters, shown)


def read(token: str) -> Confirmation:
    """Raises BadConfirmation or StaleConfirmation."""
    try:
        content = signing.loads(token, salt=SALT)
        key, person_id, kind, parameters, shown = content
        confirmation = Confirmation(uuid.UUID(key), int(person_id), str(kind), dict(parameters), dict(shown))
    except (signing.BadSignature, ValueError, TypeError):
        raise BadConfirmation from None
    try:
        signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise StaleConfirmation(confirmation) from None
    return confirmation


def for_action(person: Person, kind: str, order_id: str, state: int, attempts: int) -> Confirmation:
    """An action that needs no confirmation ("Activar"): the same button of the same row is the same key.

    `attempts` counts the operations on the order that have ended, so that a button pressed after a refusal is a new
    intent while a double click, a reload or a second tab is not.
    """
    key = uuid.uuid5(_ACTIONS, f"{kind}:{person.pk}:{order_id}:{state}:{attempts}")
    return Confirmation(key, person.pk, kind, {"order": order_id}, {"state": state, "attempts": attempts})
