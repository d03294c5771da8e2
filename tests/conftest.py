"""What most tests stand on: a real sandbox on a real socket, a real worker with the real client, and people."""

from __future__ import annotations

import gc
import json
import os
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

# The sandbox accepts this key and no other: the tests run with a key that must appear nowhere.
CANARY_KEY = "canary-51c7e0d29ab84f36"
os.environ["SANDBOX_API_KEY"] = CANARY_KEY
# Playwright keeps an event loop in the thread of the tests. A worker that takes over others' tests after those of the
# browser still asks the database from no coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import pytest  # noqa: E402
import time_machine  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402

from rentals.confirmations import Confirmation, issue  # noqa: E402
from rentals.models import Feed, Mirror, Operation, Order, Person, PriceList, Rental  # noqa: E402
from rentals.models.people import Role  # noqa: E402
from rentals.periods import list_for, parse_prolonging  # noqa: E402
from rentals.queries import pricing  # noqa: E402
from rentals.queries.mirror import vendor_now  # noqa: E402
from rentals.queries.operations import last_success, mark_of, rent_target, restore_targets  # noqa: E402
from rentals.sandbox import SandboxServer  # noqa: E402
from rentals.use_cases import operations as use_cases  # noqa: E402
from rentals.use_cases.holding import period_kind, shown_of  # noqa: E402
from rentals.worker.loop import Worker  # noqa: E402
from tests import mirrored  # noqa: E402


def pytest_collection_finish() -> None:
    """Django's and the tests' own objects live to the end: looking through them for garbage, again and again, took an
    eighth of the suite's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


class Sandbox:
    """The sandbox's control plane in a few words."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.url = server.url
        self.touched = False
        """Something was changed by hand since the last reset."""

    def post(self, name: str, body: Any = None) -> Any:
        self.touched = name != "reset"
        data = json.dumps({} if body is None else body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{name}", data=data, method="POST")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def get(self, name: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/_sandbox/{name}", timeout=10) as answer:
            return json.load(answer)

    def reset(self, seed: str = "demo") -> None:
        self.post("reset", {"seed": seed})

    def fault(self, method: str, fault: str, times: int | None = 1, **more: Any) -> None:
        self.post("faults", {"method": method, "fault": fault, "times": times, **more})

    def no_faults(self) -> None:
        self.post("faults", {"clear": True})

    def advance(self, seconds: float) -> None:
        self.post("advance", {"seconds": seconds})

    def outside(self, method: str, **params: Any) -> Any:
        return self.post("outside", {"method": method, "params": params})

    def calls(self, method: str | None = None) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.get("calls")["calls"]
        return [row for row in rows if method is None or row["method"] == method]

    def state(self) -> Any:
        return self.get("state")


@pytest.fixture
def later(synced: Any) -> Callable[[int], None]:
    """Lets minutes pass, with the syncs that the worker makes meanwhile."""

    def wait(minutes: int) -> None:
        for minute in range(1, minutes + 1):
            with time_machine.travel(timezone.now() + timedelta(minutes=minute), tick=False):
                synced._renewed = float("-inf")
                synced.run_until_idle()

    return wait


@pytest.fixture(scope="session")
def _sandbox_server() -> Iterator[SandboxServer]:
    with SandboxServer(port=0, seed="empty", pace="real") as server:
        yield server


@pytest.fixture
def sandbox(_sandbox_server: SandboxServer, settings: Any) -> Sandbox:
    """A fresh demo world for each test, and settings that lead there without pauses between calls."""
    found = Sandbox(_sandbox_server)
    found.reset()
    settings.SMSPVA_API_URL = _sandbox_server.rent_url
    settings.SMSPVA_BALANCE_URL = _sandbox_server.balance_url
    settings.SMSPVA_API_KEY = CANARY_KEY
    settings.UPSTREAM_IS_SANDBOX = True
    settings.SMSPVA_MIN_INTERVAL = settings.SMSPVA_PERSON_INTERVAL = 0
    return found


