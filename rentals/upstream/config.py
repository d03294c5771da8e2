"""Where the vendor is and how long we wait for it. The only module here that knows Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from rentals.upstream.secrets import Secret

__all__ = ["UpstreamConfig", "config_from_settings", "sensitive_variables"]


@dataclass(frozen=True)
class UpstreamConfig:
    """Addresses, key and limits of one vendor account; times in seconds, `max_bytes` of one answer's body.

    `connect_timeout` bounds finding the name and connecting, `read_timeout` each wait for a byte, `deadline`
    all that follows the connection. Raises ValueError for an address that is not http(s) or a key that cannot
    be sent.
    """

    api_url: str
    balance_url: str
    api_key: str | Secret = field(repr=False)
    connect_timeout: float = 5.0
    read_timeout: float = 10.0
    deadline: float = 15.0
    max_bytes: int = 5 * 1024 * 1024

    def __post_init__(self) -> None:
        _require_address("api_url", self.api_url)
        _require_address("balance_url", self.balance_url)
        # The plain text is not kept: `vars()`, `asdict()` and error pages that print attributes show a mask.
        object.__setattr__(self, "api_key", self.key)

    @property
    def key(self) -> Secret:
        return self.api_key if isinstance(self.api_key, Secret) else Secret(self.api_key.strip())

    @property
    def longest_call(self) -> float:
        """Seconds after which a call has certainly ended, one way or another."""
        return self.connect_timeout + self.deadline


@sensitive_variables()
def config_from_settings() -> UpstreamConfig:
    """The account of the three `SMSPVA_` settings; raises ValueError as `UpstreamConfig` does."""
    return UpstreamConfig(
        api_url=settings.SMSPVA_API_URL,
        balance_url=settings.SMSPVA_BALANCE_URL,
        api_key=settings.SMSPVA_API_KEY or "",
    )


def _require_address(name: str, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"{name} must be an http or https address without a user name")
