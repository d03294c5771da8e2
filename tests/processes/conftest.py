"""Houses of real processes, on SQLite and, where a server answers, on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.databases import Postgres, Sqlite
from tests.processes.house import House, MakeHouse, houses

_ON_POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
# `make test` runs the suite twice: in the pass on PostgreSQL the houses stand on it alone.
KINDS = (
    [_ON_POSTGRES] if os.environ.get("DATABASE_URL", "").startswith("postgres") else ["sqlite", _ON_POSTGRES]
)


@pytest.fixture(scope="session", params=KINDS)
def _made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    make = {"sqlite": Sqlite, "postgres": Postgres}[request.param]
    databases = make(tmp_path_factory.mktemp(request.param))
    yield databases
    databases.end()


@pytest.fixture
def make_house(_made: Any, tmp_path: Path) -> Iterator[MakeHouse]:
    """Houses that are not started yet; keyword arguments are settings."""
    yield from houses(_made, tmp_path)


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """A house of one's own: one worker, ready. For tests that break something."""
    return make_house().start()


@pytest.fixture(scope="module")
def shared(_made: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One house for a module whose tests leave each other alone: each rents in a country of its own."""
    for make in houses(_made, tmp_path_factory.mktemp("shared")):
        found = make().start()
        found.sandbox.post("balance", {"amount": 1000})
        yield found
