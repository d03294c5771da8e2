"""People who sign in, what each may do and spend, and the links that let them in for the first time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

_TURNING = dict.fromkeys([0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


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


def limit_field(name: Any) -> models.DecimalField[Decimal | None, Decimal | None]:
    """A limit in USD; null is none."""
    return models.DecimalField(
        name,
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )


class Person(AbstractUser):
    role = models.CharField(_("rol"), max_length=20, choices=Role, default=Role.OBSERVER)
    is_demo = models.BooleanField(default=False, editable=False)
    """Exists only for the sandbox; refused as soon as the upstream is the vendor."""
    day_limit = limit_field(_("límite por día"))
    month_limit = limit_field(_("límite por mes"))
    time_zone = models.CharField(_("zona horaria"), max_length=64, blank=True)
    """An IANA name; empty: the browser's."""
    theme = models.CharField(_("tema"), max_length=8, blank=True)
    """light or dark; empty: what the browser's cookie or the system says."""

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta(AbstractUser.Meta):
        pass

    def display_name(self) -> str:
        return self.get_full_name() or self.get_username()

    def name_and_login(self) -> str:
        """ "Ana Ruiz (ana)", where it matters who it really is: everybody sets their own name as they like."""
        # A mark that turns the direction of writing would turn what follows the name too.
        name, login = self.display_name().translate(_TURNING), self.get_username()
        return login if name == login else f"{name} ({login})"


class Team(models.Model):
    """What holds for the whole team, in one row. It is also the lock under which budgets are counted."""

    day_limit = limit_field(_("límite por día"))
    month_limit = limit_field(_("límite por mes"))
    mfa_roles = models.JSONField(default=list, blank=True)
    """Roles that must use a second factor."""
    confirm_above = limit_field(_("pedir la contraseña por encima de"))
    """Spending more than this in one operation asks for the password again; null: never."""

    def __str__(self) -> str:
        return "team"

    @classmethod
    def only(cls) -> Team:
        """The one row, made when it is missing."""
        return cls.objects.filter(pk=1).first() or cls.objects.get_or_create(pk=1)[0]


class Invitation(models.Model):
    """A link that lets one person in, once. Only a digest of its secret is kept."""

    class Purpose(models.TextChoices):
        SETUP = "setup", _("Primera puesta en marcha")
        INVITE = "invite", _("Invitación")
        RESET = "reset", _("Acceso nuevo")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    """SHA-256 of the secret, in hex."""
    purpose = models.CharField(max_length=8, choices=Purpose)
    role = models.CharField(max_length=20, choices=Role, default=Role.OBSERVER)
    name = models.CharField(_("nombre"), max_length=150, blank=True)
    email = models.EmailField(_("correo"), blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=True
    )
    """RESET: whose access it renews. Otherwise the person it has made, once used."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null for the first set-up."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.purpose} {self.name}"
