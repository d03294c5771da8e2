"""The vendor's known ways of saying no."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class RefusalCode(StrEnum):
    """A refusal we recognise. The first ten are the seed's list for restore_user [doc]."""

    NO_AVAIL_DAYS = "noavaildays"
    NOT_OWNER = "notowner"
    NO_REMOTE_DATA = "noremotedata"
    NO_ORDER_COUNTRY = "noordercountry"
    DATE_DIFF_INVERT = "datediffinvert"
    NO_SERVICE_DATA = "noservicedata"
    NO_BALANCE = "nobalance"
    NOT_YOUR_ORDER = "not_your_order"
    SERVICE_NOT_FOUND = "service_not_found"
    BALANCE_NOT_ENOUGH = "balance_not_enough"
    NO_NUMBER = "no_number"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    BAD_DURATION = "bad_duration"
    INVALID_KEY = "invalid_key"
    ORDER_NOT_FOUND = "order_not_found"
    INCORRECT_ORDER = "incorrect_order"
    INCORRECT_METHOD = "incorrect_method"
    BANNED = "banned"
    TOO_MANY_REQUESTS = "too_many_requests"


# Whether `msg` holds the code, the sentence or "CODE: sentence" is not documented, so all three are looked
# for. The order matters: codes, then whole sentences, then fragments that could sit inside another sentence.
_FRAGMENTS: Final[tuple[tuple[RefusalCode, tuple[str, ...]], ...]] = (
    (RefusalCode.NO_AVAIL_DAYS, ("noavaildays", "not enough working days", "automatically restoring")),
    (RefusalCode.NOT_OWNER, ("notowner",)),
    (RefusalCode.NO_REMOTE_DATA, ("noremotedata", "information about your order in archive")),
    (RefusalCode.NO_ORDER_COUNTRY, ("noordercountry", "find all info about order")),
    (RefusalCode.DATE_DIFF_INVERT, ("datediffinvert", "order was not expired")),
    (RefusalCode.NO_SERVICE_DATA, ("noservicedata",)),
    (RefusalCode.NO_BALANCE, ("nobalance",)),
    (RefusalCode.NOT_YOUR_ORDER, ("had not this order", "order is not your")),
    (RefusalCode.SERVICE_NOT_FOUND, ("service not found", "load information about service")),
    (RefusalCode.BALANCE_NOT_ENOUGH, ("balance is not enough",)),
    (RefusalCode.INSUFFICIENT_BALANCE, ("insufficient balance", "insufficient funds", "not enough money")),
    (RefusalCode.TOO_MANY_REQUESTS, ("too many requests", "too_many_requests", "rate limit")),
    (RefusalCode.BAD_DURATION, ("incorrect duration", "min 7 days", "max 90 days")),
    (RefusalCode.INVALID_KEY, ("api key", "apikey", "api_key", "invalid key", "bad_key", "unauthorized")),
    (RefusalCode.ORDER_NOT_FOUND, ("order not found",)),
    (RefusalCode.INCORRECT_ORDER, ("incorrect order",)),
    (RefusalCode.INCORRECT_METHOD, ("incorrect method",)),
    (RefusalCode.BANNED, ("banned",)),
    (RefusalCode.NO_NUMBER, ("no number", "not available", "out of stock", "no stock")),
)


def classify(message: str) -> RefusalCode | None:
    """The refusal that the vendor's words mean, or None for words not known."""
    words = " ".join(message.casefold().split())
    for code, fragments in _FRAGMENTS:
        if any(fragment in words for fragment in fragments):
            return code
    return None
