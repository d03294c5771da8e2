"""Sign-in: closed sign-up, and demo people who exist only while the sandbox is the upstream."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from rentals.models import Mirror, Person


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody makes an account here by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """User name and password; a demo person's are worth nothing with a real account behind the dashboard."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        return person if person and welcome(person) else None

    def get_user(self, user_id: int) -> Person | None:
        # Asked on every request, so that a demo session ends when the key of a real account is set.
        person: Person | None = super().get_user(user_id)
        return person if person and welcome(person) else None


def welcome(person: Person) -> bool:
    if not person.is_demo:
        return True
    return Mirror.objects.filter(pk=1, upstream=Mirror.Upstream.SANDBOX).exists()
