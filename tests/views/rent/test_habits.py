"""The form begins with what this person and the team used last."""

import re

from rentals.models import Operation, Order
from rentals.models.operations import State
from tests.conftest import record, rent

OPTION = re.compile(r'<option value="([A-Z]{2})"')


def countries(page):
    """The codes of the country select by its groups: (recent, the others)."""
    select = page.split('id="country"')[1].split("</select>")[0]
    _, recent, others = select.split("<optgroup")
    return OPTION.findall(recent), OPTION.findall(others)


def services(page):
    """The codes of the services as they stand."""
    return re.findall(r'name="service" value="(\w+)"', page.split('id="services"')[1])


def test_countries_used_last_come_first_and_stand_only_once(as_operator, synced):
    recent, others = countries(as_operator.get("/").content.decode())
    assert 1 <= len(recent) <= 5
    assert not set(recent) & set(others)
    assert len(recent) + len(others) == 60


def test_a_person_finds_the_own_last_country_before_the_teams(as_operator, as_other, synced, operator):
    record(rent(operator, synced, country="PT"), operator)
    assert countries(as_operator.get("/").content.decode())[0][0] == "PT"
    assert countries(as_other.get("/").content.decode())[0][0] != "PT"


def test_a_rent_that_failed_is_no_habit(as_operator, synced, operator):
    record(rent(operator, synced, country="PT"), operator)
    Operation.objects.update(state=State.FAILED)
    assert "PT" not in countries(as_operator.get("/").content.decode())[0]


def test_a_country_that_the_vendor_no_longer_lists_is_not_offered_as_a_habit(as_operator, synced):
    Order.objects.update(country="ZZ")
    page = as_operator.get("/").content.decode()
    assert "Usados hace poco" not in page.split('id="country"')[1].split("</select>")[0]


def test_without_habits_the_countries_stand_in_one_list(as_operator, worker, sandbox):
    sandbox.reset("empty")
    worker.run_until_idle()
    page = as_operator.get("/").content.decode()
    assert "Usados hace poco" not in page
    assert page.count('value="ES"') == 1


def test_services_used_last_come_first_and_stand_only_once(as_operator, priced, choice):
    Order.objects.update(service="opt44, opt29")
    page = as_operator.get("/", choice).content.decode()
    assert services(page)[:2] == ["opt44", "opt29"]
    assert len(set(services(page))) == len(services(page)) > 100
    assert "Usados hace poco" in page.split('id="services"')[1]


def test_a_service_used_last_stands_first_also_while_there_are_no_numbers(as_operator, priced, choice):
    Order.objects.update(service="opt0")
    page = as_operator.get("/", choice).content.decode()
    assert services(page)[0] == "opt0"
    assert re.search(r'value="opt0" disabled', page)


def test_a_country_carries_the_words_to_find_it_by(as_operator, synced):
    page = as_operator.get("/").content.decode()
    assert re.search(r'<option value="DE" data-also="germany"', page)
    assert re.search(r'<option value="UK" data-also="united kingdom gb"', page)


def test_a_country_whose_name_says_it_all_carries_nothing(as_operator, synced):
    assert '<option value="AR">' in as_operator.get("/").content.decode()
