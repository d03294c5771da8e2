"""The control plane: what it does, and what it refuses."""

import json
import socket
import time

import pytest

from rentals.sandbox.handler import Handler


def post(box, name, body, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer, text = box.http(f"/_sandbox/{name}", "POST", content, headers)
    return answer.status, json.loads(text)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("advance", {}),
        ("advance", {"seconds": -1}),
        ("advance", {"seconds": "10"}),
        ("advance", {"seconds": 1e12}),
        ("advance", {"seconds": True}),
        ("advance", b"not json"),
        ("advance", [1]),
        ("balance", {}),
        ("balance", {"amount": "much"}),
        ("balance", {"amount": "NaN"}),
        ("balance", {"amount": True}),
        ("reset", {"seed": "large:x"}),
        ("reset", {"seed": 5}),
        ("sms", {"text": "no order"}),
        ("sms", {"order": "x", "text": "a"}),
        ("outside", {"method": "steal"}),
        ("outside", {"method": "create", "params": []}),
        ("stock", {"country": "XX", "service": "opt29", "count": 1}),
        ("stock", {"country": "FR", "service": "opt29", "count": -1}),
        ("stock", {"country": "FR", "service": "opt29", "operator": "Claro_AR", "count": 1}),
    ],
)
def test_bad_input_is_400_with_a_message_and_changes_nothing(demo, name, body):
    before = demo.state()
    status, answer = post(demo, name, body)
    assert (status, list(answer)) == (400, ["error"])
    assert {**demo.state(), "now": 0} == {**before, "now": 0}


@pytest.mark.parametrize("body", [{"order": 1, "text": "a"}, {"id": "1", "text": "a"}])
def test_an_unknown_order_is_404(box, body):
    assert post(box, "sms", body) == (404, {"error": "there is no order 1"})


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": 5}, {"text": "a", "other": 2}, {"text": "a", "sender": 1}]
)
def test_a_bad_message_is_400(box, body):
    key = box.create("FR")
    assert post(box, "sms", {"order": key, **body})[0] == 400
    assert box.data("sms", id=key)["SmsList"] == []


@pytest.mark.parametrize("name", ["order", "order_id", "id"])
def test_a_message_can_name_its_order_in_three_ways(box, name):
    key = box.create("FR")
    box.control("sms", **{name: key}, text="G-123456", sender="Google", other=1)
    assert box.order(key)["hasnewsms"] is True
    assert box.data("sms", id=key)["OtherSms"][0]["text"] == "G-123456"


def test_unknown_addresses_and_wrong_verbs_are_refused(box):
    assert post(box, "nothing", {})[0] == 404
    assert post(box, "calls", {})[0] == 405
    assert box.http("/_sandbox/advance")[0].status == 405


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8900", "localhost.evil.example", "10.0.0.5", ""]
)
def test_a_foreign_host_name_is_forbidden(box, host):
    assert post(box, "reset", {}, {"Host": host})[0] == 403
    assert box.http("/_sandbox/state", headers={"Host": host})[0].status == 403


@pytest.mark.parametrize("host", ["localhost", "localhost:8900", "127.0.0.1:1", "127.9.9.9", "[::1]:8900"])
def test_a_loopback_host_name_is_welcome(box, host):
    assert box.http("/_sandbox/state", headers={"Host": host})[0].status == 200


def test_a_page_of_another_origin_is_forbidden(box):
    assert post(box, "reset", {}, {"Origin": "https://evil.example"})[0] == 403
    assert post(box, "reset", {}, {"Origin": "null"})[0] == 403
    assert post(box, "reset", {}, {"Origin": "http://localhost:8000"})[0] == 200


def test_a_peer_from_elsewhere_is_forbidden(box, monkeypatch):
    plain = Handler.setup

    def setup(handler):
        plain(handler)
        handler.client_address = ("192.0.2.7", 5000)

    monkeypatch.setattr(Handler, "setup", setup)
    assert post(box, "reset", {})[0] == 403
    assert box.rent("getcountries")["status"] == 1


@pytest.mark.parametrize("over", [1, 9 * 1024 * 1024])
def test_a_body_over_a_megabyte_is_refused_with_an_answer_that_arrives(box, over):
    # Many in a row: an answer that races with the client's own sending gets lost now and then.
    for _ in range(8):
        assert post(box, "reset", b" " * (1024 * 1024 + over))[0] == 413


def test_a_refused_body_that_never_ends_does_not_hold_the_sandbox(box):
    with socket.create_connection(("127.0.0.1", box.server.port)) as client:
        client.sendall(b"POST /_sandbox/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 413")
        client.settimeout(10)
        while client.recv(65536):
            pass
    assert box.rent("getcountries")["status"] == 1


def test_reset_begins_anew_at_the_time_of_the_wall(demo):
    demo.advance(days=100)
    demo.control("faults", fault="http_500", times=None)
    assert demo.control("reset", seed="empty")["seed"] == "empty"
    state = demo.state()
    assert abs(state["now"] - time.time()) < 5
    assert (state["orders"], state["history"], demo.calls(), state["faults"]) == ([], [], [], [])


def test_reset_without_a_body_sows_the_demo(box):
    assert box.http("/_sandbox/reset", "POST")[0].status == 200
    assert box.state()["balance"] == "42.60"


def test_advance_moves_the_clock_by_what_was_asked(box):
    before = box.state()["now"]
    box.advance(3600)
    assert 3600 <= box.state()["now"] - before < 3610


def test_speed_multiplies_the_clock(serve):
    box = serve(speed=1000)
    first = box.state()["now"]
    time.sleep(0.2)
    assert 200 <= box.state()["now"] - first < 5000


def test_the_balance_can_be_set_to_any_amount(box):
    assert box.control("balance", amount=0.3) == {"balance": "0.3"}
    assert box.balance() == "0.3"


def test_a_purchase_outside_leaves_no_row_in_the_log(box):
    params = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}
    key = box.control("outside", method="create", params=params)["data"]["id"]
    assert [row["id"] for row in box.state()["orders"]] == [key]
    assert box.calls() == []
    assert box.control("outside", method="delete", params={"id": 1}) == {
        "status": 0,
        "msg": "Order not found",
    }


def test_an_order_can_be_bent(box):
    key = box.create("FR")
    box.control("order", order=key, needs_replace=True, in_system=False)
    row = box.order(key)
    assert (row["needreplace"], row["state"]) == (True, -1)
    assert post(box, "order", {"order": key, "balance": 5})[0] == 400


def test_the_log_can_be_read_from_a_number_on(box):
    for _ in range(3):
        box.rent("orders")
    rows = json.loads(box.http("/_sandbox/calls?since=1")[1])["calls"]
    assert [row["n"] for row in rows] == [2, 3]
    assert box.http("/_sandbox/calls?since=x")[0].status == 400


def test_the_state_tells_the_stock(box):
    before = box.state()["stock"]["FR"]["opt29"]
    box.create("FR")
    after = box.state()["stock"]
    assert (after["FR"]["opt29"], after["GI"]) == (before - 1, {})


def test_ids_are_never_given_twice_also_after_a_reset(demo):
    before = demo.create()
    demo.control("reset", seed="demo")
    assert demo.create() > before
