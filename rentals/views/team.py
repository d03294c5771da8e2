"""`/team/`: who is in the team, who is invited, and what holds for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.team import InviteForm, LimitsForm, SecurityForm
from rentals.models import Person, Team
from rentals.permissions import Verb
from rentals.queries import team as known
from rentals.queries.budgets import Budget, overview
from rentals.queries.team import Member
from rentals.use_cases import invitations, team
from rentals.use_cases.invitations import Made, NotInvited
from rentals.use_cases.team import NotChanged
from rentals.views.answers import see_other
from rentals.views.gate import gate, require_GET, require_POST, require_recent_administrator

REFUSED_STATUS = {"forbidden": HTTPStatus.FORBIDDEN}


@dataclass(frozen=True)
class Row:
    """One person, and what they have used of today and of this month."""

    member: Member
    day: Budget
    month: Budget


@never_cache
@require_GET
@require_recent_administrator
def page(request: HttpRequest) -> HttpResponse:
    gate(request, Verb.TEAM)
    return _page(request)


def _page(request: HttpRequest, status: int = HTTPStatus.OK, **forms: Any) -> HttpResponse:
    """The whole page; `forms` are those that were refused, `refusals` the words for a form that was not."""
    our_team, members = Team.only(), known.members()
    used = overview(member.person for member in members)
    content = {
        "rows": [Row(member, *used.people[member.person.pk]) for member in members],
        "used": used.team,
        "invitations": known.pending_invitations(),
        "team": our_team,
        "invite": forms.get("invite") or InviteForm(),
        "once": uuid4().hex,
        "limits": forms.get("limits") or limits_form(our_team),
        "security": forms.get("security") or _security_form(our_team),
        "refusals": forms.get("refusals", {}),
    }
    return render(request, "team/page.html", content, status=status)


def limits_form(of: Person | Team) -> LimitsForm:
    was = known.limits_mark(of)
    return LimitsForm(initial={"day": _written(of.day_limit), "month": _written(of.month_limit), "was": was})


def _security_form(of: Team) -> SecurityForm:
    was, above = known.security_mark(of), _written(of.confirm_above)
    return SecurityForm(initial={"mfa_roles": of.mfa_roles, "confirm_above": above, "was": was})


def _written(amount: Decimal | None) -> str:
    """As a person writes it into a field; nothing where there is none."""
    return "" if amount is None else number_format(amount, 2)


@never_cache
@require_POST
@require_recent_administrator
def invite(request: HttpRequest) -> HttpResponse:
    person, form = gate(request, Verb.TEAM), InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, HTTPStatus.UNPROCESSABLE_ENTITY, invite=form)
    said = form.cleaned_data
    try:
        made = invitations.invite(
            person,
            role=said["role"],
            name=said["name"],
            email=said["email"],
            once=request.POST.get("once", ""),
        )
    except NotInvited as refusal:
        return _refused(request, "invite", NotChanged(refusal.code))
    return show_link(made, request)


def show_link(made: Made, request: HttpRequest) -> HttpResponse:
    """The link, on the answer to its form alone: nobody can read it anywhere else."""
    address = request.build_absolute_uri(made.path)
    content = {
        "invitation": made.invitation,
        "address": address,
        "mailed": invitations.send(made, address),
        "again": made.again,
        "mail_is_configured": invitations.mail_is_configured(),
    }
    return render(request, "team/link.html", content)


@never_cache
@require_POST
@require_recent_administrator
def revoke(request: HttpRequest, invitation: int) -> HttpResponse:
    person, found = gate(request, Verb.TEAM), known.invitation(invitation)
    if found is None:
        raise Http404
    try:
        invitations.revoke(person, found)
    except NotInvited as refusal:
        return _refused(request, "invite", NotChanged(refusal.code))
    messages.success(request, _("La invitación está anulada: su enlace ya no sirve."))
    return see_other(reverse("team.page"))


@never_cache
@require_POST
@require_recent_administrator
def security(request: HttpRequest) -> HttpResponse:
    person, form = gate(request, Verb.TEAM), SecurityForm(request.POST)
    if not form.is_valid():
        return _page(request, HTTPStatus.UNPROCESSABLE_ENTITY, security=form)
    said = form.cleaned_data
    try:
        team.change_security(person, said["mfa_roles"], said["confirm_above"], said["was"])
    except NotChanged as refusal:
        return _refused(request, "security", refusal)
    messages.success(request, _("La seguridad del equipo está guardada."))
    return see_other(reverse("team.page"))


@never_cache
@require_POST
@require_recent_administrator
def team_limits(request: HttpRequest) -> HttpResponse:
    person, form = gate(request, Verb.TEAM), LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, HTTPStatus.UNPROCESSABLE_ENTITY, limits=form)
    said = form.cleaned_data
    try:
        team.change_team_limits(person, said["day"], said["month"], said["was"])
    except NotChanged as refusal:
        return _refused(request, "limits", refusal)
    messages.success(request, _("Los límites del equipo están guardados."))
    return see_other(reverse("team.page"))


def _refused(request: HttpRequest, form: str, refusal: NotChanged) -> HttpResponse:
    """The page as it is now, with the reason at the form."""
    status = REFUSED_STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    return _page(request, status, refusals={form: refusal.words})
