"""`/orders/<id>/activate/`: acts at once, and only once."""

import pytest
from django.test import Client

from rentals.models import Lease, Operation, Order
from rentals.models.orders import OrderState


def press(client, order, seen=None, **more):
    seen = seen or f"{order.state}.{order.attempts}"
    return client.post(f"/orders/{order.vendor_id}/activate/", {"seen": seen}, **more)


def test_it_is_recorded_and_the_row_says_that_it_is_being_sent(as_operator, inactive, htmx):
    page = press(as_operator, inactive, headers=htmx).content.decode()
    assert "Enviando…" in page
    assert "Activar: ana" in page
    assert 'aria-disabled="true" data-why="hay una operación en curso sobre este número"' in page
    assert Operation.objects.get().kind == "activate"


def test_plain_it_leads_to_the_operation(as_operator, inactive, synced, sandbox):
    answer = press(as_operator, inactive)
    assert (answer.status_code, answer["Location"]) == (303, f"/operations/{Operation.objects.get().key}/")
    synced.run_until_idle()
    assert len(sandbox.calls("activate")) == 1


def test_wrong_method(as_operator, inactive):
    assert as_operator.get(f"/orders/{inactive.vendor_id}/activate/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, inactive):
    assert press(client, inactive).status_code == 302
    assert not Operation.objects.exists()


def test_an_observer_may_not(as_observer, inactive):
    assert press(as_observer, inactive).status_code == 403
    assert not Operation.objects.exists()


def test_twice_is_one_operation(as_operator, inactive):
    for _ in range(2):
        assert press(as_operator, inactive).status_code == 303
    assert Operation.objects.count() == 1


def test_a_colleague_is_told_who_is_ahead(as_operator, as_other, inactive, htmx):
    press(as_operator, inactive)
    answer = press(as_other, inactive, headers=htmx)
    assert answer.status_code == 409
    assert "Hay otra operación en curso" in answer.content.decode()
    plain = press(as_other, inactive)
    assert plain.status_code == 409
    assert "Ver la operación en curso de ana" in plain.content.decode()


def test_a_row_that_has_moved_since_is_refused(as_operator, inactive, htmx):
    Order.objects.filter(pk=inactive.pk).update(state=OrderState.ACTIVE)
    answer = press(as_operator, inactive, headers=htmx)
    assert answer.status_code == 409
    assert "El número ha cambiado desde que se mostró" in answer.content.decode()


def test_without_a_worker_nothing_is_recorded(as_operator, inactive, htmx):
    Lease.objects.update(expires_at=None)
    answer = press(as_operator, inactive, headers=htmx)
    assert answer.status_code == 503
    assert "está parado" in answer.content.decode()
    assert not Operation.objects.exists()


@pytest.mark.parametrize("seen", ["", "x", "0", "0.0.0", "0.x", "9" * 5000 + ".1", "\x00"])
def test_junk_in_the_form_is_a_bad_request(as_operator, inactive, seen):
    address = f"/orders/{inactive.vendor_id}/activate/"
    assert as_operator.post(address, {"seen": seen}).status_code in {400, 409}
    assert not Operation.objects.exists()


def test_an_order_that_does_not_exist_is_not_found(as_operator, synced):
    assert as_operator.post("/orders/999999/activate/", {"seen": "0.0"}).status_code == 404


def test_without_its_token_the_form_is_refused(operator, inactive):
    client = Client(enforce_csrf_checks=True)
    client.force_login(operator, backend="rentals.sign_in.PasswordBackend")
    answer = press(client, inactive)
    assert answer.status_code == 403
    assert "No hemos podido comprobar" in answer.content.decode()
    assert not Operation.objects.exists()
