"""For machines: `/healthz`, `/readyz`, `/metrics`."""

import pytest

from rentals.models import Feed, Lease


def test_alive(client, singletons):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_when_database_worker_and_vendor_are(client, synced):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_without_a_worker_it_is_not_ready_and_says_so(client, synced):
    Lease.objects.update(expires_at=None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "not alive"


def test_with_the_vendor_failing_it_says_the_reason(client, synced):
    Feed.objects.filter(name="orders").update(failures=3, reason="server_error")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["vendor"]) == (503, "server_error")


def test_metrics_from_this_machine(client, synced):
    page = client.get("/metrics").content.decode()
    for figure in ("dashboard_worker_alive 1.0", "dashboard_balance_usd 42.6", 'dashboard_orders{state="0"}'):
        assert figure in page


def test_metrics_are_refused_from_elsewhere(client, synced):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 403


def test_metrics_are_given_for_the_token(client, synced, settings):
    settings.METRICS_TOKEN = "a-long-token"
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    right = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"}, **elsewhere)
    wrong = client.get("/metrics", headers={"Authorization": "Bearer another"}, **elsewhere)
    assert (right.status_code, wrong.status_code) == (200, 403)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-Ip"])
def test_behind_a_proxy_loopback_says_nothing(client, synced, header):
    assert client.get("/metrics", headers={header: "203.0.113.7"}).status_code == 403


def test_behind_tls_loopback_says_nothing(client, synced, settings):
    settings.BEHIND_TLS = True
    assert client.get("/metrics").status_code == 403


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_wrong_method(client, singletons, address):
    assert client.post(address).status_code == 405
