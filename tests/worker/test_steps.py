"""The order of urgency, and that nothing starves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Feed, Mirror, Order
from rentals.models.orders import OrderState
from rentals.use_cases import wants
from rentals.worker import balance, steps
from tests.conftest import age_feed, record, rent


@pytest.fixture
def all_due(synced):
    """Everything in the background is due."""
    Feed.objects.update(tried_at=timezone.now() - timedelta(hours=7))
    return synced


def test_a_recorded_operation_goes_before_what_a_person_waits_for(synced, operator):
    confirmation = rent(operator, synced)
    wants.want_sms(Order.objects.all()[0])
    record(confirmation, operator)
    assert steps.urgent_step().name == "send"


def test_what_a_person_waits_for_goes_before_the_background(all_due):
    wants.want_sms(Order.objects.all()[0])
    assert steps.urgent_step().name == "sms"


def test_a_page_over_an_empty_mirror_gets_countries_and_balance_out_of_turn(worker):
    wants.want_basics()
    names = []
    while step := steps.urgent_step():
        names.append(step.name)
        step.run(worker)
    assert sorted(names) == ["balance", "countries"]


def test_a_page_over_a_filled_mirror_asks_for_nothing(synced):
    for _ in range(3):
        wants.want_basics()
    assert steps.urgent_step() is None


def test_watched_numbers_do_not_starve_the_orders(all_due, operator, settings):
    settings.SMSPVA_MIN_INTERVAL = 0
    watched = list(Order.objects.filter(state=OrderState.ACTIVE))
    for order in watched:
        wants.watch(operator, order)
    Order.objects.update(sms_tried_at=timezone.now() - timedelta(minutes=1))
    names = []
    for _ in range(len(watched) + 1):
        step = steps.background_step(all_due)
        names.append(step.name)
        step.run(all_due)
    assert names == ["sms"] * len(watched) + ["orders"]


def test_orders_come_every_thirty_seconds_and_not_before(synced):
    Feed.objects.filter(name="orders").update(tried_at=timezone.now() - timedelta(seconds=29))
    assert "orders" not in {step.name for step in steps._others()}
    Feed.objects.filter(name="orders").update(tried_at=timezone.now() - timedelta(seconds=30))
    assert next(steps._others()).name == "orders"


def test_a_failing_feed_is_asked_less_and_less_often(synced, sandbox):
    Feed.objects.filter(name="orders").update(failures=9, tried_at=timezone.now() - timedelta(seconds=50))
    assert "orders" not in {step.name for step in steps._others()}
    Feed.objects.filter(name="orders").update(tried_at=timezone.now() - timedelta(seconds=61))
    assert next(steps._others()).name == "orders"


def test_nothing_is_due_when_all_is_fresh(synced):
    assert steps.urgent_step() is None
    assert steps.background_step(synced) is None


def test_when_one_thing_can_be_read_again_the_others_do_not_sit_out_their_pause(synced, sandbox):
    sandbox.fault("*", "http_503", None)
    for name in ("orders", "balance", "countries"):
        age_feed(name, 100_000)
    for _ in range(6):
        synced.run_until_idle()
    assert Feed.objects.filter(failures__gt=0).count() == 3
    sandbox.no_faults()
    Feed.objects.filter(name="orders").update(tried_at=timezone.now() - timedelta(minutes=2))
    synced.run_until_idle()
    assert not Feed.objects.filter(failures__gt=0).exists()


def test_a_balance_that_has_changed_is_news_for_every_page(synced, sandbox):
    before = Mirror.objects.get().version
    balance.sync(synced.line)
    assert Mirror.objects.get().version == before
    sandbox.post("balance", {"amount": 7})
    balance.sync(synced.line)
    assert Mirror.objects.get().version > before
