"""Names that turn the direction of writing: what stands around them on the pages stays as it is."""

import pytest

from rentals.models import Person
from rentals.use_cases import invitations

TURNED = "\u202eairuN"
ALONE = f"<bdi>{TURNED}</bdi>"


@pytest.fixture
def turned(operator):
    Person.objects.filter(pk=operator.pk).update(first_name=TURNED)
    operator.authenticator_set.create(type="totp", data={})
    return f"/team/{operator.pk}/"


def test_an_invited_name_cannot_turn_the_sentence_that_shows_the_link(as_administrator):
    answer = as_administrator.post("/team/invite/", {"name": TURNED, "role": "observer"})
    assert f"Con este enlace <b>{ALONE}</b> entra como" in answer.content.decode()


def test_an_invited_name_cannot_turn_the_list_of_those_who_wait(as_administrator, administrator):
    invitations.invite(administrator, role="observer", name=TURNED)
    assert ALONE in as_administrator.get("/team/").content.decode()


@pytest.mark.parametrize("ask", ["deactivate/", "reset-mfa/"])
def test_a_name_cannot_turn_the_question_whether_to_take_something_away(as_administrator, turned, ask):
    assert f"<b>{ALONE}</b>" in as_administrator.get(turned + ask).content.decode()


def test_a_name_cannot_turn_the_sentence_that_shows_a_new_access(as_administrator, turned):
    page = as_administrator.post(turned + "new-link/").content.decode()
    assert f"Con este enlace <b>{ALONE}</b> pone otra" in page


def test_a_name_cannot_turn_what_stands_beside_it(as_administrator, turned):
    for address, times in (("/team/", 1), (turned, 2)):
        assert as_administrator.get(address).content.decode().count(ALONE) == times


def test_the_name_of_whoever_invites_cannot_turn_the_welcome(as_administrator, administrator):
    Person.objects.filter(pk=administrator.pk).update(first_name=TURNED)
    link = invitations.invite(administrator, role="observer", name="Nuria").path
    page = as_administrator.get(link).content.decode()
    assert f"<b>{ALONE}</b> le invita" in page
    assert f"Ahora está dentro como {ALONE};" in page
