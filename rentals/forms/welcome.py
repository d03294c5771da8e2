"""The form behind an invitation link."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext_lazy as _

from rentals.forms.people import SAME_NAME
from rentals.models import Invitation, Person
from rentals.queries.team import is_called

_NAME = Person._meta.get_field("username")

TAKEN = _("Ese usuario ya existe. Elija otro.")


class WelcomeForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """`username` and `name` are asked only of those who are new."""

    username = forms.CharField(
        label=_("Usuario"),
        max_length=150,
        validators=_NAME.validators,
        help_text=_("Con él entrará: letras, cifras y @ . + - _"),
        error_messages={
            "required": _("Escriba un usuario."),
            "max_length": _("Use como mucho 150 caracteres."),
            "invalid": _("Use solo letras, cifras y @ . + - _, sin espacios."),
        },
    )
    name = forms.CharField(
        label=_("Nombre"), max_length=150, required=False, help_text=_("Así le verán sus colegas.")
    )
    password1, password2 = SetPasswordMixin.create_password_fields(_("Contraseña"), _("Repita la contraseña"))

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._invitation = invitation
        if invitation.purpose == Invitation.Purpose.RESET:
            del self.fields["username"], self.fields["name"]
        else:
            self.fields["name"].initial = invitation.name
            self.fields["username"].widget.attrs.update(
                autocomplete="username", autocapitalize="none", spellcheck="false", autofocus=True
            )
            self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["password1"].help_text = _(
            "Al menos 8 caracteres, no solo cifras, y que no sea de las más usadas."
        )
        self.fields["password2"].help_text = ""
        for name, words in (("password1", _("Escriba una contraseña.")), ("password2", _("Repítala."))):
            self.fields[name].error_messages["required"] = words

    def clean_username(self) -> str:
        # As it will be kept: full-width letters must not make a second "ana" whom nobody can tell from the first.
        said = str(Person.normalize_username(self.cleaned_data["username"]))
        if Person.objects.filter(username__iexact=said).exists():
            raise forms.ValidationError(TAKEN)
        return said

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Without a name the person is seen under the user name.
        shown = cleaned.get("name") or cleaned.get("username")
        if "name" in cleaned and shown and is_called(shown):
            self.add_error("name", SAME_NAME)
        self.validate_passwords()
        self.validate_password_for_user(self._person())
        return cleaned

    def _person(self) -> Person:
        """Whom the password must not resemble."""
        if self._invitation.person:
            return self._invitation.person
        said = self.cleaned_data
        return Person(
            username=said.get("username", ""), first_name=said.get("name", ""), email=self._invitation.email
        )
