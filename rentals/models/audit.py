"""Who did what with people, numbers and exports. Append-only: the database refuses to change or delete a row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditKind(models.TextChoices):
    SIGN_IN = "sign_in", _("Entró")
    SIGN_IN_FAILED = "sign_in_failed", _("Intento de entrar fallido")
    SIGN_OUT = "sign_out", _("Salió")
    SESSIONS_ENDED = "sessions_ended", _("Cerró las demás sesiones")
    PASSWORD_CHANGED = "password_changed", _("Cambió su contraseña")
    MFA_CHANGED = "mfa_changed", _("Cambió su segundo factor")
    MFA_RESET = "mfa_reset", _("Quitó el segundo factor de otra persona")
    PROFILE_CHANGED = "profile_changed", _("Cambió su perfil")
    INVITED = "invited", _("Invitó")
    INVITATION_REVOKED = "invitation_revoked", _("Anuló una invitación")
    INVITATION_USED = "invitation_used", _("Usó una invitación")
    ROLE_CHANGED = "role_changed", _("Cambió un rol")
    DEACTIVATED = "deactivated", _("Desactivó a una persona")
    REACTIVATED = "reactivated", _("Volvió a activar a una persona")
    LIMITS_CHANGED = "limits_changed", _("Cambió los límites de una persona")
    TEAM_LIMITS_CHANGED = "team_limits_changed", _("Cambió los límites del equipo")
    SECURITY_CHANGED = "security_changed", _("Cambió la seguridad del equipo")
    TAKEN = "taken", _("Tomó un número")
    RELEASED = "released", _("Soltó un número")
    LABELLED = "labelled", _("Cambió la etiqueta o la nota de un número")
    PANEL_OPENED = "panel_opened", _("Abrió los SMS")
    OPERATION = "operation", _("Operación")
    DECIDED = "decided", _("Decidió una operación")
    CORRECTED = "corrected", _("Corrigió una operación")
    EXPORTED = "exported", _("Exportó")


class AuditEntry(models.Model):
    """One thing that happened. `detail` says what was and what is (never a secret, never an SMS text)."""

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=24, choices=AuditKind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who did it; null when nobody was signed in or the first set-up acts."""
    about = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """To whom."""
    number = models.ForeignKey("rentals.Number", null=True, on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey("rentals.Operation", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.GenericIPAddressField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=("kind", "at")), models.Index(fields=("person", "at"))]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
