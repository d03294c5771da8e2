"""The life of a number, on the simulated clock."""

import re

import pytest

DAY = 86_400


def test_a_rented_number_is_inactive_and_silent_until_activated(box):
    key = box.create("FR")
    box.advance(days=2)
    assert box.order(key)["state"] == 0
    assert box.data("sms", id=key) == {"SmsList": [], "OtherSms": []}


def test_a_number_activates_after_the_queue_and_lapses_again(box):
    key = box.create("FR")
    assert box.data("activate", id=key) == [{"id": key}]
    states = []
    for seconds in (1, 598, 302, 290, 1510):
        box.advance(seconds)
        states.append(box.order(key)["state"])
    assert states == [2, 2, 1, 1, 0]


def test_the_first_sms_comes_soon_after_activation_at_the_demo_pace(serve):
    box = serve(pace="demo")
    key = box.create("FR")
    box.data("activate", id=key)
    box.advance(4.5)
    assert box.order(key)["state"] == 2
    box.advance(10.5 + 20)
    assert (box.order(key)["state"], box.order(key)["hasnewsms"]) == (1, True)


def test_reading_the_messages_clears_the_flag_and_keeps_the_messages(box):
    key = box.create("UK")
    box.advance(130)
    first = box.data("sms", id=key)["SmsList"]
    assert box.order(key)["hasnewsms"] is False
    assert first == box.data("sms", id=key)["SmsList"]
    assert first[0]["text"]


def test_an_activation_asked_for_twice_keeps_its_place(box):
    key = box.create("FR")
    box.data("activate", id=key)
    before = box.state()["orders"][0]["activates_at"]
    box.advance(300)
    box.data("activate", id=key)
    assert box.state()["orders"][0]["activates_at"] == before


def test_an_always_active_number_needs_no_activation_and_stays_active(box):
    key = box.create("UK")
    assert box.order(key)["state"] == 1
    box.advance(days=3)
    assert box.order(key)["state"] == 1
    assert len(box.state()["orders"][0]["sms"]) >= 2


def test_a_mixed_country_gives_always_active_numbers_first(box):
    box.create("ES")
    assert box.state()["orders"][0]["always"] is True
    box.control("stock", country="ES", service="opt29", operator="Movistar_ES", count=0)
    box.create("ES")
    assert box.state()["orders"][1]["always"] is False


def test_a_number_out_of_the_system_neither_activates_nor_receives(box):
    key = box.create("FR")
    box.data("activate", id=key)
    box.control("order", order=key, in_system=False)
    assert box.order(key)["state"] == -1
    assert box.refusal("activate", id=key) == "Phone number not in the system"
    box.advance(3600)
    assert box.state()["orders"][0]["sms"] == []


def test_an_expired_order_leaves_the_list_and_enters_the_archive(box):
    key = box.create("FR")
    until = box.order(key)["until"]
    box.advance(days=7)
    assert box.data("orders") == []
    row = box.data("get_rent_history")[0]
    assert (row["orderId"], row["end"], row["closed"]) == (key, until, until)
    assert (row["days"], row["haveSms"]) == (7, False)


def test_a_deleted_order_is_archived_before_its_end(box):
    key = box.create("FR")
    assert box.data("delete", id=key) == {"id": key}
    row = box.data("get_rent_history")[0]
    assert row["closed"] < row["end"] - 6 * DAY
    assert row["isAvailForRestore"] is True
    assert box.refusal("sms", id=key) == "Order not found"


def test_orders_that_share_a_number_share_its_activity(box):
    box.data("create_multi", country="FR", services="opt29,opt20", dtype="week", dcount=1)
    first, second = box.data("orders")
    box.data("activate", id=first["id"])
    box.advance(905)
    assert first["pnumber"] == second["pnumber"]
    assert [row["state"] for row in box.data("orders")] == [1, 1]


def test_a_message_for_the_sibling_order_is_another_services_message(box):
    box.data("create_multi", country="FR", services="opt29,opt20", dtype="week", dcount=1)
    first, second = (row["id"] for row in box.data("orders"))
    box.control("sms", order=first, text="Código: 671 094", sender="Telegram")
    assert box.data("sms", id=first)["SmsList"][0]["text"] == "Código: 671 094"
    assert box.data("sms", id=second)["OtherSms"][0]["sender"] == "Telegram"


