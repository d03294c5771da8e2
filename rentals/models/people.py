"""People who sign in, and what each may do."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OBSERVER = "observer", _("Observador")
    OPERATOR = "operator", _("Operador")
    ADMINISTRATOR = "administrator", _("Administrador")


class PersonManager(UserManager["Person"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> Person:
        """`manage.py createsuperuser` makes an administrator of the dashboard."""
        return super().create_superuser(username, email, password, role=Role.ADMINISTRATOR, **extra)


class Person(AbstractUser):
    role = models.CharField(_("rol"), max_length=20, choices=Role, default=Role.OBSERVER)
    is_demo = models.BooleanField(default=False, editable=False)
    """Exists only for the sandbox; refused as soon as the upstream is the vendor."""

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        pass

    def display_name(self) -> str:
        return self.get_full_name() or self.get_username()
