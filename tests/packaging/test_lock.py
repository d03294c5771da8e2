"""The lock installs on any machine, on any later day."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements-dev.txt"


def pinned() -> dict[str, frozenset[str]]:
    """Every name of the lock with the extras it is pinned with."""
    lines = re.findall(r"^([A-Za-z0-9._-]+)(?:\[([^\]]*)\])?==", LOCK.read_text(encoding="utf-8"), re.M)
    return {canonicalize_name(name): frozenset(filter(None, extras.split(","))) for name, extras in lines}


def asked_for() -> dict[str, set[str]]:
    """The extras that a package of this environment wants of another."""
    found: dict[str, set[str]] = {}
    for package in metadata.distributions():
        for line in package.requires or ():
            wanted = Requirement(line)
            if wanted.extras and (wanted.marker is None or wanted.marker.evaluate({"extra": ""})):
                found.setdefault(canonicalize_name(wanted.name), set()).update(wanted.extras)
    return found


def test_an_extra_that_a_package_asks_for_is_pinned_by_name() -> None:
    # pip looks for `coverage[toml]` apart from `coverage`: unpinned, the day a newer coverage comes out the
    # whole lock is refused ("must have their versions pinned").
    assert asked_for(), "nothing here asks for an extra, so this test looks at nothing"
    missing = {name: extras - pinned().get(name, frozenset()) for name, extras in asked_for().items()}
    assert not {name: extras for name, extras in missing.items() if extras and name in pinned()}


def test_what_is_tested_is_what_runs() -> None:
    runs, tested = (
        dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", (ROOT / lock).read_text(), re.M))
        for lock in ("requirements.txt", "requirements-dev.txt")
    )
    assert runs
    assert tested.items() >= runs.items()
