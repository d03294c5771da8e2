"""How every way to fail is told, and what it means for the money."""

from __future__ import annotations

import gzip
import inspect
import socket
import time

import pytest
import requests
import urllib3
from requests import exceptions as failures
from urllib3.exceptions import MaxRetryError

from rentals.upstream import NotSent, OutcomeUnknown, Reason, RefusalCode, Refused, UpstreamError, spending
from rentals.upstream.client import Question
from rentals.upstream.decisions import DECISIONS, decide
from rentals.upstream.reading import Reader
from rentals.upstream.spending import Spender


def test_a_failed_reading_says_how_it_failed(failure):
    expected, config = failure
    with pytest.raises(UpstreamError) as caught:
        Reader(config).orders()
    assert (type(caught.value), caught.value.reason) == (expected.kind, expected.reason)


def test_a_failed_purchase_fails_the_same_way_and_is_sent_at_most_once(failure, vendor):
    expected, config = failure
    with pytest.raises(UpstreamError) as caught:
        Spender(config).create(country="RU", service="opt6", dtype="week", dcount=1)
    assert (type(caught.value), caught.value.reason) == (expected.kind, expected.reason)
    assert caught.value.method == "create"
    assert vendor.connections <= 1


def test_a_vendor_that_does_not_accept_in_time_was_sent_nothing(vendor):
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        config = vendor.config(connect_timeout=0.2)
        url = f"http://127.0.0.1:{full.getsockname()[1]}/api/rent.php"
        with pytest.raises(NotSent) as caught:
            Reader(type(config)(url, url, config.api_key, 0.2)).orders()
    assert caught.value.reason is Reason.CONNECT_TIMEOUT


def test_a_name_that_is_found_too_late_is_not_used_any_more(vendor, monkeypatch):
    look_up = socket.getaddrinfo

    def slowly(*args, **kwargs):
        time.sleep(0.4)
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    began = time.monotonic()
    with pytest.raises(NotSent) as caught:
        Reader(vendor.config(connect_timeout=0.1)).orders()
    assert time.monotonic() - began < 0.3
    time.sleep(0.5)
    assert (caught.value.reason, vendor.requests) == (Reason.CONNECT_TIMEOUT, [])


def test_a_call_never_lasts_longer_than_it_says(vendor):
    config = vendor.config(deadline=0.4, read_timeout=5.0)
    vendor.does(lambda connection: time.sleep(1.5))
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        Reader(config).orders()
    assert time.monotonic() - began < config.longest_call
    assert caught.value.reason is Reason.DEADLINE


def test_a_tls_handshake_that_never_ends_is_cut(vendor):
    vendor.does(lambda connection: time.sleep(1.5))
    config = vendor.config("https", deadline=0.3, read_timeout=5.0, connect_timeout=5.0)
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown) as caught:
        Reader(config).orders()
    assert time.monotonic() - began < 1
    assert caught.value.reason is Reason.DEADLINE


def test_a_body_that_ends_just_as_it_is_cut_is_not_an_answer(vendor):
    def drip(connection):
        connection.sendall(b'HTTP/1.1 200 OK\r\n\r\n{"status":1,"data":[]}')
        time.sleep(1)

    vendor.does(drip)
    with pytest.raises(OutcomeUnknown) as caught:
        Reader(vendor.config(deadline=0.2, read_timeout=5.0)).orders()
    assert caught.value.reason is Reason.DEADLINE


