"""The pages that show a link once, reloaded: the browser sends the same form again."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from rentals.models import Invitation
from rentals.models.people import Role
from rentals.use_cases import invitations
from tests.views.conftest import just_signed_in, signed_in
from tests.views.team.conftest import kinds

INVITE = "/team/invite/"


def once_of(client, page):
    found = re.search(r'name="once" value="([0-9a-f]{32})"', client.get(page).content.decode())
    assert found
    return found[1]


@pytest.fixture
def path(operator):
    return f"/team/{operator.pk}/"


@pytest.fixture
def said(as_administrator):
    once = once_of(as_administrator, "/team/")
    return {"name": "Nuria", "role": "observer", "email": "nuria@example.org", "once": once}


@pytest.fixture
def with_mail(monkeypatch):
    monkeypatch.setattr(invitations, "_SENDS_NOTHING", ())


def test_an_invitation_that_is_reloaded_is_the_same_one(as_administrator, said, with_mail):
    first, second = (as_administrator.post(INVITE, said) for _ in range(2))
    assert first.context["address"] == second.context["address"]
    assert (Invitation.objects.count(), kinds(), len(mail.outbox)) == (1, ["invited"], 1)
    assert "También se ha enviado a" in first.content.decode()
    assert "No se envía otro correo a nuria@example.org" in second.content.decode()


def test_a_new_access_that_is_reloaded_keeps_the_link_that_was_copied(as_administrator, client, path):
    once = {"once": once_of(as_administrator, path)}
    first, second = (as_administrator.post(path + "new-link/", once).context["address"] for _ in range(2))
    assert first == second
    assert client.get(first).status_code == 200
    assert (Invitation.objects.count(), kinds()) == (1, ["invited"])


def test_every_form_makes_a_link_of_its_own(as_administrator, said, path):
    assert once_of(as_administrator, "/team/") != said["once"]
    for once in (said["once"], once_of(as_administrator, "/team/")):
        as_administrator.post(INVITE, {**said, "once": once})
    for _ in range(2):
        as_administrator.post(path + "new-link/", {"once": once_of(as_administrator, path)})
    assert Invitation.objects.count() == 4


@pytest.mark.parametrize("other", [{"name": "Olmo"}, {"role": "operator"}, {"email": ""}])
def test_a_form_that_says_something_else_makes_another_link(as_administrator, said, other):
    first, second = (as_administrator.post(INVITE, {**said, **more}) for more in ({}, other))
    assert first.context["address"] != second.context["address"]


def test_the_same_form_from_somebody_else_makes_another_link(as_administrator, make_person, said):
    second = make_person("otra", Role.ADMINISTRATOR)
    clients = (as_administrator, just_signed_in(signed_in(second), second))
    assert len({client.post(INVITE, said).context["address"] for client in clients}) == 2


@pytest.mark.parametrize("once", ["", "x", "0" * 31, "0" * 33, "0" * 32 + "\n", "\0"])
def test_without_a_mark_of_its_own_every_form_makes_a_link_by_chance(as_administrator, said, once):
    first, second = (as_administrator.post(INVITE, {**said, "once": once}) for _ in range(2))
    assert first.context["address"] != second.context["address"]


def use(made):
    invitations.accept(
        made.context["address"].split("/")[-2], username="n", name="", password="correcta-8712"
    )


def revoke(made):
    invitations.revoke(made.context["invitation"].made_by, made.context["invitation"])


@pytest.mark.parametrize("end", [use, revoke])
def test_what_was_made_and_is_over_is_not_made_again_and_the_page_says_so(as_administrator, said, end):
    end(as_administrator.post(INVITE, said))
    answer = as_administrator.post(INVITE, said)
    assert (answer.status_code, Invitation.objects.count()) == (409, 1)
    assert "Este formulario ya se había enviado" in answer.content.decode()


@pytest.mark.parametrize("end", [use, revoke])
def test_a_new_access_that_is_over_is_not_made_again_and_ends_no_other(as_administrator, client, path, end):
    once = {"once": once_of(as_administrator, path)}
    end(as_administrator.post(path + "new-link/", once))
    other = as_administrator.post(path + "new-link/", {"once": once_of(as_administrator, path)})
    answer = as_administrator.post(path + "new-link/", once)
    assert (answer.status_code, Invitation.objects.count()) == (409, 2)
    assert "Este formulario ya se había enviado" in answer.content.decode()
    assert client.get(other.context["address"]).status_code == 200


def test_an_invitation_that_has_expired_is_not_made_again(administrator, said):
    about = {"role": Role.OBSERVER, "once": said["once"]}
    invitations.invite(administrator, **about)
    with (
        time_machine.travel(timezone.now() + timedelta(days=8)),
        pytest.raises(invitations.NotInvited, match="done"),
    ):
        invitations.invite(administrator, **about)
