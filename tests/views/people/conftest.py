"""People who sign in for real: `force_login` knows nothing of second factors."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from rentals.models import Person, Team

LOGIN, CODE = "/accounts/login/", "/accounts/2fa/code/"
PASSWORD = "correcta-8712"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def log_in(name: str = "ana", password: str = PASSWORD, *, address: str = "192.0.2.1", **more: Any) -> Any:
    """The client, and its answer to the log-in as `client.answer`."""
    client: Any = Client(REMOTE_ADDR=address)
    client.answer = client.post(LOGIN, {"login": name, "password": password, **more})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def demand(*roles: str) -> None:
    """A second factor, of people with these roles."""
    Team.only()
    Team.objects.update(mfa_roles=list(roles))


@pytest.fixture
def with_app(operator: Person) -> Person:
    """Ana, with an application of codes and codes of recovery."""
    TOTP.activate(operator, SECRET)
    RecoveryCodes.activate(operator)
    return operator


@pytest.fixture
def with_key(operator: Person) -> Person:
    """Ana, with a passkey: only its row, nobody can use it."""
    Authenticator.objects.create(
        user=operator, type=Authenticator.Type.WEBAUTHN, data={"name": "Llave", "credential": {}}
    )
    return operator


def codes_of(person: Person) -> list[str]:
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = row.wrap().get_unused_codes()
    return codes
