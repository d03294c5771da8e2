"""`/profile/`: what people say of themselves, and nothing else."""

import pytest
from django.utils import timezone

from rentals.models import AuditEntry, Mirror, Person
from rentals.models.audit import AuditKind
from tests.views.conftest import signed_in

ADDRESS = "/profile/"
SAID = {"first_name": "Ana", "last_name": "Ruiz  Gil", "theme": "dark", "time_zone": "America/Bogota"}


def test_it_is_kept_and_shown(as_operator, operator):
    assert as_operator.post(ADDRESS, SAID)["Location"] == ADDRESS
    page = as_operator.get(ADDRESS).content.decode()
    assert "Perfil guardado." in page
    assert "<b>Ana Ruiz Gil</b>" in page


def test_mass_assignment_nothing_else_is_changed(as_operator, operator):
    kept = Person.objects.filter(pk=operator.pk).values()[0]
    more = {
        "id": "999", "username": "jefa", "role": "administrator", "is_active": "", "is_superuser": "on",
        "is_staff": "on", "is_demo": "on", "day_limit": "9999", "month_limit": "", "password": "x",
        "email": "x@example.com", "groups": "1", "user_permissions": "1",
        "last_login": "2020-01-01", "date_joined": "2020-01-01",
    }  # fmt: skip
    assert as_operator.post(ADDRESS, {**SAID, **more}).status_code == 303
    now = Person.objects.filter(pk=operator.pk).values()[0]
    assert {name for name in now if now[name] != kept[name]} == set(SAID)
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"theme": "rosa"},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
        {"first_name": "x" * 151},
        {"first_name": "\x00"},
    ],
)
def test_nonsense_is_said_at_the_field_and_nothing_changes(as_operator, operator, wrong):
    kept = Person.objects.filter(pk=operator.pk).values()[0]
    answer = as_operator.post(ADDRESS, {**SAID, **wrong})
    assert answer.status_code == 422
    assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode()
    assert Person.objects.filter(pk=operator.pk).values()[0] == kept


def test_times_are_in_the_zone_of_the_profile_before_the_browsers(as_operator, operator, synced):
    as_operator.cookies["tz"] = "Asia/Tokyo"
    assert 'data-zone="Asia/Tokyo">' in as_operator.get("/").content.decode()
    as_operator.post(ADDRESS, SAID)
    page = as_operator.get("/").content.decode()
    assert 'data-zone="America/Bogota" data-zone-chosen>' in page
    assert "en la zona horaria de su perfil" in page
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_zone_that_this_machine_does_not_know_is_none(as_operator, operator, synced):
    Person.objects.update(time_zone="Mars/Olympus")
    as_operator.cookies["tz"] = "Asia/Tokyo"
    assert 'data-zone="Asia/Tokyo">' in as_operator.get("/").content.decode()


def test_a_new_browser_has_the_theme_of_the_profile_until_its_button_is_pressed(as_operator, operator):
    Person.objects.update(theme="dark")
    assert 'data-theme="dark"' in as_operator.get(ADDRESS).content.decode()
    as_operator.cookies["theme"] = "auto"
    assert 'data-theme="auto"' in as_operator.get(ADDRESS).content.decode()


def test_a_theme_that_is_chosen_here_holds_here_at_once(as_operator, operator):
    as_operator.cookies["theme"] = "light"
    as_operator.post(ADDRESS, SAID)
    assert 'data-theme="dark"' in as_operator.get(ADDRESS).content.decode()


def test_the_audit_tells_what_was_and_what_is(as_operator, operator):
    as_operator.post(ADDRESS, {**SAID, "theme": "", "time_zone": "", "last_name": ""})
    entry = AuditEntry.objects.get(kind=AuditKind.PROFILE_CHANGED)
    assert entry.detail == {"was": {"first_name": ""}, "now": {"first_name": "Ana"}}


def test_a_new_name_is_seen_in_everybodys_rows_at_the_next_refresh(as_operator, operator, synced):
    before = Mirror.only().version
    as_operator.post(ADDRESS, {**SAID, "first_name": "", "last_name": ""})
    assert Mirror.only().version == before
    as_operator.post(ADDRESS, SAID)
    assert Mirror.only().version == before + 1


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Berta", "Gil"), ("berta gil", ""), (" BERTA ", "  Gil"), ("Berta\u200b", "Gil"), ("ＢＥＲＴＡ", "Gil"),
        ("b.gil", ""), ("", "B.Gil"),
    ],
)  # fmt: skip
def test_the_name_of_a_colleague_is_refused_at_the_field(as_operator, operator, make_person, first, last):
    make_person("b.gil", first_name="Berta", last_name="Gil", is_active=False)
    answer = as_operator.post(ADDRESS, {**SAID, "first_name": first, "last_name": last})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"first_name": ["Ese nombre ya lo usa otra persona del equipo."]}
    assert Person.objects.get(pk=operator.pk).first_name == ""


def test_ones_own_name_and_user_name_are_free(as_operator, make_person):
    make_person("berta", first_name="Berta", last_name="Gil")
    for first, last in (("Ana", ""), ("ana", ""), ("Berta", "Ruiz"), ("", "")):
        answer = as_operator.post(ADDRESS, {**SAID, "first_name": first, "last_name": last})
        assert answer.status_code == 303, (first, last)


def test_a_name_is_not_given_up_for_a_user_name_that_a_colleague_is_called(
    as_operator, operator, make_person
):
    Person.objects.filter(pk=operator.pk).update(first_name="Olga")
    make_person("berta", first_name="Ana")
    assert as_operator.post(ADDRESS, {**SAID, "first_name": "", "last_name": ""}).status_code == 422


def test_two_of_a_name_from_before_can_still_change_the_rest(as_operator, operator, make_person):
    make_person("berta", first_name="Ana")
    Person.objects.filter(pk=operator.pk).update(first_name="Ana")
    assert as_operator.post(ADDRESS, {**SAID, "first_name": "Ana", "last_name": ""}).status_code == 303


def test_twice_is_told_once(as_operator):
    for _ in range(2):
        as_operator.post(ADDRESS, SAID)
    assert AuditEntry.objects.count() == 1


def test_everybody_has_one(as_observer):
    assert as_observer.get(ADDRESS).status_code == 200


def test_the_bar_leads_to_it(as_operator, synced):
    assert 'href="/profile/"' in as_operator.get("/").content.decode()


def test_a_stranger_is_led_to_the_log_in(client, singletons):
    assert client.post(ADDRESS, SAID)["Location"].startswith("/accounts/login/")


def test_wrong_method(operator):
    assert signed_in(operator).delete(ADDRESS).status_code == 405
