"""The templates keep the rules of the strict policy: what is banned here breaks or fails open in the browser."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
BANNED = {
    "a handler in the markup": re.compile(r"\s(on\w+|hx-on[:\w-]*)\s*="),
    "an evaluated value": re.compile(r"""["']\s*js:"""),
    "a trigger filter": re.compile(r"""hx-trigger="[^"]*\["""),
    "an inline style": re.compile(r"\sstyle="),
    "an inline style sheet": re.compile(r"<style[\s>]"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)"),
    "something from elsewhere": re.compile(r"""(src|href|action)=["'](https?:)?//"""),
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_nothing_that_is_banned(template):
    text = template.read_text(encoding="utf-8")
    assert [what for what, pattern in BANNED.items() if pattern.search(text)] == []
    assert len(text.splitlines()) <= 120


@pytest.mark.parametrize("file", sorted((ROOT / "static").rglob("*.[cj]s*")), ids=lambda path: path.name)
def test_a_static_file_stays_readable(file):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert "eval(" not in text
    assert "://" not in text


def test_every_view_says_its_verbs():
    for file in (ROOT / "rentals" / "views").glob("*.py"):
        text = file.read_text(encoding="utf-8")
        for match in re.finditer(
            r"((?:^@.*\n)*)^def ([a-z]\w*)\(request: HttpRequest(?:, \w+: \w+)*\) -> HttpResponse", text, re.M
        ):
            if file.name not in {"errors.py", "choice.py"}:
                assert "@require_" in match[1], f"{file.name}: {match[2]}"
