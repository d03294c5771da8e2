"""Runs the suite: on PostgreSQL with Redis as the cache where both answer, then, whole, on SQLite.

    python -m tools.run_tests [--long] [pytest's own arguments: a path, -k name, -x …]

The SQLite pass comes last because it is the whole suite: its closing lines are the ones to read. The other pass
has what the database's make or the cache could change: locks, transactions, triggers, the SQL of lists and sums.
`--long` runs the tests marked `long` on both, and on PostgreSQL also what the short pass left out. With
REQUIRE_ALL=1 nothing may be skipped: a missing service or a skipped test is a failure.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_DATABASE_URL") or "postgres://127.0.0.1:5432/test"
REDIS = os.environ.get("TEST_CACHE_URL") or "redis://127.0.0.1:6379/9"
REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in {"", "0"}
# Where a few tests of words and forms are among them, they are not worth telling apart.
ON_BOTH = (
    "tests/model",
    "tests/operations",
    "tests/processes/test_budgets.py",
    "tests/processes/test_hundred_posts.py",
    "tests/processes/test_killed.py",
    "tests/processes/test_one_send.py",
    "tests/processes/test_taking.py",
    "tests/test_audit.py",
    "tests/test_canary.py",
    "tests/test_finding.py",
    "tests/test_invitations.py",
    "tests/test_numbers.py",
    "tests/test_opening_at_once.py",
    "tests/test_setup_link.py",
    "tests/test_sign_in.py",
    "tests/test_team.py",
    "tests/views/archive",
    "tests/views/numbers",
    "tests/views/operations",
    "tests/views/people/test_brute_force.py",
    "tests/views/people/test_sessions.py",
    "tests/views/team",
    "tests/worker",
)
# No database of ours, or nothing that its make could change: who may open which address.
WITHOUT_DATABASE = ("tests/packaging", "tests/sandbox", "tests/upstream", "tests/test_addresses.py")
# These live in a running server, a browser or a build: nothing in them depends on the database's make.
ON_SQLITE_ONLY = ("browser",)


def settings_of_tests() -> dict[str, str]:
    """The environment without a developer's own settings.

    Every variable of .env.example is set, empty: a `.env` with the key of a real account fills only what is
    not set, so it does not reach a test.
    """
    names = re.findall(r"^#?\s?([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.M)
    empty = {variable: "" for name in names for variable in (name, f"{name}_FILE")}
    return {**os.environ, **empty, "PYTHONUNBUFFERED": "1"}


def missing_service() -> str:
    """Why the pass on PostgreSQL and Redis cannot run, in one line, or nothing."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.Error as problem:
        return f"PostgreSQL does not answer ({str(problem).strip().splitlines()[0]}); see TEST_DATABASE_URL"
    try:
        with redis.Redis.from_url(REDIS, socket_connect_timeout=3) as client:
            client.ping()
    except redis.RedisError as problem:
        return f"Redis does not answer ({problem}); see TEST_CACHE_URL"
    return ""


def pytest(title: str, marks: str, arguments: list[str], environment: dict[str, str]) -> int:
    print(f"\n=== {title} ===", flush=True)
    # Two cores are what CI has. A third of the real processes' time is waiting, which the third worker fills.
    options = "-m pytest -n 3 --dist worksteal -rsf --durations=8 -p tests.plugins.canary"
    command = [sys.executable, *options.split(), "-m", marks]
    if REQUIRE_ALL:
        command += ["-p", "tests.plugins.require_all"]
    return subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False).returncode


def on_postgres(long: bool, arguments: list[str]) -> int:
    named = any((ROOT / argument.split("::")[0]).exists() for argument in arguments)
    environment = settings_of_tests() | {
        "DATABASE_URL": POSTGRES,
        "CACHE_URL": REDIS,
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "FIELD_KEY": "ZGFzaGJvYXJkLXRlc3RzLWRhc2hib2FyZC10ZXN0cyE=",
    }

    def run(title: str, mark: str, *more: str) -> int:
        marks = " and ".join([mark, *(f"not {other}" for other in ON_SQLITE_ONLY)])
        code = pytest(
            f"PostgreSQL, with Redis as the cache: {title}", marks, [*more, *arguments], environment
        )
        # 5: nothing was collected, as when the arguments name a path that this pass leaves out.
        return 0 if code == 5 and arguments else code

    without = [f"--ignore={path}" for path in WITHOUT_DATABASE]
    if not long:
        return run("what they could change", "not long", *without, *(() if named else ON_BOTH))
    first = run("the long runs", "long", *without)
    if named:
        return first
    left_out = [f"--ignore={path}" for path in ON_BOTH]
    return run("what `make test` leaves out", "not long", *without, *left_out) or first


def on_sqlite(long: bool, arguments: list[str]) -> int:
    marks = f"{'long' if long else 'not long'} and not postgres and not redis"
    title = f"SQLite, {'the long runs' if long else 'the whole suite'}"
    return pytest(title, marks, arguments, settings_of_tests())


def main() -> int:
    arguments = [argument for argument in sys.argv[1:] if argument != "--long"]
    long = "--long" in sys.argv[1:]
    # Ended by make or CI, it takes pytest along instead of leaving it behind.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    # The tests of real servers and browsers want the files as a start leaves them.
    prepare = [sys.executable, "-m", "tools.prepare", "--static"]
    subprocess.run(prepare, cwd=ROOT, env=settings_of_tests(), check=True)
    missing = missing_service()
    if missing:
        print(f"SKIPPED: the pass on PostgreSQL with Redis: {missing}", flush=True)
        if REQUIRE_ALL:
            print("REQUIRE_ALL is set: that is a failure.", flush=True)
            return 1
    first = 0 if missing else on_postgres(long, arguments)
    second = on_sqlite(long, arguments)
    if first and not second:
        print(f"The pass on PostgreSQL failed (pytest's exit code {first}): see above.", flush=True)
    return first or second


if __name__ == "__main__":
    sys.exit(main())
