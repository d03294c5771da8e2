"""Behind an invitation link: the first administrator, a new colleague, a new password."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tools.still import Still, ago

SECRET = "a-link-for-a-picture"
LINK = f"/accounts/welcome/{SECRET}/"


def link(purpose: str, role: str = "operator") -> Callable[[Page, Still], None]:
    def show(page: Page, still: Still) -> None:
        _make(still, purpose, role)
        page.goto(LINK)
        expect(page.get_by_label("Contraseña", exact=True)).to_be_visible()

    return show


def wrong(page: Page, still: Still) -> None:
    link("invite")(page, still)
    page.get_by_label("Usuario").fill("demo")
    page.get_by_label("Contraseña", exact=True).fill("corta")
    page.get_by_label("Repita la contraseña").fill("larga")
    page.get_by_role("button", name="Crear usuario").click()
    expect(page.locator(".error").first).to_be_visible()


def over(page: Page, still: Still) -> None:
    page.goto(LINK)
    expect(page.get_by_role("heading", name="Este enlace ya no sirve")).to_be_visible()


def _make(still: Still, purpose: str, role: str) -> None:
    demo = still.sql("select id from rentals_person where username='demo'")[0][0]
    still.insert(
        "invitation",
        digest=hashlib.sha256(SECRET.encode()).hexdigest(),
        purpose=purpose,
        role=role,
        name="Nuria Gil" if purpose == "invite" else "",
        made_by_id=None if purpose == "setup" else demo,
        person_id=demo if purpose == "reset" else None,
        made_at=ago(60),
        expires_at=ago(-3000),
    )


SCENES = [
    ("welcome-first", link("setup", "administrator")),
    ("welcome-invited", link("invite")),
    ("welcome-new-password", link("reset")),
    ("welcome-wrong", wrong),
    ("welcome-over", over),
]
