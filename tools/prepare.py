"""Brings the database and the static files up to date before a start. What is current is left alone.

`--static` leaves the database alone, too.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smspva_dashboard.settings")
    django.setup()
    if "--static" not in sys.argv[1:]:
        _prepare_database()
    _prepare_static_files()


def _prepare_database() -> None:
    try:
        connection.ensure_connection()
    except DatabaseError as problem:
        reason = str(problem).strip().splitlines()[0]
        print(f"DATABASE_URL: the database does not answer ({reason})", file=sys.stderr)
        raise SystemExit(2) from None
    call_command("migrate", interactive=False, verbosity=0)


def _prepare_static_files() -> None:
    """Hashing and compressing takes seconds, so it is done only after a file has changed."""
    mark = settings.VAR_DIR / "static_files"
    wanted = _fingerprint()
    if _manifest().is_file() and mark.is_file() and mark.read_text(encoding="ascii") == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted, encoding="ascii")


def _manifest() -> Path:
    return Path(settings.STATIC_ROOT) / "staticfiles.json"


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            stat = os.stat(storage.path(path))
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
