"""Two hundred spends at once on as many targets: of what a limit leaves, not a cent is given away twice."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.processes.browser import words

COUNTRIES, EACH, PRICE = ("ES", "PL"), 100, 7
FITS, OWN = 7, 4
"""So many fit the limit of the team, and of one person."""
PEOPLE = ("demo", "operador")


@pytest.fixture
def shop(house):
    """Two hundred services at 7 USD a week; a lease that nobody serves, so that nothing is sent and made room for."""
    for person in PEOPLE:
        house.browser(person)
    house.worker_with_lease().kill()
    database = house.database
    database.change("UPDATE rentals_lease SET expires_at = ?", _stored(house, timedelta(minutes=9)))
    database.change("UPDATE rentals_balancereading SET amount = 5000")
    database.change("DELETE FROM rentals_pricelist")
    rows = [{"code": f"s{n}", "price_day": "1", "total": 9, "by_operator": None} for n in range(EACH)]
    for country in COUNTRIES:
        database.change(
            "INSERT INTO rentals_pricelist (country, unit, count, fetched_at, rows, failures, reason)"
            " VALUES (?, 'week', 1, ?, ?, 0, '')",
            country,
            _stored(house, timedelta(0)),
            json.dumps(rows),
        )
    return house


def _stored(house, later):
    moment = datetime.now(UTC) + later
    return moment if house.database.postgres else moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _confirmed(shop, country, service, person):
    asked = urlencode({"country": country, "period": "week-1", "service": service})
    answer = shop.browser(person).twin().get(f"/rent/?{asked}")
    assert answer.status_code == 303, words(answer)
    return person, answer.headers["Location"]


def _press(shop, confirmed):
    person, address = confirmed
    return shop.browser(person).twin().post(address)


def _all_at_once(shop):
    wanted = [(shop, country, f"s{n}", PEOPLE[n % 2]) for country in COUNTRIES for n in range(EACH)]
    with ThreadPoolExecutor(8) as few:
        confirmed = list(few.map(lambda one: _confirmed(*one), wanted))
    with ThreadPoolExecutor(len(confirmed)) as crowd:
        return list(crowd.map(lambda one: _press(shop, one), confirmed))


def test_of_two_hundred_spends_at_once_exactly_seven_fit_a_limit_for_seven(shop):
    shop.database.change("UPDATE rentals_team SET day_limit = ?", FITS * PRICE)
    shop.database.change("UPDATE rentals_person SET month_limit = ?", OWN * PRICE)
    answers = _all_at_once(shop)
    recorded = shop.database.rows("SELECT COUNT(*), SUM(quote) FROM rentals_operation GROUP BY person_id")
    assert sum(count for count, _ in recorded) == FITS
    assert all(count <= OWN and total == count * PRICE for count, total in recorded)
    refused = [answer for answer in answers if answer.status_code == 409]
    assert {answer.status_code for answer in answers} == {303, 409}
    assert len(refused) == len(answers) - FITS
    for answer in refused:
        assert re.search(
            r"Supera (el límite del equipo de 49,00 USD por día|su límite de 28,00 USD por mes)",
            words(answer),
        )
