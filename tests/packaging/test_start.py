"""`make run`: what it starts, what it says, what it refuses, and that nothing outlives it."""

from __future__ import annotations

import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.packaging import checkout
from tests.packaging.checkout import Running
from tools.start import sandbox_port_of

KEY = "canary-start-0f3b"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout.copy(tmp_path_factory.mktemp("start"))


@pytest.fixture
def demo(clone: Path) -> Iterator[Running]:
    with checkout.started(clone) as running:
        running.wait_until_it_says(running.url)
        yield running


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def nothing_is_left(folder: Path) -> bool:
    return checkout.until(lambda: not checkout.processes_in(folder), seconds=10)


def pid_of(folder: Path, words: str) -> int:
    """The process itself, not its keeper, unless the words name that; 0 when there is none."""
    found = checkout.processes_in(folder).items()
    keeper = "tools.keep" in words
    return next((pid for pid, line in found if words in line and keeper == ("tools.keep" in line)), 0)


def kill(folder: Path, words: str, ended: tuple[int, ...] = ()) -> int:
    """Kills the process of that name, waiting for one that is not among those ended before. Returns its id."""
    found = 0

    def seen() -> bool:
        nonlocal found
        found = pid_of(folder, words)
        return found not in {0, *ended}

    assert checkout.until(seen, seconds=15), f"no {words} runs"
    checkout.end_quietly(found)
    return found


def test_the_page_answers_when_its_address_is_printed(demo: Running) -> None:
    page = requests.get(f"{demo.url}/accounts/login/", timeout=10)
    assert page.status_code == 200
    assert "Contraseña" in page.text


