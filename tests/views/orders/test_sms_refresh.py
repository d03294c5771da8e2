"""`/orders/<id>/sms/refresh/`: "Actualizar"."""

from rentals.models import Lease, Order


def test_it_asks_the_worker_and_says_that_it_looks(as_operator, with_sms, synced, htmx):
    address = f"/orders/{with_sms.vendor_id}/sms/refresh/"
    assert "Actualizando…" in as_operator.post(address, headers=htmx).content.decode()
    synced.run_until_idle()
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert "Actualizando…" not in page


def test_plain_it_leads_back_to_the_messages(as_operator, with_sms):
    answer = as_operator.post(f"/orders/{with_sms.vendor_id}/sms/refresh/")
    assert (answer.status_code, answer["Location"]) == (303, f"/orders/{with_sms.vendor_id}/sms/")


def test_a_look_that_failed_says_why(as_operator, with_sms, synced, sandbox):
    sandbox.fault("sms", "http_502", times=None)
    as_operator.post(f"/orders/{with_sms.vendor_id}/sms/refresh/")
    synced.run_until_idle()
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    sandbox.no_faults()
    assert "No se pudo actualizar." in page
    assert "671-094" in page


def test_without_a_worker_it_does_not_pretend_to_look(as_operator, with_sms, htmx):
    Lease.objects.update(expires_at=None)
    page = as_operator.post(f"/orders/{with_sms.vendor_id}/sms/refresh/", headers=htmx).content.decode()
    assert "Ahora no se puede actualizar:" in page


def test_an_observer_may(as_observer, with_sms):
    assert as_observer.post(f"/orders/{with_sms.vendor_id}/sms/refresh/").status_code == 303


def test_wrong_method(as_operator, with_sms):
    assert as_operator.get(f"/orders/{with_sms.vendor_id}/sms/refresh/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, with_sms):
    wanted = Order.objects.get(pk=with_sms.pk).sms_wanted_at
    assert client.post(f"/orders/{with_sms.vendor_id}/sms/refresh/").status_code == 302
    assert Order.objects.get(pk=with_sms.pk).sms_wanted_at == wanted


def test_an_order_that_does_not_exist_is_not_found(as_operator, synced):
    assert as_operator.post("/orders/999999/sms/refresh/").status_code == 404
