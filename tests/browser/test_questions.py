"""The questions open by link and are found by the browser's own search."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("name", ["sms", "restaurar"])
def test_a_link_opens_its_question(home: Page, name: str) -> None:
    home.goto(f"/#pregunta-{name}")
    question = home.locator(f"#pregunta-{name}")
    expect(question).to_have_attribute("open", "")
    expect(question.locator("p").first).to_be_in_viewport()
    question.get_by_role("link", name="Enlace a esta pregunta").click()
    expect(home).to_have_url(f"{home.url.split('#')[0]}#pregunta-{name}")


def test_a_link_within_the_page_opens_another_question(home: Page) -> None:
    home.goto("/#pregunta-renovar")
    home.get_by_role("link", name="Cuánto cuesta restaurarlo").click()
    expect(home.locator("#pregunta-restaurar .formula")).to_be_visible()


def test_the_browsers_search_finds_what_a_closed_question_says(home: Page) -> None:
    question = home.locator("#pregunta-maximo")
    expect(question).not_to_have_attribute("open", "")
    # What the browser searches for and opens by itself is the same as with its search bar.
    home.goto("/?#:~:text=garantizado%20es%20de%2090")
    expect(question).to_have_attribute("open", "")


def test_a_question_opens_by_keyboard(home: Page) -> None:
    summary = home.locator("#pregunta-reembolso summary")
    summary.press("Enter")
    expect(home.locator("#pregunta-reembolso p").first).to_be_visible()
    expect(summary).to_be_focused()
