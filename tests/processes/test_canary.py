"""A run with a key of its own through everything that may go wrong; then the key is looked for everywhere."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from rentals.sandbox.faults import ACTS
from tests.plugins.canary import leaks
from tests.processes.house import houses

KEY = "canary+7f/3c=9b&41%2e~0d8a"
"""Each of its marks changes when it is encoded."""
SECONDS = {"slow": 0.1, "hang": 0.3, "drip": 0}
BUYING = {
    "ES": "refuse",
    "FR": "drop_after",
    "PL": "half",
    "DE": "redirect",
    "UK": "php_notice",
    "MX": "http_502",
}
PAGES = ("/", "/rent/", "/orders/table/", "/operations/", "/metrics", "/readyz", "/accounts/login/", "/none/")


@pytest.fixture(scope="module")
def lived(_made, tmp_path_factory):
    """A house in which everything has happened, with every page that was seen on the way."""
    for make in houses(_made, tmp_path_factory.mktemp("canary")):
        house = make(
            key=KEY, LOG_LEVEL="DEBUG", SMSPVA_MIN_INTERVAL="0.05", SMSPVA_PERSON_INTERVAL="0"
        ).start()
        house.sandbox.post("balance", {"amount": 1000})
        browser = house.browser()
        browser.keeps = True
        live_well(house, browser)
        buy_badly(house, browser)
        read_badly(house, browser)
        house.start_worker()
        yield house


def live_well(house, browser):
    browser.follow(browser.rent("ES", "opt20"))
    order = house.database.one("SELECT vendor_id FROM rentals_order WHERE state = 0 ORDER BY vendor_id")
    browser.follow(browser.post(f"/orders/{order}/activate/", {"seen": "0.0"}).headers["Location"])
    active = house.database.one("SELECT vendor_id FROM rentals_order WHERE state = 1 ORDER BY vendor_id")
    browser.get(f"/orders/{active}/sms/")
    look(browser)


def buy_badly(house, browser):
    for country, fault in BUYING.items():
        confirmation = browser.open_confirmation(country, "opt29")
        house.sandbox.fault("create", fault)
        browser.follow(browser.post(confirmation).headers["Location"])


def read_badly(house, browser):
    """Every fault once for orders, balance, sms and the price list."""
    active = house.database.one("SELECT id, vendor_id FROM rentals_order WHERE state = 1 ORDER BY vendor_id")
    name = house.database.one("SELECT vendor_id FROM rentals_order WHERE id = ?", active)
    for fault in ACTS:
        more = {"seconds": SECONDS[fault]} if fault in SECONDS else {}
        methods = ("orders", "balance", "sms", "getdataWithProviders")
        house.sandbox.post("faults", [{"method": m, "fault": fault, "times": 1, **more} for m in methods])
        browser.post(f"/orders/{name}/sms/refresh/")
        house.want("orders")
        house.want("balance")
        browser.get(f"/rent/?country=NL&period=week-{1 + list(ACTS).index(fault) % 12}&service=opt29")
        house.sandbox.no_faults()
    look(browser)


def look(browser):
    for page in PAGES:
        browser.get(page)


def family(process):
    """The process and its children: granian serves from a child."""
    for folder in Path("/proc").iterdir():
        # Other processes of the machine come and go while we look.
        with contextlib.suppress(ProcessLookupError):
            if folder.name.isdigit() and os.getsid(int(folder.name)) == process.pid:
                yield folder


def test_the_search_would_find_the_key(lived):
    [worker, *_] = lived.running("worker")
    assert leaks(KEY, (Path("/proc") / str(worker.pid) / "environ").read_text())
    assert {call["fault"] for call in lived.sandbox.calls()} >= set(ACTS) - {None}


def test_no_page_and_no_header_holds_the_key(lived):
    seen = lived.browser().seen
    assert len(seen) > 60
    assert [answer.url for answer in seen if leaks(KEY, f"{answer.headers}{answer.text}")] == []


def test_no_log_and_no_output_of_web_and_worker_holds_the_key(lived):
    logs = [process.log for process in lived.processes if process.name != "sandbox"]
    assert "DEBUG" in "".join(log.read_text().upper() for log in logs)
    assert [log.name for log in logs if leaks(KEY, log.read_text(errors="replace"))] == []


def test_no_byte_of_the_database_holds_the_key(lived):
    files = b"".join(file.read_bytes() for file in lived.folder.glob("dashboard.sqlite3*"))
    assert not leaks(KEY, lived.database.text())
    assert not leaks(KEY, files.decode("latin-1"))


def test_no_environment_of_the_web_process_and_no_command_line_holds_the_key(lived):
    web = [folder for process in lived.running("web") for folder in family(process)]
    everyone = [folder for process in lived.processes if process.running for folder in family(process)]
    assert len(web) >= 2
    assert [f for f in web if leaks(KEY, (f / "environ").read_text())] == []
    assert [f for f in everyone if leaks(KEY, (f / "cmdline").read_text())] == []


def test_the_sandbox_tells_its_key_to_nobody_either(lived):
    told = f"{lived.sandbox.calls()}{lived.sandbox.state()}{(lived.folder / 'sandbox.json').read_text()}"
    assert not leaks(KEY, told)
