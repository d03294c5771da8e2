"""What the limits of a person and of the team leave to spend, as pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rentals.models import Person
from rentals.permissions import Verb, may
from rentals.queries.budgets import Budget, budgets_of
from rentals.use_cases.budget_words import what_is_left
from rentals.use_cases.budgets import against
from rentals.use_cases.refusals import NotRecorded


@dataclass(frozen=True)
class Allowance:
    """`budgets` are the limits that apply to whoever would pay: often none, and then nothing is said."""

    budgets: tuple[Budget, ...] = ()

    @classmethod
    def of(cls, person: Person) -> Allowance:
        return cls(budgets_of(person) if may(person, Verb.SPEND) else ())

    @property
    def lines(self) -> list[str]:
        return [what_is_left(budget) for budget in self.budgets]

    @property
    def left(self) -> Decimal | None:
        """USD, by the tightest of them."""
        return min((budget.left for budget in self.budgets if budget.left is not None), default=None)

    def against(self, price: Decimal | None) -> NotRecorded | None:
        """Why something paid would be refused now, if so. `price` None: it costs nobody knows what."""
        return against(self.budgets, price)
