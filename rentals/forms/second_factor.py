"""Codes and passkeys: allauth's forms with our words, our count of failures, and no code accepted twice."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from allauth.core import context
from allauth.mfa import app_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rentals import attempts
from rentals.forms.people import Worded
from rentals.models import Person
from rentals.sign_in import note_failure

LONGEST_PASSKEY_NAME = 60
USED = _("El código no es correcto o ya se ha usado.")
UNKNOWN_PASSKEY = _("No se ha reconocido la passkey.")
JUNK = (ValidationError, ValueError, TypeError, LookupError, AttributeError, RecursionError, struct.error)
"""What reading a hand-written answer of a passkey may raise: JSON, base64 and CBOR, each with holes of its own."""


@contextmanager
def counted(person: Person, method: Any) -> Iterator[None]:
    """What is refused inside counts and is told as a failed log-in of the person's."""
    attempt = attempts.begin(context.request, person.username)
    try:
        yield
    except ValidationError:
        note_failure(person, person.username, method)
        raise
    attempt.give_back()


def burn(person: Person, code: str) -> None:
    """A code opens once: whoever has looked over a shoulder comes too late. Raises ValidationError."""
    lasting = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    if not cache.add(f"second-factor:{person.pk}:{''.join(code.split())}", "used", timeout=lasting):
        raise ValidationError(USED)


class _Code(Worded):
    words: ClassVar = {"code": _("Código")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.Field = self.fields["code"]  # type: ignore[attr-defined]
        field.error_messages["required"] = _("Escriba el código.")
        # Not type=number: codes begin with zeros, and recovery codes are longer.
        field.widget.attrs.update(
            inputmode="numeric", autocapitalize="none", maxlength=20, spellcheck="false"
        )

    def clean_code(self) -> str:
        with counted(self.user, _("código")):  # type: ignore[attr-defined]
            code: str = super().clean_code()  # type: ignore[misc]
            burn(self.user, code)  # type: ignore[attr-defined]
        return code


class Code(_Code, AuthenticateForm):  # type: ignore[misc]
    """After the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class CodeAgain(_Code, ReauthenticateForm):  # type: ignore[misc]
    """Instead of the password."""


class FirstCode(_Code, ActivateTOTPForm):  # type: ignore[misc]
    """Shows that the telephone has the secret. Until then the session keeps it, encrypted like the one that stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        session = context.request.session
        kept = session.get(SECRET_SESSION_KEY)
        super().__init__(*args, **kwargs)
        self.secret = decrypt(kept) if kept and self.is_bound else generate_totp_secret()
        session[SECRET_SESSION_KEY] = encrypt(self.secret)

    def clean_code(self) -> str:
        # A slip while setting up is no attempt to get in, but guessing has its limit.
        attempt = attempts.begin(context.request, self.user.username)
        code: str = ActivateTOTPForm.clean_code(self)
        burn(self.user, code)
        attempt.give_back()
        return code


class _Answer(forms.JSONField):
    """What a passkey has answered. It is never drawn again: each answer holds for one question."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError):
            # Numbers of thousands of digits, brackets within brackets: JSON that Python does not read.
            raise ValidationError(UNKNOWN_PASSKEY) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class _Credential(Worded):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {"required": UNKNOWN_PASSKEY, "invalid": UNKNOWN_PASSKEY}
        self.fields["credential"] = _Answer(error_messages=words)  # type: ignore[attr-defined]


class _Passkey(_Credential):
    """What browsers send is JSON that anybody may write by hand."""

    def clean_credential(self) -> Authenticator:
        if self.user is None:  # type: ignore[attr-defined]
            return self._read()
        with counted(self.user, _("passkey")):  # type: ignore[attr-defined]
            return self._read()

    def _read(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except JUNK:
            raise ValidationError(UNKNOWN_PASSKEY) from None
        return found


class Passkey(_Passkey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """After the password."""


class PasskeyAgain(_Passkey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Instead of the password."""


class PasskeyAlone(_Passkey, LoginWebAuthnForm):  # type: ignore[misc]
    """Instead of name and password."""

    def _read(self) -> Authenticator:
        attempt = attempts.begin(context.request, None)
        try:
            found = super()._read()
        except ValidationError:
            note_failure(None, "", _("passkey"))
            raise
        attempt.give_back()
        return found


class NewPasskey(_Credential, AddWebAuthnForm):  # type: ignore[misc]
    words: ClassVar = {"name": _("Nombre"), "passwordless": _("Entrar solo con ella, sin contraseña")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["maxlength"] = LONGEST_PASSKEY_NAME
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _(
            "Pide además la huella, la cara o el PIN del dispositivo. Sin marcarlo sirve solo después de la contraseña."
        )

    def clean_name(self) -> str:
        name: str = super().clean_name()
        return name[:LONGEST_PASSKEY_NAME]

    def clean(self) -> dict[str, Any]:
        try:
            cleaned: dict[str, Any] = super().clean()
        except JUNK:
            raise ValidationError(UNKNOWN_PASSKEY) from None
        return cleaned


class PasskeyName(Worded, EditWebAuthnForm):  # type: ignore[misc]
    words: ClassVar = {"name": _("Nombre")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name: Any = self.fields["name"]
        name.max_length = LONGEST_PASSKEY_NAME
        name.widget.attrs["maxlength"] = LONGEST_PASSKEY_NAME

    def clean_name(self) -> str:
        return str(self.cleaned_data["name"])[:LONGEST_PASSKEY_NAME]
