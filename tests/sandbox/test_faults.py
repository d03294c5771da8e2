"""Each fault as a raw client sees it, and whether the call acted all the same."""

import http.client
import json
import socket
import time

import pytest

BUY = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}


def orders(box):
    return len(box.state()["orders"])


def test_refuse_says_the_chosen_words_and_does_not_act(box):
    box.control("faults", method="create", fault="refuse", msg="No number available")
    assert box.rent("create", **BUY) == {"status": 0, "msg": "No number available"}
    assert orders(box) == 0


def test_slow_waits_and_then_answers(box):
    box.control("faults", method="create", fault="slow", seconds=0.4)
    start = time.monotonic()
    assert box.rent("create", **BUY)["status"] == 1
    assert time.monotonic() - start >= 0.4


@pytest.mark.parametrize(("acts", "count"), [(False, 0), (True, 1)])
def test_hang_never_answers(box, acts, count):
    box.control("faults", method="create", fault="hang", acts=acts)
    with pytest.raises(TimeoutError):
        box.rent_raw("create", timeout=0.3, **BUY)
    assert orders(box) == count


@pytest.mark.parametrize(("fault", "count"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_shows_nothing_of_what_happened(box, fault, count):
    box.control("faults", method="create", fault=fault)
    with pytest.raises(http.client.RemoteDisconnected):
        box.rent("create", **BUY)
    assert orders(box) == count


def test_half_an_answer_ends_in_the_middle(box):
    box.control("faults", method="create", fault="half")
    with pytest.raises(http.client.IncompleteRead) as caught:
        box.rent("create", **BUY)
    assert caught.value.partial.startswith(b'{"status": 1')
    assert orders(box) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_an_http_error_is_a_page_and_does_not_act(box, status):
    box.control("faults", method="create", fault=f"http_{status}")
    answer, body = box.rent_raw("create", **BUY)
    assert (answer.status, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert (b"<html>" in body, orders(box)) == (True, 0)


def test_an_http_error_can_act_all_the_same(box):
    box.control("faults", method="create", fault="http_502", acts=True)
    assert (box.rent_raw("create", **BUY)[0].status, orders(box)) == (502, 1)


def test_malformed_json_cannot_be_read(box):
    box.control("faults", method="create", fault="malformed")
    with pytest.raises(ValueError, match=r"delimiter|double quotes"):
        json.loads(box.rent_raw("create", **BUY)[1])
    assert orders(box) == 1


def test_wrong_types_keep_the_names_and_spoil_the_values(box):
    box.control("faults", method="create", fault="wrong_types")
    data = box.data("create", **BUY)
    assert (data["id"], data["pnumber"]) == ("twelve", 12345)
    box.control("faults", method="orders", fault="wrong_types")
    assert box.data("orders") == {"rows": "none"}


def test_no_id_is_a_success_without_the_id(box):
    box.control("faults", method="create", fault="no_id")
    assert set(box.data("create", **BUY)) == {"pnumber", "ccode", "service", "until"}
    assert orders(box) == 1


def test_a_redirect_leads_to_the_same_call(box):
    box.control("faults", method="create", fault="redirect")
    answer, _ = box.rent_raw("create", **BUY)
    assert (answer.status, orders(box)) == (302, 0)
    assert "method=create" in answer.headers["Location"]


def test_an_oversized_body_is_over_five_megabytes_of_good_json(box):
    box.control("faults", method="create", fault="oversized")
    body = box.rent_raw("create", **BUY)[1]
    assert len(body) > 5 * 1024 * 1024
    assert json.loads(body)["status"] == 1


def test_a_drip_sends_one_byte_at_a_time(box):
    box.control("faults", method="create", fault="drip", seconds=0.1)
    with socket.create_connection(("127.0.0.1", box.server.port), timeout=5) as connection:
        connection.sendall(b"GET /api/rent.php?method=create HTTP/1.1\r\nHost: x\r\n\r\n")
        received = [connection.recv(4096) for _ in range(4)]
    body = b"".join(received).split(b"\r\n\r\n", 1)[1]
    assert 1 <= len(body) <= 4


@pytest.mark.parametrize(
    ("fault", "start"),
    [("empty", b""), ("not_json", b"<html>"), ("bom", b"\xef\xbb\xbf{"), ("php_notice", b"<br />")],
)
def test_bodies_that_are_not_quite_json(box, fault, start):
    box.control("faults", method="orders", fault=fault)
    answer, body = box.rent_raw("orders")
    assert answer.status == 200
    assert body[: len(start) or 1] == start


def test_a_fault_happens_as_often_as_asked_and_in_order(box):
    box.control("faults", method="orders", fault="http_503", times=2)
    box.control("faults", method="orders", fault="http_429")
    assert [box.rent_raw("orders")[0].status for _ in range(4)] == [503, 503, 429, 200]


def test_a_fault_without_number_lasts_until_cleared(box):
    box.control("faults", fault="http_500", times=None)
    assert [box.rent_raw(name)[0].status for name in ("orders", "getcountries", "orders")] == [500] * 3
    assert box.control("faults", clear=True) == {"faults": []}
    assert box.rent_raw("orders")[0].status == 200


def test_a_fault_meets_its_method_only(box):
    box.control("faults", method="sms", fault="http_500")
    assert box.rent_raw("orders")[0].status == 200
    assert box.http("/activation/balance", headers={"apikey": "sandbox"})[0].status == 200


def test_the_balance_has_faults_of_its_own(box):
    box.control("faults", method="balance", fault="refuse", msg="try later")
    body = box.http("/activation/balance", headers={"apikey": "sandbox"})[1]
    assert json.loads(body)["error"]["description"] == "try later"
    assert box.rent("orders")["status"] == 1


def test_a_plan_may_be_a_list(box):
    plan = [{"method": "orders", "fault": "http_500"}, {"method": "sms", "fault": "http_502"}]
    _, body = box.http("/_sandbox/faults", "POST", json.dumps(plan).encode())
    assert len(json.loads(body)["faults"]) == 2
    assert (box.rent_raw("sms")[0].status, box.rent_raw("orders")[0].status) == (502, 500)


@pytest.mark.parametrize(
    "rule",
    [
        {"fault": "explode"},
        {"fault": "slow", "method": "nothing"},
        {"fault": "slow", "seconds": -1},
        {"fault": "slow", "seconds": "two"},
        {"fault": "slow", "times": 0},
        {"fault": "slow", "times": True},
        {"fault": "slow", "surprise": 1},
        {"fault": "drop_before", "acts": True},
        {"fault": "refuse", "msg": 5},
        {},
        "slow",
    ],
)
def test_a_plan_that_is_not_understood_is_refused_whole(box, rule):
    plan = [{"method": "orders", "fault": "http_500"}, rule]
    answer, body = box.http("/_sandbox/faults", "POST", json.dumps(plan).encode())
    assert (answer.status, list(json.loads(body))) == (400, ["error"])
    assert box.rent_raw("orders")[0].status == 200


def test_a_hanging_call_blocks_nobody_and_ends_with_its_client(box):
    box.control("faults", method="orders", fault="hang")
    with pytest.raises(TimeoutError):
        box.rent_raw("orders", timeout=0.2)
    start = time.monotonic()
    assert box.rent("orders")["status"] == 1
    assert time.monotonic() - start < 0.5
    while box.calls()[0]["finished"] is None:
        assert time.monotonic() - start < 2


def test_the_log_names_the_fault_and_whether_the_call_acted(box):
    box.control("faults", method="create", fault="drop_after")
    with pytest.raises(http.client.RemoteDisconnected):
        box.rent("create", **BUY)
    row = box.calls()[0]
    assert (row["fault"], row["acted"], row["status"]) == ("drop_after", True, None)
