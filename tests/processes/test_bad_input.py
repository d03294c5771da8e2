"""Nonsense on every address: a clear page in Spanish, and nothing moves, neither here nor at the vendor."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver

from rentals.confirmations import SALT
from tests.processes import cases_team as team
from tests.processes.browser import words
from tests.processes.cases import LONG, UNKNOWN, Case, form, got, hidden, only_posted, only_read, posted
from tests.processes.databases import SECRETS
from tests.processes.house import until

TEN_MB = {"Content-Type": "application/x-www-form-urlencoded"}
CHOICES = (
    "country=ZZ",
    "country=%00",
    "country=%FF%FE",
    "country=es'--",
    f"country={LONG}",
    "country=ES&period=week-0",
    "country=ES&period=week--1",
    "country=ES&period=week-13",
    "country=ES&period=day-91",
    "country=ES&period=month-4",
    "country=ES&period=month-99999999999999999999",
    "country=ES&period=%00",
    "country=ES&period=week-1&service=%00",
    "country=ES&period=week-1&service=opt29%27",
    f"country=ES&period=week-1&operator={'x' * 200}",
)
RENTS = (
    "",
    "country=ES&period=week-1",
    "country=ES&period=week-1&service=opt99999",
    "country=ES&period=week-1&service=opt29&operator=Nobody",
    "country=ES&period=week-1&service=opt29&operator=%00",
    "country=MT&period=week-1&service=opt29",
)


GARBLED = ("", "x", "0", "0.0.0", "\0.\0", "1e9.0")


def holding(verb: str) -> list[Case]:
    """For what is done to a number by one click."""
    path = f"/numbers/{{number}}/{verb}/"
    unknown = (posted(f"/numbers/{bad}/{verb}/", 404) for bad in ("0", "-1", "9" * 30, "x", "%00", LONG))
    return [*only_posted(path), *hidden(path), *unknown]


CASES: dict[str, list[Case]] = {
    "rent.page": [*only_read("/"), *hidden("/"), *(got(f"/?{query}", 422) for query in CHOICES)],
    "rent.start": [
        *only_read("/rent/"),
        *hidden("/rent/"),
        *(got(f"/rent/?{query}", 422) for query in CHOICES + RENTS),
        got("/rent/?country=ES&period=week-1&service=opt29", 403, user="observador"),
    ],
    "rent.confirm": [
        *hidden("{mine}"),
        *(Case("{mine}", 405, method, {}) for method in ("PUT", "DELETE")),
        posted("{mine}", 403, token=False),
        posted("{mine}", 400, "x=" + "y" * 10_000_000),
        posted("{theirs}", 403),
        got("{theirs}", 403),
        posted("{mine}", 403, user="observador"),
        posted("{damaged}", 404),
        got("{damaged}", 404),
        got("/rent/confirm/%00/", 404),
        got("/rent/confirm/%FF%FE/", 404),
        got(f"/rent/confirm/{LONG}/", 404),
        *(
            posted(f"{{signed:{name}}}", 409)
            for name in ("country", "service", "period", "price", "operator")
        ),
    ],
    "catalogue.prices": [
        *only_read("/catalogue/prices/"),
        *hidden("/catalogue/prices/"),
        *(got(f"/catalogue/prices/?{query}", 422, headers={"HX-Request": "true"}) for query in CHOICES),
    ],
    "orders.table": [*only_read("/orders/table/"), *hidden("/orders/table/")],
    "orders.row": [
        *only_read("/orders/{order}/row/"),
        *hidden("/orders/{order}/row/"),
        *(got(f"/orders/{bad}/row/", 404) for bad in ("999999999", "-1", "%00", "%FF", LONG, "a'b")),
    ],
    "orders.activate": [
        *only_posted("/orders/{order}/activate/"),
        *hidden("/orders/{order}/activate/"),
        posted("/orders/{order}/activate/", 403, {"seen": "0.0"}, user="observador"),
        posted("/orders/999999999/activate/", 404, {"seen": "0.0"}),
        *(
            posted("/orders/{order}/activate/", 400, {"seen": seen})
            for seen in ("", "x", "0", "0.0.0", "\0.\0", "1e9.0")
        ),
        *(
            posted("/orders/{order}/activate/", 409, {"seen": seen})
            for seen in ("1.0", "0.7", "-1.0", "0.999999999")
        ),
    ],
    "orders.more": [
        *only_read("/orders/{order}/more/"),
        *hidden("/orders/{order}/more/"),
        *(got(f"/orders/{bad}/more/", 404) for bad in ("999999999", "-1", "%00", "%FF", LONG, "a'b")),
    ],
    "orders.sms": [
        *only_read("/orders/{order}/sms/"),
        *hidden("/orders/{order}/sms/"),
        *(got(f"/orders/{bad}/sms/", 404) for bad in ("999999999", "%00", LONG)),
    ],
    "orders.sms_refresh": [
        *only_posted("/orders/{order}/sms/refresh/"),
        *hidden("/orders/{order}/sms/refresh/"),
        posted("/orders/999999999/sms/refresh/", 404),
    ],
    "orders.prolong": [
        *only_read("/orders/{order}/prolong/"),
        *hidden("/orders/{order}/prolong/"),
        *(got(f"/orders/{bad}/prolong/", 404) for bad in ("999999999", "%00", LONG)),
        *(
            got(f"/orders/{{order}}/prolong/?period={bad}&go=1", 409)
            for bad in ("week-1", "day-7", "%00", "week-99")
        ),
        got("/orders/{order}/prolong/", 403, user="observador"),
    ],
    "orders.add_service": [
        *only_read("/orders/{order}/service/"),
        *hidden("/orders/{order}/service/"),
        *(got(f"/orders/{bad}/service/", 404) for bad in ("999999999", "%00", LONG)),
        *(
            got(f"/orders/{{order}}/service/?days={bad}", 422)
            for bad in ("0", "-1", "91", "x", "1.5", "%00", LONG)
        ),
        *(got(f"/orders/{{order}}/service/?service={bad}", 422) for bad in ("%00", "opt29%27", LONG)),
        got("/orders/{order}/service/", 403, user="observador"),
    ],
    "orders.delete": [
        *only_read("/orders/{order}/delete/"),
        *hidden("/orders/{order}/delete/"),
        *(got(f"/orders/{bad}/delete/", 404) for bad in ("999999999", "%00", LONG)),
        got("/orders/{order}/delete/", 403, user="observador"),
    ],
    "numbers.take": [*holding("take"), posted("/numbers/{number}/take/", 403, user="observador")],
    "numbers.release": [*holding("release"), posted("/numbers/{number}/release/", 403, user="observador")],
    "numbers.label": [
        *hidden("/numbers/{number}/label/"),
        *(Case("/numbers/{number}/label/", 405, method, {}) for method in ("PUT", "PATCH", "DELETE")),
        posted("/numbers/{number}/label/", 403, token=False),
        posted("/numbers/{number}/label/", 400, "x=" + "y" * 10_000_000),
        *(got(f"/numbers/{bad}/label/", 404) for bad in ("0", "-1", "9" * 30, "x", "%00", LONG)),
        posted("/numbers/0/label/", 404),
        got("/numbers/{number}/label/", 403, user="observador"),
        posted("/numbers/{number}/label/", 403, {"label": "x"}, user="observador"),
        *(
            posted("/numbers/{number}/label/", 422, bad)
            for bad in ({"label": "x" * 61}, {"note": "x" * 501}, {"label": "\0"}, {"seen": "x" * 17})
        ),
        *(posted("/numbers/{number}/label/", 409, {"label": "x", "seen": bad}) for bad in ("", "x", "é")),
    ],
    "archive.page": [
        *only_read("/archive/"),
        *hidden("/archive/"),
        *(got(f"/archive/?page={bad}", 404) for bad in ("0", "-1", "999", "x", "%00", "9" * 40)),
    ],
    "archive.restore": [
        *hidden("/archive/{archived}/restore/"),
        *(Case("/archive/{archived}/restore/", 405, method, {}) for method in ("PUT", "DELETE")),
        posted("/archive/{archived}/restore/", 403, token=False),
        posted("/archive/{archived}/restore/", 403, user="observador"),
        *(posted(f"/archive/{bad}/restore/", 404) for bad in ("999999999", "%00", LONG)),
    ],
    "operations.confirm": [
        *hidden("/operations/confirm/x/"),
        *(got(f"/operations/confirm/{bad}/", 404) for bad in ("x", "%00", "%FF%FE", LONG)),
        *(posted(f"/operations/confirm/{bad}/", 404) for bad in ("x", "%00")),
        posted("/operations/confirm/x/", 403, user="observador"),
    ],
    "operations.journal": [
        *only_read("/operations/"),
        *hidden("/operations/"),
        *(
            got(f"/operations/?{bad}", 422)
            for bad in ("since=x", "until=2026-13-40", "kind=x", "outcome=x", "number=%00")
        ),
        *(got(f"/operations/?page={bad}", 404) for bad in ("0", "2", "x", "%00")),
    ],
    "operations.export": [
        *only_read("/operations/export.csv"),
        *hidden("/operations/export.csv"),
        *(got(f"/operations/export.{bad}", 404) for bad in ("exe", "csv.exe", LONG)),
    ],
    "operations.decide": [
        *only_posted(f"/operations/{UNKNOWN}/decide/"),
        *hidden(f"/operations/{UNKNOWN}/decide/"),
        posted(f"/operations/{UNKNOWN}/decide/", 404, {"executed": "no", "note": "x"}),
        posted(f"/operations/{UNKNOWN}/decide/", 403, {"executed": "no", "note": "x"}, user="operador"),
    ],
    "operations.correct": [
        *only_posted(f"/operations/{UNKNOWN}/correct/"),
        *hidden(f"/operations/{UNKNOWN}/correct/"),
        posted(f"/operations/{UNKNOWN}/correct/", 404, {"note": "x"}),
        posted(f"/operations/{UNKNOWN}/correct/", 403, {"note": "x"}, user="operador"),
    ],
    "operations.follow": [
        *only_read(f"/operations/{UNKNOWN}/"),
        *hidden(f"/operations/{UNKNOWN}/"),
        *(got(f"/operations/{bad}/", 404) for bad in (UNKNOWN, "1", "%00", LONG)),
    ],
    **team.CASES,
    "account_login": [
        Case("/accounts/login/", 405, "DELETE", {}, user=""),
        posted("/accounts/login/", 403, {"login": "demo", "password": "demo"}, user="", token=False),
        posted("/accounts/login/", 400, "x=" + "y" * 10_000_000, user=""),
    ],
    "account_logout": [
        *only_posted("/accounts/logout/"),
        posted("/accounts/logout/", 403, user="", token=False),
    ],
    "people.welcome": [
        *(got(f"/accounts/welcome/{bad}/", 410, user="") for bad in ("x", "%00", "%FF%FE", LONG)),
        *(Case("/accounts/welcome/x/", 405, method, {}, user="") for method in ("PUT", "PATCH", "DELETE")),
        posted("/accounts/welcome/x/", 410, {"username": "x"}, user=""),
        posted("/accounts/welcome/x/", 403, {"username": "x"}, user="", token=False),
        posted("/accounts/welcome/x/", 400, "x=" + "y" * 10_000_000, user=""),
    ],
    "account_reauthenticate": [
        *form("/accounts/reauthenticate/"),
        *hidden("/accounts/reauthenticate/"),
        *(posted("/accounts/reauthenticate/", 422, data) for data in ({}, {"password": "\0"})),
    ],
    "account_change_password": [
        *form("/accounts/password/"),
        *hidden("/accounts/password/"),
        *(posted("/accounts/password/", 422, data) for data in ({}, {"password1": LONG, "password2": "\0"})),
    ],
    "people.sessions": [*form("/accounts/sessions/"), *hidden("/accounts/sessions/")],
    "people.end_session": [
        *only_posted("/accounts/sessions/1/end/"),
        *hidden("/accounts/sessions/1/end/"),
        *(
            posted(f"/accounts/sessions/{bad}/end/", 404)
            for bad in ("0", "999999", "9" * 40, "x", "-1", "%00")
        ),
    ],
    "mfa_index": [*only_read("/accounts/2fa/"), *hidden("/accounts/2fa/")],
    "mfa_authenticate": [*form("/accounts/2fa/code/"), *hidden("/accounts/2fa/code/")],
    "mfa_reauthenticate": [*form("/accounts/2fa/again/"), *hidden("/accounts/2fa/again/")],
    "mfa_activate_totp": [
        *form("/accounts/2fa/app/"),
        *hidden("/accounts/2fa/app/"),
        *(posted("/accounts/2fa/app/", 422, {"code": bad}) for bad in ("", "\0", "x", LONG)),
    ],
    "mfa_deactivate_totp": [
        *form("/accounts/2fa/app/remove/"),
        *hidden("/accounts/2fa/app/remove/"),
        got("/accounts/2fa/app/remove/", 404),
        posted("/accounts/2fa/app/remove/", 404),
    ],
    "mfa_view_recovery_codes": [*form("/accounts/2fa/recovery/"), *hidden("/accounts/2fa/recovery/")],
    "mfa_list_webauthn": [*only_read("/accounts/passkeys/"), *hidden("/accounts/passkeys/")],
    "mfa_add_webauthn": [
        *form("/accounts/passkeys/add/"),
        *hidden("/accounts/passkeys/add/"),
        *(
            posted("/accounts/passkeys/add/", 422, {"credential": bad})
            for bad in ("", "x", "[1]", "\0", '{"id": 1}')
        ),
    ],
    "mfa_login_webauthn": [
        *form("/accounts/passkeys/login/"),
        got("/accounts/passkeys/login/", 302, user=""),
        posted("/accounts/passkeys/login/", 403, user="", token=False),
    ],
    "mfa_reauthenticate_webauthn": [*form("/accounts/passkeys/again/"), *hidden("/accounts/passkeys/again/")],
    "mfa_edit_webauthn": [
        *form("/accounts/passkeys/1/name/"),
        *hidden("/accounts/passkeys/1/name/"),
        *(got(f"/accounts/passkeys/{bad}/name/", 404) for bad in ("0", "9" * 40, "x", "%00")),
        posted("/accounts/passkeys/999/name/", 404, {"name": "x"}),
    ],
    "mfa_remove_webauthn": [
        *form("/accounts/passkeys/1/remove/"),
        *hidden("/accounts/passkeys/1/remove/"),
        *(posted(f"/accounts/passkeys/{bad}/remove/", 404) for bad in ("0", "9" * 40, "x", "%00")),
    ],
    "people.profile": [
        *form("/profile/"),
        *hidden("/profile/"),
        *(
            posted("/profile/", 422, data)
            for data in ({"theme": "x"}, {"time_zone": "../x"}, {"first_name": LONG}, {"last_name": "\0"})
        ),
    ],
    "people.theme": only_posted("/theme/"),
    "status.healthz": only_read("/healthz"),
    "status.readyz": only_read("/readyz"),
    "status.metrics": [
        *only_read("/metrics"),
        got("/metrics", 403, headers={"X-Forwarded-For": "192.0.2.1"}),
    ],
}


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
    places["archived"] = until(lambda: shared.database.rows(archived), 60, "the archive has been read")[0][0]
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
