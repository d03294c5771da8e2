"""The SMS of a number as they are drawn: the code marked, ready to be copied."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rentals import codes
from rentals.models import Person, Sms
from rentals.models.orders import OrderState
from rentals.queries.mirror import worker_alive
from rentals.queries.numbers import said_of
from rentals.queries.orders import Messages, OrderRow, messages

MOST_SHOWN = 10
"""Messages of a group in an open panel; a table with a number of hundreds in it stays a table."""
LONG_LETTERS, LONG_LINES = 700, 12


@dataclass(frozen=True)
class Message:
    """A text cut at its code: `before`, `code`, `after`. Without a code all of it is in `before`."""

    id: int
    sender: str
    date: datetime | None
    before: str
    code: str
    after: str
    copied: str
    new: bool
    """This person has not had it on the screen before."""
    long: bool
    """It gets a window of its own to scroll in."""


@dataclass(frozen=True)
class Panel:
    """`shown_id` is the newest message that has been on the screen: what is newer is marked as new."""

    row: OrderRow
    person: Person
    messages: Messages
    worker_alive: bool
    shown_id: int = 0
    all: bool = False
    """Every message, however many; else the newest of each group."""

    @classmethod
    def of(cls, row: OrderRow, person: Person, shown_id: int = 0, *, all_of_them: bool = False) -> Panel:
        return cls(row, person, messages(row.order), worker_alive(), shown_id, all_of_them)

    @property
    def mine(self) -> bool:
        """Who looks holds the number."""
        return self.row.holder == self.person

    @cached_property
    def own(self) -> list[Message]:
        return self._drawn(self.messages.own)

    @cached_property
    def other(self) -> list[Message]:
        return self._drawn(self.messages.other)

    def _drawn(self, group: list[Sms]) -> list[Message]:
        return [_message(sms, self.shown_id) for sms in (group if self.all else group[:MOST_SHOWN])]

    @cached_property
    def newest_code(self) -> int:
        """The message whose code is the next thing to take; 0 when none has one."""
        return next((message.id for message in self.own if message.code), 0)

    @property
    def more(self) -> int:
        """How many there are in all, when not all are shown."""
        own, other = len(self.messages.own), len(self.messages.other)
        return own + other if max(own, other) > MOST_SHOWN and not self.all else 0

    @property
    def looking(self) -> bool:
        """Somebody waits for a look at the vendor's; without a worker nobody will make it."""
        return self.messages.looking and self.worker_alive

    @property
    def active(self) -> bool:
        return self.row.order.state == OrderState.ACTIVE

    @property
    def activating(self) -> bool:
        return self.row.order.state == OrderState.ACTIVATING

    @property
    def refresh_seconds(self) -> int:
        """How soon a page without script loads itself again; 0 when nothing is expected."""
        if self.looking:
            return 3
        return 10 if self.active or self.activating else 0

    @property
    def v(self) -> str:
        """Changes when the panel would look different, apart from ages that count by themselves."""
        told = self.messages
        shown = (told.last_id, len(told.own), len(told.other), told.good_at is None, told.reason, self.all)
        state = (self.looking, self.worker_alive, self.row.order.state, self.row.order.listed)
        return hashlib.blake2s(
            repr((shown, state, said_of(self.row.order.number))).encode(), digest_size=6
        ).hexdigest()


def _message(sms: Sms, shown_id: int) -> Message:
    code, new = codes.find(sms.text), sms.pk > shown_id
    long = len(sms.text) > LONG_LETTERS or sms.text.count("\n") > LONG_LINES
    text = sms.text.strip()
    if code is None:
        return Message(sms.pk, sms.sender, sms.date, text, "", "", "", new, long)
    before, after = sms.text[: code.start].lstrip(), sms.text[code.end :].rstrip()
    return Message(sms.pk, sms.sender, sms.date, before, code.shown, after, code.copied, new, long)
