"""Counts failed log-ins: 20 an hour from an address, 10 of them at one account.

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


@dataclass(frozen=True)
class Attempt:
    """One try that counts as failed until it is given back."""

    usage: ratelimit.RateLimitUsage

    def give_back(self) -> None:
        """It was right. What failed before stays counted, or a right log-in now and then would make guessing free."""
        self.usage.rollback()


def begin(request: HttpRequest, account: str) -> Attempt:
    """Before a password or a code is looked at. Answers at once with 429 when too many have failed."""
    key = f"{ratelimit.get_ip(request)} {account.casefold()}"
    usage = ratelimit.consume(request, app=_APP, action=_ACTION, config=RATES, key=key, limit_get=True)
    if usage is None:
        raise ImmediateHttpResponse(errors.too_many(request, _wait(request, key)))
    return Attempt(usage)


def _wait(request: HttpRequest, key: str) -> float:
    """Seconds until the oldest failure of whichever count is full is an hour old."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app=_APP, action=_ACTION, config=RATES):
        name = ratelimit.get_cache_key(request, app=_APP, action=_ACTION, rate=rate, key=key)
        failures = cache.get(name, [])
        if len(failures) >= rate.amount:
            waits.append(failures[-1] + rate.duration - time.time())
    return max(waits)
