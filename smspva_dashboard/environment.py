"""Reads the settings people write: the process environment, `.env`, and files named by `NAME_FILE`.

A wrong value ends the start with one line that names the variable (`Misconfigured`), never with a traceback.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
import warnings
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from cryptography.fernet import Fernet

WORKER_ONLY = "SMSPVA_API_KEY"
_TRUE, _FALSE = {"1", "true", "yes", "on", "si", "sí"}, {"0", "false", "no", "off", ""}
_SENDABLE, _BLANK = re.compile(r"[\x21-\x7e]*"), re.compile(r"[\s\x00-\x1f]")


class Misconfigured(SystemExit):
    """Ends the process with exit code 2 and one line that names the variable."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(2)
        self.line = f"{name}: {reason}"
        print(self.line, file=sys.stderr)


def load_dotenv(path: Path, *, worker: bool) -> None:
    """Fills the environment from `.env` (the environment wins). The web process does not keep the API key."""
    if path.is_file():
        environ.Env.read_env(path)
    if not worker:
        for name in (WORKER_ONLY, f"{WORKER_ONLY}_FILE"):
            os.environ.pop(name, None)


def text(name: str, default: str = "") -> str:
    """The value of `NAME`, or the content of the file that `NAME_FILE` names, or the default."""
    file = os.environ.get(f"{name}_FILE", "").strip()
    if file and not os.environ.get(name):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise Misconfigured(f"{name}_FILE", f"cannot read the file ({type(problem).__name__})") from None
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in _TRUE | _FALSE:
        raise Misconfigured(name, "must be yes or no (1/0, true/false, on/off)")
    return value in _TRUE


def seconds(name: str, default: str) -> float:
    """A duration in seconds, 0 to 3600."""
    try:
        value = Decimal(text(name, default))
    except InvalidOperation:
        raise Misconfigured(name, "must be a number of seconds, like 4.5") from None
    if not value.is_finite() or not 0 <= value <= 3600:
        raise Misconfigured(name, "must be between 0 and 3600 seconds")
    return float(value)


def words(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def api_key(name: str, default: str = "") -> str:
    """A key that can travel in an address. A wrong one is not repeated."""
    value = text(name, default)
    if not _SENDABLE.fullmatch(value):
        raise Misconfigured(name, "may hold printable ASCII without blanks only")
    return value


def web_address(name: str, default: str, *, empty_allowed: bool = False) -> str:
    value = text(name, default)
    if not value and empty_allowed:
        return ""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        valid = valid and "@" not in parts.netloc and not _BLANK.search(value)
    except ValueError:
        valid = False
    if not valid:
        # The value may hold a password: it is not repeated.
        wanted = "must be an address that begins with http:// or https://, without a user name or blanks"
        raise Misconfigured(name, wanted)
    return value


def support_address(name: str, default: str) -> str:
    value = text(name, default)
    if value.startswith("mailto:") and "@" in value:
        return value
    return web_address(name, default)


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise Misconfigured(name, "must be a time zone name, like Europe/Madrid") from None
    return value


def one_of(name: str, default: str, allowed: set[str]) -> str:
    value = text(name, default).upper()
    if value not in allowed:
        raise Misconfigured(name, f"must be one of {', '.join(sorted(allowed))}")
    return value


def parsed_url(name: str, default: str, parser: str) -> dict[str, object]:
    """A database, cache or e-mail address, as django-environ understands it."""
    value = text(name, default)
    try:
        parse = getattr(environ.Env, f"{parser}_url_config")
        with warnings.catch_warnings(action="ignore"):
            found: dict[str, object] = parse(value)
        if not _understood(parser, found):
            raise ValueError
    except (KeyError, ValueError, environ.ImproperlyConfigured, AttributeError):
        # The value may hold a password: it is not repeated.
        raise Misconfigured(name, "is not an address this program understands") from None
    return found


_ENGINES = ("sqlite3", "postgresql")


def _understood(parser: str, found: dict[str, object]) -> bool:
    if parser == "db":
        # The coordination of workers and of spends is proved on these two.
        return str(found.get("ENGINE", "")).endswith(_ENGINES)
    return bool(found.get("BACKEND") or found.get("EMAIL_BACKEND"))


def own_secret(name: str, file: Path, *, embedded: bool) -> str:
    """A secret that is generated into `var/` on the embedded default, and required otherwise."""
    value = text(name)
    if value:
        return _valid_secret(name, value)
    if not embedded:
        raise Misconfigured(name, "is required when DATABASE_URL is set; give a long random text")
    return _kept_secret(name, file)


def _valid_secret(name: str, value: str) -> str:
    if name == "FIELD_KEY":
        try:
            for key in value.split(","):
                Fernet(key.strip())
        except ValueError:
            wanted = "must be 32 random bytes as URL-safe base64 (44 characters); several with commas"
            raise Misconfigured(name, wanted) from None
    return value


def _kept_secret(name: str, file: Path) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL through a hard link: two processes that start together must agree on one secret.
        fresh = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(_new_secret(name))
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise Misconfigured(
            name, f"is not set and cannot be kept in {file.parent.name}/ ({type(problem).__name__})"
        ) from None


def _new_secret(name: str) -> str:
    if name == "FIELD_KEY":
        return Fernet.generate_key().decode("ascii")
    return secrets.token_urlsafe(48)


def is_vendor(host: str | None) -> bool:
    """Whether a host name of a URL is one of the vendor's sites, which never play the sandbox."""
    name = (host or "").lower().rstrip(".")
    return any(name == site or name.endswith(f".{site}") for site in ("smspva.com", "smspva.io"))
