"""A form of the team's that is sent more than 15 minutes after the log-in: it is lost, and that is said."""

import pytest
from django.urls import reverse

from rentals.models import Team
from tests.views.conftest import just_signed_in, signed_in
from tests.views.people.conftest import PASSWORD

WORDS = "No se guardó lo que acababa de escribir o de pedir: repítalo."


@pytest.fixture
def late(administrator):
    return just_signed_in(signed_in(administrator), administrator, seconds_ago=16 * 60)


def give_password(client, asked):
    """The page that asks, and the page after it."""
    page = client.get(asked).content.decode()
    answer = client.post(asked, {"password": PASSWORD}, follow=True)
    return page, answer.content.decode()


def test_the_page_after_the_password_says_that_nothing_was_saved_and_says_it_once(late):
    asked = late.post("/team/limits/", {"day": "20", "was": "|"})["Location"]
    page, after = give_password(late, asked)
    assert (WORDS in page, after.count(WORDS)) == (False, 1)
    assert Team.only().day_limit is None
    assert WORDS not in late.get("/team/").content.decode()


def test_it_is_said_on_the_page_of_a_person_too(late, operator):
    asked = late.post(reverse("team.role", args=[operator.pk]), {"role": "observer", "was": "operator"})
    page, after = give_password(late, asked["Location"])
    assert (WORDS in page, WORDS in after) == (False, True)


def test_it_is_said_when_a_dialog_sent_it(late, operator, htmx):
    answer = late.post(reverse("team.deactivate", args=[operator.pk]), headers=htmx)
    page, after = give_password(late, answer["HX-Redirect"])
    assert (WORDS in page, WORDS in after) == (False, True)


def test_a_form_that_is_sent_twice_before_the_password_is_told_once(late):
    for _ in range(2):
        asked = late.post("/team/limits/", {"day": "20", "was": "|"})["Location"]
    assert give_password(late, asked)[1].count(WORDS) == 1


def test_nothing_is_said_to_whoever_only_wanted_to_read(late):
    asked = late.get("/team/")["Location"]
    assert "No se guardó" not in "".join(give_password(late, asked))
