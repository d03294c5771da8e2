"""Nonsense on the addresses of the team and of its audit."""

from __future__ import annotations

from collections.abc import Callable

from tests.processes.cases import LONG, Case, form, got, hidden, only_posted, only_read, posted

NOBODY = ("999999999", "9" * 40, "-1", "0", "%00", "x", LONG)
LIMITS = ({"day": "-1"}, {"day": "1e3"}, {"month": "NaN"}, {"month": "9" * 40}, {"day": "\0"}, {"was": LONG})


def of_a_person(action: str, how: Callable[[str], list[Case]]) -> list[Case]:
    path = f"/team/{{person}}/{action}"
    return [
        *how(path),
        *hidden(path),
        posted(path, 403, user="operador"),
        *(posted(f"/team/{bad}/{action}", 404) for bad in NOBODY),
    ]


CASES: dict[str, list[Case]] = {
    "team.page": [*only_read("/team/"), *hidden("/team/"), got("/team/", 403, user="operador")],
    "team.invite": [
        *only_posted("/team/invite/"),
        *hidden("/team/invite/"),
        posted("/team/invite/", 403, {"name": "x", "role": "observer"}, user="operador"),
        *(
            posted("/team/invite/", 422, {"name": "x", "role": "observer", **bad})
            for bad in ({"name": " "}, {"name": "\0"}, {"name": LONG}, {"role": "captain"}, {"email": "x"})
        ),
    ],
    "team.revoke": [
        *only_posted("/team/invitations/1/revoke/"),
        *hidden("/team/invitations/1/revoke/"),
        posted("/team/invitations/1/revoke/", 403, user="operador"),
        *(posted(f"/team/invitations/{bad}/revoke/", 404) for bad in ("999999999", "9" * 40, "-1", "%00")),
    ],
    "team.team_limits": [
        *only_posted("/team/limits/"),
        *hidden("/team/limits/"),
        posted("/team/limits/", 403, {"was": "|"}, user="operador"),
        *(posted("/team/limits/", 422, {"was": "|", **bad}) for bad in LIMITS),
        posted("/team/limits/", 409, {"day": "5", "was": "other"}),
    ],
    "team.security": [
        *only_posted("/team/security/"),
        *hidden("/team/security/"),
        posted("/team/security/", 403, {"was": "|"}, user="operador"),
        *(
            posted("/team/security/", 422, {"was": "|", **bad})
            for bad in (
                {"mfa_roles": "captain"},
                {"confirm_above": "x"},
                {"confirm_above": "-1"},
                {"was": LONG},
            )
        ),
        posted("/team/security/", 409, {"mfa_roles": "observer", "was": "other"}),
    ],
    "audit.page": [
        *only_read("/team/audit/"),
        *hidden("/team/audit/"),
        got("/team/audit/", 403, user="operador"),
        *(
            got(f"/team/audit/?{bad}", 422)
            for bad in (
                "since=x",
                "until=2026-13-40",
                "kind=x",
                "number=%00",
                "about=%00",
                "until=9999-12-31",
            )
        ),
        *(got(f"/team/audit/?page={bad}", 404) for bad in ("0", "999", "x", "%00", "9" * 40)),
    ],
    "audit.export": [
        *only_read("/team/audit/export.csv"),
        *hidden("/team/audit/export.csv"),
        got("/team/audit/export.csv", 403, user="operador"),
        *(got(f"/team/audit/export.{bad}", 404) for bad in ("exe", "csv.exe", LONG)),
        got("/team/audit/export.json?kind=x", 422),
    ],
    "team.person": [
        *only_read("/team/{person}/"),
        *hidden("/team/{person}/"),
        got("/team/{person}/", 403, user="operador"),
        *(got(f"/team/{bad}/", 404) for bad in NOBODY),
    ],
    "team.role": [
        *of_a_person("role/", only_posted),
        *(
            posted("/team/{person}/role/", 422, {"was": "operator", **bad})
            for bad in ({}, {"role": "captain"}, {"role": "\0"}, {"role": "observer", "was": LONG})
        ),
        posted("/team/{person}/role/", 409, {"role": "observer", "was": "administrator"}),
        posted("/team/{administrator}/role/", 409, {"role": "observer", "was": "administrator"}),
    ],
    "team.limits": [
        *of_a_person("limits/", only_posted),
        *(posted("/team/{person}/limits/", 422, {"was": "|", **bad}) for bad in LIMITS),
        posted("/team/{person}/limits/", 409, {"day": "5", "was": "other"}),
    ],
    "team.deactivate": [
        *of_a_person("deactivate/", form),
        posted("/team/{administrator}/deactivate/", 409),
    ],
    "team.reactivate": of_a_person("reactivate/", only_posted),
    "team.reset_mfa": of_a_person("reset-mfa/", form),
    "team.new_link": of_a_person("new-link/", only_posted),
}
