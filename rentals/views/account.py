"""Passwords, second factors and passkeys: allauth's views with our verbs, our statuses and our audit."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import Any, ClassVar, cast

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.views import PasswordChangeView
from allauth.account.views import reauthenticate as _reauthenticate
from allauth.mfa.base import views as mfa
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn import views as webauthn
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from rentals import attempts
from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note
from rentals.use_cases.sessions import end_sessions
from rentals.views import errors
from rentals.views.gate import View, require_GET, require_GET_or_POST


def ours(view: View, *, asks_again: bool = False) -> View:
    """A form of allauth's as every other form here: clear about verbs, never cached, 422 when something is wrong.

    `asks_again`: it asks who the person is, before what they have posted is done.
    """

    @require_GET_or_POST
    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" and not asks_again:
            # Whoever looks at a form has given up what waited for the password; allauth would do it with the next.
            request.session.pop(STATE_SESSION_KEY, None)
        response = view(request, *args, **kwargs)
        told: dict[str, Any] = getattr(response, "context_data", None) or {}
        forms = [told.get(name) for name in ("form", "webauthn_form")]
        if request.method == "POST" and any(form is not None and form.errors for form in forms):
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return shown


class Noted:
    """Done and told to the audit, or neither."""

    kind: ClassVar[AuditKind] = AuditKind.MFA_CHANGED
    told: ClassVar[dict[str, Any]] = {}

    def form_valid(self, form: Any) -> HttpResponse:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        with transaction.atomic():
            note(self.kind, cast(Person, request.user), **self.told)
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class ChangePassword(Noted, PasswordChangeView):  # type: ignore[misc]
    kind = AuditKind.PASSWORD_CHANGED

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not cast(Person, request.user).has_usable_password():
            return errors.no_password(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            # Django no longer accepts them after the new password; here they also leave the list.
            end_sessions(cast(Person, self.request.user), keep=self.request.session.session_key)
        return response


class ActivateTotp(Noted, ActivateTOTPView):  # type: ignore[misc]
    told: ClassVar = {"added": "aplicación de códigos"}


class DeactivateTotp(Noted, DeactivateTOTPView):  # type: ignore[misc]
    told: ClassVar = {"removed": "aplicación de códigos"}


class AddPasskey(Noted, webauthn.AddWebAuthnView):  # type: ignore[misc]
    told: ClassVar = {"added": "passkey"}


class RemovePasskey(Noted, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    told: ClassVar = {"removed": "passkey"}


class RenamePasskey(Noted, webauthn.EditWebAuthnView):  # type: ignore[misc]
    told: ClassVar = {"renamed": "passkey"}


class PasskeyAlone(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """allauth limits the answers only."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attempts.ask(request)
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response


class PasskeyAgain(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    """What is wrong is said on the page; allauth leads away from it and from where the person was going."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return FormView.form_invalid(self, form)

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        # With the form that was looked at: allauth makes another, whose failure would count a second time.
        return {**super().get_context_data(), **told}


reauthenticate = ours(_reauthenticate, asks_again=True)
change_password = ours(ChangePassword.as_view())
second_factor = require_GET(never_cache(mfa.index))
second_factor_code = ours(mfa.authenticate)
second_factor_again = ours(mfa.reauthenticate, asks_again=True)
activate_totp = ours(ActivateTotp.as_view())
deactivate_totp = ours(DeactivateTotp.as_view())
passkeys = require_GET(never_cache(webauthn.list_webauthn))
add_passkey = ours(AddPasskey.as_view())
rename_passkey = ours(RenamePasskey.as_view())
remove_passkey = ours(RemovePasskey.as_view())
passkey_login = ours(PasskeyAlone.as_view())
passkey_again = ours(PasskeyAgain.as_view(), asks_again=True)
