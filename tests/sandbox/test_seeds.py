"""The seeds look like the vendor's account."""

import json

import phonenumbers
import pytest

DAY = 86_400


def test_the_demo_has_orders_in_every_state_and_a_balance(demo):
    rows = demo.data("orders")
    assert {row["state"] for row in rows} == {-1, 0, 1, 2}
    assert any(row["needreplace"] for row in rows)
    assert 8 <= len(rows) <= 10
    assert demo.balance() == "42.60"


def test_one_demo_order_expires_in_three_days_and_one_in_six_and_a_half(demo):
    now = demo.state()["now"]
    left = sorted((row["until"] - now) / DAY for row in demo.data("orders"))
    assert left[:2] == [pytest.approx(3, abs=0.01), pytest.approx(6.5, abs=0.01)]
    assert left[2] > 7


def test_the_active_demo_number_has_messages_in_four_scripts_and_from_another_service(demo):
    row = next(row for row in demo.data("orders") if row["scode"] == "opt20")
    messages = demo.data("sms", id=row["id"])
    texts = " ".join(sms["text"] for sms in messages["SmsList"])
    assert all(word in texts for word in ("671-094", "código", "code", "код", "رمز"))
    assert "Google" in messages["OtherSms"][0]["text"]
    assert demo.state()["now"] - messages["SmsList"][-1]["date"] < 120


def test_the_demo_archive_fills_four_pages_without_overlap(demo):
    pages = [demo.data("get_rent_history", skip=skip, take=10) for skip in (0, 10, 20, 30)]
    ids = [row["orderId"] for page in pages for row in page]
    assert len(set(ids)) == 40
    closed = [row["closed"] for page in pages for row in page]
    assert closed == sorted(closed, reverse=True)
    assert {row["isAvailForRestore"] for page in pages for row in page} == {True, False}


def test_past_the_last_page_of_the_archive_is_an_empty_list(demo):
    assert demo.data("get_rent_history", skip=1000, take=10) == []


@pytest.mark.parametrize("seed", ["demo", "large:150"])
def test_every_number_is_a_valid_one_of_its_country(serve, seed):
    state = serve(seed=seed).state()
    rows = [(row["country"], row["number"]) for row in state["orders"] + state["history"]]
    for country, number in rows:
        parsed = phonenumbers.parse(f"+{number.lstrip('+')}")
        assert phonenumbers.is_valid_number(parsed), (country, number)
        if country != "EN":
            assert phonenumbers.region_code_for_number(parsed) == {"UK": "GB"}.get(country, country)


def test_there_are_over_a_hundred_services_with_their_rental_codes(box):
    names = {row["service"]: row["name"] for row in box.data("getdata", country="ES")["services"]}
    assert len(names) >= 100
    known = {"opt29": "Telegram", "opt20": "WhatsApp", "opt77": "1xbet", "opt154": "Apple", "opt142": "OTHER"}
    assert known.items() <= names.items()


def test_all_three_switch_types_and_the_vendors_odd_code_are_there(box):
    rows = {row["code"]: row for row in box.data("getcountries")}
    assert {row["rent_switch_type"] for row in rows.values()} == {"FAST", "SLOW", "MIXED"}
    assert rows["UK"]["name"] == "United Kingdom"
    assert len(rows) >= 49


def test_one_country_has_no_stock_and_one_no_services(box):
    assert box.data("getdata", country="MT")["totalAmount"] == 0
    assert len(box.data("getdata", country="MT")["services"]) >= 100
    empty = box.data("getdataWithProviders", country="GI")
    assert empty == {"services": [], "totalAmount": 0, "allOperators": []}


def test_some_services_are_out_of_stock_where_others_are_not(box):
    counts = [row["count"] for row in box.data("getdata", country="ES")["services"]]
    assert 0 < counts.count(0) < len(counts) / 2


def test_the_empty_seed_has_money_and_nothing_else(box):
    assert (box.data("orders"), box.data("get_rent_history"), box.balance()) == ([], [], "100.00")


def test_a_large_seed_has_as_many_orders_and_archived_rows_as_asked(serve):
    state = serve(seed="large:300").state()
    assert (len(state["orders"]), len(state["history"])) == (300, 300)
    assert len({row["number"] for row in state["orders"]}) == 300


def test_an_unknown_seed_is_refused_with_the_known_ones(box):
    answer, body = box.http("/_sandbox/reset", "POST", json.dumps({"seed": "huge"}).encode())
    assert (answer.status, "large:N" in body.decode()) == (400, True)
