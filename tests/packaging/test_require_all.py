"""Under REQUIRE_ALL a skip is a failure, and the reason of the skip is what the failure says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = {
    "marked": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): pass\n",
    "called": "import pytest\ndef test_it(): pytest.skip('no browser')\n",
    "module": "import pytest\npytest.skip('no browser', allow_module_level=True)\n",
    "fixture": "import pytest\n@pytest.fixture\ndef page(): pytest.skip('no browser')\ndef test_it(page): pass\n",
}


def run(folder: Path, source: str, *more: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_case.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:django",
        *more,
        str(folder),
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("case", sorted(CASES))
@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "xdist"])
def test_a_skip_fails_and_says_why(tmp_path: Path, case: str, workers: tuple[str, ...]) -> None:
    done = run(tmp_path, CASES[case], "-p", "tests.plugins.require_all", *workers)
    assert done.returncode != 0
    assert "REQUIRE_ALL forbids it" in done.stdout
    assert "no browser" in done.stdout


@pytest.mark.parametrize("case", sorted(CASES))
def test_without_it_a_skip_is_a_skip(tmp_path: Path, case: str) -> None:
    done = run(tmp_path, CASES[case])
    assert done.returncode in {0, 5}
    assert "1 skipped" in done.stdout


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False\n"
    assert run(tmp_path, source, "-p", "tests.plugins.require_all").returncode == 0
