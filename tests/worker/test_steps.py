"""The order of urgency, and that nothing starves."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from rentals.models import Feed, Mirror, Order, Watch
from rentals.models.orders import OrderState
from rentals.use_cases import wants
from rentals.worker import balance, steps
from rentals.worker.loop import MOST_URGENT
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


def test_a_feed_that_is_known_by_name_only_is_asked_for_too(singletons):
    Feed.objects.create(name=Feed.Name.COUNTRIES)
    Feed.objects.create(name=Feed.Name.BALANCE)
    wants.want_basics()
    assert all(feed.wanted_at for feed in Feed.objects.exclude(name=Feed.Name.ORDERS))


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
    assert len(watched) > steps.ROUND
    assert run_background(all_due, steps.ROUND + 1) == ["sms"] * steps.ROUND + ["orders"]


def run_background(worker, count):
    """The names of so many steps, with time enough between them."""
    names = []
    for number in range(count):
        with time_machine.travel(timezone.now() + timedelta(seconds=5 * number), tick=False):
            step = steps.background_step(worker)
            names.append(step.name)
            step.run(worker)
    return names


def test_many_watched_numbers_starve_nothing(all_due, operator):
    Order.objects.filter(listed=True).update(state=OrderState.ACTIVE, sms_tried_at=None)
    for order in Order.objects.filter(listed=True)[:11]:
        wants.watch(operator, order)
    Watch.objects.update(until=timezone.now() + timedelta(hours=1))
    names = run_background(all_due, 60)
    assert {"sms", "orders", "balance", "countries", "archive"} <= set(names)
    assert names.count("orders") >= 5


def test_many_active_numbers_do_not_starve_the_balance(all_due):
    Order.objects.filter(listed=True).update(state=OrderState.ACTIVE, sms_tried_at=None, has_new_sms=True)
    assert "balance" in run_background(all_due, 5)


def test_wishes_in_a_row_leave_the_background_its_turn(all_due, sandbox):
    before = len(sandbox.calls())
    for _ in range(MOST_URGENT + 2):
        Order.objects.filter(listed=True).update(sms_wanted_at=timezone.now())
        all_due.beat()
    methods = [call["method"] for call in sandbox.calls()][before:]
    assert methods[:MOST_URGENT] == ["sms"] * MOST_URGENT
    assert methods[MOST_URGENT] == "orders"


def test_money_does_not_wait_for_the_background(all_due, operator, sandbox):
    confirmation = rent(operator, all_due)
    Feed.objects.update(tried_at=timezone.now() - timedelta(hours=7))
    all_due._urgent_in_turn = MOST_URGENT
    record(confirmation, operator)
    assert all_due._ready_step().money


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
