"""`/accounts/sessions/`: where a person is signed in, and ending that."""

import pytest
from allauth.usersessions.models import UserSession

from rentals.models import AuditEntry
from rentals.models.audit import AuditKind
from tests.views.conftest import signed_in
from tests.views.people.conftest import is_in, log_in

SESSIONS = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def still_in(client):
    return client.get("/profile/").status_code == 200


@pytest.fixture
def two(operator):
    return log_in(), log_in(address="192.0.2.9")


def test_the_list_says_where(two):
    page = two[0].get(SESSIONS).content.decode()
    assert "192.0.2.1" in page
    assert "192.0.2.9" in page
    assert page.count(">esta</span>") == 1


def test_it_says_with_what(operator):
    client = signed_in(operator)
    client.post("/accounts/logout/")
    client.post(
        "/accounts/login/", {"login": "ana", "password": "correcta-8712"}, headers={"User-Agent": FIREFOX}
    )
    assert "Firefox · Linux" in client.get(SESSIONS).content.decode()


def test_the_others_end_and_this_one_stays(two, operator):
    unlisted = signed_in(operator)
    assert two[0].post(SESSIONS)["Location"] == SESSIONS
    assert [still_in(client) for client in (*two, unlisted)] == [True, False, False]


def test_those_of_other_people_stay(two, observer):
    other = log_in("olga")
    two[0].post(SESSIONS)
    assert still_in(other)


def test_one_ends(two, operator):
    listed = UserSession.objects.get(ip="192.0.2.9")
    two[0].post(f"{SESSIONS}{listed.pk}/end/")
    assert [still_in(client) for client in two] == [True, False]


def test_nobody_ends_a_strangers(two, observer):
    listed = UserSession.objects.get(ip="192.0.2.9")
    assert log_in("olga").post(f"{SESSIONS}{listed.pk}/end/").status_code == 404
    assert still_in(two[1])


def test_twice_is_a_clear_page(two):
    listed = UserSession.objects.get(ip="192.0.2.9")
    assert [two[0].post(f"{SESSIONS}{listed.pk}/end/").status_code for _ in range(2)] == [303, 404]


def test_looking_changes_nothing(two):
    two[1].post("/accounts/logout/")
    before = UserSession.objects.count()
    assert "192.0.2.9" not in two[0].get(SESSIONS).content.decode()
    assert UserSession.objects.count() == before


def test_it_is_told_to_the_audit(two):
    two[0].post(SESSIONS)
    assert AuditEntry.objects.get(kind=AuditKind.SESSIONS_ENDED).detail == {"count": 1}


def test_wrong_method(two):
    assert two[0].get(f"{SESSIONS}1/end/").status_code == 405
    assert two[0].put(SESSIONS).status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, singletons):
    assert client.get(SESSIONS)["Location"].startswith("/accounts/login/")
    assert not is_in(client)
