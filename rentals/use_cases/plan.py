"""What an intent needs before it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rentals.models import Order


@dataclass(frozen=True)
class Plan:
    """Its targets, which it locks; its quote (USD); the order it acts on.

    `after` marks the last success on the targets that the person knew of; None when what the form showed tells it.
    """

    targets: list[str]
    quote: Decimal | None = None
    order: Order | None = None
    after: str | None = None
