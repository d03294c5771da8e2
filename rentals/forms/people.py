"""Signing in, giving the password again, changing it, and the profile."""

from __future__ import annotations

import zoneinfo
from functools import cache
from itertools import groupby
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as AllauthChangePassword
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticate
from django import forms
from django.utils.translation import gettext_lazy as _

from rentals.models import Person
from rentals.queries.team import is_called

Choices = list[tuple[str, Any]]

SAME_NAME = _("Ese nombre ya lo usa otra persona del equipo.")


class Worded:
    """A form of allauth's with the words of this house: `words` by the name of the field."""

    words: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, label in self.words.items():
            fields[name].label = label
        for field in fields.values():
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Worded, AllauthLoginForm):  # type: ignore[misc]
    words: ClassVar = {"login": _("Usuario"), "password": _("Contraseña")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, password = self.fields["login"], self.fields["password"]
        user.error_messages["required"] = _("Escriba su usuario.")
        password.error_messages["required"] = _("Escriba su contraseña.")
        password.help_text = ""
        user.widget.attrs.update(autofocus=True, autocapitalize="none", spellcheck="false")


class PasswordAgain(Worded, AllauthReauthenticate):  # type: ignore[misc]
    """Whether the person before the screen is the one who signed in. Failures count as failed log-ins."""

    words: ClassVar = {"password": _("Contraseña")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].error_messages["required"] = _("Escriba su contraseña.")
        self.fields["password"].help_text = ""


class ChangePassword(Worded, AllauthChangePassword):  # type: ignore[misc]
    words: ClassVar = {
        "oldpassword": _("Contraseña actual"),
        "password1": _("Contraseña nueva"),
        "password2": _("Contraseña nueva otra vez"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """As when signing in: whoever finds the screen unlocked has no more tries here than there."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self) -> str:
        """Compared with the old one that was right, so that it tells nothing to whoever is guessing."""
        password: str = self.cleaned_data["password1"]
        if password == self.cleaned_data.get("oldpassword"):
            raise forms.ValidationError(_("La contraseña nueva es igual que la actual."))
        return password


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people may say of themselves; whatever else is posted changes nothing."""

    theme = forms.ChoiceField(
        label=_("Tema"),
        required=False,
        choices=[("", _("Auto (el del sistema)")), ("light", _("Claro")), ("dark", _("Oscuro"))],
    )
    time_zone = forms.ChoiceField(label=_("Zona horaria"), required=False)

    class Meta:
        model = Person
        fields = ("first_name", "last_name", "theme", "time_zone")
        labels: ClassVar = {"first_name": _("Nombre"), "last_name": _("Apellidos")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [("", _("La de su navegador")), *zone_choices()]
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"

    def clean_first_name(self) -> str:
        return " ".join(self.cleaned_data["first_name"].split())

    def clean_last_name(self) -> str:
        return " ".join(self.cleaned_data["last_name"].split())

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        named = {"first_name", "last_name"}
        # Whoever has a name of before that somebody else has too may still change the rest.
        if named & set(self.changed_data) and named <= set(said):
            name = f"{said['first_name']} {said['last_name']}".strip() or self.instance.get_username()
            if is_called(name, but=self.instance.pk):
                self.add_error("first_name", SAME_NAME)
        return said


@cache
def zone_choices() -> tuple[tuple[str, Any], ...]:
    """The zones that people live in, by continent, as a select shows them."""
    names = sorted(name for name in zoneinfo.available_timezones() if _is_a_place(name))
    places = groupby(names, key=lambda name: name.partition("/")[0])
    groups = [
        (area, tuple((name, name.partition("/")[2].replace("_", " ")) for name in names))
        for area, names in places
    ]
    return (("UTC", "UTC"), *groups)


_AREAS = {
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
}


def _is_a_place(name: str) -> bool:
    return name.partition("/")[0] in _AREAS
