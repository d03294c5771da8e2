"""From "Confirmar" to the outcome on the screen, in a real browser, with the intervals people run with."""

from __future__ import annotations

import time

from playwright.sync_api import Page, sync_playwright

from tools.bench_house import Browser, Figure, House, house, p95
from tools.stage import chrome_path

MOST = 3.0
COUNTRIES = ("ES", "PL", "UK", "DE")


def run(rents: int) -> list[Figure]:
    with house() as built, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chrome_path(), args=["--no-sandbox"])
        page = browser.new_page(base_url=built.url, locale="es-ES")
        log_in(page)
        times = [rent(built, page, number) for number in range(rents)]
        browser.close()
    seen = f"p95 {p95(times):.2f} s, max {max(times):.2f} s, min {min(times):.2f} s of {rents}"
    return [Figure("Confirmar to the outcome", seen, f"p95 <= {MOST} s", p95(times) <= MOST)]


def log_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Usuario").fill("demo")
    page.get_by_label("Contraseña").fill("demo")
    page.get_by_role("button", name="Entrar").click()
    page.get_by_role("table", name="Mis números").wait_for()


def rent(built: House, page: Page, number: int) -> float:
    """One rent: each is of another service, as two of the same would wait for each other."""
    country = COUNTRIES[number % len(COUNTRIES)]
    service = in_stock(built.browser(), built, country, number)
    page.goto(f"/?country={country}&period=week-1&service={service}")
    page.get_by_role("button", name="Alquilar").click()
    confirm = page.get_by_role("button", name="Confirmar")
    confirm.wait_for()
    # As long as a person needs to read the price.
    page.wait_for_timeout(2000)
    began = time.perf_counter()
    confirm.click()
    page.get_by_role("heading", name="Hecho").wait_for(timeout=20_000)
    return time.perf_counter() - began


def in_stock(person: Browser, built: House, country: str, number: int) -> str:
    """A service that can be rented there; its price list is held from now on."""
    person.open_confirmation(country, "opt29")
    stock = built.sandbox.state()["stock"]
    found = [service for service, count in sorted(stock[country].items()) if count]
    return str(found[number])
