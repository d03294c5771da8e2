"""For machines: is the process alive, can it do its work, and figures to watch."""

from __future__ import annotations

import hmac
import ipaddress
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from rentals.queries import journal, mirror
from rentals.views.gate import require_GET

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


@login_not_required
@never_cache
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    checks = _checks()
    ready = all(reason == "ok" for reason in checks.values())
    status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
    response = JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=status)
    # "Not ready" is an answer, not a failure of ours: Django need not log it as an error.
    vars(response)["_has_been_logged"] = True
    return response


def _checks() -> dict[str, str]:
    """What is wanted for the work, each "ok" or the reason why not. No names, no addresses: anybody may ask."""
    try:
        state = mirror.health()
    except DatabaseError as problem:
        return {"database": type(problem).__name__}
    vendor = "ok" if state.orders_good_at and not state.orders_failing else state.reason or "not synced"
    return {"database": "ok", "worker": "ok" if state.worker_alive else "not alive", "vendor": vendor}


@login_not_required
@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_measure(request):
        return HttpResponse("forbidden\n", status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _may_measure(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, settings.METRICS_TOKEN.encode()):
        return True
    # Behind a proxy every visitor comes from loopback.
    proxied = settings.BEHIND_TLS or any(name in request.META for name in _FORWARDED)
    return not proxied and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _registry() -> CollectorRegistry:
    """Figures read from the database now: right whichever of the web processes answers."""
    registry, state, balance = CollectorRegistry(), mirror.health(), mirror.balance()
    _gauge(registry, "worker_alive", "1 while a worker holds the lease", float(state.worker_alive))
    _gauge(
        registry, "vendor_failing", "1 while the last sync of the orders failed", float(state.orders_failing)
    )
    if state.orders_good_at:
        age = (timezone.now() - state.orders_good_at).total_seconds()
        _gauge(registry, "orders_age_seconds", "Age of the last good answer of orders", age)
    if balance:
        _gauge(registry, "balance_usd", "Balance of the account as last read", float(balance.amount))
    _by_state(registry, "operations", "Operations", journal.operations_by_state())
    _by_state(registry, "orders", "Orders the vendor lists", journal.orders_by_state())
    return registry


def _gauge(registry: CollectorRegistry, name: str, words: str, value: float) -> None:
    Gauge(f"dashboard_{name}", words, registry=registry).set(value)


def _by_state(
    registry: CollectorRegistry, name: str, words: str, counted: dict[str, int] | dict[int, int]
) -> None:
    gauge = Gauge(f"dashboard_{name}", f"{words} by state", ["state"], registry=registry)
    for state, number in counted.items():
        gauge.labels(state=str(state)).set(number)