@pytest.fixture(autouse=True)
def _light_settings(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Failed log-ins are counted in the cache, and Redis rolls nothing back: each test has entries of its own.
    shared = settings.CACHES["default"]
    settings.CACHES = {"default": {**shared, "KEY_PREFIX": uuid.uuid4().hex}}
    # Or each test's client would list all static files once more.
    settings.WHITENOISE_AUTOREFRESH = True
    # The test client's server finds files by their plain names; hashed ones are tried by the packaging tests.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests begin with empty tables, which is what the record forbids."""
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            for table in ("operation", "correction", "auditentry"):
                cursor.execute(f"ALTER TABLE rentals_{table} DISABLE TRIGGER record_not_emptied")


@pytest.fixture
def singletons(db: None) -> None:
    """The rows of which there is always one."""
    Mirror.only()


@pytest.fixture
def worker(sandbox: Sandbox, singletons: None) -> Iterator[Any]:
    """A worker in this process, driven by `run_until_idle()`."""
    Mirror.objects.filter(pk=1).update(upstream=Mirror.Upstream.SANDBOX)
    found = Worker()
    yield found
    found._release_safely()


@pytest.fixture
def synced(worker: Any, sandbox: Sandbox) -> Any:
    """A worker whose mirror holds the demo world."""
    mirrored.sync(sandbox.server, worker, touched=sandbox.touched)
    return worker


MakePerson = Callable[..., Person]


@pytest.fixture
def make_person(singletons: None) -> MakePerson:
    def make(username: str = "ana", role: str = Role.OPERATOR, **more: Any) -> Person:
        return Person.objects.create_user(username, password="correcta-8712", role=role, **more)

    return make


@pytest.fixture
def operator(make_person: MakePerson) -> Person:
    return make_person("ana", Role.OPERATOR)


@pytest.fixture
def observer(make_person: MakePerson) -> Person:
    return make_person("olga", Role.OBSERVER)


@pytest.fixture
def administrator(make_person: MakePerson) -> Person:
    return make_person("adela", Role.ADMINISTRATOR)


def hold_prices(worker: Any, country: str = "ES", unit: str = "week", count: int = 1) -> PriceList:
    """Lets the worker fetch one price list, as a page that is open would."""
    held, _ = PriceList.objects.update_or_create(
        country=country, unit=unit, count=count, defaults={"wanted_at": timezone.now()}
    )
    worker.run_until_idle()
    held.refresh_from_db()
    return held


def rent(
    person: Person, worker: Any, service: str = "opt29", country: str = "ES", **more: Any
) -> Confirmation:
    """A confirmation to rent for a week, at the price that the mirror holds."""
    held = hold_prices(worker, country)
    row = next(row for row in held.rows if row["code"] == service)
    price = f"{float(row['price_day']) * 7:.2f}"
    parameters = {"country": country, "service": service, "unit": "week", "count": 1, **more}
    known = last_success(rent_target(country, service))
    return issue(person, "create", parameters, {"price": price, "after": mark_of(known)})


def on_order(person: Person, kind: str, order: Order, price: Any = None, **asked: Any) -> Confirmation:
    """A confirmation about an order as it is now; `price` in USD for what costs something."""
    shown = {**shown_of(order), "price": None if price is None else str(price)}
    return issue(person, kind, {"order": order.vendor_id, **asked}, shown)


def prolong(person: Person, order: Order, slug: str = "week-1") -> Confirmation:
    """A confirmation to prolong, at the price that the mirror holds."""
    period = parse_prolonging(slug)
    assert period
    asked = {"unit": period.unit, "count": period.count}
    price = pricing.of_prolonging(order, period).price
    return on_order(person, period_kind(period), order, price, **asked)


def add_service(person: Person, order: Order, service: str = "opt44", days: int = 2) -> Confirmation:
    assert order.number
    price = pricing.of_days(order.country, service, days).price
    asked = {"service": service, "days": days, "e164": order.number.e164}
    return on_order(person, "add_service_to_order", order, price, **asked)


def restore(person: Person, rental: Rental) -> Confirmation:
    """A confirmation to restore at the quote that the mirror holds."""
    assert rental.number
    known = last_success(*restore_targets(rental))
    asked = {"order": rental.vendor_id, "e164": rental.number.e164, "service": rental.service}
    shown = {"price": str(rental.quote_price), "days": rental.quote_days, "after": mark_of(known)}
    return issue(person, "restore_user", asked, shown)


def expiring_order(worker: Any, **more: Any) -> Order:
    """An order of one service with fewer than 7 days left, and the prices of its country for a week."""
    order = next(
        order
        for order in Order.objects.filter(listed=True, can_prolong=True, **more).select_related("number")
        if order.until and timedelta(hours=2) < order.until - vendor_now() < timedelta(days=7)
    )
    hold_prices(worker, order.country)
    return order


def hold_prices_of(worker: Any, order: Order, *slugs: str) -> None:
    """The price lists that tell what prolonging by these periods costs."""
    for slug in slugs:
        period = parse_prolonging(slug)
        assert period
        wanted, _ = list_for(period.days)
        hold_prices(worker, order.country, wanted.unit, wanted.count)


def quoted(worker: Any, **more: Any) -> Rental:
    """An archived rental that can be restored, with a fresh quote."""
    rental = Rental.objects.filter(restorable=True, **more)[0]
    Rental.objects.filter(pk=rental.pk).update(quote_wanted_at=timezone.now())
    worker.run_until_idle()
    rental.refresh_from_db()
    return rental


def record(confirmation: Confirmation, person: Person) -> Operation:
    return use_cases.record(person, confirmation)


def inactive_order() -> Order:
    return Order.objects.filter(state=0, listed=True).order_by("vendor_id")[0]


def age_feed(name: str, seconds: float) -> None:
    """As if the last good answer and the last try were that long ago."""
    then = timezone.now() - timedelta(seconds=seconds)
    Feed.objects.filter(name=name).update(good_at=then, tried_at=then)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """No test here pulls the plug, so the database of a test need not wait for the disk."""
    options = connections.settings["default"].get("OPTIONS", {})
    if "init_command" in options:
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
