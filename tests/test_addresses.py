"""Every address × every role × anonymous × deactivated × wrong method: who may, and that nothing changes for others.

An address that has no row here fails the suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from rentals.models import Invitation, Number, Operation, Order, Person, Rental
from rentals.models.people import Role
from rentals.use_cases import invitations
from rentals.use_cases.numbers import mark
from tests.conftest import inactive_order, rent
from tests.views.conftest import just_signed_in

ROLES = (Role.OBSERVER, Role.OPERATOR, Role.ADMINISTRATOR)
EVERYBODY = frozenset({"nobody", "deactivated", *ROLES})
SIGNED_IN = frozenset(ROLES)
SPENDERS = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
PERSON = ("role", "is_active", "password", "username", "day_limit", "month_limit")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SETTLED, DOUBTFUL = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Way:
    """One method of an address: who may, what they get, and what is sent along."""

    who: frozenset[str]
    status: int = 200
    data: dict[str, Any] | None = None
    inside: int = 0
    """What those get who are signed in, where that differs."""


@dataclass(frozen=True)
class Address:
    path: str | Callable[[Person], str]
    get: Way | None = None
    post: Way | None = None

    def way(self, method: str) -> Way | None:
        return {"GET": self.get, "POST": self.post}.get(method)


def page(path: Any, who: frozenset[str] = SIGNED_IN, status: int = 200) -> Address:
    return Address(path, get=Way(who, status))


def action(path: Any, who: frozenset[str] = SPENDERS, status: int = 303, **data: Any) -> Address:
    return Address(path, post=Way(who, status, data))


def confirmation(person: Person) -> str:
    """Only a person's own; for those without a name it is the one of somebody else."""
    return f"/rent/confirm/{Worlds.now.tokens[person.pk]}/"


def order(rest: str, **fields: Any) -> Callable[[Person], str]:
    return lambda person: f"/orders/{inactive_order().vendor_id}/{rest}/"


def number(rest: str) -> Callable[[Person], str]:
    return lambda person: f"/numbers/{inactive_order().number_id}/{rest}/"


def restorable(person: Person) -> str:
    return f"/archive/{Rental.objects.filter(restorable=True)[0].vendor_id}/restore/"


def invited(person: Person) -> str:
    return Worlds.now.link


def form(path: str, get: int, post: int, who: frozenset[str] = SIGNED_IN, **data: Any) -> Address:
    """A page with a form of its own. Nobody here has given a password lately: what is delicate asks for it (302)."""
    return Address(path, get=Way(who, get), post=Way(who, post, data))


def of_the_operator(rest: str = "") -> Callable[[Person], str]:
    return lambda person: f"/team/{Worlds.now.people[Role.OPERATOR].pk}/{rest}"


def pending(person: Person) -> str:
    return f"/team/invitations/{Invitation.objects.get().pk}/revoke/"


