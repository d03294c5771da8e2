"""One person of the team: role, limits, access; each change at an address of its own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from rentals.forms.team import LimitsForm, RoleForm
from rentals.permissions import Verb
from rentals.queries import audit
from rentals.queries import team as known
from rentals.queries.budgets import overview
from rentals.queries.team import Member
from rentals.use_cases import invitations, team
from rentals.use_cases.invitations import NotInvited
from rentals.use_cases.team import NotChanged
from rentals.views.answers import see_other
from rentals.views.gate import (
    gate,
    require_GET,
    require_GET_or_POST,
    require_POST,
    require_recent_administrator,
)
from rentals.views.sentences import told
from rentals.views.team import REFUSED_STATUS, limits_form, show_link


@never_cache
@require_GET
@require_recent_administrator
def page(request: HttpRequest, pk: int) -> HttpResponse:
    gate(request, Verb.TEAM)
    return _page(request, _known(pk))


def _known(pk: int) -> Member:
    found = known.member(pk)
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, of: Member, status: int = HTTPStatus.OK, **forms: Any) -> HttpResponse:
    role = of.person.role
    content = {
        "member": of,
        "person": of.person,
        "used": overview([of.person]).people[of.person.pk],
        "role": forms.get("role") or RoleForm(initial={"role": role, "was": role}),
        "limits": forms.get("limits") or limits_form(of.person),
        "once": uuid4().hex,
        "numbers": known.numbers_of(of.person),
        "told": told(audit.latest(of.person)),
        "refusals": forms.get("refusals", {}),
    }
    return render(request, "team/person.html", content, status=status)


def _refused(request: HttpRequest, pk: int, form: str, refusal: NotChanged) -> HttpResponse:
    """The person as they are now, with the reason at the form."""
    status = REFUSED_STATUS.get(refusal.code, HTTPStatus.CONFLICT)
    return _page(request, _known(pk), status, refusals={form: refusal.words})


def _done(request: HttpRequest, pk: int, words: str) -> HttpResponse:
    messages.success(request, words)
    return see_other(reverse("team.person", args=[pk]))


@never_cache
@require_POST
@require_recent_administrator
def role(request: HttpRequest, pk: int) -> HttpResponse:
    by, of, form = gate(request, Verb.TEAM), _known(pk), RoleForm(request.POST)
    if not form.is_valid():
        return _page(request, of, HTTPStatus.UNPROCESSABLE_ENTITY, role=form)
    try:
        team.change_role(by, of.person, form.cleaned_data["role"], form.cleaned_data["was"])
    except NotChanged as refusal:
        return _refused(request, pk, "role", refusal)
    return _done(request, pk, _("El rol está guardado: vale desde ahora mismo."))


@never_cache
@require_POST
@require_recent_administrator
def limits(request: HttpRequest, pk: int) -> HttpResponse:
    by, of, form = gate(request, Verb.TEAM), _known(pk), LimitsForm(request.POST)
    if not form.is_valid():
        return _page(request, of, HTTPStatus.UNPROCESSABLE_ENTITY, limits=form)
    said = form.cleaned_data
    try:
        team.change_limits(by, of.person, said["day"], said["month"], said["was"])
    except NotChanged as refusal:
        return _refused(request, pk, "limits", refusal)
    return _done(request, pk, _("Los límites están guardados."))


@never_cache
@require_GET_or_POST
@require_recent_administrator
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    by, of = gate(request, Verb.TEAM), _known(pk)
    if request.method != "POST":
        return _ask(request, of, "team/_deactivate.html")
    try:
        team.deactivate(by, of.person)
    except NotChanged as refusal:
        return _refused(request, pk, "access", refusal)
    if of.person == by:
        return see_other(reverse("account_login"))
    return _done(request, pk, _("Ya no tiene acceso y sus sesiones han terminado."))


@never_cache
@require_POST
@require_recent_administrator
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    by, of = gate(request, Verb.TEAM), _known(pk)
    try:
        team.reactivate(by, of.person)
    except NotChanged as refusal:
        return _refused(request, pk, "access", refusal)
    return _done(request, pk, _("Vuelve a tener acceso."))


@never_cache
@require_GET_or_POST
@require_recent_administrator
def reset_mfa(request: HttpRequest, pk: int) -> HttpResponse:
    by, of = gate(request, Verb.TEAM), _known(pk)
    if request.method != "POST":
        return _ask(request, of, "team/_reset_mfa.html")
    try:
        team.reset_mfa(by, of.person)
    except NotChanged as refusal:
        return _refused(request, pk, "access", refusal)
    return _done(request, pk, _("Ya no tiene segundo factor: puede entrar con su contraseña y poner otro."))


@never_cache
@require_POST
@require_recent_administrator
def new_link(request: HttpRequest, pk: int) -> HttpResponse:
    by, of = gate(request, Verb.TEAM), _known(pk)
    if not of.person.is_active:
        return _refused(request, pk, "access", NotChanged("inactive"))
    try:
        made = invitations.renew_access(by, of.person, once=request.POST.get("once", ""))
    except NotInvited as refusal:
        return _refused(request, pk, "access", NotChanged(refusal.code))
    return show_link(made, request)


def _ask(request: HttpRequest, of: Member, ask: str) -> HttpResponse:
    """What would be done and what it means: in the dialog, or as a page."""
    name = ask if request.headers.get("HX-Request") else "team/ask.html"
    return render(request, name, {"member": of, "person": of.person, "ask": ask})
