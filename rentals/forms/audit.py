"""The filter of the audit."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rentals.forms.journal import DatesForm
from rentals.models.audit import AuditKind
from rentals.queries.audit import Filter


class AuditFilterForm(DatesForm):
    """Every field may be empty. People by their user names."""

    person = forms.CharField(max_length=150, required=False, label=_("Quién"))
    kind = forms.ChoiceField(required=False, label=_("Qué"), choices=[("", _("Todo")), *AuditKind.choices])
    about = forms.CharField(max_length=150, required=False, label=_("A quién"))
    number = forms.CharField(max_length=40, required=False, label=_("Número"))

    @property
    def filter(self) -> Filter:
        return Filter(**self.known)
