"""What a person writes on a number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rentals.models import Number

LONGEST_LABEL: int = Number._meta.get_field("label").max_length or 0
LONGEST_NOTE: int = Number._meta.get_field("note").max_length or 0


class _OneLine(forms.CharField):
    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value)).split())


class _Lines(forms.CharField):
    """Browsers send a new line as two characters and count it as one."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\r\n", "\n")))


class LabelForm(forms.Form):
    """Label and note, both of which may be empty. `seen` tells which ones the form showed."""

    label = _OneLine(
        required=False,
        label=_("Etiqueta"),
        max_length=LONGEST_LABEL,
        error_messages={"max_length": _("La etiqueta puede tener %(limit_value)d caracteres como máximo.")},
    )
    note = _Lines(
        required=False,
        label=_("Nota"),
        max_length=LONGEST_NOTE,
        error_messages={"max_length": _("La nota puede tener %(limit_value)d caracteres como máximo.")},
    )
    seen = forms.CharField(required=False, max_length=16)
