"""Every shape in which the calls that change something are known to be answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rentals.upstream import OutcomeUnknown, Reason, Refused

BOUGHT = {"id": 40370, "pnumber": "9096037108", "ccode": "+7", "service": "opt6", "until": 1587633960}
UNTIL = datetime(2020, 4, 23, 9, 26, tzinfo=UTC)

PURCHASES = {
    "object of the seed": (
        BOUGHT,
        {"id": "40370", "e164": "+79096037108", "service": "opt6", "until": UNTIL},
    ),
    "expiry as text": (BOUGHT | {"until": "1587633960"}, {"until": UNTIL}),
    "list of one": ([BOUGHT], {"id": "40370", "others": ()}),
    "id as text": (BOUGHT | {"id": "40370"}, {"id": "40370"}),
    "whole number": (
        BOUGHT | {"ccode": "", "pnumber": "79096037108"},
        {"e164": "+79096037108", "dial_code": None},
    ),
    "numeric whole number": ({"id": 1, "pnumber": 79096037108}, {"e164": "+79096037108"}),
    "least ever seen": ({"id": 1, "pnumber": "9096037108"}, {"service": None, "until": None}),
    "nothing but the id": ({"id": "1"}, {"id": "1", "e164": None, "service": None}),
    "map with running numbers": ({"0": BOUGHT}, {"id": "40370"}),
    "an empty row first": ([{}, BOUGHT], {"id": "40370"}),
    "fields of ours in the answer": (
        BOUGHT | {"others": [1], "e164": "x"},
        {"others": (), "e164": "+79096037108"},
    ),
}


@pytest.mark.parametrize(("data", "expected"), PURCHASES.values(), ids=PURCHASES.keys())
def test_a_purchase_is_read(vendor, create, data, expected):
    vendor.says({"status": 1, "data": data})
    bought = create().value
    assert {name: getattr(bought, name) for name in expected} == expected


def test_several_orders_of_one_purchase_are_all_told(vendor, spender):
    vendor.says({"status": 1, "data": [BOUGHT, BOUGHT | {"id": 2, "service": "opt7"}]})
    bought = spender.create_multi(country="RU", services=["opt6", "opt7"], dtype="week", dcount=1).value
    assert (bought.id, [other.id for other in bought.others]) == ("40370", ["2"])


NO_ID = {
    "data absent": {"status": 1},
    "data null": {"status": 1, "data": None},
    "data true": {"status": 1, "data": True},
    "an empty list": {"status": 1, "data": []},
    "an empty row": {"status": 1, "data": [{}]},
    "an id of nothing": {"status": 1, "data": BOUGHT | {"id": 0}},
    "an id of null": {"status": 1, "data": BOUGHT | {"id": None}},
    "an id that is a list": {"status": 1, "data": BOUGHT | {"id": [5]}},
    "an id in words": {"status": 1, "data": BOUGHT | {"id": "twelve"}},
    "an id of endless digits": {"status": 1, "data": BOUGHT | {"id": "9" * 33}},
    "a text": {"status": 1, "data": "40370:79096037108"},
}


@pytest.mark.parametrize("answer", NO_ID.values(), ids=NO_ID.keys())
def test_success_without_an_id_is_an_unknown_outcome(vendor, create, answer):
    vendor.says(answer)
    with pytest.raises(OutcomeUnknown) as caught:
        create()
    assert caught.value.reason is Reason.NO_ID


def test_a_refusal_that_names_an_order_is_neither_yes_nor_no(vendor, create):
    vendor.says({"status": 0, "data": BOUGHT})
    with pytest.raises(OutcomeUnknown) as caught:
        create()
    assert caught.value.reason is Reason.CONTRADICTION


@pytest.mark.parametrize("data", [None, [], [{}], {}, "x"])
def test_a_purchase_never_succeeds_on_status_zero(vendor, create, data):
    vendor.says({"status": 0, "data": data, "msg": ""})
    with pytest.raises(Refused):
        create()


def test_a_refusal_in_words_is_a_refusal_whatever_comes_with_it(vendor, create):
    vendor.says({"status": 0, "data": BOUGHT, "msg": "Insufficient balance"})
    with pytest.raises(Refused):
        create()


VERBS = {
    "activate": lambda spender: spender.activate("123"),
    "prolong": lambda spender: spender.prolong("123", "week", 1),
    "prolong by days": lambda spender: spender.prolong_days("123", 6),
    "delete": lambda spender: spender.delete("123"),
}
DONE = {
    "object of the seed": ({"id": 123}, "123"),
    "id as text": ({"id": "123"}, "123"),
    "list": ([{"id": 123}], "123"),
    "empty row": ([{}], None),
    "empty list": ([], None),
    "empty object": ({}, None),
    "null": (None, None),
    "true": (True, None),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
@pytest.mark.parametrize(("data", "expected"), DONE.values(), ids=DONE.keys())
def test_what_was_done_is_told_by_the_status(vendor, spender, verb, data, expected):
    vendor.says({"status": "1", "data": data})
    assert verb(spender).value == expected


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
def test_an_echoed_id_on_status_zero_is_still_a_refusal(vendor, spender, verb):
    vendor.says({"status": 0, "data": {"id": "123"}})
    with pytest.raises(Refused):
        verb(spender)


@pytest.mark.parametrize("data", [False, {"status": 0, "msg": "NOBALANCE"}, [{"status": "0"}]])
def test_a_no_inside_a_yes_is_an_unknown_outcome(vendor, spender, data):
    vendor.says({"status": 1, "data": data})
    for call in (*VERBS.values(), lambda spender: spender.restore("123")):
        with pytest.raises(OutcomeUnknown) as caught:
            call(spender)
        assert caught.value.reason is Reason.CONTRADICTION


RESTORED = {
    "true": (True, None),
    "one": (1, None),
    "one as text": ("1", None),
    "new order": ({"id": 40500}, "40500"),
    "new order in a list": ([{"id": "40500"}], "40500"),
}


@pytest.mark.parametrize(("data", "expected"), RESTORED.values(), ids=RESTORED.keys())
def test_a_restored_number_is_told_in_two_ways(vendor, spender, data, expected):
    vendor.says({"status": 1, "data": data})
    assert spender.restore("317017").value == expected


@pytest.mark.parametrize("data", [None, [], {}, [{}], 0, "", {"id": 0}])
def test_a_restoration_without_a_positive_value_is_an_unknown_outcome(vendor, spender, data):
    vendor.says({"status": 1, "data": data})
    with pytest.raises(OutcomeUnknown):
        spender.restore("317017")


ADDED = {
    "status only": ({"status": 1}, None),
    "empty list": ({"status": 1, "data": []}, None),
    "true": ({"status": 1, "data": True}, None),
    "new order": (
        {"status": 1, "data": {"id": 9, "pnumber": "79335445295", "service": "opt89", "until": 0}},
        "9",
    ),
}


@pytest.mark.parametrize(("answer", "expected"), ADDED.values(), ids=ADDED.keys())
def test_an_added_service_may_name_its_order(vendor, spender, answer, expected):
    vendor.says(answer)
    added = spender.add_service("56547", "opt89", "+79335445295").value
    assert (added and added.id) == expected


SENT = {
    "create": (
        lambda s: s.create(country="RU", service="opt6", dtype="week", dcount=1, operator="MTS RU"),
        "method=create&dtype=week&dcount=1&country=RU&provider=MTS+RU&service=opt6",
    ),
    "create without operator": (
        lambda s: s.create(country="RU", service="opt6", dtype="month", dcount=3),
        "method=create&dtype=month&dcount=3&country=RU&service=opt6",
    ),
    "create_multi": (
        lambda s: s.create_multi(country="RU", services=["opt6", "opt7"], dtype="week", dcount=1),
        "method=create_multi&dtype=week&dcount=1&country=RU&services=opt6%2Copt7",
    ),
    "activate": (lambda s: s.activate("123"), "method=activate&id=123"),
    "prolong": (lambda s: s.prolong("123", "week", 2), "method=prolong&id=123&dtype=week&dcount=2"),
    "prolong_max": (lambda s: s.prolong_days("123", 6), "method=prolong_max&id=123&dtype=day&dcount=6"),
    "delete": (lambda s: s.delete("123"), "method=delete&id=123"),
    "restore_user": (lambda s: s.restore("123"), "method=restore_user&id=123"),
    "add_service_to_order": (
        lambda s: s.add_service("1", "opt89", "+79335445295", 7),
        "method=add_service_to_order&id=1&service=opt89&pnumber=79335445295&rent_days=7",
    ),
    "an id with marks of its own": (
        lambda s: s.delete("1&method=create"),
        "method=delete&id=1%26method%3Dcreate",
    ),
}


@pytest.mark.parametrize(("call", "query"), SENT.values(), ids=SENT.keys())
def test_what_is_sent_is_what_the_vendor_documents(vendor, spender, call, query):
    vendor.says({"status": 1, "data": {"id": 1}})
    call(spender)
    assert vendor.last_query().split("&apikey=")[0] == f"/api/rent.php?{query}"
    assert len(vendor.requests) == 1
