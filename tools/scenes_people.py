"""Scenes of coming in, the profile and its security."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tools.still import Still, ago

Show = Callable[[Page, Still], None]


def totp(secret: str, at: float | None = None) -> str:
    """The code that a telephone shows for the secret (RFC 6238: SHA-1, six digits, 30 seconds)."""
    counter = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at_byte = digest[-1] & 15
    number = struct.unpack(">I", digest[at_byte : at_byte + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def sign_in(page: Page, who: str = "operador", password: str = "demo") -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Usuario").fill(who)
    page.get_by_label("Contraseña").fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()


def at(address: str, arrange: Callable[[Still], object] = id, heading: str = "") -> Show:
    """The address, for somebody who has just signed in; `heading` says that it is there."""

    def show(page: Page, still: Still) -> None:
        sign_in(page)
        expect(page.get_by_role("table", name="Mis números")).to_be_visible()
        arrange(still)
        page.goto(address)
        if heading:
            expect(page.get_by_role("heading", name=heading)).to_be_visible()

    return show


def add_app(page: Page) -> str:
    """Sets the application of codes up; the secret."""
    page.goto("/accounts/2fa/app/")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Código", exact=True).fill(totp(secret))
    page.get_by_role("button", name="Activar").click()
    expect(page.get_by_role("heading", name="Códigos de recuperación")).to_be_visible()
    return secret


def with_app(address: str) -> Show:
    def show(page: Page, still: Still) -> None:
        at("/accounts/2fa/")(page, still)
        add_app(page)
        page.goto(address)

    return show


def codes_shown(page: Page, still: Still) -> None:
    with_app("/accounts/2fa/recovery/")(page, still)
    page.get_by_role("button", name="Mostrar los códigos").click()
    expect(page.locator(".codes li")).to_have_count(10)


def codes_seen(page: Page, still: Still) -> None:
    codes_shown(page, still)
    page.goto("/accounts/2fa/recovery/")


def asked_for_code(page: Page, still: Still) -> None:
    with_app("/")(page, still)
    page.get_by_role("button", name="Salir").click()
    sign_in(page)
    expect(page.get_by_role("heading", name="Segundo factor")).to_be_visible()


def code_refused(page: Page, still: Still) -> None:
    asked_for_code(page, still)
    page.get_by_label("Código", exact=True).fill("000000")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("El código no es correcto")).to_be_visible()


def demanded(page: Page, still: Still) -> None:
    at("/", _demand, "Segundo factor")(page, still)


def _demand(still: Still) -> None:
    still.sql("insert or ignore into rentals_team (id, mfa_roles) values (1, '[]')")
    still.update("team", mfa_roles=json.dumps(["operator"]))


def asked_again(page: Page, still: Still) -> None:
    with_app("/accounts/reauthenticate/?next=/profile/")(page, still)


def two_sessions(page: Page, still: Still) -> None:
    at("/accounts/sessions/", heading="Sesiones abiertas")(page, still)


def password_refused(page: Page, still: Still) -> None:
    at("/accounts/password/")(page, still)
    page.get_by_label("Contraseña actual").fill("falsa")
    page.get_by_label("Contraseña nueva", exact=True).fill("1234")
    page.get_by_label("Contraseña nueva otra vez").fill("12345")
    page.get_by_role("button", name="Cambiar la contraseña").click()
    expect(page.get_by_text("La contraseña actual no es correcta.")).to_be_visible()


def with_passkey(address: str) -> Show:
    """With one in the list; `{pk}` in the address is its number."""

    def show(page: Page, still: Still) -> None:
        sign_in(page)
        expect(page.get_by_role("table", name="Mis números")).to_be_visible()
        person = still.sql("select id from rentals_person where username='operador'")[0][0]
        kept = json.dumps({"name": "Portátil de casa", "credential": {}})
        still.sql(
            "insert into mfa_authenticator (type, data, user_id, created_at) values ('webauthn', ?, ?, ?)",
            kept, person, ago(9000),
        )  # fmt: skip
        pk = still.sql("select max(id) from mfa_authenticator")[0][0]
        page.goto(address.format(pk=pk))

    return show


def dear(page: Page, still: Still) -> None:
    """A confirmation that asks for the password."""
    at("/", _dear)(page, still)
    page.goto("/?country=ES&period=month-1&service=opt20")
    page.get_by_role("button", name="Alquilar", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Contraseña")).to_be_visible()


def dear_refused(page: Page, still: Still) -> None:
    dear(page, still)
    page.get_by_role("dialog").get_by_label("Contraseña").fill("falsa")
    page.get_by_role("button", name="Confirmar").click()
    expect(page.get_by_role("dialog")).to_contain_text("La contraseña no es correcta.")


def _dear(still: Still) -> None:
    still.sql("insert or ignore into rentals_team (id, mfa_roles) values (1, '[]')")
    still.update("team", confirm_above="5.00")
    still.manage("shell", "-v", "0", "-c", AN_HOUR_AGO)


AN_HOUR_AGO = """
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
for key in Session.objects.values_list("session_key", flat=True):
    session = SessionStore(key)
    for record in session.get("account_authentication_methods", []):
        record["at"] -= 3600
    session.save()
"""
"""Everybody came in that long ago, for `manage.py shell -c`."""


def locked_out(page: Page, still: Still) -> None:
    for _ in range(11):
        sign_in(page, "nadie", "falsa")
    expect(page.get_by_role("heading", name="Demasiados intentos")).to_be_visible()


SCENES: list[tuple[str, Show, bool]] = [
    ("people-profile", at("/profile/", heading="Perfil"), True),
    ("people-sessions", two_sessions, True),
    ("people-password", at("/accounts/password/"), True),
    ("people-password-refused", password_refused, True),
    ("people-factor", at("/accounts/2fa/"), True),
    ("people-factor-demanded", demanded, True),
    ("people-factor-on", with_app("/accounts/2fa/"), True),
    ("people-app", at("/accounts/2fa/app/", heading="Configurar"), True),
    ("people-app-remove", with_app("/accounts/2fa/app/remove/"), True),
    ("people-codes-unseen", with_app("/accounts/2fa/recovery/"), True),
    ("people-codes", codes_shown, True),
    ("people-codes-seen", codes_seen, True),
    ("people-passkeys", at("/accounts/passkeys/", heading="Passkeys"), True),
    ("people-passkey-add", at("/accounts/passkeys/add/", heading="Añadir una passkey"), True),
    ("people-passkeys-some", with_passkey("/accounts/passkeys/"), True),
    ("people-passkey-name", with_passkey("/accounts/passkeys/{pk}/name/"), True),
    ("people-passkey-remove", with_passkey("/accounts/passkeys/{pk}/remove/"), True),
    ("people-dear", dear, False),
    ("people-dear-refused", dear_refused, False),
    ("people-code", asked_for_code, True),
    ("people-code-refused", code_refused, True),
    ("people-again", asked_again, True),
    ("people-locked-out", locked_out, True),
]
