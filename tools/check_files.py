"""Checks that no other tool makes: templates that would die under the CSP, and locks that hold addresses.

Prints one line a finding; exit code 1 when there is one.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_FOLDERS = ("templates", "rentals", "smspva_dashboard")

# htmx needs eval for the first three, which `script-src 'self'` forbids: a handler never runs, a request is
# never sent, and a trigger filter fails open. The browser refuses the others.
FORBIDDEN_IN_TEMPLATES = {
    r"\bhx-on\b": "hx-on needs eval",
    r"""\bhx-(?:vals|headers|vars)\s*=\s*(["'])\s*(?:js|javascript):""": "js: values need eval",
    r"""\bhx-trigger\s*=\s*(["'])(?:(?!\1).)*\[""": "a trigger filter needs eval and fails open without it",
    r"<style\b": "an inline style sheet",
    r"\sstyle\s*=": "an inline style",
    r"<script\b(?![^>]*(?:\bsrc\s*=|application/json))": "an inline script",
    r"""<[^>]*\son[a-z]+\s*=\s*["']""": "an inline event handler",
    r"""\b(?:href|src|action|formaction)\s*=\s*["']\s*javascript:""": "a javascript: address",
}
ADDRESS_IN_LOCK = re.compile(r"://|^\s*-(?:i|f|-index-url|-extra-index-url|-find-links)\b")


def findings_in_template(text: str) -> Iterator[tuple[int, str]]:
    """Line number and reason of each forbidden thing. Template comments are not sent."""
    text = re.sub(r"{#.*?#}", lambda found: " " * len(found[0]), text)
    for pattern, reason in FORBIDDEN_IN_TEMPLATES.items():
        for found in re.finditer(pattern, text, re.IGNORECASE | re.DOTALL):
            yield text.count("\n", 0, found.start()) + 1, reason


def findings_in_lock(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if ADDRESS_IN_LOCK.search(line):
            yield number, "a lock holds no address"


def templates() -> list[Path]:
    return sorted(path for folder in TEMPLATE_FOLDERS for path in (ROOT / folder).rglob("*.html"))


def locks() -> list[Path]:
    return sorted(ROOT.glob("requirements*.txt"))


def main() -> int:
    checks = [(findings_in_template, templates()), (findings_in_lock, locks())]
    found = [
        f"{path.relative_to(ROOT)}:{line}: {reason}"
        for check, paths in checks
        for path in paths
        for line, reason in check(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found) or f"{len(templates())} templates and {len(locks())} locks are clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
