"""`/theme/`: auto, claro, oscuro, for browsers without script."""

import pytest


def test_it_goes_round(client, singletons):
    seen = []
    for _ in range(3):
        client.post("/theme/", {"next": "/accounts/login/"})
        seen.append(client.cookies["theme"].value)
    assert seen == ["light", "dark", "auto"]


def test_the_next_page_is_drawn_in_it(client, singletons):
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/accounts/login/").content.decode()


def test_junk_in_the_cookie_is_auto(client, singletons):
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="auto"' in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_does_not_lead_to_another_site(client, singletons, elsewhere):
    assert client.post("/theme/", {"next": elsewhere})["Location"] == "/"


def test_wrong_method(client, singletons):
    assert client.get("/theme/").status_code == 405
