"""However often and from wherever a rent is confirmed, the vendor is asked once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes.browser import words
from tests.processes.house import until


def at_once(browser, addresses):
    """POSTs to all addresses, each over its own connection, all at the same moment."""
    tabs = [browser.twin() for _ in addresses]
    with ThreadPoolExecutor(len(addresses)) as crowd:
        return list(crowd.map(lambda tab, address: tab.post(address), tabs, addresses))


def creates(house, country):
    return [call for call in house.creates() if call["params"]["country"] == country]


def operations(house, country):
    return [text for text in house.operations("parameters") if f'"{country}"' in str(text).replace("'", '"')]


def test_a_hundred_simultaneous_posts_of_one_confirmation_are_one_rent(shared):
    browser = shared.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    answers = at_once(browser, [confirmation] * 100)
    assert [answer.status_code for answer in answers] == [303] * 100
    [address] = {answer.headers["Location"] for answer in answers}
    assert "Hecho" in browser.follow(address)
    assert len(creates(shared, "ES")) == 1


def test_of_two_confirmations_posted_fifty_times_one_rents_and_the_other_is_told_who_is_ahead(shared):
    browser = shared.browser()
    first, second = (browser.open_confirmation("FR", "opt29") for _ in range(2))
    shared.sandbox.fault("create", "slow", seconds=5)
    answers = at_once(browser, [first, second] * 25)
    assert {answer.status_code for answer in answers} == {303, 409}
    assert len({answer.headers["Location"] for answer in answers if answer.status_code == 303}) == 1
    told = next(words(answer) for answer in answers if answer.status_code == 409)
    assert "operación en curso de demo" in told
    assert "Hecho" in browser.follow(
        next(answer.headers["Location"] for answer in answers if answer.status_code == 303)
    )
    assert len(creates(shared, "FR")) == len(operations(shared, "FR")) == 1


def test_two_people_who_confirm_the_same_at_once_rent_one_number(shared):
    people = [shared.browser("demo"), shared.browser("operador")]
    pairs = [(person, person.open_confirmation("IT", "opt29")) for person in people] * 10
    shared.sandbox.fault("create", "slow", seconds=4)
    with ThreadPoolExecutor(len(pairs)) as crowd:
        answers = list(crowd.map(lambda pair: pair[0].twin().post(pair[1]), pairs))
    assert {answer.status_code for answer in answers} == {303, 409}
    [address] = {answer.headers["Location"] for answer in answers if answer.status_code == 303}
    people[0].follow(address)
    assert len(creates(shared, "IT")) == 1


def test_a_double_click_and_a_reload_and_back_lead_to_the_same_operation(shared):
    browser = shared.browser()
    confirmation = browser.open_confirmation("PL", "opt29")
    first, second = at_once(browser, [confirmation] * 2)
    address = first.headers["Location"]
    browser.follow(address)
    reloaded, back = browser.post(confirmation), browser.get(confirmation)
    assert {answer.headers["Location"] for answer in (second, reloaded, back)} == {address}
    assert len(creates(shared, "PL")) == 1


def test_two_tabs_with_one_confirmation_rent_once_and_show_the_same_outcome(shared):
    left = shared.browser()
    right = left.twin()
    confirmation = left.open_confirmation("DE", "opt29")
    assert "Confirmar" in words(left.get(confirmation))
    assert "Confirmar" in words(right.get(confirmation))
    there, here = left.post(confirmation).headers["Location"], right.post(confirmation).headers["Location"]
    assert there == here
    assert "Hecho" in left.follow(there)
    assert "Hecho" in words(right.get(here))
    assert len(creates(shared, "DE")) == 1


def test_fifty_clicks_on_activate_are_one_activation(shared):
    browser = shared.browser()
    order = shared.database.one("SELECT vendor_id FROM rentals_order WHERE state = 0 ORDER BY vendor_id")
    clicks = [browser.twin() for _ in range(50)]
    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda tab: tab.post(f"/orders/{order}/activate/", {"seen": "0.0"}), clicks))
    assert [answer.status_code for answer in answers] == [303] * 50
    assert "Hecho" in browser.follow(answers[0].headers["Location"])
    assert len(shared.sandbox.calls("activate")) == 1


@pytest.mark.parametrize("fault", ["drop_after", "http_502"])
def test_a_create_whose_answer_is_lost_is_unknown_until_evidence_settles_it(house, fault):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    until(lambda: house.database.rows("SELECT 1 FROM rentals_balancereading"), 10, "the balance is read")
    house.sandbox.post("faults", [{"method": "create", "fault": fault, "acts": True}])
    address = browser.post(confirmation).headers["Location"]
    until(lambda: house.creates(), 10, "the create arrives", pause=0.01)
    house.sandbox.fault("orders", "http_502", None)
    assert "Resultado desconocido" in browser.follow(address)
    assert browser.post(confirmation).headers["Location"] == address
    house.sandbox.no_faults()
    assert "Hecho" in browser.follow(address, 60, past="Resultado desconocido")
    assert len(house.creates()) == 1
