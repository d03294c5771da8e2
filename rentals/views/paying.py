"""What every confirmation says about money. Amounts in USD."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.utils import timezone

from rentals.confirmations import Confirmation
from rentals.models import Operation
from rentals.queries.mirror import Balance
from rentals.queries.operations import spent_since
from rentals.use_cases.refusals import NotRecorded
from rentals.use_cases.wants import FRESH_FOR_CONFIRMING
from rentals.views.allowance import Allowance


@dataclass(frozen=True)
class Paying:
    """`price` is what was shown, None when it costs nothing or is not known; `price_now` what the mirror says now,
    None while it does not know.
    """

    confirmation: Confirmation
    price: Decimal | None
    price_now: Decimal | None
    estimated: bool
    balance: Balance | None
    ahead: Operation | None
    done_meanwhile: Operation | None
    """The same was done after this confirmation was opened."""
    worker_alive: bool
    allowance: Allowance

    @cached_property
    def over(self) -> NotRecorded | None:
        """It would be refused now: it does not fit a limit, or nobody knows whether it does."""
        return self.allowance.against(self.price)

    @property
    def left_after(self) -> Decimal | None:
        if self.balance is None or self.price is None:
            return None
        return self.balance.amount - self.price

    @property
    def too_little(self) -> bool:
        return self.left_after is not None and self.left_after < 0

    @property
    def price_moved(self) -> bool:
        return self.price_now is not None and self.price_now != self.price

    @property
    def reading_balance(self) -> bool:
        """A fresh balance has been asked for and is on its way: the last is old, or something was spent since."""
        if self.balance is None or not self.worker_alive:
            return self.worker_alive
        old = timezone.now() - self.balance.read_at > FRESH_FOR_CONFIRMING
        return old or spent_since(self.balance.read_at)
