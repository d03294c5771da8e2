"""The imitated address: keys, methods, parameters, refusals, the Date header, the balance."""

import json
import socket
from email.utils import parsedate_to_datetime

import pytest

NEED_KEY = ("orders", "sms", "activate", "create", "delete", "get_rent_history", "restore_user_precalc")


@pytest.mark.parametrize("method", NEED_KEY)
@pytest.mark.parametrize("key", ["", "wrong", "Sandbox"])
def test_a_wrong_or_missing_key_is_refused_under_http_200(box, method, key):
    answer, body = box.http(f"/api/rent.php?method={method}&apikey={key}")
    assert answer.status == 200
    assert json.loads(body) == {"status": 0, "msg": "Invalid apikey"}


def test_the_catalogue_needs_no_key_but_checks_one_that_is_given(box):
    assert json.loads(box.http("/api/rent.php?method=getdata&country=ES")[1])["status"] == 1
    assert box.refusal("getdata", country="ES", apikey="wrong") == "Invalid apikey"


def test_the_key_can_be_set_from_outside(serve, monkeypatch):
    monkeypatch.setenv("SANDBOX_API_KEY", "another")
    box = serve()
    assert box.refusal("orders") == "Invalid apikey"
    assert box.data("orders", apikey="another") == []


@pytest.mark.parametrize("method", ["", "getnumber", "Orders", "getDataWithProviders"])
def test_an_unknown_method_is_incorrect(box, method):
    assert box.refusal(method) == "Incorrect method"


@pytest.mark.parametrize(
    "method", ["activate", "sms", "prolong", "prolong_max", "delete", "add_service_to_order"]
)
def test_an_unknown_order_is_not_found_and_a_bad_id_incorrect(box, method):
    rest = {"dtype": "week", "dcount": 1, "service": "opt20", "pnumber": "331"}
    assert box.refusal(method, id=12345, **rest) == "Order not found"
    assert box.refusal(method, id="x", **rest) == "Incorrect order id"
    assert box.refusal(method, **rest) == "Incorrect order id"


@pytest.mark.parametrize("missing", ["country", "service", "dtype", "dcount"])
def test_a_create_without_a_parameter_is_refused_and_buys_nothing(box, missing):
    wanted = {"country": "FR", "service": "opt29", "dtype": "week", "dcount": 1}
    del wanted[missing]
    assert box.refusal("create", **wanted).startswith("Incorrect ")
    assert box.state()["orders"] == []


def test_unknown_countries_services_and_operators_are_refused(box):
    period = {"dtype": "week", "dcount": 1}
    assert box.refusal("create", country="XX", service="opt29", **period) == "Incorrect country"
    assert box.refusal("create", country="FR", service="opt9999", **period) == "Incorrect service"
    wanted = {"country": "FR", "service": "opt29", **period}
    assert box.refusal("create", **wanted, provider="Nobody_FR") == "Incorrect provider"


def test_a_service_is_added_only_to_its_own_number_and_only_once(box):
    key = box.create("FR")
    number = box.state()["orders"][0]["number"].lstrip("+")
    assert (
        box.refusal("add_service_to_order", id=key, service="opt20", pnumber="331")
        == "Incorrect phone number"
    )
    taken = box.refusal("add_service_to_order", id=key, service="opt29", pnumber=number)
    assert taken == "Service is already rented on this number"


def test_the_date_header_carries_the_simulated_time(box):
    box.advance(days=40)
    answer, _ = box.rent_raw("orders")
    stamp = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert stamp == pytest.approx(box.state()["now"], abs=2)


def test_the_balance_has_its_own_envelope_and_takes_the_key_from_a_header(box):
    _, body = box.http("/activation/balance", headers={"apikey": "sandbox"})
    assert json.loads(body) == {"statusCode": 200, "data": {"balance": "100.00"}}


@pytest.mark.parametrize(("headers", "kind"), [({}, "APIKEY_NOT_SET"), ({"apikey": "no"}, "APIKEY_INVALID")])
def test_the_balance_is_refused_without_the_right_key(box, headers, kind):
    answer, body = box.http("/activation/balance?apikey=sandbox", headers=headers)
    assert answer.status == 401
    assert json.loads(body)["error"]["type"] == kind


def test_only_get_is_accepted(box):
    query = "method=create&apikey=sandbox&country=FR&service=opt29&dtype=week&dcount=1"
    _, body = box.http(f"/api/rent.php?{query}", "POST", b"x=1")
    assert json.loads(body) == {"status": 0, "msg": "Only GET requests are accepted"}
    assert box.state()["orders"] == []


def test_another_address_is_not_found(box):
    assert box.http("/")[0].status == 404


def test_one_connection_serves_many_calls(box):
    with socket.create_connection(("127.0.0.1", box.server.port), timeout=5) as connection:
        line = b"GET /api/rent.php?method=orders&apikey=sandbox HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(line * 3)
        received = b""
        while received.count(b'{"status": 1, "data": []}') < 3:
            part = connection.recv(65536)
            assert part, received
            received += part


def test_the_log_tells_every_call_in_order_and_never_the_key(box):
    key = box.create("FR")
    box.rent("activate", id=key)
    box.rent("activate", id=1)
    rows = box.calls()
    assert [(row["method"], row["acted"]) for row in rows] == [
        ("create", True),
        ("activate", True),
        ("activate", False),
    ]
    assert rows[1]["params"] == {"id": str(key)}
    assert rows[2]["outcome"] == "refused: Order not found"
    assert all(row["finished"] >= row["at"] for row in rows)
    assert "sandbox" not in json.dumps(rows)
