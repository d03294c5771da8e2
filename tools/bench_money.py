"""What a paid action costs beside the vendor's own time, and the archive with few and with many rentals."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from unittest.mock import patch

from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

# First: it sets Django up, which the models need.
from tools.bench_house import Figure, House, house, until  # isort: skip

from rentals.confirmations import Confirmation, issue
from rentals.models import BalanceReading, Number, Operation, Person, PriceList, Rental
from rentals.periods import parse
from rentals.queries import catalogue
from rentals.queries.operations import last_success, mark_of, rent_target
from rentals.upstream.reading import Answer
from rentals.upstream.rows import Purchase
from rentals.worker import feeds, spending, steps
from rentals.worker.loop import Worker

MOST_OVERHEAD = 12
"""In committed INSERTs of the same run: of time where a commit waits for the disk, of commits everywhere."""
MOST_SLOWER = 1.2
ACTIONS = 40
FEW, MANY = 100, 100_000
"""A hundred fill the ten pages that are compared."""


@contextmanager
def inside(built: House) -> Iterator[None]:
    """This process works on the house's database, as its web process and its worker do."""
    at, settings = connections["default"], connections.settings["default"]
    name = built.database.url.removeprefix("sqlite:///")
    kept = settings["NAME"]
    at.close()
    at.settings_dict["NAME"] = settings["NAME"] = name
    try:
        with override_settings(ALLOWED_HOSTS=["testserver"], SMSPVA_MIN_INTERVAL=0, SMSPVA_PERSON_INTERVAL=0):
            yield
    finally:
        at.close()
        at.settings_dict["NAME"] = settings["NAME"] = kept


# --- a paid action


def overhead(actions: int = ACTIONS) -> list[Figure]:
    """The POST that records it, the worker's step and the send, with a vendor that answers in no time; against an
    INSERT that is committed to the same file at the same time, and against the least that a POST can be in Django.
    """
    with house() as built:
        built.browser().open_confirmation("ES", "opt29")
        for process in built.running("worker"):
            process.stop()
        with inside(built):
            least, beside = _measure_least(actions)
            ours, inserts, commits = _measure(actions)
    ratio, floor = median(ours) / median(inserts), median(least) / median(beside)
    seen = f"{median(ours) * 1000:.1f} ms, an INSERT {median(inserts) * 1000:.2f} ms, ratio {ratio:.1f}"
    return [
        Figure(
            f"a rent, median of {actions}, to an INSERT", seen, f"<= {MOST_OVERHEAD}", ratio <= MOST_OVERHEAD
        ),
        Figure(
            "a signed-in POST of Django that does nothing but one INSERT, to an INSERT", f"ratio {floor:.1f}"
        ),
        Figure("a rent to such POSTs", f"ratio {ratio / floor:.1f}"),
        Figure(
            "commits of a rent: its ratio where the disk's wait is all",
            str(commits),
            f"<= {MOST_OVERHEAD}",
            commits <= MOST_OVERHEAD,
        ),
        Figure(
            f"the INSERT's time from which the ratio is {MOST_OVERHEAD} or less",
            f"{(median(ours) - commits * median(inserts)) / (MOST_OVERHEAD - commits) * 1000:.1f} ms",
        ),
    ]


def _least(request: HttpRequest) -> HttpResponse:
    assert request.user.is_authenticated
    BalanceReading.objects.create(amount=1, read_at=datetime.now(UTC))
    return HttpResponse(status=303)


urlpatterns = [path("least/", _least)]
LEAST_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]


