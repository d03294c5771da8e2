from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rentals.models import Order, Sms, Watch
from rentals.models.orders import OrderState
from rentals.upstream.rows import Messages, SmsRow
from rentals.use_cases import wants
from rentals.worker import sms


@pytest.fixture
def order(singletons):
    now = timezone.now()
    return Order.objects.create(
        vendor_id="1", service="opt29", state=OrderState.ACTIVE, first_seen_at=now, last_seen_at=now
    )


def message(text="Code 671 094", minute=0, sender="TELEGRAM"):
    return SmsRow(text=text, sender=sender, date=datetime(2026, 11, 23, 10, minute, tzinfo=UTC))


def keep(order, own=(), other=()):
    return sms.keep(order, Messages(own=list(own), other=list(other)), timezone.now())


def test_two_identical_messages_in_one_answer_are_two(order):
    assert keep(order, [message(), message()]) == 2
    assert keep(order, [message(), message()]) == 0


def test_a_third_identical_message_is_added_once(order):
    keep(order, [message(), message()])
    assert keep(order, [message()] * 3) == 1
    assert Sms.objects.count() == 3


def test_a_message_that_the_vendor_no_longer_shows_is_kept(order):
    keep(order, [message("first"), message("second", 1)])
    keep(order, [message("second", 1)])
    assert Sms.objects.count() == 2


def test_the_same_words_for_another_service_are_another_message(order):
    keep(order, own=[message()], other=[message()])
    assert sorted(Sms.objects.values_list("other", flat=True)) == [False, True]


def test_the_newest_message_gets_the_highest_id(order):
    keep(order, [message("new", 9), message("old", 1)])
    assert Sms.objects.order_by("-pk")[0].text == "new"


def test_a_message_without_a_time_is_kept_once(order):
    bare = SmsRow(text="hola", sender="", date=None)
    keep(order, [bare])
    assert keep(order, [bare]) == 0


def test_a_message_at_the_vendor_arrives_in_the_mirror(synced, sandbox):
    order = Order.objects.filter(state=OrderState.ACTIVE)[0]
    sandbox.post("sms", {"order": order.vendor_id, "text": "Tu código es 4821", "sender": "PRUEBA"})
    sms.sync(synced.line, order)
    assert order.messages.filter(text="Tu código es 4821", sender="PRUEBA").count() == 1


def test_a_failed_look_keeps_the_messages_and_the_reason(synced, sandbox):
    order = Order.objects.filter(messages__isnull=False).distinct()[0]
    before = order.messages.count()
    sandbox.fault("sms", "http_503")
    assert not sms.sync(synced.line, order)
    order.refresh_from_db()
    assert (order.messages.count(), order.sms_reason) == (before, "server_error")


def test_actualizar_is_served_before_everything_in_the_background(synced, sandbox):
    order = Order.objects.filter(state=OrderState.INACTIVE)[0]
    wants.want_sms(order)
    before = len(sandbox.calls())
    synced.run_until_idle()
    first = sandbox.calls()[before]
    assert (first["method"], first["params"]["id"]) == ("sms", order.vendor_id)
    assert sms.asked_for() is None


def test_watched_numbers_are_looked_at_in_turn(order, operator):
    now = timezone.now()
    second = Order.objects.create(
        vendor_id="2",
        service="opt29",
        state=OrderState.ACTIVE,
        first_seen_at=now,
        last_seen_at=now,
        sms_tried_at=now,
    )
    for each in (order, second):
        wants.watch(operator, each)
    assert [found.vendor_id for found in sms.watched()] == ["1", "2"]


def test_a_watch_lapses_by_itself(order, operator):
    wants.watch(operator, order)
    Watch.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert not sms.watched().exists()


def test_an_inactive_number_is_not_looked_at_though_watched(order, operator):
    wants.watch(operator, order)
    Order.objects.update(state=OrderState.INACTIVE)
    assert not sms.watched().exists()


def test_looks_grow_rarer_while_the_flag_stays_and_nothing_comes(synced, sandbox):
    order = Order.objects.filter(messages__isnull=False).distinct()[0]
    for _ in range(5):
        order.refresh_from_db()
        sms.sync(synced.line, order)
    order.refresh_from_db()
    assert order.sms_pause == sms.LONGEST_PAUSE


def test_an_order_with_news_is_due_and_one_without_is_not(order):
    Order.objects.update(state=OrderState.INACTIVE)
    assert sms.unasked() is None
    Order.objects.update(has_new_sms=True)
    assert sms.unasked() == order


def test_a_last_look_that_failed_is_made_again_after_a_pause(synced, sandbox):
    order = Order.objects.filter(messages__isnull=False).distinct()[0]
    Order.objects.update(sms_last_look=False, has_new_sms=False, state=OrderState.INACTIVE)
    Order.objects.filter(pk=order.pk).update(sms_last_look=True)
    sandbox.fault("sms", "http_503")
    order.refresh_from_db()
    assert not sms.sync(synced.line, order)
    assert sms.unasked() is None
    Order.objects.update(sms_tried_at=timezone.now() - timedelta(minutes=6))
    assert sms.unasked() == order


def test_a_last_look_that_the_vendor_refuses_is_over(synced, sandbox):
    order = Order.objects.filter(messages__isnull=False).distinct()[0]
    Order.objects.filter(pk=order.pk).update(sms_last_look=True)
    sandbox.fault("sms", "refuse", msg="Order not found")
    order.refresh_from_db()
    assert not sms.sync(synced.line, order)
    order.refresh_from_db()
    assert not order.sms_last_look


def test_actualizar_pressed_twice_is_one_look(order):
    wants.want_sms(order)
    order.refresh_from_db()
    first = order.sms_wanted_at
    wants.want_sms(order)
    order.refresh_from_db()
    assert order.sms_wanted_at == first