TABLE: dict[str, Address] = {
    "rent.page": page("/"),
    "rent.start": page("/rent/?country=ES&period=week-1&service=opt29", SPENDERS, 303),
    "rent.confirm": Address(confirmation, get=Way(SPENDERS), post=Way(SPENDERS, 303)),
    "operations.confirm": Address(
        lambda person: confirmation(person).replace("/rent/", "/operations/"),
        get=Way(SPENDERS),
        post=Way(SPENDERS, 303),
    ),
    "catalogue.prices": page("/catalogue/prices/?country=ES&period=week-1", status=303),
    "orders.table": page("/orders/table/"),
    "orders.row": page(order("row")),
    "orders.activate": action(order("activate"), seen="0.0"),
    "orders.more": page(order("more")),
    "orders.sms": page(order("sms")),
    "orders.sms_refresh": action(order("sms/refresh"), SIGNED_IN),
    "orders.prolong": page(order("prolong"), SPENDERS, 409),
    "orders.add_service": page(order("service"), SPENDERS),
    "orders.delete": page(order("delete"), SPENDERS, 303),
    "numbers.take": action(number("take")),
    "numbers.release": action(number("release")),
    "numbers.label": Address(
        number("label"),
        get=Way(SPENDERS),
        post=Way(SPENDERS, 303, {"label": "Tienda", "seen": mark(Number())}),
    ),
    "archive.page": page("/archive/"),
    "archive.restore": Address(restorable, get=Way(SPENDERS), post=Way(SPENDERS, 303)),
    "operations.journal": page("/operations/"),
    "operations.export": page("/operations/export.csv"),
    "operations.follow": page(f"/operations/{SETTLED}/"),
    "operations.decide": action(f"/operations/{DOUBTFUL}/decide/", ADMINISTRATORS, executed="no", note="no"),
    "operations.correct": action(f"/operations/{SETTLED}/correct/", ADMINISTRATORS, note="mal medido"),
    "team.page": page("/team/", ADMINISTRATORS),
    "team.invite": action("/team/invite/", ADMINISTRATORS, 200, name="x", role="observer"),
    "team.revoke": action(pending, ADMINISTRATORS),
    "team.team_limits": action("/team/limits/", ADMINISTRATORS, day="5", was="|"),
    "team.security": action("/team/security/", ADMINISTRATORS, mfa_roles="observer", was="|"),
    "audit.page": page("/team/audit/", ADMINISTRATORS),
    "audit.export": page("/team/audit/export.csv", ADMINISTRATORS),
    "team.person": page(of_the_operator(), ADMINISTRATORS),
    "team.role": action(of_the_operator("role/"), ADMINISTRATORS, role="observer", was="operator"),
    "team.limits": action(of_the_operator("limits/"), ADMINISTRATORS, day="5", was="|"),
    "team.deactivate": Address(
        of_the_operator("deactivate/"), get=Way(ADMINISTRATORS), post=Way(ADMINISTRATORS, 303, {})
    ),
    "team.reactivate": action(of_the_operator("reactivate/"), ADMINISTRATORS),
    "team.reset_mfa": Address(
        of_the_operator("reset-mfa/"), get=Way(ADMINISTRATORS), post=Way(ADMINISTRATORS, 303, {})
    ),
    "team.new_link": action(of_the_operator("new-link/"), ADMINISTRATORS, 200),
    "account_login": Address(
        "/accounts/login/", get=Way(EVERYBODY, inside=302), post=Way(EVERYBODY, 200, {}, inside=302)
    ),
    "account_logout": action("/accounts/logout/", EVERYBODY, 302),
    "people.welcome": Address(invited, get=Way(EVERYBODY), post=Way(EVERYBODY, 422, {"username": ""})),
    "account_reauthenticate": form("/accounts/reauthenticate/", 200, 422),
    "account_change_password": form("/accounts/password/", 200, 422),
    "people.sessions": form("/accounts/sessions/", 200, 303),
    "people.end_session": action("/accounts/sessions/999/end/", SIGNED_IN, 404),
    "mfa_index": page("/accounts/2fa/"),
    "mfa_authenticate": form("/accounts/2fa/code/", 302, 302, code="1"),
    "mfa_reauthenticate": form("/accounts/2fa/again/", 302, 302, code="1"),
    "mfa_activate_totp": form("/accounts/2fa/app/", 302, 302, code="1"),
    "mfa_deactivate_totp": form("/accounts/2fa/app/remove/", 404, 404),
    "mfa_view_recovery_codes": form("/accounts/2fa/recovery/", 303, 303, new="1"),
    "mfa_list_webauthn": page("/accounts/passkeys/"),
    "mfa_add_webauthn": form("/accounts/passkeys/add/", 302, 302, credential="{}"),
    "mfa_login_webauthn": form("/accounts/passkeys/login/", 302, 302, EVERYBODY, credential="{}"),
    "mfa_reauthenticate_webauthn": form("/accounts/passkeys/again/", 302, 302, credential="{}"),
    "mfa_edit_webauthn": form("/accounts/passkeys/1/name/", 302, 302, name="x"),
    "mfa_remove_webauthn": form("/accounts/passkeys/1/remove/", 302, 302),
    "people.profile": form("/profile/", 200, 303, first_name="Eva"),
    "people.theme": action("/theme/", EVERYBODY, 302),
    "status.healthz": page("/healthz", EVERYBODY),
    "status.readyz": page("/readyz", EVERYBODY),
    "status.metrics": page("/metrics", EVERYBODY),
}