def test_the_codes_come_in_many_styles_and_four_languages(serve):
    box = serve(seed="large:0")
    box.control("balance", amount=1000)
    for service in ("opt29", "opt20", "opt1", "opt16", "opt77", "opt15", "opt2", "opt147", "opt212", "opt31"):
        box.create("UK", service, "month", 3)
    box.advance(days=60)
    texts = "\n".join(sms["text"] for row in box.state()["orders"] for sms in row["sms"])
    for style in (
        r"\b\d{3}-\d{3}\b",
        r"\b\d{3} \d{3}\b",
        r"G-\d{6}",
        r"\b\d{4}\b",
        r"\b\d{8}\b",
        r"\b\d[A-Z0-9]{5}\b",
    ):
        assert re.search(style, texts), style
    for word in ("código", "code", "код", "رمز"):
        assert word in texts


def test_some_messages_are_for_other_services(box):
    key = box.create("UK", "opt212", "month", 1)
    box.advance(days=29)
    messages = box.data("sms", id=key)
    assert 0 < len(messages["OtherSms"]) < len(messages["SmsList"])


def test_the_same_state_and_the_same_times_give_the_same_messages(serve):
    texts = []
    for box in (serve(seed="empty"), serve(seed="empty")):
        key = box.create("UK")
        box.advance(days=5)
        texts.append([sms["text"] for sms in box.data("sms", id=key)["SmsList"]])
    assert texts[0] == texts[1] != []


def test_many_small_steps_and_one_great_leap_come_to_the_same_end(serve):
    ends = []
    for steps in (1, 12):
        box = serve(seed="demo")
        box.create("UK")
        for _ in range(steps):
            box.advance(days=6 / steps)
        rows = box.state()["orders"]
        ends.append([(row["id"], row["state"], [sms["text"] for sms in row["sms"]]) for row in rows])
    assert ends[0] == ends[1]


@pytest.mark.parametrize(("left", "allowed"), [(7.001, False), (6.99, True)])
def test_prolonging_opens_when_fewer_than_seven_days_are_left(box, left, allowed):
    key = box.create("FR", dtype="week", dcount=2)
    box.advance(days=14 - left)
    assert box.order(key)["canprolong"] is allowed
    assert box.rent("prolong", id=key, dtype="week", dcount=1)["status"] == int(allowed)


def test_prolonging_moves_the_expiry_by_exactly_what_was_asked(box):
    key = box.create("FR")
    before = box.order(key)["until"]
    box.advance(days=1)
    assert box.rent("prolong", id=key, dtype="month", dcount=2) == {"status": 1}
    assert box.order(key)["until"] == before + 60 * DAY


def test_prolonging_never_goes_beyond_ninety_days_from_now(box):
    key = box.create("FR")
    box.advance(days=1)
    words = "Incorrect duration count. Min 7 days. Max 90 days."
    assert box.refusal("prolong", id=key, dtype="month", dcount=3) == words
    assert box.rent("prolong", id=key, dtype="week", dcount=12)["status"] == 1


@pytest.mark.parametrize(("days", "status"), [(1, 1), (6, 1), (7, 0), (0, 0), (-1, 0)])
def test_prolong_max_takes_one_to_six_days(box, days, status):
    key = box.create("FR")
    before = box.order(key)["until"]
    box.advance(days=1)
    assert box.rent("prolong_max", id=key, dtype="day", dcount=days)["status"] == status
    assert box.order(key)["until"] == before + days * DAY * status


def test_an_added_service_is_a_new_order_that_ends_by_itself(box):
    key = box.create("UK", dtype="month")
    number = box.state()["orders"][0]["number"].lstrip("+")
    added = box.data("add_service_to_order", id=key, service="opt20", pnumber=number, rent_days=3)
    assert box.order(added["id"])["pnumber"] == box.order(key)["pnumber"]
    box.advance(days=3)
    assert [row["id"] for row in box.data("orders")] == [key]
