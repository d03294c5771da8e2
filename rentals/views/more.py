"""What "Más" shows of a number: facts that are seldom wanted."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from rentals import phones
from rentals.models import Number
from rentals.queries import rules
from rentals.queries.numbers import said_of
from rentals.queries.orders import OrderRow
from rentals.use_cases.refusals import WORDS
from rentals.views.outcomes import busy_words


@dataclass(frozen=True)
class More:
    row: OrderRow
    may_spend: bool
    may_hold: bool

    @property
    def national(self) -> str:
        """The number without its country code, as forms want it that ask for the country apart: no zero before it."""
        code, _, rest = phones.display(self.number.e164).partition(" ") if self.number else ("", "", "")
        return rest if code.startswith("+") and rest else self.row.order.national

    @property
    def number(self) -> Number | None:
        return self.row.order.number

    @property
    def add_not(self) -> str:
        """Why no service can be added now; empty when one can."""
        word = rules.against_adding(self.row.order, self.row.vendor_now)
        return self.delete_not or (str(WORDS[word]) if word else "")

    @property
    def delete_not(self) -> str:
        """Why it cannot be deleted now; empty when it can."""
        if self.row.ahead is not None:
            return busy_words(self.row.ahead)
        return "" if self.row.order.listed else str(WORDS["order_gone"])

    @property
    def v(self) -> str:
        """Changes when any of the facts does."""
        order = self.row.order
        facts = (self.national, order.operator, order.last_online, order.needs_replace, order.first_seen_at)
        able = (self.may_spend, self.may_hold, self.add_not, self.delete_not, order.origin_id)
        return hashlib.blake2s(
            repr((facts, said_of(self.row.order.number), able)).encode(), digest_size=6
        ).hexdigest()
