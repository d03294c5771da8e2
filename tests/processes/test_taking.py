"""Many hands on one number at once, over real connections: one has it, and every other is told who."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.processes.browser import words

PEOPLE = ("demo", "operador")
CLICKS = 20


@pytest.fixture(scope="module")
def team(shared):
    """A house where two have signed in, and whose numbers nobody holds."""
    return {name: shared.browser(name) for name in PEOPLE}


def at_once(posts):
    with ThreadPoolExecutor(len(posts)) as crowd:
        return list(crowd.map(lambda post: post(), posts))


def some_number(house, nth):
    return house.database.rows("SELECT id FROM rentals_number ORDER BY id")[nth][0]


def clicks(team, address, data=None):
    """(who, a click over a connection of its own), in turn."""
    return [
        (who, partial(team[who].twin().post, address, data)) for _ in range(CLICKS // 2) for who in PEOPLE
    ]


def audit(house, kind, number):
    asked = "SELECT count(*) FROM rentals_auditentry WHERE kind = ? AND number_id = ?"
    return house.database.one(asked, kind, number)


def holder_of(house, number):
    asked = "SELECT username FROM rentals_number n JOIN rentals_person p ON p.id = n.holder_id WHERE n.id = ?"
    return [row[0] for row in house.database.rows(asked, number)]


@pytest.mark.parametrize("nth", range(5))
def test_of_many_clicks_of_two_people_one_takes_the_number(shared, team, nth):
    number = some_number(shared, nth)
    posts = clicks(team, f"/numbers/{number}/take/")
    answers = at_once([post for _, post in posts])
    [winner] = holder_of(shared, number)
    for (who, _), answer in zip(posts, answers, strict=True):
        assert answer.status_code == (303 if who == winner else 409)
        assert who == winner or f"Ya lo usa {winner}" in words(answer)
    assert audit(shared, "taken", number) == 1


def test_of_many_clicks_to_release_it_one_is_put_down(shared, team):
    number = some_number(shared, 6)
    team["demo"].post(f"/numbers/{number}/take/")
    release = [lambda: team["demo"].twin().post(f"/numbers/{number}/release/")] * CLICKS
    assert {answer.status_code for answer in at_once(release)} == {303}
    assert (holder_of(shared, number), audit(shared, "released", number)) == ([], 1)


def test_of_many_who_write_on_it_from_one_form_one_is_kept(shared, team):
    number = some_number(shared, 7)
    page = team["demo"].get(f"/numbers/{number}/label/").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    address = f"/numbers/{number}/label/"
    posts = [
        partial(team["demo"].twin().post, address, {"label": f"Mano {nth}", "seen": seen})
        for nth in range(CLICKS)
    ]
    answers = at_once(posts)
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * (CLICKS - 1)
    kept = [nth for nth, answer in enumerate(answers) if answer.status_code == 303]
    label = shared.database.one("SELECT label FROM rentals_number WHERE id = ?", number)
    assert (label, audit(shared, "labelled", number)) == (f"Mano {kept[0]}", 1)


def test_a_panel_opened_many_times_at_once_is_put_down_once(shared, team):
    """By one person in many tabs."""
    asked = "SELECT n.id, o.vendor_id FROM rentals_number n JOIN rentals_order o ON o.number_id = n.id ORDER BY n.id"
    number, order = shared.database.rows(asked)[-1]
    team["demo"].post(f"/numbers/{number}/take/")
    open_it = [lambda: team["operador"].twin().get(f"/orders/{order}/sms/")] * CLICKS
    assert {answer.status_code for answer in at_once(open_it)} == {200}
    assert audit(shared, "panel_opened", number) == 1
