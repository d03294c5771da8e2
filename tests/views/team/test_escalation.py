"""Nobody gives themselves what their role does not include, whatever they send by hand."""

import pytest
from django.urls import URLPattern, get_resolver

from rentals.models import AuditEntry, Invitation, Person, Team
from rentals.models.people import Role
from tests.conftest import MakePerson
from tests.views.conftest import just_signed_in, signed_in

PLAIN = ("is_superuser", "is_staff", "is_demo", "is_active", "password", "username", "day_limit", "role")
EVERYTHING = {
    "is_superuser": "1", "is_staff": "1", "is_demo": "1", "is_active": "", "username": "root",
    "password": "x", "user_permissions": "1", "groups": "1", "time_zone": "UTC",
}  # fmt: skip


def team_paths(pk):
    found = [
        "/"
        + str(pattern.pattern)
        .replace("<int:pk>", str(pk))
        .replace("<int:invitation>", "1")
        .replace("<str:kind>", "csv")
        for resolver in get_resolver("smspva_dashboard.urls").url_patterns
        for pattern in getattr(resolver, "url_patterns", [])
        if isinstance(pattern, URLPattern) and str(pattern.pattern).startswith("team/")
    ]
    assert len(found) >= 14
    return found


def snapshot():
    people = list(Person.objects.order_by("pk").values(*PLAIN))
    teams = list(Team.objects.values())
    return people, teams, Invitation.objects.count(), AuditEntry.objects.count()


SAID = {
    "role": "administrator",
    "was": "operator",
    "day": "",
    "month": "",
    "name": "x",
    "mfa_roles": "observer",
}


@pytest.mark.parametrize("who", ["operator", "observer"])
def test_who_may_not_gets_403_at_every_address_and_nothing_changes(request, who, administrator):
    person = request.getfixturevalue(who)
    client, before = just_signed_in(signed_in(person), person), snapshot()
    for path in team_paths(person.pk) + team_paths(administrator.pk):
        assert client.post(path, SAID).status_code in {403, 405}, path
        assert client.get(path).status_code in {403, 405}, path
        assert {client.get(path).status_code, client.post(path, SAID).status_code} & {403}, path
    assert snapshot() == before


def test_an_administrator_of_the_past_may_nothing_more(administrator, make_person: MakePerson):
    make_person("otra", Role.ADMINISTRATOR)
    client = just_signed_in(signed_in(administrator), administrator)
    Person.objects.filter(pk=administrator.pk).update(role=Role.OPERATOR)
    answer = client.post(f"/team/{administrator.pk}/role/", {"role": "administrator", "was": "operator"})
    administrator.refresh_from_db()
    assert (answer.status_code, administrator.role) == (403, Role.OPERATOR)


@pytest.mark.parametrize("role", ["captain", "", "ADMINISTRATOR", "administrator\0", "superuser"])
def test_a_role_that_is_made_up_is_none(as_administrator, operator, role):
    answer = as_administrator.post(f"/team/{operator.pk}/role/", {"role": role, "was": "operator"})
    operator.refresh_from_db()
    assert (answer.status_code, operator.role) == (422, Role.OPERATOR)


def test_what_a_form_does_not_hold_changes_nothing(as_administrator, operator):
    wanted = [name for name in PLAIN if name not in ("role", "day_limit")]
    before = Person.objects.filter(pk=operator.pk).values(*wanted).get()
    path = f"/team/{operator.pk}/"
    as_administrator.post(path + "role/", {**EVERYTHING, "role": "observer", "was": "operator"})
    as_administrator.post(path + "limits/", {**EVERYTHING, "day": "5", "was": "|"})
    as_administrator.post(path + "new-link/", EVERYTHING)
    assert Person.objects.filter(pk=operator.pk).values(*wanted).get() == before
    operator.refresh_from_db()
    assert (operator.role, operator.day_limit, operator.groups.count()) == (Role.OBSERVER, 5, 0)


def test_a_role_in_a_form_of_limits_is_no_role(as_administrator, operator):
    as_administrator.post(f"/team/{operator.pk}/limits/", {"day": "5", "was": "|", "role": "administrator"})
    operator.refresh_from_db()
    assert operator.role == Role.OPERATOR


def test_without_the_token_of_the_page_nothing_is_changed(administrator, operator):
    client = just_signed_in(signed_in(administrator, enforce_csrf_checks=True), administrator)
    before = snapshot()
    for path in team_paths(operator.pk):
        assert client.post(path, SAID).status_code in {403, 405}, path
    assert snapshot() == before


def test_an_unlocked_screen_is_not_enough_and_the_password_leads_back_to_a_page(administrator, operator):
    client, before = just_signed_in(signed_in(administrator), administrator, seconds_ago=16 * 60), snapshot()
    for path in team_paths(operator.pk):
        if "/audit/" in path:
            continue
        person = f"%2Fteam%2F{operator.pk}%2F" if f"/{operator.pk}/" in path else "%2Fteam%2F"
        answer = client.post(path, SAID)
        if answer.status_code != 405:
            assert answer["Location"] == f"/accounts/reauthenticate/?next={person}", path
        assert client.get(path).status_code in {303, 405}, path
    assert snapshot() == before


def test_whoever_may_not_is_asked_for_no_password(as_operator):
    assert as_operator.get("/team/").status_code == 403
    assert as_operator.post("/team/invite/", SAID).status_code == 403
