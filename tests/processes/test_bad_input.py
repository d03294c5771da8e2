"""Nonsense on every address: a clear page in Spanish, and nothing moves, neither here nor at the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver

from rentals.confirmations import SALT
from tests.processes.browser import words
from tests.processes.cases import UNKNOWN
from tests.processes.cases_pages import CASES, TEN_MB
from tests.processes.databases import SECRETS
from tests.processes.house import until


def names(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.add(pattern.name or str(pattern.pattern))
    return found


def test_every_address_has_its_nonsense():
    assert names(get_resolver("smspva_dashboard.urls").url_patterns) == set(CASES)


@pytest.fixture(scope="module")
def still(shared):
    """A house that holds its breath: the worker is gone and its lease lasts, so only pages could write."""
    person, other = shared.browser("demo"), shared.browser("operador")
    shared.browser("observador")
    places = {
        "mine": person.open_confirmation("ES", "opt29"),
        "theirs": other.open_confirmation("ES", "opt20"),
        "order": shared.database.one(
            "SELECT vendor_id FROM rentals_order WHERE state = 0 ORDER BY vendor_id"
        ),
    }
    rented = "SELECT number_id FROM rentals_order WHERE vendor_id = ?"
    places["number"] = str(shared.database.one(rented, places["order"]))
    for word, name in (("person", "operador"), ("administrator", "demo")):
        places[word] = str(shared.database.one(f"SELECT id FROM rentals_person WHERE username = '{name}'"))
    archived = "SELECT vendor_id FROM rentals_rental WHERE restorable ORDER BY vendor_id"
    # While it is being read, a page that is not there yet tells how far the reading is.
    whole = "SELECT 1 FROM rentals_mirror WHERE archive_whole_at IS NOT NULL"
    until(lambda: shared.database.rows(whole), 60, "the archive has been read")
    places["archived"] = shared.database.rows(archived)[0][0]
    places["damaged"] = places["mine"][:-5] + "xxxx/"
    price = signing.loads(places["mine"].split("/")[3], salt=SALT, key=SECRETS["SECRET_KEY"])
    places |= {f"signed:{name}": sign(price, **change) for name, change in SIGNED.items()}
    # What a page of these choices asks the worker for has been asked for already.
    for query in ("", "country=ES&period=week-1", "country=ES&period=month-1", "country=MT&period=week-1"):
        person.get(f"/?{query}")
    for address in places.values():
        if str(address).startswith("/"):
            person.get(address)
    shared.want("balance")
    shared.worker_with_lease().kill()
    # Nothing runs out while the tests last: pages neither miss the worker nor ask for fresher prices.
    shared.database.age("rentals_lease", "expires_at", -500)
    for column in ("used_at", "fetched_at", "wanted_at"):
        shared.database.age("rentals_pricelist", column, -3600)
    shared.database.age("rentals_feed", "good_at", -3600)
    shared.places = places
    return shared


SIGNED = {
    "country": {"country": "ZZ"},
    "service": {"service": "opt99999"},
    "period": {"count": 13},
    "operator": {"operator": "Nobody"},
    "price": {},
}


def sign(content, **change):
    """A confirmation as this house would have signed it, of something that is not for sale (any more)."""
    _, person, kind, parameters, shown = content
    shown = shown if change else {**shown, "price": "0.01"}
    asked = [UNKNOWN.replace("-", ""), person, kind, {**parameters, **change}, shown]
    return f"/rent/confirm/{signing.dumps(asked, salt=SALT, key=SECRETS['SECRET_KEY'], compress=True)}/"


@pytest.mark.parametrize("name", sorted(CASES))
def test_nonsense_is_refused_in_spanish_and_moves_nothing(still, name):
    before = everything(still)
    wrong = [trouble for case in CASES[name] if (trouble := ask(still, case))]
    after = everything(still)
    moved = [part for part in before if before[part] != after[part]]
    assert (wrong, {part: (before[part], after[part]) for part in moved}) == ([], {})


def everything(house):
    state = house.sandbox.state()
    seen = {"sandbox": {**state, "now": 0}, "calls": house.sandbox.calls()}
    return {**house.database.dump(), **seen}


def ask(house, case):
    """What is wrong with the answer, in one line; nothing when it is as it should be."""
    browser = house.browser(case.user).twin() if case.user else house.new_browser()
    if not case.user and case.token:
        browser.get("/accounts/login/")
    headers = dict(case.headers)
    if case.token and case.method != "GET":
        headers["X-CSRFToken"] = browser.session.cookies.get("csrftoken", "")
        headers["Referer"] = house.url
    path = case.path
    for word, value in house.places.items():
        path = path.replace(f"{{{word}}}", value)
    if isinstance(case.data, str):
        headers |= TEN_MB
    answer = browser.send(case.method, path, data=case.data, headers=headers)
    return "" if answer.status_code == case.status and clear(answer) else f"{told(case)}: {told_by(answer)}"


def clear(answer):
    """A redirect leads to the log-in; everything else is a page (or a fragment) in Spanish with a heading."""
    if answer.status_code == 302:
        return answer.headers["Location"].startswith("/accounts/login/")
    if answer.headers["Content-Type"].startswith("text/plain"):
        return answer.url.endswith("/metrics")
    whole = 'lang="es"' in answer.text and "<h1" in answer.text
    return whole or ("HX-Request" in answer.request.headers and 'id="offers"' in answer.text)


def told(case):
    return (
        f"{case.method} {case.path[:90]} as {case.user or 'nobody'} {str(case.data)[:40]} wants {case.status}"
    )


def told_by(answer):
    return f"{answer.status_code} {answer.headers.get('Content-Type')} {words(answer)[:160]}"