def _measure_least(rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of the smallest POST that knows who asks and commits a row, and of an INSERT after each."""
    person, client = Person.objects.get(username="demo"), Client()
    client.force_login(person, backend="rentals.sign_in.PasswordBackend")
    least, inserts = list[float](), list[float]()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=LEAST_MIDDLEWARE):
        for _ in range(rounds + 2):
            least.append(_timed(lambda: client.post("/least/")))
            inserts.append(_timed(_insert))
    return least[2:], inserts[2:]


def _measure(actions: int) -> tuple[list[float], list[float], int]:
    """Seconds of each rent, seconds of an INSERT after each, and the commits of one more."""
    person, worker = Person.objects.get(username="demo"), Worker()
    client = Client()
    client.force_login(person, backend="rentals.sign_in.PasswordBackend")
    codes = _rentable()
    ours, inserts, commits = list[float](), list[float](), _Commits()
    for turn in range(actions + 3):
        # The first two fill caches; the last is counted and not timed.
        counted = connection.execute_wrapper(commits) if turn == actions + 2 else nullcontext()
        confirmation = _ready(person, worker, codes[turn % len(codes)])
        with patch.dict(spending._CALLS, {"create": _bought(turn)}), counted:
            ours.append(_timed(lambda confirmation=confirmation: _act(client, worker, confirmation)))  # type: ignore[misc]
        inserts.append(_timed(_insert))
    assert Operation.objects.filter(state="succeeded").count() == actions + 3
    return ours[2:-1], inserts[2:-1], commits.seen


class _Commits:
    """Counts what makes SQLite wait for the disk: transactions, and changes outside of one."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        changes = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        self.seen += sql.startswith("BEGIN") or (changes and not connection.in_atomic_block)
        return execute(sql, *rest)


def _rentable() -> list[str]:
    period = parse("week-1")
    assert period
    return [offer.code for offer in catalogue.prices("ES", period).offers if offer.rentable]


def _ready(person: Person, worker: Worker, code: str) -> Confirmation:
    """Orders and balance have just been read, as a worker that lives keeps them; a person is at "Confirmar"."""
    now = datetime.now(UTC)
    worker.keep_lease()
    for name in ("orders", "balance"):
        feeds.good(name, now)
    PriceList.objects.update(fetched_at=now, tried_at=now, wanted_at=None)
    BalanceReading.objects.create(amount=100_000, read_at=now)
    period = parse("week-1")
    assert period
    offer = catalogue.prices("ES", period).offer(code)
    assert offer
    asked = {"country": "ES", "service": code, "unit": "week", "count": 1}
    shown = {"price": str(offer.price), "after": mark_of(last_success(rent_target("ES", code)))}
    return issue(person, "create", asked, shown)


def _act(client: Client, worker: Worker, confirmation: Confirmation) -> None:
    assert client.post(f"/rent/confirm/{confirmation.token}/").status_code == 303
    step = steps.urgent_step()
    assert step
    assert step.name == "send"
    step.run(worker)


def _bought(turn: int) -> Callable[..., Answer[Any]]:
    until_then = datetime.now(UTC) + timedelta(days=7)
    bought = Purchase(
        id=f"9{turn:06}",
        e164=f"+346{turn:08}",
        national=f"6{turn:08}",
        service=None,
        until=until_then,
        others=(),
    )
    return lambda spender, operation: Answer(bought)


def _insert() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rentals_balancereading (amount, read_at) VALUES (1, '2000-01-01 00:00:00')"
        )


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


# --- the archive


def archive(few: int = FEW, many: int = MANY, rounds: int = 20) -> list[Figure]:
    """The first ten pages, over the real server; the rentals of the larger archive are written in between."""
    with house(wsgi="tools.bench_wsgi:application") as built:
        until(
            lambda: built.database.rows("SELECT 1 FROM rentals_mirror WHERE archive_whole_at IS NOT NULL"),
            60,
            "it is read",
        )
        for process in built.running("worker"):
            process.stop()
        with inside(built):
            _fill(few)
            small = _pages(built, rounds)
            _fill(many)
            large = _pages(built, rounds)
    ratio = median(large[1]) / median(small[1])
    shown = f"{median(small[1]) * 1000:.1f} ms and {median(large[1]) * 1000:.1f} ms, ratio {ratio:.2f}"
    return [
        Figure(
            f"queries of one of the first ten pages, {few} and {many:,} rentals",
            f"{', '.join(sorted(small[0]))} and {', '.join(sorted(large[0]))}",
            "the same",
            small[0] == large[0] and len(large[0]) == 1,
        ),
        Figure(f"its time, {few} and {many:,} rentals", shown, f"<= {MOST_SLOWER}", ratio <= MOST_SLOWER),
    ]


def _fill(count: int) -> None:
    """So many rentals in all; every thirtieth number has been rented before."""
    held, now = Rental.objects.count(), datetime.now(UTC)
    numbers = [
        Number(e164=f"+3460{nth:08}", first_seen_at=now) for nth in range(held, count) if nth % 30
    ] or [Number(e164="+34600000000", first_seen_at=now)]
    made = Number.objects.bulk_create(numbers, batch_size=2000)
    Rental.objects.bulk_create(
        (
            Rental(
                vendor_id=f"8{nth:07}",
                number=made[nth % len(made)],
                service=("opt29", "opt20", "opt1")[nth % 3],
                country="ES",
                days=7,
                restorable=bool(nth % 2),
                begin=now - timedelta(days=40, minutes=nth),
                end=now - timedelta(days=33, minutes=nth),
                closed=now - timedelta(days=33, minutes=nth),
                sorted_at=now - timedelta(days=33, minutes=nth),
                first_seen_at=now,
            )
            for nth in range(held, count)
        ),
        batch_size=2000,
    )
    Rental.objects.exclude(pk__in=Rental.objects.values("pk")[:count]).delete()


def _pages(built: House, rounds: int) -> tuple[set[str], list[float]]:
    """The numbers of queries that were seen, and seconds a page."""
    browser, queries, times = built.browser(), set[str](), list[float]()
    for _ in range(rounds):
        for number in range(1, 11):
            began = time.perf_counter()
            answer = browser.get(f"/archive/?page={number}", headers={"X-Count": "1"})
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200
            queries.add(answer.headers["X-Queries"])
    return queries, times
