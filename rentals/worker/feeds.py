"""Bookkeeping of what the worker keeps in step: when it was good, when it failed and why, when to try again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils import timezone

from rentals.models import Feed
from rentals.models.transitions import touch
from rentals.upstream import Refused, UpstreamError

LONGEST_PAUSE = timedelta(minutes=1)


def backoff(every: timedelta, failures: int) -> timedelta:
    """The pause before the next try: `every` while all is well, doubling up to a minute while it fails."""
    if failures <= 0:
        return every
    return max(every, min(timedelta(seconds=15 * 2.0 ** min(failures - 1, 8)), LONGEST_PAUSE))


def due(feed: Feed | None, every: timedelta) -> bool:
    """Whether its regular time has come, or somebody asked for it since the last try."""
    if feed is None or feed.tried_at is None or _to_come(feed.tried_at):
        return True
    return asked(feed) or timezone.now() - feed.tried_at >= backoff(every, feed.failures)


def asked(feed: Feed | None) -> bool:
    """Asked for out of turn and not tried since."""
    if feed is None or feed.wanted_at is None:
        return False
    return feed.tried_at is None or _to_come(feed.tried_at) or feed.wanted_at > feed.tried_at


def _to_come(tried_at: datetime) -> bool:
    """Written before the clock was put back: it tells nothing."""
    return tried_at > timezone.now()


def want(name: str) -> None:
    _keep(name, wanted_at=timezone.now())


def good(name: str, asked_at: datetime) -> None:
    """The feed succeeded; `asked_at` is when the call began, so that the data are at least that fresh."""
    failures, good_at = Feed.objects.filter(name=name).values_list("failures", "good_at").first() or (0, None)
    recovered, first = failures > 0, good_at is None
    _keep(name, good_at=asked_at, tried_at=asked_at, failures=0, reason="", message="")
    if recovered:
        # The vendor is back: what else was failing need not sit out its pause.
        Feed.objects.filter(failures__gt=0).update(wanted_at=timezone.now())
    if recovered or first:
        touch()


def partial(name: str, asked_at: datetime) -> None:
    """The answer was not whole: what it told is kept, but nobody may rely on what it did not tell."""
    _failed(name, asked_at, "partial", "")


def _keep(name: str, **fields: Any) -> None:
    """One statement, but for the first time."""
    if not Feed.objects.filter(name=name).update(**fields):
        Feed.objects.update_or_create(name=name, defaults=fields)


def failed(name: str, asked_at: datetime, problem: UpstreamError) -> None:
    """The feed failed: the old data stay, with the reason."""
    _failed(name, asked_at, reason_of(problem), problem.message if isinstance(problem, Refused) else "")


def _failed(name: str, asked_at: datetime, reason: str, message: str) -> None:
    first = not Feed.objects.filter(name=name, failures__gt=0).exists()
    Feed.objects.get_or_create(name=name)
    Feed.objects.filter(name=name).update(
        tried_at=asked_at, failures=F("failures") + 1, reason=reason, message=message
    )
    if first:
        touch()


def reason_of(problem: UpstreamError) -> str:
    """The word that `rentals.explanations` explains: the vendor's code where known, else the kind of failure."""
    if isinstance(problem, Refused) and problem.code is not None:
        return str(problem.code)
    return str(problem.reason)
