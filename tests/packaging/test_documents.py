"""What the documents promise is there: settings, commands and files that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CODE = [ROOT / "smspva_dashboard" / "settings.py", ROOT / "tools" / "start.py"]
# What Python's own tools set and people do not.
NOT_SETTINGS = {"DASHBOARD_ROLE"}


def variables_read() -> set[str]:
    """Every name that the code asks the environment for."""
    text = "".join(file.read_text(encoding="utf-8") for file in CODE)
    names = re.findall(r"""\benv\.[a-z_]+\(\s*"([A-Z][A-Z_]+)\"""", text)
    return set(names) - NOT_SETTINGS


def variables_listed() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^# ([A-Z][A-Z_]+)=", text, re.M))


def test_every_setting_is_in_the_example() -> None:
    assert len(variables_read()) > 15
    assert variables_read() - variables_listed() == set()


def test_the_example_changes_nothing() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = re.findall(
        r"(?:^|`)(?:[A-Z_]+=\S+ )?make ([a-z][a-z-]*)", document.read_text(encoding="utf-8"), re.M
    )
    assert set(named) - targets == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_paths_in_code_marks_exist(document: Path) -> None:
    """`tools/start.py`, `rentals/views/`…: a path that moves takes its mention along."""
    text = document.read_text(encoding="utf-8")
    paths = re.findall(
        r"`((?:rentals|tools|tests|smspva_dashboard|templates|static|docs|\.ci)/[\w./-]*)`", text
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []
