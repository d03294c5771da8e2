"""`/team/`: everybody at a glance, whatever their number."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rentals.models import Invitation, Mirror, Number, Operation, Person
from rentals.models.operations import State
from rentals.models.people import Role
from rentals.use_cases import invitations


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def row_of(answer, person):
    return next(row for row in answer.context["rows"] if row.member.person == person)


def test_it_tells_who_is_in_the_team_with_role_access_and_numbers(as_administrator, operator):
    operator.is_active = False
    operator.save()
    Number.objects.create(e164="+34600000001", first_seen_at=timezone.now(), holder=operator)
    page = text_of(as_administrator.get("/team/"))
    for words in ("ana", "Operador", "Sin acceso", "adela", "Administrador", "usted"):
        assert words in page
    assert row_of(as_administrator.get("/team/"), operator).member.held == 1


def test_it_tells_what_each_has_used_of_which_limit(as_administrator, operator):
    Person.objects.filter(pk=operator.pk).update(day_limit=20)
    done = {"state": State.SUCCEEDED, "kind": "create", "quote": 5, "charge": 5}
    Operation.objects.create(person=operator, recorded_at=timezone.now(), **done)
    row = row_of(as_administrator.get("/team/"), operator)
    assert (row.day.used.total, row.day.limit, row.month.limit) == (5, 20, None)


def test_it_tells_the_second_factor(as_administrator, operator):
    operator.authenticator_set.create(type="totp", data={})
    for _ in range(2):
        operator.authenticator_set.create(type="webauthn", data={})
    member = row_of(as_administrator.get("/team/"), operator).member
    assert (member.totp, member.passkeys, member.second_factor) == (True, 2, True)


def test_it_tells_the_last_sign_in_and_calls_it_so(as_administrator, operator):
    """Whoever is here all day has signed in this morning: "visto por última vez" would be another moment."""
    Person.objects.filter(pk=operator.pk).update(last_login=timezone.now() - timedelta(hours=5))
    for address in ("/team/", f"/team/{operator.pk}/"):
        page = text_of(as_administrator.get(address))
        assert "Última entrada" in page
        assert "Última vez" not in page


def test_it_takes_as_many_questions_for_sixty_people_as_for_one(as_administrator, make_person):
    def asked():
        with CaptureQueriesContext(connection) as made:
            assert as_administrator.get("/team/").status_code == 200
        return len(made)

    few = asked()
    for index in range(59):
        person = make_person(f"p{index:02}", Role.OPERATOR)
        Number.objects.create(e164=f"+346{index:08}", first_seen_at=timezone.now(), holder=person)
    assert asked() == few


def test_an_invitation_that_waits_is_shown_until_it_is_over(as_administrator, administrator):
    now = timezone.now()
    made = {"purpose": "invite", "role": Role.OPERATOR, "made_by": administrator, "made_at": now}
    for name, hours in (("Berta", 5), ("Carla", -5)):
        Invitation.objects.create(name=name, digest=name, expires_at=now + timedelta(hours=hours), **made)
    page = text_of(as_administrator.get("/team/"))
    assert "Berta" in page
    assert "Carla" not in page


def test_an_invitation_of_somebody_who_no_longer_administers_is_said_to_be_worth_nothing(
    as_administrator, operator
):
    now = timezone.now()
    made = {"purpose": "invite", "role": Role.OPERATOR, "made_by": operator, "made_at": now}
    Invitation.objects.create(name="Berta", expires_at=now + timedelta(hours=5), **made)
    assert "quien la hizo ya no administra" in text_of(as_administrator.get("/team/"))


def test_a_set_up_link_is_pending_only_until_there_is_an_administrator(as_administrator, administrator):
    Person.objects.update(is_demo=True)
    Mirror.objects.update(upstream=Mirror.Upstream.SANDBOX)
    invitations.setup()
    assert "Primera puesta en marcha" in text_of(as_administrator.get("/team/"))
    Person.objects.update(is_demo=False)
    assert "Primera puesta en marcha" not in text_of(as_administrator.get("/team/"))


def test_only_an_administrator_is_shown_the_way(as_administrator, as_operator, as_observer, synced):
    assert 'href="/team/"' in as_administrator.get("/").content.decode()
    for client in (as_operator, as_observer):
        assert 'href="/team/"' not in client.get("/").content.decode()
        assert client.get("/team/").status_code == 403


def test_a_stranger_is_led_to_the_log_in(client, singletons):
    assert client.get("/team/").status_code == 302


def test_wrong_method(as_administrator):
    assert as_administrator.post("/team/").status_code == 405


def test_names_of_strangers_are_escaped(as_administrator, make_person):
    make_person("x", Role.OPERATOR, first_name="<b>x</b>")
    assert "<b>x</b>" not in as_administrator.get("/team/").content.decode()


@pytest.mark.parametrize("said", [{}, {"name": " "}, {"name": "Ana", "role": "captain"}])
def test_an_invitation_that_lacks_something_says_so_at_the_field(as_administrator, said):
    answer = as_administrator.post("/team/invite/", said)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Invitation.objects.exists()
