"""Recovery codes: shown once, in the answer to a button, so that looking at the page again tells nothing."""

from __future__ import annotations

from urllib.parse import quote

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.models import Person
from rentals.models.audit import AuditKind
from rentals.use_cases.audit import note
from rentals.views.gate import gate, require_GET_or_POST, require_recent_sign_in


@never_cache
@require_GET_or_POST
@require_recent_sign_in
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """POST shows those that nobody has seen; with `new` it makes new ones, and the old ones are worth nothing."""
    person = gate(request)
    if not flows.can_generate_recovery_codes(person):
        return redirect("mfa_index")
    codes = _shown(request, person) if request.method == "POST" else []
    kept = _kept(person)
    content = {
        "codes": codes,
        "download": quote(_as_text(request, person, codes)),
        "left": len(kept.get_unused_codes()) if kept else 0,
        "unseen": bool(kept and not kept.did_view),
        "total": app_settings.RECOVERY_CODE_COUNT,
    }
    return render(request, "mfa/recovery_codes/index.html", content)


def _kept(person: Person) -> RecoveryCodes | None:
    row = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return row.wrap() if row else None


@transaction.atomic
def _shown(request: HttpRequest, person: Person) -> list[str]:
    # Two presses at the same time: one of them is shown the codes.
    Person.objects.select_for_update().get(pk=person.pk)
    kept = _kept(person)
    if "new" in request.POST or kept is None:
        note(AuditKind.MFA_CHANGED, person, renewed=_("códigos de recuperación"))
        kept = flows.generate_recovery_codes(request).wrap()
    elif kept.did_view:
        return []
    kept.mark_as_viewed()
    codes: list[str] = kept.get_unused_codes()
    return codes


def _as_text(request: HttpRequest, person: Person, codes: list[str]) -> str:
    title = _("Códigos de recuperación de %(name)s en %(host)s. Cada uno sirve una vez.")
    head = title % {"name": person.get_username(), "host": request.get_host()}
    return "\n".join([head, "", *codes, ""])
