from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Feed, Mirror, Number, Order
from rentals.upstream.rows import OrderRow
from rentals.worker import orders


def version():
    return Mirror.objects.get(pk=1).version


def row(id="1", **more):
    fields = {"service": "opt29", "service_name": "Telegram", "country": "ES", "e164": "+34612345678"}
    return OrderRow(id=id, **{**fields, **more})


def test_the_mirror_holds_what_the_vendor_lists(synced, sandbox):
    listed = {str(order["id"]) for order in sandbox.state()["orders"]}
    assert set(Order.objects.filter(listed=True).values_list("vendor_id", flat=True)) == listed
    assert Order.objects.filter(state=-1).exists()


def test_an_order_that_leaves_the_list_stays_known(synced, sandbox):
    order = Order.objects.filter(listed=True)[0]
    sandbox.outside("delete", id=order.vendor_id)
    assert orders.sync(synced.line)
    order.refresh_from_db()
    assert not order.listed
    assert order.gone_at is not None


def test_a_number_outlives_its_orders(singletons):
    orders.apply([row("1")], timezone.now(), whole=True)
    orders.apply([row("2")], timezone.now(), whole=True)
    number = Number.objects.get()
    assert sorted(number.orders.values_list("vendor_id", flat=True)) == ["1", "2"]


def test_an_answer_that_is_not_whole_takes_nothing_away(singletons):
    orders.apply([row("1"), row("2")], timezone.now(), whole=True)
    orders.apply([row("1")], timezone.now(), whole=False)
    assert Order.objects.filter(listed=True).count() == 2


def test_rows_that_share_an_id_are_one_order_with_several_services(singletons):
    rows = [row("1", service="opt29"), row("1", service="opt20", service_name="WhatsApp")]
    orders.apply(rows, timezone.now(), whole=True)
    order = Order.objects.get()
    assert order.service == "opt20,opt29"
    assert order.service_name == "WhatsApp, Telegram"


def test_an_answer_that_says_nothing_new_does_not_disturb_the_pages(synced, sandbox):
    before = version()
    assert orders.sync(synced.line)
    assert version() == before


def test_a_change_of_state_disturbs_the_pages_and_notes_its_moment(singletons):
    orders.apply([row(state=0)], timezone.now() - timedelta(minutes=5), whole=True)
    before, now = version(), timezone.now()
    orders.apply([row(state=2)], now, whole=True)
    assert version() > before
    assert Order.objects.get().state_since == now


def test_a_number_that_stops_being_active_is_looked_at_once_more(singletons):
    orders.apply([row(state=1)], timezone.now(), whole=True)
    orders.apply([row(state=0)], timezone.now(), whole=True)
    assert Order.objects.get().sms_last_look


def test_a_failure_keeps_the_old_data_with_its_reason(synced, sandbox):
    good_at = Feed.objects.get(name="orders").good_at
    sandbox.fault("orders", "http_502")
    assert not orders.sync(synced.line)
    feed = Feed.objects.get(name="orders")
    assert (feed.good_at, feed.failures, feed.reason) == (good_at, 1, "server_error")
    assert Order.objects.filter(listed=True).count() == len(sandbox.state()["orders"])


def test_nonsense_is_a_failure_and_not_an_empty_list(synced, sandbox):
    sandbox.fault("orders", "malformed")
    assert not orders.sync(synced.line)
    assert Order.objects.filter(listed=True).count() == len(sandbox.state()["orders"])


def test_the_next_moment_at_which_the_table_changes_by_itself_is_known(singletons):
    until = timezone.now() + timedelta(days=8)
    orders.apply([row(until=until)], timezone.now(), whole=True)
    assert Mirror.objects.get(pk=1).next_flip_at == until - timedelta(days=7)


def test_two_thousand_orders_are_one_sync(worker, sandbox):
    sandbox.reset("large:2000")
    assert orders.sync(worker.line)
    assert Order.objects.filter(listed=True).count() == 2000


def test_a_last_look_that_is_still_to_be_made_survives_the_next_activation(singletons):
    for state in (1, 0, 2):
        orders.apply([row(state=state)], timezone.now(), whole=True)
    assert Order.objects.get().sms_last_look


@pytest.mark.parametrize(
    ("before", "looked_at"), [({"state": 1}, True), ({"has_new_sms": True}, True), ({"state": 0}, False)]
)
def test_a_number_that_leaves_the_list_with_messages_to_read_is_looked_at_once_more(
    singletons, before, looked_at
):
    orders.apply([row(**before)], timezone.now(), whole=True)
    orders.apply([], timezone.now(), whole=True)
    assert Order.objects.get().sms_last_look is looked_at
