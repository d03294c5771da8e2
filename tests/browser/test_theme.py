""" "Cambiar tema": auto, claro, oscuro, remembered, and drawn by the server so that nothing flashes."""

import re

from playwright.sync_api import Page, expect


def test_it_goes_round_and_is_remembered(home: Page) -> None:
    button = home.get_by_role("button", name="Cambiar tema")
    root = home.locator("html")
    for theme in ("light", "dark"):
        button.click()
        expect(root).to_have_attribute("data-theme", theme)
    answer = home.reload()
    assert answer is not None
    assert 'data-theme="dark"' in answer.text()
    assert home.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    button.click()
    expect(root).to_have_attribute("data-theme", "auto")


def test_auto_follows_the_system(home: Page) -> None:
    papers = []
    for scheme in ("light", "dark"):
        home.emulate_media(color_scheme=scheme)
        papers.append(home.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert papers[0] != papers[1]


def test_without_script_the_button_works_too(plain: Page) -> None:
    plain.get_by_role("button", name="Cambiar tema").click()
    expect(plain.locator("html")).to_have_attribute("data-theme", "light")
    expect(plain.get_by_role("table", name="Mis números")).to_be_visible()


def test_the_first_paint_is_in_the_chosen_theme_already(home: Page) -> None:
    """Before any script: what the server sends, drawn while the scripts do not arrive."""
    home.context.add_cookies([{"name": "theme", "value": "dark", "url": home.url}])
    home.emulate_media(color_scheme="light")
    home.route("**/*.js", lambda route: route.abort())
    home.goto("/", wait_until="commit")
    expect(home.locator("html")).to_have_attribute("data-theme", "dark")
    expect(home.locator("meta[name=color-scheme]")).to_have_attribute("content", "dark")
    expect(home.locator("body")).to_have_css("background-color", "rgb(17, 19, 23)")


def test_the_button_says_in_words_which_theme_is_on(home: Page) -> None:
    button = home.get_by_role("button", name="Cambiar tema")
    expect(button).to_have_text(re.compile("auto"))
    button.click()
    expect(button).to_have_text(re.compile("claro"))
    home.set_viewport_size({"width": 320, "height": 700})
    expect(home.get_by_role("button", name="Cambiar tema claro")).to_be_visible()


def test_on_paper_there_are_the_numbers_in_light_colours_and_nothing_to_press(home: Page) -> None:
    home.context.add_cookies([{"name": "theme", "value": "dark", "url": home.url}])
    home.set_viewport_size({"width": 718, "height": 1000})
    home.emulate_media(media="print")
    for address, cell in (("/", ".c-number"), ("/archive/", ".a-number")):
        home.goto(address)
        expect(home.locator(cell).first).to_be_visible()
        assert home.locator("button:not(.why):visible, .btn:visible, #order-form:visible").count() == 0
        assert home.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        assert home.evaluate("document.documentElement.scrollWidth") <= 718
        expect(home.get_by_role("columnheader", name="Número de teléfono")).to_be_visible()
