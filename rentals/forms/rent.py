"""What is chosen in the order form, from the address."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rentals import periods
from rentals.periods import Period
from rentals.use_cases.renting import MOST_SERVICES

_CODE = r"^[\w.:-]+$"
_NO_SERVICE = _("Ese servicio no existe.")


class CodesField(forms.Field):
    """Codes of services, each given once or more often; a tuple without repetitions."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code for code in value or () if code))
        if any(len(code) > 32 or not re.match(_CODE, code) for code in codes):
            raise forms.ValidationError(_NO_SERVICE)
        if len(codes) > MOST_SERVICES:
            raise forms.ValidationError(_("Elija como mucho 10 servicios para un número."))
        return codes


class ChoiceForm(forms.Form):
    """A choice that may be incomplete: it draws the page. Unknown values are errors at their field."""

    country = forms.RegexField(
        regex=_CODE,
        max_length=16,
        required=False,
        label=_("Seleccionar país"),
        error_messages={"invalid": _("Ese país no existe."), "max_length": _("Ese país no existe.")},
    )
    period = forms.CharField(max_length=16, required=False, label=_("Seleccionar periodo de alquiler"))
    several = forms.BooleanField(required=False, label=_("Varios servicios"))
    service = CodesField(required=False, label=_("Servicio"))
    operator = forms.CharField(max_length=80, required=False, label=_("Operador"))

    def __init__(self, data: Any, *, countries: frozenset[str], **kwargs: Any) -> None:
        """`countries` are the codes on offer; empty while none has been synced, and then any is taken."""
        super().__init__(data, **kwargs)
        self._countries = countries

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"]
        if code and self._countries and code not in self._countries:
            raise forms.ValidationError(_("Ese país no está en la lista de SMSPVA."))
        return code

    def clean_service(self) -> tuple[str, ...]:
        codes: tuple[str, ...] = self.cleaned_data["service"]
        # Without the switch it is a choice of one: the last that was picked.
        return codes if self.cleaned_data.get("several") else codes[-1:]

    def clean_period(self) -> Period:
        slug = self.cleaned_data["period"]
        period = periods.parse(slug) if slug else periods.DEFAULT
        if period is None:
            raise forms.ValidationError(
                _(
                    "Ese periodo no existe: elija de 1 a 12 semanas o de 1 a 3 meses (mínimo 7 días, máximo 90)."
                )
            )
        return period

    @property
    def period_chosen(self) -> Period:
        chosen: Period = self.cleaned_data.get("period") or periods.DEFAULT
        return chosen

    @property
    def services(self) -> tuple[str, ...]:
        """The codes chosen: at most one without the switch "Varios servicios"."""
        return tuple(getattr(self, "cleaned_data", {}).get("service") or ())

    def chosen(self, name: str) -> str:
        return str(getattr(self, "cleaned_data", {}).get(name) or "")


class RentForm(ChoiceForm):
    """A choice that is complete: it leads to a confirmation."""

    def clean(self) -> dict[str, Any] | None:
        for name, words in (("country", _("Elija un país.")), ("service", _("Elija un servicio."))):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, words)
        return self.cleaned_data
