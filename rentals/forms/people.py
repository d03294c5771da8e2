"""Signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """allauth's, with the words of this house."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, password = self.fields["login"], self.fields["password"]
        user.label, password.label = _("Usuario"), _("Contraseña")
        user.error_messages["required"] = _("Escriba su usuario.")
        password.error_messages["required"] = _("Escriba su contraseña.")
        password.help_text = ""
        for field in (user, password):
            field.widget.attrs.pop("placeholder", None)
        user.widget.attrs.update(autofocus=True, autocapitalize="none", spellcheck="false")
