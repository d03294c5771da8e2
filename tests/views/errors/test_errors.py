"""What goes wrong is said in clear Spanish, as a page and under htmx."""

import pytest
from django.test import Client

from rentals.models import Operation
from rentals.views import rent


def test_an_unknown_address(as_operator, synced):
    answer = as_operator.get("/no-existe/")
    assert answer.status_code == 404
    assert "Aquí no hay nada" in answer.content.decode()
    assert "Ir a mis números" in answer.content.decode()


def test_an_unknown_address_for_a_stranger(client, singletons):
    assert "Aquí no hay nada" in client.get("/no-existe/").content.decode()


def test_under_htmx_it_is_a_notice_and_nothing_else_moves(as_operator, synced, htmx):
    answer = as_operator.get("/orders/1/row/", headers=htmx)
    assert (answer.status_code, answer["HX-Retarget"]) == (404, "#notices")
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("checks", [True, False])
def test_ten_megabytes_are_refused_before_they_are_read(operator, inactive, checks):
    client = Client(enforce_csrf_checks=checks)
    client.force_login(operator, backend="rentals.sign_in.PasswordBackend")
    client.get("/")  # brings the cookie: without it the post is refused for that
    body = "seen=" + "x" * 10_000_000
    answer = client.post(
        f"/orders/{inactive.vendor_id}/activate/", body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert "Es demasiado grande o no se entiende" in answer.content.decode()
    assert not Operation.objects.exists()


def test_ten_megabytes_from_a_stranger(client, singletons):
    body = "login=" + "x" * 10_000_000
    answer = client.post("/accounts/login/", body, content_type="application/x-www-form-urlencoded")
    assert 400 <= answer.status_code < 500


def test_a_thousand_fields_are_refused(as_operator, synced):
    query = "&".join(f"a{n}=1" for n in range(1_500))
    assert as_operator.get(f"/?{query}").status_code == 400


@pytest.mark.parametrize("smooth", [True, False])
def test_a_fault_of_ours_shows_no_details(as_operator, synced, monkeypatch, htmx, smooth):
    def broken(*_):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(rent, "active_table", broken)
    as_operator.cookies["theme"] = "dark"
    as_operator.raise_request_exception = False
    answer = as_operator.get("/", headers=htmx if smooth else {})
    assert answer.status_code == 500
    assert "Algo ha fallado en el panel" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()
    assert "Operaciones" in answer.content.decode()
    assert smooth or 'data-theme="dark"' in answer.content.decode()


def test_every_page_has_the_strict_policy(as_operator, synced):
    for address in ("/", "/operations/", "/no-existe/"):
        policy = as_operator.get(address)["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
