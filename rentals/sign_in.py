"""How people come in: no sign-up, a password and what may have to follow it, and what the audit says of it.

Demo people exist only while the sandbox is the upstream.
"""

from __future__ import annotations

import logging
import time
from ipaddress import ip_address
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.userkit import get_user_by_username
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import httpkit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from rentals import attempts, secret_fields
from rentals.models import Mirror, Person, Team
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note
from rentals.views import errors

logger = logging.getLogger(__name__)

LONGEST_NAME = 150
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes only stand in for one."""


def recently_signed_in(request: HttpRequest) -> bool:
    """Whether the person has given a password, a code or a passkey in this session within the last 15 minutes."""
    if not request.user.is_authenticated:
        return False
    given = [float(record["at"]) for record in get_authentication_records(request, request.user)]
    return bool(given) and 0 <= time.time() - max(given) < app_settings.REAUTHENTICATION_TIMEOUT


def lacks_second_factor(person: Person | AnonymousUser) -> bool:
    """Whether the team demands one of this role and the person has none. As of the beginning of the request."""
    demanded = getattr(person, "mfa_demanded_of", None) or ()
    return getattr(person, "role", "") in demanded and not getattr(person, "has_factor", True)


def address_of(request: HttpRequest) -> str | None:
    """From where a request comes; None when the server does not say. allauth knows how many proxies are trusted.

    A server that listens on :: too sees IPv4 as ::ffff:192.0.2.1, and allauth would count all of it as one network.
    """
    said: str | None = httpkit.get_client_ip(request)
    mapped = getattr(ip_address(said), "ipv4_mapped", None) if said else None
    return str(mapped) if mapped else said


class Closed(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account here by themselves, and failures are counted in our own way."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("El usuario o la contraseña no son correctos."),
        "incorrect_password": _("La contraseña no es correcta."),
        "enter_current_password": _("La contraseña actual no es correcta."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or str(super().get_client_ip(request))

    def is_safe_url(self, url: str) -> bool:
        """Nowhere but to this very host: another of ALLOWED_HOSTS is another site."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """For logging in and for giving the password again. Answers at once when too many have failed."""
        attempt = attempts.begin(request, credentials.get("username", ""))
        person: Person | None = super().authenticate(request, **credentials)
        if person:
            attempt.give_back()
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = str(credentials.get("username", ""))
        note_failure(get_user_by_username(name), name, _("contraseña"))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just come in need not say at once again who they are."""
        return not recently_signed_in(context.request)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Usar la contraseña"),
            "mfa_reauthenticate": _("Usar un código"),
            "mfa_reauthenticate:webauthn": _("Usar una passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": words[method["id"]]} for method in methods]

    def set_password(self, user: Person, password: str) -> None:
        user.set_password(password)
        # Nothing else: an administrator may have changed the role since this person was read.
        user.save(update_fields=["password"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("people.profile")

    def login(self, request: HttpRequest, user: Person) -> None:
        # Between the password and the code an administrator may have deactivated the person.
        if not (user.is_active and welcome(user)):
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        super().login(request, user)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """The answer to a passkey that is not known: nobody learns that the account was there."""
        return errors.not_let_in(request)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted by FIELD_KEY."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("El código no es correcto o ya se ha usado."),
    }

    def encrypt(self, text: str) -> str:
        return secret_fields.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return secret_fields.decrypt(encrypted_text)
        except secret_fields.WrongFieldKey:
            logger.error("FIELD_KEY is not the key that second factors were encrypted with")
            raise ImmediateHttpResponse(errors.wrong_field_key(context.request)) from None

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(_("Passkey %(number)d")) % {"number": count + 1}


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """User name and password; a demo person's are worth nothing with a real account behind the dashboard."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        # allauth would lead whoever knows a deactivated person's password to a page that says so.
        self.unstash_authenticated_user()
        return person if person and welcome(person) else None

    def get_user(self, user_id: int) -> Person | None:
        """Read for every request, with what is asked of every request: one query for all of it."""
        factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
        team = Team.objects.filter(pk=1).values("mfa_roles")[:1]
        people = Person.objects.annotate(mfa_demanded_of=Subquery(team), has_factor=Exists(factors))
        person = people.filter(pk=user_id, is_active=True).first()
        # A demo session ends when the key of a real account is set.
        return person if person and welcome(person) else None


def welcome(person: Person) -> bool:
    if not person.is_demo:
        return True
    return Mirror.objects.filter(pk=1, upstream=Mirror.Upstream.SANDBOX).exists()


def note_failure(person: Person | None, name: str, method: Any) -> None:
    """In the audit: who was tried, never with what. `person` is whose name it is, if anybody's.

    Whoever is in already and slips while confirming who they are has not tried to come in, and the audit says so.
    """
    again = person is not None and getattr(context.request, "user", None) == person
    where: dict[str, Any] = {"where": "again"} if again else {}
    note(AuditKind.SIGN_IN_FAILED, None, about=person, name=name[:LONGEST_NAME], method=str(method), **where)