@pytest.mark.parametrize("name", ["demo", "operador", "observador"])
def test_the_printed_demo_logins_work(demo: Running, name: str) -> None:
    assert f"{name} / demo" in demo.output()
    with requests.Session() as browser:
        browser.get(f"{demo.url}/accounts/login/", timeout=10)
        form = {"login": name, "password": "demo", "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        page = browser.post(f"{demo.url}/accounts/login/", form, headers={"Referer": demo.url}, timeout=10)
        assert page.url == f"{demo.url}/", page.text[:500]


def test_static_files_have_hashed_names_and_are_cached_for_ever(demo: Running) -> None:
    page = requests.get(f"{demo.url}/accounts/login/", timeout=10).text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = requests.get(f"{demo.url}{style}", timeout=10)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_leaves_no_process_behind(demo: Running, how: signal.Signals) -> None:
    lines = " ".join(checkout.processes_in(demo.folder).values())
    assert all(words in lines for words in ("manage.py worker", "manage.py sandbox", "granian"))
    assert demo.end(how) == 0
    assert nothing_is_left(demo.folder)


def test_when_make_is_killed_nothing_outlives_it(clone: Path) -> None:
    # `make run` itself would install packages; this is the line that it runs.
    line = "run:\n\t@exec .venv/bin/python -m tools.start\n"
    (clone / "only-start.mk").write_text(line)
    with checkout.started(clone, "make", "-f", "only-start.mk", "run") as running:
        running.wait_until_it_says(running.url)
        running.process.kill()
        assert nothing_is_left(clone)


@pytest.mark.parametrize("words", ["manage.py worker", "manage.py sandbox", "granian"])
def test_a_process_that_is_killed_is_started_again_and_the_others_go_on(demo: Running, words: str) -> None:
    before = set(checkout.processes_in(demo.folder))
    kill(demo.folder, words)
    assert checkout.until(lambda: "starting it again" in demo.output(), seconds=15)
    assert checkout.until(lambda: pid_of(demo.folder, words) not in {0, *before}, seconds=15)
    assert checkout.until(lambda: checkout.answers(f"{demo.url}/accounts/login/"), seconds=20)
    assert demo.process.poll() is None


def test_when_one_process_cannot_be_kept_going_all_end_with_a_message(demo: Running) -> None:
    ended: tuple[int, ...] = ()
    for _ in range(3):
        # The one before may still be on its way out.
        ended += (kill(demo.folder, "manage.py sandbox", ended),)
    assert demo.process.wait(checkout.PATIENCE) == 1
    assert "could not be kept going" in demo.output()
    assert nothing_is_left(demo.folder)


def test_a_start_that_the_worker_refuses_ends_with_its_reason(clone: Path, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/demo.sqlite3"
    with checkout.started(clone, DATABASE_URL=database) as running:
        running.wait_until_it_says(running.url)
    nowhere = f"http://127.0.0.1:{checkout.free_port()}/api/rent.php"
    settings = {"SMSPVA_API_KEY": KEY, "SMSPVA_API_URL": nowhere, "SMSPVA_BALANCE_URL": nowhere}
    with checkout.started(clone, DATABASE_URL=database, **settings) as running:
        assert running.process.wait(checkout.PATIENCE) == 1
        assert "this database mirrors the sandbox" in running.output()
        assert "starting it again" not in running.output()


def test_a_keeper_that_is_killed_leaves_nothing_behind(demo: Running) -> None:
    kill(demo.folder, "tools.keep manage.py worker")
    assert demo.process.wait(checkout.PATIENCE) == 1
    assert nothing_is_left(demo.folder)


def test_with_a_key_there_is_no_sandbox_and_the_page_does_not_get_the_key(
    clone: Path, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{checkout.free_port()}/api/rent.php"
    settings = {"SMSPVA_API_KEY": KEY, "SMSPVA_API_URL": nowhere, "SMSPVA_BALANCE_URL": nowhere}
    database = f"sqlite:///{tmp_path}/real.sqlite3"
    with checkout.started(clone, **settings, DATABASE_URL=database) as running:
        running.wait_until_it_says(running.url)
        lines = checkout.processes_in(clone)
        assert "manage.py sandbox" not in " ".join(lines.values())
        assert "demo / demo" not in running.output()
        web = checkout.environment_of(pid_of(clone, "granian"))
        assert KEY not in web.values()
        assert checkout.environment_of(pid_of(clone, "manage.py worker"))["SMSPVA_API_KEY"] == KEY
        assert KEY not in running.output()
        running.wait_until_it_says("/accounts/welcome/")
        link = re.search(r"http://\S+/accounts/welcome/\S+", running.output())
        assert link
        assert "Será administrador" in requests.get(link[0], timeout=10).text


def test_a_taken_sandbox_port_is_left_to_whom_it_belongs(clone: Path, tmp_path: Path) -> None:
    port = checkout.free_port()
    try:
        listener = socket.create_server(("127.0.0.1", sandbox_port_of(port)))
    except OSError:
        listener = None  # somebody else has it already: all the better
    try:
        with checkout.started(clone, PORT=str(port)) as running:
            running.wait_until_it_says("upstream: sandbox")
            assert running.sandbox_port() != sandbox_port_of(port)
    finally:
        if listener:
            listener.close()


def test_two_sandboxes_never_share_one_state(demo: Running) -> None:
    code, said = checkout.refused(demo.folder, PORT=str(checkout.free_port()))
    assert code != 0
    assert said == "The dashboard already runs in this directory on another port: stop it first."


def test_a_busy_port_is_one_line_and_starts_nothing(clone: Path, taken_port: int) -> None:
    code, said = checkout.refused(clone, PORT=str(taken_port))
    assert code != 0
    assert said.startswith(f"PORT: {taken_port} is in use")
    assert "\n" not in said
    assert not checkout.processes_in(clone)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("HOST", "nowhere.invalid"),
        ("HOST", "192.0.2.7"),
        ("SMSPVA_MIN_INTERVAL", "often"),
        ("SMSPVA_API_KEY_FILE", "missing-file"),
        ("DATABASE_URL", "mysterious://x"),
        ("DEBUG", "perhaps"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(clone: Path, name: str, value: str) -> None:
    code, said = checkout.refused(clone, **{"PORT": str(checkout.free_port()), name: value})
    assert code != 0
    assert said.startswith(f"{name}: ")
    assert "\n" not in said


def test_a_database_that_does_not_answer_is_one_line(clone: Path) -> None:
    nowhere = f"postgres://ana:canary-password@127.0.0.1:{checkout.free_port()}/x"
    secrets = {"SECRET_KEY": "x" * 50, "FIELD_KEY": "A" * 43 + "="}
    code, said = checkout.refused(clone, PORT=str(checkout.free_port()), DATABASE_URL=nowhere, **secrets)
    assert code != 0
    assert said.startswith("DATABASE_URL: ")
    assert "canary-password" not in said
    assert "\n" not in said


def test_the_settings_of_dotenv_count(clone: Path, taken_port: int) -> None:
    dotenv = clone / ".env"
    dotenv.write_text(f"PORT={taken_port}\n")
    try:
        assert f"PORT: {taken_port} is in use" in checkout.refused(clone)[1]
    finally:
        dotenv.unlink()
