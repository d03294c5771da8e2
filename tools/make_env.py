"""Writes .env from .env.example with fresh secrets, for compose. What .env already says is kept."""

from __future__ import annotations

import base64
import os
import re
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fresh_secrets(var: Path) -> dict[str, str]:
    """What `make run` keeps in var/ is taken over: what it has encrypted must stay readable."""
    return {
        "SECRET_KEY": _kept(var / "secret_key") or secrets.token_urlsafe(48),
        "FIELD_KEY": _kept(var / "field_key")
        or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode("ascii"),
        "POSTGRES_PASSWORD": secrets.token_urlsafe(24),
    }


def _kept(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def with_secrets(text: str, values: dict[str, str]) -> str:
    """Fills each line `NAME=` or `# NAME=` that says nothing yet; a name without a line gets one."""
    for name, value in values.items():
        if re.search(rf"^{name}=.+$", text, re.M):
            continue
        text, count = re.subn(rf"^(?:# )?{name}=$", f"{name}={value}", text, count=1, flags=re.M)
        if not count:
            text += f"{name}={value}\n"
    return text


def main() -> None:
    target, example = ROOT / ".env", ROOT / ".env.example"
    before = (target if target.is_file() else example).read_text(encoding="utf-8")
    after = with_secrets(before, fresh_secrets(ROOT / "var"))
    # Readable by its owner only, from its first moment on.
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        os.fchmod(descriptor, 0o600)
        out.write(after)
    print(".env holds the secrets; it is not committed.")


if __name__ == "__main__":
    main()
