import pytest

from rentals.models.people import Role
from rentals.permissions import ROLE_VERBS, Verb, may


@pytest.mark.parametrize(
    ("role", "verbs"),
    [
        (Role.OBSERVER, {Verb.READ}),
        (Role.OPERATOR, {Verb.READ, Verb.SPEND, Verb.HOLD}),
        (Role.ADMINISTRATOR, {Verb.READ, Verb.SPEND, Verb.HOLD, Verb.SETTLE, Verb.TEAM}),
    ],
)
def test_each_role_may_do_this_and_nothing_else(make_person, role, verbs):
    person = make_person("x", role)
    assert {verb for verb in Verb if may(person, verb)} == verbs


def test_every_role_is_in_the_table():
    assert set(ROLE_VERBS) == set(Role.values)


def test_a_deactivated_person_may_do_nothing(make_person):
    person = make_person("x", Role.ADMINISTRATOR, is_active=False)
    assert not any(may(person, verb) for verb in Verb)


def test_an_unknown_role_may_do_nothing(make_person):
    assert not may(make_person("x", "captain"), Verb.READ)
