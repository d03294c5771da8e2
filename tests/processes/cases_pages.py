"""Nonsense on every address but those of the team."""

from __future__ import annotations

from tests.processes import cases_team as team
from tests.processes.cases import LONG, UNKNOWN, Case, form, got, hidden, only_posted, only_read, posted

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
