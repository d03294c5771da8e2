"""Many viewers and one person who acts: the vendor is asked no more often than for one viewer."""

from __future__ import annotations

import heapq
import http.client
import random
import re
import threading
import time
from datetime import UTC, datetime

from tools.bench_calls import Wish, judge
from tools.bench_house import Browser, Figure, House, house, p95, session_cookies

THREADS = 8
EVERY = 30.0
PERSON_EVERY = 20.0
VENDOR_TAKES = 0.5
VERSION = re.compile(r'data-v="([^"]+)"[^>]*data-patch="table"')
COUNTRIES = ("ES", "FR", "PL", "DE", "UK", "NL", "SE", "PT")


class Viewers:
    """Browsers with the page open: each asks for the table every 30 s with the version it has."""

    def __init__(self, port: int, cookies: list[str], seconds: float) -> None:
        self.times: list[float] = []
        self.statuses: dict[int, int] = {}
        self._port, self._end = port, time.monotonic() + seconds
        shares = [cookies[number::THREADS] for number in range(THREADS)]
        self._threads = [
            threading.Thread(target=self._watch, args=(share,), daemon=True) for share in shares if share
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _watch(self, cookies: list[str]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        began, dice = time.monotonic(), random.Random(cookies[0])
        due = [(began + dice.uniform(0, EVERY), number, "") for number in range(len(cookies))]
        heapq.heapify(due)
        while due[0][0] < self._end and time.monotonic() < self._end:
            moment, number, version = heapq.heappop(due)
            time.sleep(max(0.0, moment - time.monotonic()))
            version = self._ask(connection, cookies[number], version)
            # As the browser does: 30 s after the last look, however long that took.
            heapq.heappush(due, (max(moment, time.monotonic()) + EVERY, number, version))
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, cookie: str, version: str) -> str:
        began = time.monotonic()
        address, headers = f"/orders/table/?v={version}", {"Cookie": cookie, "HX-Request": "true"}
        try:
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server has let the idle connection go; a browser opens a new one, too.
            connection.close()
            connection.request("GET", address, headers=headers)
            answer = connection.getresponse()
        body = answer.read().decode()
        self.times.append(time.monotonic() - began)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        found = VERSION.search(body)
        return found.group(1) if found else version


def run(viewers: int, seconds: float) -> list[Figure]:
    with house() as built:
        # A vendor that takes its time, so that there is such a thing as a call in flight.
        built.sandbox.post(
            "faults", [{"method": "*", "fault": "slow", "seconds": VENDOR_TAKES, "times": None}]
        )
        person = built.browser()
        crowd = Viewers(built.port, session_cookies(built, viewers), seconds)
        # Before that the worker was reading everything for the first time.
        first = built.sandbox.calls()[-1]["n"]
        crowd.start()
        wishes = act(built, person, seconds)
        crowd.join()
        calls = [call for call in built.sandbox.calls() if call["n"] > first and call["finished"]]
        return [*judge(calls, wishes), *_pages(crowd)]


def _pages(crowd: Viewers) -> list[Figure]:
    bad = sum(count for status, count in crowd.statuses.items() if status not in (200, 204))
    shown = ", ".join(f"{count} x {status}" for status, count in sorted(crowd.statuses.items()))
    return [
        Figure("refreshes of the table, by status", shown, "200 and 204 only", bad == 0),
        Figure("p95 of a refresh", f"{p95(crowd.times) * 1000:.0f} ms"),
    ]


def act(built: House, person: Browser, seconds: float) -> list[Wish]:
    """A rent and an "Actualizar" in turn; returns what was wished for and when."""
    end, wishes, turn = time.monotonic() + seconds, list[Wish](), 0
    pause = min(PERSON_EVERY, seconds / 3)
    while time.monotonic() + pause < end:
        time.sleep(pause * (0.4 if turn % 2 else 0.6))
        country = COUNTRIES[turn // 2 % len(COUNTRIES)]
        wishes += _look(built, person) if turn % 2 else _rent(built, person, country)
        turn += 1
    time.sleep(max(0.0, end - time.monotonic()))
    return wishes


def _rent(built: House, person: Browser, country: str) -> list[Wish]:
    confirmation = person.open_confirmation(country, "opt29")
    prices = written(built, "wanted_at FROM rentals_pricelist WHERE country = ?", country)
    wishes = [Wish("getdataWithProviders", {"country": country}, prices)]
    balance = "wanted_at FROM rentals_feed WHERE name = 'balance'"
    before = written(built, balance)
    person.get(confirmation)
    if written(built, balance) != before:
        wishes.append(Wish("balance", {}, written(built, balance)))
    time.sleep(3)
    person.follow(person.post(confirmation).headers["Location"])
    recorded = written(built, "recorded_at FROM rentals_operation ORDER BY id DESC")
    return [*wishes, Wish("create", {"country": country}, recorded, before=("orders", "balance"))]


def _look(built: House, person: Browser) -> list[Wish]:
    order = built.database.one("SELECT vendor_id FROM rentals_order WHERE state = 1 ORDER BY vendor_id")
    person.post(f"/orders/{order}/sms/refresh/")
    return [
        Wish(
            "sms",
            {"id": order},
            written(built, "sms_wanted_at FROM rentals_order WHERE vendor_id = ?", order),
        )
    ]


def written(built: House, what: str, *parameters: str) -> float:
    """When a wish was written down, UNIX seconds: how fast pages are is another question."""
    found = [row[0] for row in built.database.rows(f"SELECT {what}", *parameters) if row[0]]
    return datetime.fromisoformat(found[0]).replace(tzinfo=UTC).timestamp() if found else 0.0
