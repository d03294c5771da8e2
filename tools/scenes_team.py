"""Scenes of the team: its people, one person, invitations, limits, and what the audit says."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tools.still import Still, ago

Show = Callable[[Page, Still], None]
NAMES = ("Ana Belén", "Berta", "Carla", "Diego", "Elena", "Fermín", "Gloria", "Hugo", "Inés", "Jorge")


def _person(still: Still, name: str, role: str, **more: object) -> int:
    row = {
        "username": name.lower().replace(" ", "."),
        "first_name": name,
        "role": role,
        "is_active": 1,
        "is_staff": 0,
        "is_superuser": 0,
        "is_demo": 0,
        "date_joined": ago(40 * 86400),
        "last_login": ago(3 * 3600),
        **more,
    }
    return still.insert("person", **row)


def _id(still: Still, username: str = "demo") -> int:
    return int(still.sql("select id from rentals_person where username=?", username)[0][0])


def _invited(still: Still, name: str, **more: object) -> None:
    row = {
        "digest": name,
        "purpose": "invite",
        "role": "operator",
        "name": name,
        "made_by_id": _id(still),
        "made_at": ago(60),
        "expires_at": ago(-6 * 86400),
        **more,
    }
    still.insert("invitation", **row)


def colleagues(still: Still) -> int:
    """A team as it is on a usual day; the id of one who has everything."""
    ana = _person(
        still, "Ana Belén", "operator", day_limit="20.00", month_limit="150.00", email="ana@example.org"
    )
    _person(still, "Berta", "administrator", last_login=None)
    _person(still, "Carla", "observer", is_active=0)
    for kind in ("totp", "webauthn", "webauthn"):
        still.sql(
            "insert into mfa_authenticator (user_id, type, data, created_at) values (?, ?, '{}', ?)",
            ana, kind, ago(9),
        )  # fmt: skip
    still.operation("succeeded", person_id=ana, charge="12.40", settled_at=ago(3))
    numbers = still.sql("select id from rentals_number order by id limit 3")
    for place, (pk,) in enumerate(numbers):
        label = ("Tienda en línea", "", "Soporte")[place]
        still.update("number", f"id={pk}", holder_id=ana, held_at=ago(86400 * (place + 1)), label=label)
    still.update(
        "team", day_limit="50.00", month_limit="600.00", mfa_roles='["observer"]', confirm_above="25.00"
    )
    _invited(still, "Fermín", email="fermin@example.org")
    _invited(still, "Gloria", role="observer", made_by_id=_id(still, "operador"))
    return ana


def alone(still: Still) -> None:
    still.sql("delete from rentals_person where username <> 'demo'")


def crowd(still: Still) -> None:
    colleagues(still)
    for index in range(54):
        name = f"{NAMES[index % len(NAMES)]} {index}"
        _person(
            still,
            name,
            ("observer", "operator")[index % 2],
            last_login=ago(index * 4000),
            is_active=index % 7 > 0,
        )


def long_names(still: Still) -> None:
    colleagues(still)
    _person(still, "Wolfeschlegelsteinhausenbergerdorff" * 2, "administrator", username="w" * 60)


def _history(still: Still) -> None:
    ana, demo = colleagues(still), _id(still)
    number = still.sql("select id from rentals_number order by id limit 1")[0][0]
    operation = still.sql("select max(id) from rentals_operation")[0][0]
    entries: list[tuple[str, dict[str, object]]] = [
        ("sign_in_failed", {"detail": {"name": "ana.belén"}}),
        ("sign_in", {"person_id": ana, "detail": {"method": "contraseña + código"}}),
        (
            "role_changed",
            {"person_id": demo, "about_id": ana, "detail": {"was": "observer", "now": "operator"}},
        ),
        (
            "limits_changed",
            {
                "person_id": demo,
                "about_id": ana,
                "detail": {"was": {"day": "", "month": ""}, "now": {"day": "20.00", "month": "150.00"}},
            },
        ),
        ("taken", {"person_id": ana, "number_id": number}),
        ("panel_opened", {"person_id": demo, "about_id": ana, "number_id": number}),
        ("operation", {"person_id": ana, "operation_id": operation}),
        ("exported", {"person_id": demo, "detail": {"what": "operations", "format": "csv", "rows": 412}}),
    ]
    for place, (kind, more) in enumerate(entries):
        detail = json.dumps(more.pop("detail", {}))
        still.insert(
            "auditentry", at=ago(3600 - place * 300), kind=kind, address="192.0.2.7", detail=detail, **more
        )


def _open(page: Page, address: str) -> None:
    """The address; a session of the stage may be old enough that the password is asked for again."""
    page.goto(address)
    if "reauthenticate" in page.url:
        page.locator("input[type=password]").fill("demo")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"**{address}")


def at(address: str, arrange: Callable[[Still], object] = id) -> Show:
    def show(page: Page, still: Still) -> None:
        arrange(still)
        _open(page, address)

    return show


def of_ana(page: Page, still: Still) -> str:
    _history(still)
    address = f"/team/{_id(still, 'ana.belén')}/"
    _open(page, address)
    return address


def person(page: Page, still: Still) -> None:
    of_ana(page, still)


def deactivated(page: Page, still: Still) -> None:
    colleagues(still)
    _open(page, f"/team/{_id(still, 'carla')}/")


def oneself(page: Page, still: Still) -> None:
    colleagues(still)
    _open(page, f"/team/{_id(still)}/")


def asked(button: str) -> Show:
    """The dialog that asks before something is taken away."""

    def show(page: Page, still: Still) -> None:
        of_ana(page, still)
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("dialog")).to_be_visible()

    return show


def asked_as_a_page(page: Page, still: Still) -> None:
    page.goto(of_ana(page, still) + "deactivate/")


def limits_refused(page: Page, still: Still) -> None:
    of_ana(page, still)
    page.get_by_label("Límite por día").fill("200")
    page.get_by_label("Límite por mes").fill("ciento")
    page.get_by_role("button", name="Guardar los límites").click()
    expect(page.get_by_text("Escriba un importe").first).to_be_visible()


def role_moved(page: Page, still: Still) -> None:
    of_ana(page, still)
    still.update("person", "username='ana.belén'", role="observer")
    page.get_by_role("combobox", name="Rol").select_option("administrator")
    page.get_by_role("button", name="Guardar el rol").click()
    expect(page.get_by_role("alert").filter(has_text="mientras tanto")).to_be_visible()


def last_administrator(page: Page, still: Still) -> None:
    alone(still)
    _open(page, f"/team/{_id(still)}/deactivate/")
    page.get_by_role("button", name="Desactivar").click()
    expect(page.get_by_role("alert").filter(has_text="última persona")).to_be_visible()


def invite_refused(page: Page, still: Still) -> None:
    colleagues(still)
    _open(page, "/team/")
    page.get_by_label("Correo").fill("fermin@")
    page.get_by_role("button", name="Invitar").click()
    expect(page.get_by_text("Escriba el nombre de la persona.")).to_be_visible()


def invitation_made(page: Page, still: Still) -> None:
    _open(page, "/team/")
    page.get_by_label("Nombre").fill("Fermín")
    page.get_by_role("button", name="Invitar").click()
    expect(page.get_by_role("heading", name="Invitación hecha")).to_be_visible()


def access_renewed(page: Page, still: Still) -> None:
    of_ana(page, still)
    page.get_by_role("button", name="Enlace de acceso nuevo").click()
    expect(page.get_by_role("heading", name="Enlace de acceso nuevo")).to_be_visible()


def saved(page: Page, still: Still) -> None:
    colleagues(still)
    _open(page, "/team/")
    page.get_by_label("Límite por día").fill("60")
    page.get_by_role("button", name="Guardar los límites").click()
    expect(page.get_by_role("status").filter(has_text="guardados")).to_be_visible()


def audit_empty(still: Still) -> None:
    # No row of the audit can be deleted, so it is put aside.
    still.sql("alter table rentals_auditentry rename to aside")
    still.sql("create table rentals_auditentry as select * from aside where 0")


SCENES: list[tuple[str, Show, bool]] = [
    ("team", at("/team/", colleagues), True),
    ("team-alone", at("/team/", alone), True),
    ("team-of-60", at("/team/", crowd), True),
    ("team-long-names", at("/team/", long_names), True),
    ("team-invite-refused", invite_refused, True),
    ("team-saved", saved, True),
    ("team-invitation-made", invitation_made, True),
    ("team-person", person, True),
    ("team-person-deactivated", deactivated, True),
    ("team-person-oneself", oneself, True),
    ("team-person-limits-refused", limits_refused, True),
    ("team-person-role-moved", role_moved, True),
    ("team-last-administrator", last_administrator, True),
    ("team-deactivate", asked("Desactivar"), False),
    ("team-deactivate-as-a-page", asked_as_a_page, True),
    ("team-reset-mfa", asked("Quitar el segundo factor"), False),
    ("team-access-renewed", access_renewed, True),
    ("team-audit", at("/team/audit/", _history), True),
    ("team-audit-empty", at("/team/audit/", audit_empty), True),
    ("team-audit-found-none", at("/team/audit/?kind=mfa_reset"), True),
    ("team-audit-refused", at("/team/audit/?since=2026-02-02&until=2026-02-01", _history), True),
]
