"""Answers broken in every way chance can think of: only our own errors come out."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rentals.upstream import Reason, UpstreamError, reading, shapes, spending
from rentals.upstream.client import Question, understand
from rentals.upstream.rows import Answer, Purchase
from rentals.upstream.secrets import Secret
from rentals.upstream.transport import Reply

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
    "canprolongmax": 162,
    "lastonline": 1586947920,
}
SERVICE = {"name": "A", "service": "opt1", "price_day": 0.5, "count": {"Claro_AR": 26}, "totalCount": 26}
SMS = {"text": "Code 671 094", "sender": "FACEBOOK", "date": 1586948100}
PAST = {"orderId": 5, "resourceCode": "opt59", "number": "79020831944", "begin": 1222222231, "days": 7}
QUOTE = {"ccode": "EN", "scode": "opt59", "price": 2.4, "pnumber": "79929831844", "outdays": 32, "orderid": 5}
OFFER = {"UK": {"service_name": "W", "price": "4.20", "country": "UK", "phoneAmount": 3}}

# Ten questions with a good answer each; 200 mutations of each make the 2,000.
QUESTIONS: dict[str, tuple[Question[Any], Any]] = {
    "countries": (reading.COUNTRIES, {"status": 1, "data": [{"name": "Spain", "code": "ES"}]}),
    "services": (reading.SERVICES, {"status": 1, "data": {"services": [SERVICE], "allOperators": ["A"]}}),
    "offers": (reading.OFFERS, {"status": 1, "data": OFFER}),
    "orders": (reading.ORDERS, {"status": 1, "data": [ORDER, ORDER]}),
    "sms": (reading.SMS, {"status": 1, "data": {"SmsList": [SMS], "OtherSms": [SMS]}}),
    "history": (reading.HISTORY, {"status": 1, "data": [PAST]}),
    "quote": (Question(shapes.restore_quote("5")), {"status": 1, "data": QUOTE}),
    "balance": (reading.BALANCE, {"statusCode": 200, "data": {"balance": "10.5"}}),
    "purchase": (spending.PURCHASE, {"status": 1, "data": [ORDER]}),
    "restored": (spending.RESTORED, {"status": 1, "data": {"id": 5}}),
}

ODD_VALUES = [
    *(None, True, False, 0, 1, -1, "", " ", "0", "1", "-1", [], {}, [[]], [{}], {"": {}}, [None], "NaN"),
    *(
        10**30,
        -(10**30),
        1e308,
        -0.0,
        1e-300,
        "1e999",
        "9" * 5000,
        "\u0000",
        "\ud800",
        "٣٤",
        "\u202e",
        "x" * 10_000,
    ),
    *(
        2**31,
        2**63,
        253402300800,
        "1587552240",
        1587552240000,
        float("nan"),
        float("inf"),
        {"id": 5},
        {"status": 0},
    ),
]
ODD_BYTES = [
    b"",
    b"\x00",
    b"\xff",
    b"{",
    b"}",
    b"[",
    b'"',
    b"\\u",
    b"<html>",
    b"\xef\xbb\xbf",
    b"1e999999999",
    b"1e-999999999",
    b"1e99999999999999999999",
    b",",
    b"9" * 5000,
]


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in _places(item, (*path, key)))]


def _change_value(answer: Any, chance: random.Random) -> Any:
    """One value anywhere replaced, removed, wrapped in a list or named differently."""
    *parents, last = chance.choice(_places(answer)[1:])
    holder = answer
    for key in parents:
        holder = holder[key]
    match chance.randrange(4):
        case 0:
            holder[last] = copy.deepcopy(chance.choice(ODD_VALUES))
        case 1:
            del holder[last]
        case 2:
            holder[last] = [holder[last]]
        case _:
            holder[last] = {chance.choice(["0", "id", "data", "x"]): holder[last]}
    return answer


def _change_bytes(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice([0, 0, 1, 5, len(body)]))
    return body[:start] + chance.choice(ODD_BYTES) + body[end:]


def mutate(answer: Any, chance: random.Random) -> bytes:
    answer = copy.deepcopy(answer)
    for _ in range(chance.randrange(4)):
        if len(_places(answer)) > 1:
            answer = _change_value(answer, chance)
    body = json.dumps(answer).encode()
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        body = _change_bytes(body, chance)
    return body


@pytest.mark.parametrize(("question", "good"), QUESTIONS.values(), ids=QUESTIONS.keys())
@settings(max_examples=200, deadline=None, database=None)
@given(seed=st.integers(0, 2**64), status=st.sampled_from([200, 200, 200, 200, 201, 400, 500, 302, 429]))
def test_a_broken_answer_gives_a_value_or_one_of_our_errors(question, good, seed, status):
    outcome = understood(Reply(status, mutate(good, random.Random(seed)), None), question)
    if isinstance(outcome, UpstreamError):
        assert outcome.reason is not Reason.UNEXPECTED
        return
    assert status in {200, 201}
    assert_usable(outcome)


def understood(reply: Reply, question: Question[Any]) -> Answer[Any] | UpstreamError:
    try:
        return understand(reply, question, Secret("k"))
    except UpstreamError as error:
        return error


def assert_usable(answer: Answer[Any]) -> None:
    """What a value promises, however broken the answer was."""
    rows = answer.value if isinstance(answer.value, list) else [answer.value]
    for row in rows:
        assert getattr(row, "id", "1")
        assert 0 <= (getattr(row, "price", 0) or 0) <= 1_000_000
        assert "\x00" not in repr(row).replace("\\x00", "\x00")
        repr(row).encode()
    if isinstance(answer.value, Purchase):
        assert answer.salvaged is False


CALLS: dict[str, tuple[Callable[..., Any], Any]] = {
    "orders": (lambda reader, spender: reader.orders(), QUESTIONS["orders"][1]),
    "create": (
        lambda reader, spender: spender.create(country="RU", service="opt1", dtype="week", dcount=1),
        QUESTIONS["purchase"][1],
    ),
}


@pytest.mark.parametrize(("call", "good"), CALLS.values(), ids=CALLS.keys())
@settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(seed=st.integers(0, 2**64), status=st.sampled_from([200, 200, 404, 503, 301]))
def test_a_broken_answer_over_the_wire_raises_nothing_else(vendor, reader, spender, call, good, seed, status):
    vendor.says(mutate(good, random.Random(seed)), status)
    with contextlib.suppress(UpstreamError):
        call(reader, spender)
