"""Who spends much gives the password again, when the team wants that; within 15 minutes of a log-in nobody does."""

from __future__ import annotations

from decimal import Decimal

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.http import HttpRequest

from rentals.confirmations import Confirmation
from rentals.forms.people import PasswordAgain
from rentals.models import Team
from rentals.models.operations import Kind
from rentals.sign_in import recently_signed_in


def password_form(request: HttpRequest, confirmation: Confirmation) -> PasswordAgain | None:
    """The form that must be right before this is recorded, filled in with what was posted; None when none must be."""
    if recently_signed_in(request) or not _costs_too_much(confirmation, Team.only().confirm_above):
        return None
    return PasswordAgain(request.POST if request.method == "POST" else None, user=request.user)


def accepts(request: HttpRequest, form: PasswordAgain | None) -> bool:
    """Whether it may be recorded. The right password counts as a log-in for the next 15 minutes."""
    if form is None:
        return True
    if not form.is_valid():
        # The dialog's heading has the focus when it opens, and leaves it to what must be typed again.
        form.fields["password"].widget.attrs["autofocus"] = True
        return False
    reauthenticate_by_password(request)
    return True


def _costs_too_much(confirmation: Confirmation, limit: Decimal | None) -> bool:
    if limit is None or confirmation.kind in (Kind.DELETE, Kind.ACTIVATE):
        return False
    # The price is signed with the rest, and nothing is recorded at another.
    price = confirmation.shown.get("price")
    return price is None or Decimal(price) > limit
