"""Typed client of the vendor's rental API. Reading is in `reading`, what costs money in `spending`."""

from rentals.upstream.config import UpstreamConfig, config_from_settings
from rentals.upstream.errors import NotSent, OutcomeUnknown, Reason, Refused, UpstreamError
from rentals.upstream.refusals import RefusalCode
from rentals.upstream.rows import Answer

__all__ = [
    "Answer",
    "NotSent",
    "OutcomeUnknown",
    "Reason",
    "RefusalCode",
    "Refused",
    "UpstreamConfig",
    "UpstreamError",
    "config_from_settings",
]
