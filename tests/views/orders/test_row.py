"""`/orders/<id>/row/`: one row, drawn again."""

import pytest

from rentals.confirmations import for_action
from tests.conftest import age_feed, record


def test_it_is_the_row_alone(as_operator, inactive):
    page = as_operator.get(f"/orders/{inactive.vendor_id}/row/").content.decode()
    assert page.strip().startswith(f'<tr id="order-{inactive.vendor_id}"')
    assert "Activar" in page


def test_an_observer_has_no_button_to_activate(as_observer, inactive):
    assert "Activar" not in as_observer.get(f"/orders/{inactive.vendor_id}/row/").content.decode()


def test_wrong_method(as_operator, inactive):
    assert as_operator.post(f"/orders/{inactive.vendor_id}/row/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, inactive):
    assert client.get(f"/orders/{inactive.vendor_id}/row/").status_code == 302


@pytest.mark.parametrize("vendor_id", ["999999999", "x" * 2000, "-1", "a'--", "%00"])
def test_an_order_that_does_not_exist_is_not_found(as_operator, synced, vendor_id):
    assert as_operator.get(f"/orders/{vendor_id}/row/").status_code == 404


def failed_activation(synced, sandbox, operator, order, fault):
    sandbox.fault("activate", fault)
    confirmation = for_action(operator, "activate", order.vendor_id, order.state, order.attempts)
    operation = record(confirmation, operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    return operation


def test_an_activation_that_was_refused_says_so_in_its_row_with_the_reason(
    synced, sandbox, operator, inactive, as_operator
):
    operation = failed_activation(synced, sandbox, operator, inactive, "refuse")
    page = as_operator.get(f"/orders/{inactive.vendor_id}/row/").content.decode()
    assert "Activar: Rechazado" in page
    assert f"/operations/{operation.key}/" in page
    assert 'id="activate-' in page


def test_the_row_forgets_a_failure_as_soon_as_something_newer_is_done(
    synced, sandbox, operator, inactive, as_operator
):
    failed_activation(synced, sandbox, operator, inactive, "refuse")
    inactive.refresh_from_db()
    record(for_action(operator, "activate", inactive.vendor_id, inactive.state, inactive.attempts), operator)
    synced.run_until_idle()
    page = as_operator.get(f"/orders/{inactive.vendor_id}/row/").content.decode()
    assert "Activando" in page
    assert "Rechazado" not in page


def test_the_row_forgets_a_failure_when_the_number_has_changed_its_state(
    synced, sandbox, operator, inactive, as_operator
):
    failed_activation(synced, sandbox, operator, inactive, "refuse")
    sandbox.outside("activate", id=inactive.vendor_id)
    age_feed("orders", 40)
    synced.run_until_idle()
    assert "Rechazado" not in as_operator.get(f"/orders/{inactive.vendor_id}/row/").content.decode()
