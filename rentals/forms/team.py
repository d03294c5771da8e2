"""What administrators write about people. A form takes its own fields and nothing else that a request may hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rentals.forms.journal import Amount
from rentals.models.people import Role

_NO_ROLE = {"required": _("Elija un rol."), "invalid_choice": _("Elija un rol de la lista.")}


def _usd(label: Any) -> Amount:
    """An amount in USD with cents; empty is none."""
    return Amount(
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=2,
        max_digits=12,
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 14}),
        error_messages={
            "invalid": _("Escriba un importe, por ejemplo 20 o 20,50."),
            "max_decimal_places": _("Escriba el importe con dos decimales como mucho; mil es 1000."),
            "max_value": _("Como mucho 1.000.000 USD."),
        },
    )


class _Form(forms.Form):
    """Several stand on one page, so the ids of their fields begin with the form's own word."""

    word = ""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{self.word}-%s", **kwargs)


class RoleForm(_Form):
    """`was` is the role that the page showed."""

    word = "role"

    role = forms.ChoiceField(label=_("Rol"), choices=Role.choices, error_messages=_NO_ROLE)
    was = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)


class LimitsForm(_Form):
    """`was` is the mark of the limits that the page showed."""

    word = "limits"

    day = _usd(_("Límite por día, USD"))
    month = _usd(_("Límite por mes, USD"))
    was = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        day, month = said.get("day"), said.get("month")
        if day is not None and month is not None and day > month:
            self.add_error("day", _("El límite por día no puede ser mayor que el límite por mes."))
        return said


class InviteForm(_Form):
    word = "invite"
    name = forms.CharField(
        max_length=150, label=_("Nombre"), error_messages={"required": _("Escriba el nombre de la persona.")}
    )
    email = forms.EmailField(
        max_length=254,
        required=False,
        label=_("Correo (opcional)"),
        error_messages={"invalid": _("Escriba un correo válido o deje el campo vacío.")},
    )
    role = forms.ChoiceField(
        label=_("Rol"), choices=Role.choices, initial=Role.OPERATOR, error_messages=_NO_ROLE
    )


class SecurityForm(_Form):
    """`was` is the mark of the settings that the page showed."""

    word = "security"

    mfa_roles = forms.MultipleChoiceField(
        required=False,
        label=_("2FA obligatorio"),
        choices=Role.choices,
        error_messages={"invalid_choice": _("Elija roles de la lista.")},
    )
    confirm_above = _usd(_("Pedir la contraseña por encima de … USD"))
    was = forms.CharField(max_length=120, required=False, widget=forms.HiddenInput)
