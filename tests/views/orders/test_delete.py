"""`/orders/<id>/delete/`: says what is lost, and then deletes once."""

from django.utils import timezone

from rentals.models import Number, Operation, Order


def address(order):
    return f"/orders/{order.vendor_id}/delete/"


def test_the_confirmation_says_what_is_lost_and_that_days_are_not_refunded(as_operator, inactive):
    text = as_operator.get(address(inactive), follow=True).content.decode()
    assert "Se pierde el tiempo que queda" in text
    assert "no se devuelven si el número recibió algún SMS" in text
    assert not Operation.objects.exists()


def test_confirming_deletes_it_once(as_operator, synced, sandbox, inactive):
    confirmation = as_operator.get(address(inactive))["Location"]
    for _ in range(2):
        assert as_operator.post(confirmation).status_code == 303
    synced.run_until_idle()
    assert len(sandbox.calls("delete")) == 1
    assert not Order.objects.get(pk=inactive.pk).listed


def test_the_confirmation_says_that_a_colleague_uses_the_number_and_nothing_of_oneself(
    as_operator, operator, observer, inactive
):
    Number.objects.filter(pk=inactive.number_id).update(holder=observer, held_at=timezone.now())
    assert "Lo usa <b><bdi>olga</bdi></b>" in as_operator.get(address(inactive), follow=True).content.decode()
    Number.objects.filter(pk=inactive.number_id).update(holder=operator)
    assert "pregúntele antes" not in as_operator.get(address(inactive), follow=True).content.decode()


def test_one_that_is_gone_is_not_found(as_operator, inactive):
    Order.objects.filter(pk=inactive.pk).update(listed=False)
    assert as_operator.get(address(inactive)).status_code == 404


def test_wrong_method(as_operator, inactive):
    assert as_operator.post(address(inactive)).status_code == 405


def test_an_observer_may_not(as_observer, inactive):
    assert as_observer.get(address(inactive)).status_code == 403


def test_a_stranger_is_led_to_the_log_in(client, inactive):
    assert client.get(address(inactive)).status_code == 302
