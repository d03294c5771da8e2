"""`/team/<id>/`: one person, and what an administrator may change of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from rentals.models import Invitation, Number, Person
from rentals.models.people import Role
from tests.conftest import record, rent
from tests.views.people.conftest import log_in
from tests.views.team.conftest import kinds


@pytest.fixture
def path(operator):
    return f"/team/{operator.pk}/"


def test_it_shows_numbers_and_what_happened_and_leads_to_the_operations(as_administrator, operator, path):
    number = {"e164": "+34600000001", "first_seen_at": timezone.now(), "label": "Tienda"}
    Number.objects.create(holder=operator, **number)
    as_administrator.post(path + "role/", {"role": "observer", "was": "operator"})
    page = as_administrator.get(path).content.decode()
    for words in ("600 00 00 01", "Tienda", "adela cambió el rol de ana", "/operations/?person=ana"):
        assert words in page


def test_somebody_who_is_nobody(as_administrator):
    for pk in (999_999, 2**70):
        assert as_administrator.get(f"/team/{pk}/").status_code == 404


def test_a_role_is_changed_and_acts_on_the_next_request(as_administrator, as_operator, operator, path):
    assert as_operator.get("/rent/").status_code == 422
    as_administrator.post(path + "role/", {"role": "observer", "was": "operator"})
    assert as_operator.get("/rent/").status_code == 403
    assert kinds() == ["role_changed"]


def test_the_same_role_sent_twice_is_one_change(as_administrator, path):
    for _ in range(2):
        answer = as_administrator.post(path + "role/", {"role": "observer", "was": "operator"})
        assert answer.status_code == 303
    assert kinds() == ["role_changed"]


def test_a_role_that_somebody_else_has_changed_meanwhile_stays(as_administrator, operator, path):
    Person.objects.filter(pk=operator.pk).update(role=Role.ADMINISTRATOR)
    answer = as_administrator.post(path + "role/", {"role": "observer", "was": "operator"})
    assert (answer.status_code, kinds()) == (409, [])
    operator.refresh_from_db()
    assert operator.role == Role.ADMINISTRATOR


def test_limits_are_set_and_taken_away(as_administrator, operator, path):
    as_administrator.post(path + "limits/", {"day": "5", "month": "50,25", "was": "|"})
    operator.refresh_from_db()
    assert (operator.day_limit, operator.month_limit) == (5, Decimal("50.25"))
    as_administrator.post(path + "limits/", {"day": "", "month": "", "was": "5|50.25"})
    operator.refresh_from_db()
    assert (operator.day_limit, operator.month_limit) == (None, None)


def test_limits_that_have_moved_stay(as_administrator, operator, path):
    Person.objects.filter(pk=operator.pk).update(day_limit=3)
    answer = as_administrator.post(path + "limits/", {"day": "5", "was": "|"})
    operator.refresh_from_db()
    assert (answer.status_code, operator.day_limit, kinds()) == (409, 3, [])


@pytest.mark.parametrize("ask", ["deactivate/", "reset-mfa/"])
def test_what_takes_something_away_asks_first_and_asking_changes_nothing(
    as_administrator, operator, path, htmx, ask
):
    operator.authenticator_set.create(type="totp", data={})
    page = as_administrator.get(path + ask).content.decode()
    fragment = as_administrator.get(path + ask, headers=htmx).content.decode()
    assert "<html" in page
    assert "<html" not in fragment
    assert f'action="{path}{ask}"' in fragment
    assert Person.objects.filter(pk=operator.pk, is_active=True, authenticator__isnull=False).exists()


def test_whoever_is_deactivated_is_out_at_once_in_every_browser(as_administrator, operator, path):
    browsers = log_in("ana"), log_in("ana", address="192.0.2.9")
    as_administrator.post(path + "deactivate/")
    for browser in browsers:
        assert browser.get("/operations/").status_code == 302
    keys = [session.get_decoded().get("_auth_user_id") for session in Session.objects.all()]
    assert str(operator.pk) not in keys


def test_sessions_do_not_come_back_with_the_access(as_administrator, operator, path):
    browser = log_in("ana")
    as_administrator.post(path + "deactivate/")
    as_administrator.post(path + "reactivate/")
    assert browser.get("/operations/").status_code == 302
    assert kinds() == ["sign_in", "deactivated", "reactivated"]


def test_numbers_and_open_operations_stay_when_somebody_goes(as_administrator, operator, synced, path):
    operation = record(rent(operator, synced), operator)
    Number.objects.filter(pk=Number.objects.first().pk).update(holder=operator)
    as_administrator.post(path + "deactivate/")
    operation.refresh_from_db()
    assert (operation.state, operator.numbers.count()) == ("recorded", 1)


def test_twice_is_once(as_administrator, operator, path):
    for action in ("deactivate/", "deactivate/", "reactivate/", "reactivate/", "reset-mfa/"):
        assert as_administrator.post(path + action).status_code == 303
    assert kinds() == ["deactivated", "reactivated"]


def test_an_administrator_who_goes_is_led_to_the_door(as_administrator, administrator, make_person):
    make_person("otra", Role.ADMINISTRATOR)
    answer = as_administrator.post(f"/team/{administrator.pk}/deactivate/")
    assert answer["Location"] == "/accounts/login/"


def test_every_second_factor_is_removed_and_nobody_elses(as_administrator, operator, administrator, path):
    for person in (operator, administrator):
        for kind in ("totp", "recovery_codes", "webauthn"):
            person.authenticator_set.create(type=kind, data={})
    as_administrator.post(path + "reset-mfa/")
    assert (operator.authenticator_set.count(), administrator.authenticator_set.count()) == (0, 3)
    assert kinds() == ["mfa_reset"]


def test_a_new_link_is_shown_and_lets_the_person_in(as_administrator, client, path):
    answer = as_administrator.post(path + "new-link/")
    assert client.get(answer.context["address"]).status_code == 200


def test_nobody_without_access_is_given_a_link_and_an_older_one_ends(as_administrator, client, path):
    link = as_administrator.post(path + "new-link/").context["address"]
    as_administrator.post(path + "deactivate/")
    assert as_administrator.post(path + "new-link/").status_code == 409
    as_administrator.post(path + "reactivate/")
    assert client.get(link).status_code == 410
    assert Invitation.objects.get().expires_at > timezone.now() + timedelta(hours=1)


@pytest.mark.parametrize("action", ["role/", "limits/", "reactivate/", "new-link/"])
def test_wrong_method(as_administrator, path, action):
    assert as_administrator.get(path + action).status_code == 405
