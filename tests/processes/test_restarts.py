"""Web server and whole houses that are killed, and vendors that behave badly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.processes.browser import words
from tests.processes.house import until


def test_a_rent_whose_web_server_is_killed_still_ends_properly(house):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    house.sandbox.fault("create", "slow", seconds=2)
    address = browser.post(confirmation).headers["Location"]
    [web] = house.running("web")
    web.kill()
    until(lambda: house.state_of(address) == "succeeded", 20, "the worker ends the rent")
    house.start_web()
    assert "Hecho" in browser.follow(address)
    assert len(house.creates()) == 1


def test_a_web_server_killed_under_a_crowd_leaves_one_operation_or_none(house):
    browser = house.browser()
    confirmation = browser.open_confirmation("ES", "opt29")
    [web] = house.running("web")
    with ThreadPoolExecutor(20) as crowd:
        sent = [crowd.submit(post_or_fail, browser.twin(), confirmation) for _ in range(20)]
        until(lambda: any(one.done() for one in sent), 20, "the first answer", 0.001)
        web.kill()
    house.start_web()
    address = browser.post(confirmation).headers["Location"]
    assert "Hecho" in browser.follow(address)
    assert len(house.operations()) == len(house.creates()) == 1


def post_or_fail(browser, address):
    try:
        return browser.post(address).status_code
    except requests.RequestException:
        return None


def test_dashboard_and_sandbox_survive_a_restart_of_everything_together(house):
    browser = house.browser()
    address = browser.rent("ES", "opt29")
    browser.follow(address)
    phone = house.database.one(
        "SELECT national FROM rentals_order WHERE id = (SELECT order_id FROM rentals_operation)"
    )
    before = house.sandbox.state()
    house.stop_all()
    # A killed worker's lease lasts 30 s; here they have passed.
    house.database.age("rentals_lease", "expires_at", 40)
    house.start()
    after = house.sandbox.state()
    assert (before["orders"], before["balance"]) == (after["orders"], after["balance"])
    assert "Hecho" in words(browser.get(address))
    assert digits(phone) in digits(words(browser.get("/")))
    assert "Hecho" in browser.follow(browser.rent("FR", "opt29"))


def digits(text):
    return "".join(character for character in text if character.isdigit())


@pytest.mark.parametrize("fault", ["hang", "not_json", "wrong_types", "http_502", "refuse", "oversized"])
def test_a_bad_vendor_leaves_pages_with_the_last_good_data_and_their_age(shared, fault):
    shared.sandbox.post("faults", {"method": "*", "fault": fault, "times": None})
    shared.want("orders")
    pages_hold(shared)
    shared.sandbox.no_faults()
    shared.want("orders")
    assert "No se han podido actualizar" not in words(shared.browser().get("/"))


def test_a_vendor_that_is_down_leaves_pages_with_the_last_good_data_and_their_age(shared):
    [sandbox] = shared.running("sandbox")
    sandbox.kill()
    shared.want("orders")
    pages_hold(shared)
    shared.start_sandbox()
    shared.want("orders")
    assert "No se han podido actualizar" not in words(shared.browser().get("/"))


def pages_hold(house):
    browser = house.browser()
    numbers = [row[0] for row in house.database.rows("SELECT national FROM rentals_order WHERE listed")]
    page = browser.get("/")
    shown = words(page)
    assert page.status_code == 200
    assert "No se han podido actualizar los datos de SMSPVA" in shown
    assert "Se ven datos de hace" in shown
    assert all(digits(number) in digits(shown) for number in numbers)
    for path in ("/orders/table/", "/operations/", "/rent/"):
        assert browser.get(path).status_code in (200, 422)
