"""The filter of the journal, and what a person signs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from rentals.models.operations import Kind
from rentals.queries.journal import OUTCOMES, Filter

OUTCOME_WORDS = {
    "open": _("Enviando…"),
    "done": _("Hecho"),
    "refused": _("Rechazado"),
    "not_sent": _("No enviado"),
    "not_executed": _("No ejecutado"),
    "unknown": _("Resultado desconocido"),
    "waiting": _("Espera una decisión"),
}


_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
_NO_SUCH_DAY = _("Elija un día entre los años 2000 y 2999.")


class _Day(forms.DateField):
    """A day that has a day before and a day after it in any time zone: the calendar of dates has two ends."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [
        MinValueValidator(_FIRST_DAY, _NO_SUCH_DAY),
        MaxValueValidator(_LAST_DAY, _NO_SUCH_DAY),
    ]


class DatesForm(forms.Form):
    """From which day to which. Both may be empty; they are whole days of the team's time zone."""

    since = _Day(required=False, label=_("Desde"))
    until = _Day(required=False, label=_("Hasta"))

    def clean(self) -> dict[str, Any] | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and since > until:
            self.add_error("until", _("«Hasta» no puede ser anterior a «Desde»."))
        return self.cleaned_data

    @property
    def known(self) -> dict[str, Any]:
        """What is asked for, as far as it could be understood."""
        cleaned = getattr(self, "cleaned_data", {})
        return {name: cleaned[name] for name in self.fields if cleaned.get(name)}

    @property
    def told(self) -> dict[str, str]:
        """The same as the audit keeps it."""
        return {name: str(value) for name, value in self.known.items()}


class FilterForm(DatesForm):
    """Every field may be empty."""

    person = forms.CharField(max_length=150, required=False, label=_("Persona"))
    kind = forms.ChoiceField(required=False, label=_("Operación"), choices=[("", _("Todas")), *Kind.choices])
    outcome = forms.ChoiceField(
        required=False,
        label=_("Resultado"),
        choices=[("", _("Todos")), *((word, OUTCOME_WORDS[word]) for word in OUTCOMES)],
    )
    number = forms.CharField(max_length=40, required=False, label=_("Número"))

    @property
    def filter(self) -> Filter:
        return Filter(**self.known)


class DecideForm(forms.Form):
    """A person says what became of an operation, and signs with a note. `order` is the vendor's id."""

    executed = forms.CharField(max_length=4, required=False)
    order = forms.CharField(max_length=64, required=False)
    note = forms.CharField(
        max_length=500,
        label=_("Nota"),
        error_messages={"required": _("Escriba en una nota por qué lo decide así.")},
    )

    def clean(self) -> dict[str, Any] | None:
        said = self.cleaned_data
        # To name the order is to say that it was executed.
        if not said.get("order") and said.get("executed") not in ("yes", "no", "none"):
            self.add_error("executed", _("Diga si se ejecutó o no."))
        return said

    @property
    def was_executed(self) -> bool:
        return bool(self.cleaned_data["order"]) or self.cleaned_data["executed"] in ("yes", "none")

    @property
    def names_none(self) -> bool:
        """It was executed, and made none of the orders that could be named."""
        return not self.cleaned_data["order"] and self.cleaned_data["executed"] == "none"


class Amount(forms.DecimalField):
    """As a person writes it: digits, and a comma or a point. Python also takes "1e5", "1_000" and "NaN".

    "1.000,50" can mean one thing only; "1.000" could be one or a thousand and is what its decimals say.
    """

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        text = str(value or "").strip()
        if re.fullmatch(r"[0-9]{1,3}([.][0-9]{3})+,[0-9]{1,2}", text):
            text = text.replace(".", "")
        if text and not re.fullmatch(r"[0-9]+([.,][0-9]+)?", text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(",", "."))


class CorrectionForm(forms.Form):
    """What is added to the record of a settled operation. `charge` in USD, or empty."""

    charge = Amount(
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1_000_000),
        decimal_places=4,
        max_digits=12,
        label=_("Cobro real en USD (opcional)"),
        error_messages={"invalid": _("Escriba un importe, por ejemplo 4,20.")},
    )
    note = forms.CharField(
        max_length=500, label=_("Nota"), error_messages={"required": _("Escriba qué se corrige y por qué.")}
    )