def test_five_megabytes_are_read_and_one_byte_more_is_not(vendor):
    answer = b'{"status":1,"data":[]}'
    limit = 5 * 1024 * 1024
    reader = Reader(vendor.config(deadline=10, read_timeout=5))
    vendor.says(answer + b" " * (limit - len(answer)))
    assert reader.orders().value == []
    vendor.says(answer + b" " * (limit - len(answer) + 1))
    with pytest.raises(OutcomeUnknown) as caught:
        reader.orders()
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_packed_answer_is_limited_by_its_real_size(vendor):
    vendor.says(gzip.compress(b" " * 2_000_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(OutcomeUnknown) as caught:
        Reader(vendor.config(max_bytes=100_000)).orders()
    assert caught.value.reason is Reason.TOO_LARGE


def test_a_redirect_is_never_followed(vendor, reader):
    vendor.says(b"", 302, {"Location": f"http://127.0.0.1:{vendor.port}/api/rent.php?method=other"})
    with pytest.raises(OutcomeUnknown):
        reader.orders()
    assert vendor.connections == 1


def test_every_call_has_a_connection_of_its_own(vendor, reader):
    vendor.says({"status": 1, "data": []})
    reader.orders()
    reader.orders()
    assert vendor.connections == 2
    assert "Connection: close" in vendor.requests[0]


def test_the_environment_does_not_decide_where_calls_go(vendor, reader, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    vendor.says({"status": 1, "data": []})
    assert reader.orders().value == []


def _classes(module, base):
    return {kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, base)}


def test_every_exception_of_requests_has_a_decision():
    # JSONDecodeError and others derive from foreign classes as well; what counts is what requests may raise.
    assert _classes(failures, requests.RequestException) == set(DECISIONS)


@pytest.mark.parametrize("kind", sorted(DECISIONS, key=lambda kind: kind.__name__))
def test_no_exception_after_the_connection_means_that_nothing_happened(kind):
    error = kind.__new__(kind)
    assert isinstance(decide(error, opened=True), OutcomeUnknown)
    assert isinstance(decide(error, opened=False), UpstreamError)


# Whatever urllib3 gives as the reason of a ConnectionError, only these two were raised before there was a connection.
_BEFORE = {urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError}


@pytest.mark.parametrize(
    "kind", sorted(_classes(urllib3.exceptions, urllib3.exceptions.HTTPError), key=lambda kind: kind.__name__)
)
def test_only_a_connection_never_made_is_not_sent(kind):
    wrapper = MaxRetryError(None, "/")
    wrapper.reason = kind.__new__(kind)
    error = requests.ConnectionError(wrapper)
    assert isinstance(decide(error, opened=False), NotSent) == (kind in _BEFORE)


def test_an_error_nobody_foresaw_is_an_unknown_outcome():
    error = decide(KeyError("x"), opened=True)
    assert (type(error), error.reason, str(error)) == (
        OutcomeUnknown,
        Reason.UNEXPECTED,
        "unexpected: KeyError",
    )


def test_a_refusal_keeps_the_vendors_words_on_one_line_and_short(vendor, create):
    vendor.says({"status": 0, "msg": "<b>Sin\u0000 stock</b>\r\n\u202e" + "x" * 900})
    with pytest.raises(Refused) as caught:
        create()
    assert caught.value.message.startswith("<b>Sin\ufffd stock</b> xxx")
    assert len(caught.value.message) == 500


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"status": 0, "message": "a"}, "a"),
        ({"status": 0, "error": "b"}, "b"),
        ({"status": 0, "error_msg": "c"}, "c"),
        ({"status": 0, "error": {"type": "T", "description": "d"}}, "d"),
        ({"status": 0, "msg": ["e", "f"]}, "e; f"),
        ({"status": 0, "msg": 7}, "7"),
        ({"status": 0, "msg": None, "error": False}, ""),
    ],
)
def test_the_reason_is_found_wherever_the_vendor_puts_it(vendor, create, answer, message):
    vendor.says(answer)
    with pytest.raises(Refused) as caught:
        create()
    assert caught.value.message == message


def test_a_refusal_carries_the_code_of_its_words(vendor, create):
    vendor.says({"status": 0, "msg": "No number available"})
    with pytest.raises(Refused) as caught:
        create()
    assert (caught.value.code, caught.value.rate_limited) == (RefusalCode.NO_NUMBER, False)


def test_an_answer_that_our_own_reading_breaks_on_is_an_unknown_outcome(vendor, spender, create, monkeypatch):
    def broken(_):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(spending, "PURCHASE", Question(broken))
    vendor.says({"status": 1, "data": {"id": 5}})
    with pytest.raises(OutcomeUnknown) as caught:
        create()
    assert (caught.value.reason, caught.value.__cause__, caught.value.__context__) == (
        Reason.UNEXPECTED,
        None,
        None,
    )
    assert "ZeroDivisionError" in str(caught.value)
    assert "ours" not in str(caught.value)
