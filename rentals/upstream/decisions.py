"""What each way in which `requests` can fail means for the money: did the call happen or not?

Measured (design 8): only a connection that was never made proves that nothing happened.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from requests import exceptions as failures
from urllib3.exceptions import NameResolutionError, NewConnectionError

from rentals.upstream.errors import NotSent, OutcomeUnknown, Reason, UpstreamError

_Decision = tuple[type[UpstreamError], Reason]

# Every exception class of requests has its line, also those that our settings rule out; a test compares the
# lists.
DECISIONS: Final[Mapping[type[Exception], _Decision]] = MappingProxyType(
    {
        failures.RequestException: (OutcomeUnknown, Reason.UNEXPECTED),
        failures.InvalidJSONError: (OutcomeUnknown, Reason.UNEXPECTED),
        failures.JSONDecodeError: (OutcomeUnknown, Reason.NOT_JSON),
        failures.HTTPError: (OutcomeUnknown, Reason.UNEXPECTED),
        # Unless it was never made, see `_never_connected`.
        failures.ConnectionError: (OutcomeUnknown, Reason.CONNECTION_LOST),
        failures.ProxyError: (OutcomeUnknown, Reason.UNEXPECTED),
        # Cannot be told apart from a failure after the request.
        failures.SSLError: (OutcomeUnknown, Reason.TLS_FAILURE),
        failures.Timeout: (OutcomeUnknown, Reason.READ_TIMEOUT),
        failures.ConnectTimeout: (NotSent, Reason.CONNECT_TIMEOUT),
        failures.ReadTimeout: (OutcomeUnknown, Reason.READ_TIMEOUT),
        failures.URLRequired: (NotSent, Reason.BAD_ADDRESS),
        failures.TooManyRedirects: (OutcomeUnknown, Reason.REDIRECT),
        failures.MissingSchema: (NotSent, Reason.BAD_ADDRESS),
        failures.InvalidSchema: (NotSent, Reason.BAD_ADDRESS),
        failures.InvalidURL: (NotSent, Reason.BAD_ADDRESS),
        # Also raised for the headers of an answer.
        failures.InvalidHeader: (OutcomeUnknown, Reason.UNEXPECTED),
        failures.InvalidProxyURL: (NotSent, Reason.BAD_ADDRESS),
        failures.ChunkedEncodingError: (OutcomeUnknown, Reason.HALF_ANSWER),
        failures.ContentDecodingError: (OutcomeUnknown, Reason.BAD_ENCODING),
        failures.StreamConsumedError: (OutcomeUnknown, Reason.UNEXPECTED),
        failures.RetryError: (OutcomeUnknown, Reason.UNEXPECTED),
        failures.UnrewindableBodyError: (OutcomeUnknown, Reason.UNEXPECTED),
    }
)


def decide(error: BaseException, *, opened: bool) -> UpstreamError:
    """Our error for one of `requests`. `opened`: with a connection it cannot be NotSent."""
    kind, reason = _never_connected(error) or _by_class(error)
    if kind is NotSent and opened:
        kind, reason = OutcomeUnknown, Reason.CONNECTION_LOST
    # The class is safe to tell; the text shows addresses.
    return kind(reason, type(error).__name__)


def _by_class(error: BaseException) -> _Decision:
    found = (DECISIONS[kind] for kind in type(error).__mro__ if kind in DECISIONS)
    return next(found, (OutcomeUnknown, Reason.UNEXPECTED))


def _never_connected(error: BaseException) -> _Decision | None:
    if type(error) is not failures.ConnectionError or not error.args:
        return None
    inner = getattr(error.args[0], "reason", error.args[0])
    if isinstance(inner, NameResolutionError) or isinstance(inner.__cause__, socket.gaierror):
        return NotSent, Reason.NAME_NOT_FOUND
    if isinstance(inner, NewConnectionError):
        refused = isinstance(inner.__cause__, ConnectionRefusedError)
        return NotSent, Reason.CONNECTION_REFUSED if refused else Reason.UNREACHABLE
    return None
