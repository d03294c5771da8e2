"""Links that let one person in, once."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from rentals.models import AuditEntry, Invitation, Person
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.use_cases import invitations, team
from rentals.use_cases.invitations import NotInvited

NEW = {"username": "nuria", "name": "Nuria", "password": "correcta-8712"}


def accept(made, **more):
    return invitations.accept(made.secret, **{**NEW, **more})


@pytest.fixture
def made(administrator):
    return invitations.invite(administrator, role=Role.OPERATOR, name="Nuria", email="nuria@example.org")


def refused(code, act, *args, **more):
    with pytest.raises(NotInvited) as refusal:
        act(*args, **more)
    return refusal.value.code == code


def test_an_invited_person_gets_the_role_of_the_invitation(made):
    person = accept(made)
    assert (person.username, person.first_name, person.role) == ("nuria", "Nuria", Role.OPERATOR)
    assert person.email == "nuria@example.org"
    assert person.check_password("correcta-8712")


def test_a_link_works_once(made):
    accept(made)
    assert refused("over", accept, made, username="otra")
    assert not Person.objects.filter(username="otra").exists()


def test_a_link_ends_after_a_week(made):
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        assert refused("over", accept, made)


def test_a_link_that_was_revoked_is_over_and_revoking_twice_is_one_entry(administrator, made):
    for _ in range(2):
        invitations.revoke(administrator, made.invitation)
    assert refused("over", accept, made)
    assert AuditEntry.objects.filter(kind=AuditKind.INVITATION_REVOKED).count() == 1


def test_a_link_is_worth_what_its_maker_may_still_do(administrator, made):
    Person.objects.filter(pk=administrator.pk).update(role=Role.OPERATOR)
    assert refused("over", accept, made)


def test_a_link_of_somebody_who_was_deactivated_is_over(administrator, made):
    Person.objects.filter(pk=administrator.pk).update(is_active=False)
    assert refused("over", accept, made)


@pytest.fixture
def second(make_person):
    return make_person("otra", Role.ADMINISTRATOR)


def out_and_in_again(by, person, how):
    if how == "deactivate":
        team.deactivate(by, person)
        team.reactivate(by, person)
    else:
        team.change_role(by, person, how, Role.ADMINISTRATOR)
        team.change_role(by, person, Role.ADMINISTRATOR, how)


@pytest.mark.parametrize("how", [Role.OBSERVER, Role.OPERATOR, "deactivate"])
def test_no_link_of_somebody_who_stopped_administering_comes_to_life_with_them(
    administrator, second, operator, made, how
):
    anew = invitations.renew_access(administrator, operator)
    theirs = invitations.invite(second, role=Role.OBSERVER, name="Olmo")
    out_and_in_again(second, administrator, how)
    assert refused("over", accept, made)
    assert refused("over", accept, anew)
    assert accept(theirs).role == Role.OBSERVER
    revoked = AuditEntry.objects.filter(kind=AuditKind.INVITATION_REVOKED).order_by("pk")
    told = {(one.person, one.about, one.detail["name"]) for one in revoked}
    assert told == {(second, None, "Nuria"), (second, operator, "")}


def test_to_go_on_administering_revokes_nothing(administrator, second, made):
    team.change_role(second, administrator, Role.ADMINISTRATOR, Role.ADMINISTRATOR)
    assert accept(made).role == Role.OPERATOR


def test_a_link_asked_for_before_a_demotion_and_made_after_it_is_not_made(administrator, second, operator):
    as_the_page_saw = Person.objects.get(pk=administrator.pk)
    team.change_role(second, administrator, Role.OPERATOR, Role.ADMINISTRATOR)
    assert refused("forbidden", invitations.invite, as_the_page_saw, role=Role.OBSERVER)
    assert refused("forbidden", invitations.renew_access, as_the_page_saw, operator)
    assert not Invitation.objects.exists()


def test_the_secret_is_not_in_the_database(made):
    kept = Invitation.objects.values_list().get(pk=made.invitation.pk)
    assert made.secret not in str(kept)
    assert made.secret not in repr(made)


def test_revoking_what_was_used_meanwhile_says_so(administrator, made):
    accept(made)
    assert refused("used", invitations.revoke, administrator, made.invitation)
    assert not AuditEntry.objects.filter(kind=AuditKind.INVITATION_REVOKED).exists()


def test_what_is_revoked_after_it_was_found_lets_nobody_in(made, monkeypatch):
    found = invitations.find

    def slow(secret):
        invitation = found(secret)
        Invitation.objects.update(revoked_at=timezone.now())
        return invitation

    monkeypatch.setattr(invitations, "find", slow)
    assert refused("over", accept, made)
    assert not Person.objects.filter(username="nuria").exists()


@pytest.mark.parametrize("name", ["nuria", "NURIA", "ｎｕｒｉａ"])
def test_a_name_that_is_taken_leaves_the_link_as_it_is(made, make_person, name):
    make_person("nuria")
    assert refused("taken", accept, made, username=name)
    assert accept(made, username="nuria2").username == "nuria2"


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.OPERATOR])
def test_only_an_administrator_invites(make_person, role):
    person = make_person("x", role)
    assert refused("forbidden", invitations.invite, person, role=Role.OBSERVER)
    assert refused("forbidden", invitations.renew_access, person, person)
    assert not Invitation.objects.exists()


def test_a_role_that_does_not_exist_is_refused(administrator):
    assert refused("forbidden", invitations.invite, administrator, role="captain")


def test_a_new_access_changes_the_password_and_nothing_else(administrator, operator):
    made = invitations.renew_access(administrator, operator)
    person = accept(made, username="otra", name="Otra", password="distinta-4410")
    assert (person.pk, person.username, person.first_name, person.role) == (
        operator.pk,
        "ana",
        "",
        Role.OPERATOR,
    )
    assert Person.objects.get(pk=operator.pk).check_password("distinta-4410")


def test_a_second_new_access_ends_the_first(administrator, operator):
    first, second = (invitations.renew_access(administrator, operator) for _ in range(2))
    assert refused("over", accept, first)
    assert accept(second).pk == operator.pk


def test_a_new_access_of_a_deactivated_person_is_over(administrator, operator):
    made = invitations.renew_access(administrator, operator)
    Person.objects.filter(pk=operator.pk).update(is_active=False)
    assert refused("over", accept, made)


def test_with_an_empty_database_there_is_a_link_for_the_first_administrator(singletons):
    person = accept(invitations.setup())
    assert person.role == Role.ADMINISTRATOR
    assert invitations.setup() is None


def test_the_first_link_lasts_an_hour(singletons):
    made = invitations.setup()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert refused("over", accept, made)


def test_the_first_link_is_over_as_soon_as_there_is_an_administrator(singletons, make_person):
    made = invitations.setup()
    make_person("adela", Role.ADMINISTRATOR)
    assert refused("over", accept, made)


def test_of_two_first_links_only_one_makes_an_administrator(singletons):
    one, other = invitations.setup(), invitations.setup()
    accept(one)
    assert refused("over", accept, other, username="otra")


def test_demo_people_do_not_count_as_the_first_administrator(make_person):
    make_person("demo", Role.ADMINISTRATOR, is_demo=True)
    assert invitations.setup()


def test_what_happened_is_in_the_audit(administrator, made):
    person = accept(made)
    invited, used = AuditEntry.objects.order_by("pk")
    assert (invited.kind, invited.person, invited.detail["name"]) == ("invited", administrator, "Nuria")
    assert (used.kind, used.person) == ("invitation_used", person)


def test_a_link_made_ahead_of_the_clock_is_not_valid_for_longer(administrator):
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        made = invitations.invite(administrator, role=Role.OBSERVER)
    assert refused("over", accept, made)


def test_without_mail_nothing_is_sent(made, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert not invitations.send(made, "https://x.example/link")


def test_with_mail_the_link_is_sent_to_the_invited_person(made, monkeypatch):
    monkeypatch.setattr(invitations, "_SENDS_NOTHING", ("console", "dummy"))
    assert invitations.send(made, "https://x.example/link")
    assert mail.outbox[0].to == ["nuria@example.org"]
    assert "https://x.example/link" in mail.outbox[0].body


def test_a_mail_server_that_is_away_is_no_error(made, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert not invitations.send(made, "https://x.example/link")
