"""`.venv` is made on a machine that has only python3, also where Debian's python3-venv is missing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "tools" / "prepare_venv.sh"
WITHOUT_ENSUREPIP = f"""#!/bin/sh
case "$*" in
  *--without-pip*) ;;
  "-m venv"*) echo "ensurepip is not available" >&2; exit 1 ;;
esac
exec {sys.executable} "$@"
"""
TOO_OLD = '#!/bin/sh\n[ "$1" = -V ] && echo "Python 3.9.2" && exit 0\nexit 1\n'


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a wheel and a lock that asks for it by its hash: no index is needed."""
    return make_package(tmp_path, "1.0")


def make_package(folder: Path, version: str) -> Path:
    wheel = folder / f"smallest-{version}-py3-none-any.whl"
    info = f"smallest-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("smallest.py", f"version = '{version}'\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: smallest\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / "requirements.txt").write_text(f"smallest=={version} --hash=sha256:{digest}\n")
    return folder


def interpreter(folder: Path, script: str) -> Path:
    file = folder / "fake-python"
    file.write_text(script)
    file.chmod(0o755)
    return file


def prepare(folder: Path, python: Path | str = sys.executable) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.run(
        ["bash", SCRIPT, "requirements.txt"],
        cwd=folder,
        env=kept | local | {"PYTHON": str(python)},
        capture_output=True,
        text=True,
        check=False,
    )


def installed(folder: Path) -> str:
    code = "import smallest; print(smallest.version)"
    return subprocess.check_output([folder / ".venv/bin/python", "-c", code], text=True).strip()


def test_it_installs(package: Path) -> None:
    done = prepare(package)
    assert done.returncode == 0, done.stderr
    assert installed(package) == "1.0"


def test_it_installs_without_ensurepip(package: Path) -> None:
    done = prepare(package, interpreter(package, WITHOUT_ENSUREPIP))
    assert done.returncode == 0, done.stderr
    assert installed(package) == "1.0"
    assert not (package / ".venv/bin/pip").exists()


def test_the_second_time_it_does_nothing(package: Path) -> None:
    prepare(package)
    done = prepare(package)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_changed_lock_is_installed(package: Path) -> None:
    prepare(package)
    make_package(package, "2.0")
    assert prepare(package).returncode == 0
    assert installed(package) == "2.0"


def test_a_wrong_hash_is_refused_and_tried_again(package: Path) -> None:
    lock = package / "requirements.txt"
    right = lock.read_text()
    lock.write_text(right[:-9] + "00000000\n")
    assert prepare(package).returncode != 0
    lock.write_text(right)
    assert prepare(package).returncode == 0
    assert installed(package) == "1.0"


def test_a_broken_venv_is_made_anew(package: Path) -> None:
    prepare(package)
    python = package / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    assert prepare(package).returncode == 0
    assert installed(package) == "1.0"


def test_a_python_that_is_too_old_is_one_line(package: Path) -> None:
    done = prepare(package, interpreter(package, TOO_OLD))
    assert done.returncode != 0
    assert done.stdout == ""
    assert "too old (Python 3.9.2): Python 3.11 or newer is needed" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_python_is_one_line(package: Path) -> None:
    done = prepare(package, "python-of-nobody")
    assert done.returncode != 0
    assert done.stderr == "python-of-nobody is not installed: Python 3.11 or newer is needed.\n"
