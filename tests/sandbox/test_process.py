"""The sandbox as a process: start, stop, `kill -9`, the state file."""

from __future__ import annotations

import base64
import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from rentals.sandbox import SandboxServer
from rentals.sandbox.store import BadStateFile

ROOT = Path(__file__).resolve().parents[2]
BUY = "method=create&apikey=sandbox&country=FR&service=opt29&dtype=week&dcount=1"


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "rentals.sandbox", *options]


@contextmanager
def running(*options: str):
    """The process and its address."""
    process = subprocess.Popen(command("--port", "0", *options), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process, re.search(r"http://\S+", process.stdout.readline()).group()
    finally:
        process.kill()
        process.communicate()


def get(url: str):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def rent(url: str, query: str):
    return get(f"{url}/api/rent.php?{query}")


def state(url: str):
    return get(f"{url}/_sandbox/state")


def test_what_was_answered_survives_kill_9(tmp_path):
    options = ("--seed", "demo", "--state", str(tmp_path / "state.json"))
    with running(*options) as (process, url):
        bought = rent(url, BUY)["data"]["id"]
        rent(url, f"method=activate&apikey=sandbox&id={bought}")
        before = state(url)
        process.kill()
    with running(*options) as (_, url):
        after = state(url)
    assert after["balance"] == before["balance"] != "42.60"
    assert after["orders"] == before["orders"]
    assert after["history"] == before["history"]
    assert after["stock"] == before["stock"]


def test_a_purchase_is_on_disk_before_its_answer_is_lost(tmp_path):
    path = tmp_path / "state.json"
    with SandboxServer(state=path, seed="empty") as server:
        request = urllib.request.Request(f"{server.url}/_sandbox/faults", b'{"fault": "drop_after"}')
        urllib.request.urlopen(request).close()
        with pytest.raises(OSError, match="without response"):
            rent(server.url, BUY)
        assert len(json.loads(path.read_text())["orders"]) == 1


def test_the_moved_clock_survives_a_restart(tmp_path):
    path = tmp_path / "state.json"
    with SandboxServer(state=path, seed="empty") as server:
        server.engine.advance(5000)
    with SandboxServer(state=path, seed="demo") as server:
        assert server.engine.now() - time.time() == pytest.approx(5000, abs=1)
        assert server.engine.world.state.seed == "empty"


def test_the_state_file_is_whole_while_it_is_being_written(tmp_path):
    path = tmp_path / "state.json"
    with SandboxServer(state=path, seed="large:50") as server:
        for number in range(30):
            server.engine.save()
            assert len(json.loads(path.read_text())["orders"]) == 50, number
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"version": 99}', '{"version": 1, "orders": 5}'])
def test_a_foreign_state_file_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(BadStateFile, match=r"state\.json is not a state file"):
        SandboxServer(state=path)
    assert path.read_text() == content


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_at_once_even_with_a_call_hanging(number):
    with running("--seed", "empty") as (process, url):
        request = urllib.request.Request(f"{url}/_sandbox/faults", b'{"fault": "hang"}')
        urllib.request.urlopen(request).close()
        with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as connection:
            connection.sendall(b"GET /api/rent.php?method=orders HTTP/1.1\r\nHost: x\r\n\r\n")
            while not get(f"{url}/_sandbox/calls")["calls"]:
                time.sleep(0.02)
            process.send_signal(number)
            assert process.wait(timeout=3) == 0


def test_manage_py_serves_it_too(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a long enough key for this one process of one test, 0123456789")
    monkeypatch.setenv("FIELD_KEY", base64.urlsafe_b64encode(bytes(range(32))).decode())
    line = [sys.executable, "manage.py", "sandbox", "--port", "0", "--seed", "empty", "--pace", "demo"]
    process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://\S+", process.stdout.readline()).group()
        assert (state(url)["pace"], state(url)["balance"]) == ("demo", "100.00")
    finally:
        process.terminate()
        assert process.wait(timeout=5) == 0
        process.stdout.close()


def test_a_busy_port_is_one_clear_line_and_exit_code_1():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(command("--port", port), cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert done.stderr == f"sandbox: cannot start on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    "options",
    [("--seed", "huge"), ("--speed", "0"), ("--port", "70000"), ("--pace", "fast"), ("--speed", "nan")],
)
def test_a_wrong_option_stops_the_start(options):
    done = subprocess.run(command(*options), cwd=ROOT, capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert options[0] in done.stderr


def test_it_imports_nothing_but_the_standard_library():
    code = (
        "import sys; before = set(sys.modules); import rentals.sandbox.__init__, rentals.sandbox.cli;"
        "new = {n.split('.')[0] for n in set(sys.modules) - before};"
        "print(sorted(n for n in new if n not in sys.stdlib_module_names and n != 'rentals'))"
        "; print(sorted(n for n in sys.modules if n.startswith('rentals.') and not n.startswith('rentals.sandbox')))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"


def test_stopping_a_server_in_a_test_lets_a_hanging_client_go():
    with SandboxServer(seed="empty") as server:
        server.engine.faults.post({"fault": "hang"})
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        connection.sendall(b"GET /api/rent.php?method=orders HTTP/1.1\r\nHost: x\r\n\r\n")
        while not server.engine.calls.rows():
            time.sleep(0.01)
    with connection:
        assert connection.recv(100) == b""
