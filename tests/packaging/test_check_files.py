"""The checks of `tools/check_files.py` find what they are there for, and nothing else."""

from __future__ import annotations

import pytest

from tools import check_files

FORBIDDEN = [
    '<button hx-on:click="go()">',
    '<button hx-on::after-request="go()">',
    """<a hx-vals='js:{"a": b()}'>""",
    '<a hx-headers="javascript:{a: b()}">',
    '<a hx-trigger="click[ctrlKey]">',
    """<a hx-trigger='every 30s [document.hidden]'>""",
    "<style>a { color: red }</style>",
    '<p style="color: red">',
    "<script>go()</script>",
    '<script type="module">go()</script>',
    '<a onclick="go()">',
    '<a\n  href="#"\n  onmouseover="go()">',
    '<a href="javascript:go()">',
]
HARMLESS = [
    """<a hx-vals='{"page": 2}' hx-trigger="refresh from:body, every 30s">""",
    '<script src="{% static "app.js" %}" defer></script>',
    '<script type="application/json" id="data">{"a": 1}</script>',
    '<meta name="htmx-config" content=\'{"includeIndicatorStyles": false}\'>',
    "{# never hx-on here: it needs eval #}",
    '<p data-style="wide" class="lifestyle">on = "off"</p>',
]


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_dies_under_the_csp_is_found(text: str) -> None:
    assert list(check_files.findings_in_template(f"<p>\n{text}</p>"))


@pytest.mark.parametrize("text", HARMLESS)
def test_what_works_under_the_csp_is_left_alone(text: str) -> None:
    assert list(check_files.findings_in_template(text)) == []


def test_the_line_is_said() -> None:
    assert list(check_files.findings_in_template('<p>\n\n<p style="x">')) == [(3, "an inline style")]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "-f wheels/",
        "a @ https://example.org/a.whl",
        "--find-links x",
    ],
)
def test_an_address_in_a_lock_is_found(line: str) -> None:
    assert list(check_files.findings_in_lock(f"django==5.2.19 \\\n    --hash=sha256:00\n{line}\n"))


def test_the_projects_own_templates_and_locks_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_files.main() == 0, capsys.readouterr().out
    assert len(check_files.locks()) == 2
