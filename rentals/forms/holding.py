"""What is chosen in the dialogs about a number that is rented, from the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rentals import periods
from rentals.periods import Period

DEFAULT_PROLONGING = Period("week", 1)


class ProlongForm(forms.Form):
    """By how much to prolong: 1 to 6 days, or whole weeks or months up to 90 days."""

    period = forms.CharField(max_length=16, required=False, label=_("Prolongar por"))

    def clean_period(self) -> Period:
        slug = self.cleaned_data["period"]
        period = periods.parse_prolonging(slug) if slug else DEFAULT_PROLONGING
        if period is None:
            raise forms.ValidationError(_("Elija de 1 a 6 días, o semanas o meses hasta 90 días."))
        return period

    @property
    def chosen(self) -> Period:
        period: Period = getattr(self, "cleaned_data", {}).get("period") or DEFAULT_PROLONGING
        return period


class ServiceForm(forms.Form):
    """Which service to add and for how many whole days; `most` are the full days left on the order."""

    service = forms.RegexField(
        regex=r"^[\w.:-]+$",
        max_length=32,
        required=False,
        label=_("Servicio"),
        error_messages={"invalid": _("Ese servicio no existe."), "max_length": _("Ese servicio no existe.")},
    )
    days = forms.CharField(max_length=8, required=False, label=_("Período de alquiler"))

    def __init__(self, data: Any, *, most: int, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.most = most

    def clean_days(self) -> int:
        text = self.cleaned_data["days"].strip() or str(self.default_days)
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= self.most):
            raise forms.ValidationError(
                _("Escriba un número entero de días, de 1 a %(most)d."), params={"most": self.most}
            )
        return int(text)

    @property
    def default_days(self) -> int:
        return max(1, min(7, self.most))

    @property
    def chosen_days(self) -> int:
        return int(getattr(self, "cleaned_data", {}).get("days") or self.default_days)

    @property
    def chosen_service(self) -> str:
        return str(getattr(self, "cleaned_data", {}).get("service") or "")
