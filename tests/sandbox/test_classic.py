"""The dialect of the vendor's page of 2020."""

import json

import pytest


@pytest.fixture
def old(serve):
    return serve(dialect="classic")


def test_countries_have_a_name_and_a_code_only(old):
    assert old.data("getcountries")[0] == {"name": "Albania", "code": "AL"}


def test_the_price_list_is_a_bare_list(old):
    row = old.data("getdata", country="FR")[0]
    assert set(row) == {"name", "service", "price_day", "count"}
    assert type(row["count"]) is int


def test_a_purchase_has_the_expiry_as_a_number(old):
    bought = old.data("create", country="FR", service="opt6", dtype="week", dcount=1)
    assert list(bought) == ["id", "pnumber", "ccode", "service", "until"]
    assert (type(bought["id"]), type(bought["until"]), bought["ccode"]) == (int, int, "+33")


def test_a_purchase_of_several_services_is_a_list_of_orders(old):
    rows = old.data("create_multi", country="FR", services="opt29,opt20", dtype="week", dcount=1)
    assert [row["service"] for row in rows] == ["opt29", "opt20"]
    assert [row["id"] for row in rows] == [row["id"] for row in old.data("orders")]


def test_the_order_row_is_the_one_of_the_page(old):
    old.create("FR")
    fields = (
        "id scode sname state pnumber ccode cname hasnewsms until canprolong canprolongmax canprolonguntil"
    )
    assert list(old.data("orders")[0]) == [*fields.split(), "lastonline"]


def test_messages_are_a_bare_list_without_those_of_other_services(old):
    key = old.create("FR")
    old.control("sms", order=key, text="671 094", sender="FACEBOOK")
    old.control("sms", order=key, text="for another", other=1)
    assert [(row["text"], row["sender"]) for row in old.data("sms", id=key)] == [("671 094", "FACEBOOK")]


def test_activate_prolong_and_delete_answer_with_the_id(old):
    key = old.create("FR")
    old.advance(days=1)
    assert old.data("activate", id=key) == {"id": key}
    assert old.data("prolong", id=key, dtype="week", dcount=1) == {"id": key}
    assert old.data("delete", id=key) == {"id": key}


def test_adding_a_service_answers_with_the_status_alone(old):
    key = old.create("FR")
    number = old.state()["orders"][0]["number"].lstrip("+")
    assert old.rent("add_service_to_order", id=key, service="opt20", pnumber=number) == {"status": 1}


def test_restoring_answers_true_and_the_archive_does_not_say_what_can_be_restored(old):
    key = old.create("FR")
    old.data("delete", id=key)
    assert "isAvailForRestore" not in old.data("get_rent_history")[0]
    assert old.data("restore_user", id=key) is True


def test_an_empty_map_is_an_empty_list_as_php_writes_it(old):
    assert old.data("getcount", country="GI") == []


def test_the_balance_is_a_number(old):
    body = old.http("/activation/balance", headers={"apikey": "sandbox"})[1]
    assert json.loads(body)["data"] == {"balance": 100.0}
