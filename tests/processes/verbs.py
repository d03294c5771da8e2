"""The eight verbs as a person brings them about: each up to the POST that confirms it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import requests

from tests.processes.browser import Browser, words
from tests.processes.house import House, until

VERBS = (
    "create", "create_multi", "activate", "prolong", "prolong_max", "delete", "add_service_to_order", "restore_user",
)  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """A confirmed form that has not been posted yet."""

    browser: Browser
    address: str
    data: dict[str, str]

    def post(self) -> requests.Response:
        """Over a connection of its own, as another click or another tab would."""
        return self.browser.twin().post(self.address, self.data)


def ready(house: House, verb: str, country: str = "ES", user: str = "demo", **asked: Any) -> Ready:
    """Opens the form of that verb and goes on to its confirmation. `asked` overrides what is chosen in it."""
    browser = house.browser(user)
    if verb == "activate":
        order, state, attempts = _order(house, "state = 0")
        return Ready(browser, f"/orders/{order}/activate/", {"seen": f"{state}.{attempts}"})
    return Ready(browser, _confirmation(browser, _form(house, browser, verb, country, asked)), {})


def _form(house: House, browser: Browser, verb: str, country: str, asked: dict[str, Any]) -> str:
    choice = {"country": country, "period": "week-1", "service": "opt29"}
    if verb == "create":
        return f"/rent/?{urlencode(choice | asked)}"
    if verb == "create_multi":
        both = {**choice, "several": 1, "service": ["opt20", "opt29"]}
        return f"/rent/?{urlencode(both | asked, doseq=True)}"
    if verb == "restore_user":
        archived = "SELECT vendor_id FROM rentals_rental WHERE restorable ORDER BY vendor_id DESC"
        rental = until(lambda: house.database.rows(archived), 30, "the archive is read")[0][0]
        browser.post(f"/archive/{rental}/restore/")
        return f"/archive/{rental}/restore/"
    order = asked.pop("order", None) or order_for(house, verb)
    page, what = {
        "prolong": ("prolong", {"period": "week-1", "go": 1}),
        "prolong_max": ("prolong", {"period": "day-2", "go": 1}),
        "add_service_to_order": ("service", {"service": "opt44", "days": 2, "go": 1}),
        "delete": ("delete", {}),
    }[verb]
    return f"/orders/{order}/{page}/?{urlencode(what | asked)}"


def order_for(house: House, verb: str) -> str:
    """An order on which the verb is possible: with few days left to prolong it, with enough to add a service."""
    now = datetime.now(UTC)
    first, last = (2, 6) if verb.startswith("prolong") else (3, 80)
    near = [_stored(house, now + timedelta(days=days)) for days in (first, last)]
    carries = " AND service <> 'opt44'" if verb == "add_service_to_order" else " AND can_prolong"
    return str(_order(house, f"until > ? AND until < ?{'' if verb == 'delete' else carries}", *near)[0])


def _order(house: House, where: str, *values: Any) -> tuple[Any, ...]:
    listed = "listed" if house.database.postgres else "listed = 1"
    sql = (
        f"SELECT vendor_id, state, attempts FROM rentals_order WHERE {listed} AND {where} ORDER BY vendor_id"
    )
    return until(lambda: house.database.rows(sql, *values), 20, f"an order with {where}")[0]


def _stored(house: House, moment: datetime) -> Any:
    return moment if house.database.postgres else moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _confirmation(browser: Browser, form: str, seconds: float = 25) -> str:
    """Looks until prices and quote are here and the form leads to its confirmation."""
    end = time.monotonic() + seconds
    while True:
        answer = browser.get(form)
        if answer.status_code == 303 and "/confirm/" in answer.headers["Location"]:
            return str(answer.headers["Location"])
        assert time.monotonic() < end, (
            f"no confirmation of {form}: {answer.status_code} {words(answer)[:600]}"
        )
        time.sleep(0.2)
