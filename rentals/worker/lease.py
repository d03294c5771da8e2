"""The lease: of any number of workers, one works. It lasts 30 s and is renewed while its holder lives."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from rentals.models import Lease
from rentals.queries.mirror import NO_LEASE_IS_THAT_LONG

LASTS = timedelta(seconds=30)
RENEW_BELOW = timedelta(seconds=24)
"""Renewed before a call may start: the longest call (20 s) then ends while the lease still holds."""


def new_holder_name() -> str:
    """Unique for each process that ever starts: a restarted worker is somebody else."""
    return f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"


def take(holder: str) -> bool:
    """Takes or renews the lease with one conditional update. Returns whether `holder` has it now."""
    now = timezone.now()
    Lease.objects.get_or_create(pk=1)
    free = Q(holder=holder) | Q(holder="") | Q(expires_at=None) | Q(expires_at__lte=now)
    free |= Q(expires_at__gt=now + NO_LEASE_IS_THAT_LONG)
    won = Lease.objects.filter(free, pk=1).update(holder=holder, expires_at=now + LASTS, beat_at=now)
    return bool(won)


def renew_if_low(holder: str) -> bool:
    """Renews only when a call might outlast the lease. Returns whether `holder` still has it."""
    lease = Lease.objects.filter(pk=1, holder=holder).first()
    if lease is None or lease.expires_at is None:
        return False
    now = timezone.now()
    return (lease.expires_at - now > RENEW_BELOW) or take(holder)


def release(holder: str) -> None:
    """Lets the next worker begin at once."""
    Lease.objects.filter(pk=1, holder=holder).update(holder="", expires_at=None)


def held_now(holder: str) -> bool:
    """For use inside the claim's transaction: locks the row where the database can, and checks."""
    lease = Lease.objects.select_for_update().filter(pk=1).first()
    return bool(lease and lease.holder == holder and lease.expires_at and lease.expires_at > timezone.now())
