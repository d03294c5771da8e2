"""The one line to the vendor: a call at a time, polite intervals, and what each answer tells of the vendor's clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from rentals.models import Mirror
from rentals.upstream import Refused, UpstreamConfig, config_from_settings
from rentals.upstream.reading import Answer, Reader

T = TypeVar("T")

SLOW_FOR = timedelta(minutes=5)
SLOW_FACTOR = 3.0
CLOCK_TOLERANCE = 1.5
"""Seconds. `Date` has whole seconds; smaller differences than this are noise and are not written."""


class Line:
    """Keeps `SMSPVA_MIN_INTERVAL` before a background call and `SMSPVA_PERSON_INTERVAL` before a person's.

    Both are counted in seconds of the wall from the end of the call before to the start of the next.
    """

    def __init__(self, config: UpstreamConfig | None = None) -> None:
        self.config = config or config_from_settings()
        self.reader = Reader(self.config)
        self._last_end = float("-inf")
        self._last_background_end = float("-inf")
        self._slow_until = 0.0
        self.plain_lists = False
        """The vendor has said that it knows no price list with operators."""

    def wait(self, *, urgent: bool) -> float:
        """Seconds until a call of this urgency may start; 0 when it may now."""
        now, factor = time.monotonic(), self._factor()
        ready = self._last_end + settings.SMSPVA_PERSON_INTERVAL * factor
        if not urgent:
            ready = max(ready, self._last_background_end + settings.SMSPVA_MIN_INTERVAL * factor)
        return max(0.0, ready - now)

    def read(self, call: Callable[[Reader], Answer[T]], *, urgent: bool = False) -> Answer[T]:
        """Makes a reading call now (the caller has waited). Raises UpstreamError."""
        return self.timed(lambda: call(self.reader), urgent=urgent)

    def timed(self, call: Callable[[], Answer[T]], *, urgent: bool) -> Answer[T]:
        """Makes any call, notes when it ended, learns the clock, and slows down when the vendor asks for it."""
        try:
            answer = call()
        except Refused as refused:
            if refused.rate_limited:
                self._slow_until = time.monotonic() + SLOW_FOR.total_seconds()
                Mirror.objects.filter(pk=1).update(slow_until=timezone.now() + SLOW_FOR)
            raise
        finally:
            self._last_end = time.monotonic()
            if not urgent:
                self._last_background_end = self._last_end
        if answer.server_time is not None:
            learn_clock(answer.server_time)
        return answer

    def _factor(self) -> float:
        return SLOW_FACTOR if time.monotonic() < self._slow_until else 1.0


def learn_clock(server_time: datetime) -> None:
    """Keeps the difference between the vendor's clock and ours; `Date` is cut to the second, so half is added."""
    offset = (server_time - timezone.now()).total_seconds() + 0.5
    known = Mirror.objects.filter(pk=1).values_list("clock_offset", flat=True).first()
    if known is None or abs(known - offset) > CLOCK_TOLERANCE:
        Mirror.objects.filter(pk=1).update(clock_offset=offset)