class Worlds:
    """The world of the test in hand, for the paths of the table."""

    now: World


@dataclass
class World:
    people: dict[str, Person]
    tokens: dict[int, str]
    """Of a confirmation of each person's."""
    link: str

    def client(self, who: str, recent: bool) -> Client:
        client = Client()
        if who != "nobody":
            client.force_login(self.people[who], backend="rentals.sign_in.PasswordBackend")
            if recent:
                just_signed_in(client, self.people[who])
        if who == "deactivated":
            Person.objects.filter(pk=self.people[who].pk).update(is_active=False)
        return client


@pytest.fixture
def world(synced: Any, make_person: Any) -> World:
    people = {role: make_person(f"the-{role}", role) for role in ROLES}
    people["deactivated"] = make_person("gone", Role.ADMINISTRATOR)
    tokens = {person.pk: rent(person, synced).token for person in people.values()}
    Rental.objects.update(quote_wanted_at=timezone.now())
    operations = {"kind": "delete", "person": people[Role.OPERATOR], "recorded_at": timezone.now()}
    Operation.objects.create(key=SETTLED, state="failed", failed_how="refused", **operations)
    doubtful = {"state": "unknown", "waits_for_person": "several_candidates", "order": Order.objects.first()}
    Operation.objects.create(key=DOUBTFUL, **doubtful, **operations)
    link = invitations.invite(people[Role.ADMINISTRATOR], role=Role.OBSERVER).path
    Worlds.now = World(people, tokens, link)
    return Worlds.now


def names(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.add(pattern.name or str(pattern.pattern))
    return found


def test_every_address_is_in_the_table() -> None:
    assert names(get_resolver("smspva_dashboard.urls").url_patterns) == set(TABLE)


def everything() -> dict[str, list[Any]]:
    """All rows of ours; who looked when is not what a request may not change."""
    ours = apps.get_app_config("rentals").get_models()
    models = [Authenticator, *(model for model in ours if model is not Person)]
    rows = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}
    rows["Person"] = list(Person.objects.order_by("pk").values(*PERSON))
    return rows


def expected(way: Way | None, who: str) -> set[int]:
    if way is None:
        return {405} if who in SIGNED_IN else {405, 302}
    if who in way.who:
        return {way.inside or way.status if who in SIGNED_IN else way.status}
    return {403} if who in SIGNED_IN else {302}


@contextmanager
def for_a_while() -> Iterator[None]:
    """What is done within is taken back: the next one finds the world as it was."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_who_may_and_that_nothing_changes_for_the_others(world: World, name: str) -> None:
    for who in ("nobody", "deactivated", *ROLES):
        with for_a_while():
            ask_by_every_method(world, name, who)


def ask_by_every_method(world: World, name: str, who: str) -> None:
    address = TABLE[name]
    owner = world.people[who if who in SIGNED_IN else Role.OPERATOR]
    # Those of the team would only ask who has not given a password lately for it.
    recent = name.startswith("team.")
    for method in METHODS:
        path = address.path if isinstance(address.path, str) else address.path(owner)
        way, client = address.way(method), world.client(who, recent)
        allowed = way is not None and who in way.who
        before = None if allowed else everything()
        answer = (
            client.generic(method, path) if way is None or way.data is None else client.post(path, way.data)
        )
        assert answer.status_code in expected(way, who), (who, method, path)
        if not allowed:
            assert everything() == before, (who, method, path)
            assert answer.status_code != 302 or answer["Location"].startswith("/accounts/login/")
