"""Counts failed log-ins: 20 an hour from an address, 10 of them at one account. And what passkeys are asked.

Nothing is counted per account alone, so nobody can lock somebody at another address out. The counts lie in the cache,
which all processes share.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from rentals.views import errors

_APP = "rentals"
_ACTION = "sign_in"
# The narrower one first: what it refuses is not counted against the address.
RATES = {_ACTION: "10/h/key,20/h/ip"}
OF_NOBODY = {_ACTION: "20/h/ip"}
"""While it is not known whose account it would be: an empty name is no account, and all would share it."""
_QUESTION = "question"
QUESTIONS = {_QUESTION: "60/h/ip"}
"""Each makes a session for a stranger. A person presses the button a few times; a whole office shares an address."""


@dataclass(frozen=True)
class Attempt:
    """One try that counts as failed until it is given back."""

    usage: ratelimit.RateLimitUsage

    def give_back(self) -> None:
        """It was right. What failed before stays counted, or a right log-in now and then would make guessing free."""
        self.usage.rollback()


def begin(request: HttpRequest, account: str | None) -> Attempt:
    """Before a password, a code or a passkey is looked at. Answers at once with 429 when too many have failed.

    `account` is None where nobody has said whose it would be: then only the address counts.
    """
    key = f"{ratelimit.get_ip(request)} {(account or '').casefold()}"
    return Attempt(_consume(request, _ACTION, OF_NOBODY if account is None else RATES, key))


def ask(request: HttpRequest) -> None:
    """Before a stranger's passkey is asked something. Answers at once with 429 when it was asked too often."""
    _consume(request, _QUESTION, QUESTIONS, "")


def _consume(request: HttpRequest, action: str, rates: dict[str, str], key: str) -> ratelimit.RateLimitUsage:
    usage = ratelimit.consume(request, app=_APP, action=action, config=rates, key=key, limit_get=True)
    if usage is None:
        raise ImmediateHttpResponse(errors.too_many(request, _wait(request, action, rates, key)))
    return usage


def _wait(request: HttpRequest, action: str, rates: dict[str, str], key: str) -> float:
    """Seconds until the oldest of whichever count is full is an hour old."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app=_APP, action=action, config=rates):
        name = ratelimit.get_cache_key(request, app=_APP, action=action, rate=rate, key=key)
        failures = cache.get(name, [])
        if len(failures) >= rate.amount:
            waits.append(failures[-1] + rate.duration - time.time())
    return max(waits)
