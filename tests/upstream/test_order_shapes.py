"""Every shape in which orders, SMS, the archive and the balance are known to come."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from rentals.upstream import OutcomeUnknown, Reason, RefusalCode, Refused
from rentals.upstream.config import UpstreamConfig
from rentals.upstream.reading import Reader

ORDER = {
    "id": 40300,
    "scode": "opt16",
    "sname": "Instagram",
    "state": 0,
    "pnumber": "9096068511",
    "ccode": "+7",
    "cname": "RU",
    "hasnewsms": False,
    "until": 1587552240,
    "canprolong": True,
    "canprolongmax": 162,
    "canprolonguntil": 1634883780,
    "lastonline": 1586947920,
}
UNTIL = datetime(2020, 4, 22, 10, 44, tzinfo=UTC)

# What changes in the row, and what must be read from it.
ROWS = {
    "as documented": ({}, {"id": "40300", "e164": "+79096068511", "until": UNTIL, "state": 0}),
    "id as text": ({"id": "40300"}, {"id": "40300"}),
    "id with a fraction": ({"id": 40300.0}, {"id": "40300"}),
    "state as text": ({"state": "-1"}, {"state": -1}),
    "state of tomorrow": ({"state": 7}, {"state": 7}),
    "state missing": ({"state": None}, {"state": 0}),
    "dial code without plus": ({"ccode": "7"}, {"e164": "+79096068511", "dial_code": "7"}),
    "dial code as a number": ({"ccode": 7}, {"e164": "+79096068511", "dial_code": "7"}),
    "dial code empty": (
        {"ccode": "", "pnumber": "79096068511"},
        {"e164": "+79096068511", "dial_code": None, "national": None},
    ),
    "dial code absent": ({"ccode": None, "pnumber": "79096068511"}, {"e164": "+79096068511"}),
    "number with plus": ({"ccode": "+1", "pnumber": "+12025550123"}, {"e164": "+12025550123"}),
    "number with blanks": ({"pnumber": "909 606-85-11"}, {"e164": "+79096068511", "national": "9096068511"}),
    "numeric number": ({"pnumber": 9096068511}, {"e164": "+79096068511"}),
    "letters in the dial code": ({"ccode": "RU"}, {"e164": None, "id": "40300"}),
    "number missing": ({"pnumber": None}, {"e164": None}),
    "number absurd": ({"pnumber": "1" * 40}, {"e164": None}),
    "flags as numbers": ({"hasnewsms": 1, "canprolong": 0}, {"has_new_sms": True, "can_prolong": False}),
    "flags as text": ({"hasnewsms": "1", "canprolong": "false"}, {"has_new_sms": True, "can_prolong": False}),
    "flags null": ({"hasnewsms": None, "canprolong": None}, {"has_new_sms": False, "can_prolong": None}),
    "times as text": ({"until": "1587552240"}, {"until": UNTIL}),
    "times zero": ({"until": 0, "lastonline": 0}, {"until": None, "last_online": None}),
    "times null": ({"until": None, "canprolonguntil": None}, {"until": None, "can_prolong_until": None}),
    "times negative": ({"until": -5}, {"until": None}),
    "times absurd": ({"until": 10**30, "lastonline": 1e300}, {"until": None, "last_online": None}),
    "times in words": ({"until": "2020-04-22 10:44"}, {"until": None}),
    "days as text": ({"canprolongmax": "162"}, {"can_prolong_max": 162}),
    "days absurd": ({"canprolongmax": 10**12}, {"can_prolong_max": None}),
    "operator": ({"provider": "Claro_AR"}, {"operator": "Claro_AR"}),
    "needs replacing": ({"needreplace": 1}, {"needs_replace": True}),
    "UK and service as listed": ({"cname": "UK"}, {"country": "UK", "service": "opt16"}),
    "text that no database stores": ({"sname": "A\x00B\ud83d"}, {"service_name": "A\ufffdB\ufffd"}),
    "unknown extra fields": ({"img": None, "tags": [{}]}, {"id": "40300"}),
}


@pytest.mark.parametrize(("change", "expected"), ROWS.values(), ids=ROWS.keys())
def test_an_order_is_read(vendor, reader, change, expected):
    vendor.says(json.dumps({"status": 1, "data": [ORDER | change]}).encode())
    (row,) = reader.orders().value
    assert {name: getattr(row, name) for name in expected} == expected


@pytest.mark.parametrize(
    "digits", ["1e999999999", "1e-999999999", "1e99999999999999999999", "9" * 5000, "NaN"]
)
def test_numbers_beyond_arithmetic_are_not_known(vendor, reader, digits):
    fields = ("until", "state", "pnumber", "canprolongmax", "hasnewsms", "lastonline")
    body = ", ".join(f'"{name}": {digits}' for name in fields)
    vendor.says(f'{{"status": 1, "data": [{{"id": 1, {body}}}]}}'.encode())
    (row,) = reader.orders().value
    assert (row.until, row.state, row.e164, row.can_prolong_max, row.has_new_sms) == (
        None,
        0,
        None,
        None,
        False,
    )


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        pytest.param([], [], id="none, as list"),
        pytest.param({}, [], id="none, as map"),
        pytest.param(ORDER, ["40300"], id="one object"),
        pytest.param({"0": ORDER, "2": ORDER | {"id": 5}}, ["40300", "5"], id="map with running numbers"),
        pytest.param([ORDER, ORDER | {"scode": "opt1"}], ["40300", "40300"], id="two services of one order"),
        pytest.param([{"id": 9}], ["9"], id="nothing but an id"),
    ],
)
def test_orders_are_read_from_any_container(vendor, reader, data, ids):
    vendor.says({"status": "1", "data": data})
    assert [row.id for row in reader.orders().value] == ids


NOT_UNDERSTOOD = {
    "data absent": {"status": 1},
    "data null": {"status": 1, "data": None},
    "data false": {"status": 1, "data": False},
    "data a text": {"status": 1, "data": ""},
    "data a number": {"status": 1, "data": 0},
    "a row without anything": {"status": 1, "data": [{}]},
    "rows without ids": {"status": 1, "data": [{"scode": "opt1"}, {"id": 0}, {"id": "-1"}, {"id": True}]},
    "rows that are no rows": {"status": 1, "data": [1, "x", None, []]},
    "an unknown wrapper": {"status": 1, "data": {"rents": [ORDER]}},
    "a map of anything": {"status": 1, "data": {"total": 3}},
}


@pytest.mark.parametrize("answer", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD.keys())
def test_what_is_not_understood_never_looks_like_no_orders(vendor, reader, answer):
    vendor.says(answer)
    for call in (reader.orders, lambda: reader.history(0, 10)):
        with pytest.raises(OutcomeUnknown) as caught:
            call()
        assert caught.value.reason is Reason.UNEXPECTED_SHAPE


def test_an_order_without_an_id_is_skipped_and_counted(vendor, reader):
    vendor.says({"status": 1, "data": [ORDER, {"scode": "opt1"}]})
    answer = reader.orders()
    assert (len(answer.value), answer.skipped) == (1, 1)


def test_orders_of_a_failed_answer_are_not_used(vendor, reader):
    vendor.says({"status": 0, "data": [ORDER]})
    with pytest.raises(Refused):
        reader.orders()


SMS = {"text": "Code Instagram: 671 094.", "sender": "FACEBOOK", "date": 1586948100}
TEXT = SMS["text"]

MESSAGES = {
    "bare list of the seed": ([SMS], [TEXT], []),
    "both groups": ({"SmsList": [SMS], "OtherSms": [SMS, SMS]}, [TEXT], [TEXT, TEXT]),
    "own group only": ({"SmsList": [SMS]}, [TEXT], []),
    "other group only": ({"OtherSms": [SMS]}, [], [TEXT]),
    "both empty": ({"SmsList": [], "OtherSms": []}, [], []),
    "groups null": ({"SmsList": None, "OtherSms": None}, [], []),
    "groups as maps": ({"SmsList": {}, "OtherSms": {"5": SMS}}, [], [TEXT]),
    "nothing, as list": ([], [], []),
    "nothing, as map": ({}, [], []),
    "nothing, as null": (None, [], []),
    "one object": (SMS, [TEXT], []),
    "map with running numbers": ({"0": SMS, "3": SMS}, [TEXT, TEXT], []),
    "other as bare texts": ({"SmsList": [], "OtherSms": ["Your code 1"]}, [], ["Your code 1"]),
    "other names of the fields": (
        {"OtherSms": [{"fullText": "a", "from": "b"}, {"message": "c"}]},
        [],
        ["a", "c"],
    ),
    "numeric text": ([{"text": 671094}], ["671094"], []),
    "repeats are two": ([SMS, SMS], [TEXT, TEXT], []),
    "lines and marks are kept": (
        [{"text": " Línea 1\r\n<b>2</b>\u202e "}],
        [" Línea 1\r\n<b>2</b>\u202e "],
        [],
    ),
    "NUL is not": ([{"text": "a\x00b"}], ["a\ufffdb"], []),
}


@pytest.mark.parametrize(("data", "own", "other"), MESSAGES.values(), ids=MESSAGES.keys())
def test_sms_are_read(vendor, reader, data, own, other):
    vendor.says({"status": 1, "data": data})
    found = reader.sms("40300").value
    assert [row.text for row in found.own] == own
    assert [row.text for row in found.other] == other


def test_an_sms_has_sender_and_time(vendor, reader):
    vendor.says({"status": 1, "data": [SMS, {"text": "x"}]})
    first, second = reader.sms("40300").value.own
    assert (first.sender, first.date) == ("FACEBOOK", datetime(2020, 4, 15, 10, 55, tzinfo=UTC))
    assert (second.sender, second.date) == ("", None)


def test_an_sms_without_text_is_not_shown(vendor, reader):
    vendor.says(
        {"status": 1, "data": {"SmsList": [{}, {"text": " "}, {"text": None}, 5, SMS], "OtherSms": [[]]}}
    )
    answer = reader.sms("40300")
    assert (len(answer.value.own), answer.value.other, answer.skipped) == (1, [], 5)


@pytest.mark.parametrize("data", [True, 5, {"total": 3}, {"SmsList": 5}])
def test_sms_that_cannot_be_understood_are_an_error(vendor, reader, data):
    vendor.says({"status": 1, "data": data})
    with pytest.raises(OutcomeUnknown):
        reader.sms("40300")


def test_sms_of_an_order_that_is_gone_are_a_refusal(vendor, reader):
    vendor.says({"status": 0, "msg": "Order not found"})
    with pytest.raises(Refused) as caught:
        reader.sms("40300")
    assert caught.value.code is RefusalCode.ORDER_NOT_FOUND


PAST = {"orderId": 517017, "resourceCode": "opt59", "number": "79020831944", "haveSms": True, "country": "EN"}
HISTORY = {
    "as documented": ({}, {"id": "517017", "service": "opt59", "e164": "+79020831944", "restorable": None}),
    "restorable": ({"isAvailForRestore": True}, {"restorable": True}),
    "not restorable": ({"isAvailForRestore": 0}, {"restorable": False}),
    "number with plus": ({"number": "+79020831944"}, {"e164": "+79020831944"}),
    "numeric number": ({"number": 79020831944}, {"e164": "+79020831944"}),
    "days as text": ({"days": "30"}, {"days": 30}),
    "never closed": ({"closed": 0}, {"closed": None}),
    "SMS as number": ({"haveSms": 0}, {"have_sms": False}),
}


@pytest.mark.parametrize(("change", "expected"), HISTORY.values(), ids=HISTORY.keys())
def test_the_archive_is_read(vendor, reader, change, expected):
    vendor.says({"status": 1, "data": [PAST | change]})
    (row,) = reader.history(0, 10).value
    assert {name: getattr(row, name) for name in expected} == expected


QUOTE = {
    "ccode": "EN",
    "scode": "opt59",
    "price": 2.4,
    "sname": "Avito",
    "pnumber": "79929831844",
    "outdays": 32,
}
QUOTES = {
    "as documented": QUOTE | {"orderid": 317017, "prolongTo": 30},
    "in a list": [QUOTE | {"orderid": "317017"}],
    "price as text": QUOTE | {"orderid": 317017, "price": "2.4"},
    "order not repeated": QUOTE,
}


@pytest.mark.parametrize("data", QUOTES.values(), ids=QUOTES.keys())
def test_a_quote_is_read(vendor, reader, data):
    vendor.says({"status": 1, "data": data})
    quote = reader.restore_quote("317017").value
    assert (quote.order_id, quote.country, quote.service) == ("317017", "EN", "opt59")
    assert (quote.e164, str(quote.price), quote.overdue_days) == ("+79929831844", "2.4", 32)


NO_QUOTES = {
    "price missing": {"scode": "opt59"},
    "price null": QUOTE | {"price": None},
    "price nothing": QUOTE | {"price": 0},
    "price negative": QUOTE | {"price": -2.4},
    "price absurd": QUOTE | {"price": 1e40},
    "another order's": QUOTE | {"orderid": 5},
    "data empty": [],
    "data absent": None,
    "data true": True,
}


@pytest.mark.parametrize("data", NO_QUOTES.values(), ids=NO_QUOTES.keys())
def test_a_quote_that_cannot_be_paid_is_an_error(vendor, reader, data):
    vendor.says({"status": 1, "data": data})
    with pytest.raises(OutcomeUnknown):
        reader.restore_quote("317017")


BALANCES = {
    "current, text": ({"statusCode": 200, "data": {"balance": "10.50"}}, "10.50"),
    "current, number": ({"statusCode": 200, "data": {"balance": 10.5}}, "10.5"),
    "current, status as text": ({"statusCode": "200", "data": {"balance": 0}}, "0"),
    "current, list": ({"statusCode": 200, "data": [{"balance": 7}]}, "7"),
    "activation, text": ({"response": "1", "balance": "385.00"}, "385.00"),
    "activation, number": ({"response": 1, "balance": "385.00", "karma": "10"}, "385.00"),
    "activation, misspelt": ({"responce": "1", "balance": "3"}, "3"),
}


@pytest.mark.parametrize(("answer", "expected"), BALANCES.values(), ids=BALANCES.keys())
def test_the_balance_is_read_exactly(vendor, reader, answer, expected):
    vendor.says(answer)
    assert str(reader.balance().value) == expected


@pytest.mark.parametrize("amount", [None, "", "x", -1, 1e30, True, [], "NaN", float("inf")])
def test_a_balance_that_is_no_amount_is_an_error(vendor, reader, amount):
    vendor.says({"statusCode": 200, "data": {"balance": amount}})
    with pytest.raises(OutcomeUnknown):
        reader.balance()


BALANCE_REFUSALS = {
    "no key": ({"statusCode": 401, "error": {"type": "APIKEY_NOT_SET", "description": ""}}, "invalid_key"),
    "wrong key": ({"response": "error", "error_msg": "Invalid api key"}, "invalid_key"),
    "too often": ({"response": "5"}, "too_many_requests"),
    "banned": ({"response": 6}, "banned"),
}


@pytest.mark.parametrize(("answer", "code"), BALANCE_REFUSALS.values(), ids=BALANCE_REFUSALS.keys())
def test_a_refused_balance_says_why(vendor, reader, answer, code):
    vendor.says(answer)
    with pytest.raises(Refused) as caught:
        reader.balance()
    assert caught.value.code == code


def test_the_older_balance_address_is_asked_in_its_own_way(vendor):
    config = vendor.config()
    url = config.balance_url.replace("/activation/balance", "/priemnik.php")
    vendor.says({"response": "1", "balance": "1"})
    Reader(UpstreamConfig(config.api_url, url, "k")).balance()
    assert vendor.last_query() == "/priemnik.php?metod=get_balance&apikey=k"


def test_the_vendors_clock_comes_with_the_answer(vendor, reader):
    vendor.says({"status": 1, "data": []})
    assert reader.orders().server_time == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Mon, 99 Nov 2026 99:00:00 GMT", "Mon, 23 Nov 99999 10:00:00 GMT"]
)
def test_a_clock_that_cannot_be_read_is_no_clock(vendor, reader, date):
    vendor.says({"status": 1, "data": []}, headers={"Date": date})
    assert reader.orders().server_time is None


NOISE = {
    "byte order mark": b"\xef\xbb\xbf%s",
    "blank lines": b"\r\n\n  %s\n\n",
    "PHP notice before": b"<br />\n<b>Notice</b>:  Undefined index: x in <b>/a.php</b> on line <b>7</b><br />\n%s",
    "PHP warning after": b"%s\nWarning: session_write_close() in /a.php on line 7",
    "notice with braces": b"Deprecated: {closure}() in a.php {main}\n%s",
    "notice with other JSON": b'Notice: {"a": 1} %s',
    "byte order mark inside": b"Notice: x\n\xef\xbb\xbf%s",
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE.keys())
def test_noise_around_an_answer_is_cut_away(vendor, reader, create, noise):
    vendor.says(noise % b'{"status":1,"data":[{"id":5}]}')
    assert reader.orders().value[0].id == "5"
    assert create().value.id == "5"
