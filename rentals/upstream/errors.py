"""How a call fails, by what can be done about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from rentals.upstream.refusals import RefusalCode


class Reason(StrEnum):
    """Short machine word of one way to fail."""

    # NotSent
    CONNECTION_REFUSED = "connection_refused"
    NAME_NOT_FOUND = "name_not_found"
    CONNECT_TIMEOUT = "connect_timeout"
    UNREACHABLE = "unreachable"
    BAD_ADDRESS = "bad_address"
    # Refused
    REFUSED = "refused"
    RATE_LIMITED = "rate_limited"
    # OutcomeUnknown
    READ_TIMEOUT = "read_timeout"
    DEADLINE = "deadline"
    CONNECTION_LOST = "connection_lost"
    HALF_ANSWER = "half_answer"
    TLS_FAILURE = "tls_failure"
    REDIRECT = "redirect"
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"
    TOO_LARGE = "too_large"
    EMPTY_ANSWER = "empty_answer"
    NOT_JSON = "not_json"
    BAD_ENCODING = "bad_encoding"
    UNEXPECTED_SHAPE = "unexpected_shape"
    NO_ID = "no_id"
    CONTRADICTION = "contradiction"
    UNEXPECTED = "unexpected"


class UpstreamError(Exception):
    """A call that did not succeed. `reason` is for machines; the text holds neither address, key nor vendor
    words.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.method = ""

    def bare(self, method: str) -> Self:
        """This error without its history: contexts and tracebacks of `requests` could carry what we sent."""
        self.method = method
        self.__cause__ = self.__context__ = self.__traceback__ = None
        return self


class NotSent(UpstreamError):
    """Nothing left this machine, so nothing happened: the call may be made again."""


class Refused(UpstreamError):
    """The vendor said no and did nothing.

    `message` is the vendor's own words (up to 500 characters, no control characters, may be empty), written
    by strangers; `code` what they mean, None when not known.
    """

    def __init__(
        self, message: str = "", code: RefusalCode | None = None, *, reason: Reason = Reason.REFUSED
    ) -> None:
        if code is RefusalCode.TOO_MANY_REQUESTS:
            reason = Reason.RATE_LIMITED
        super().__init__(reason, code or "")
        self.message = message
        self.code = code

    @property
    def rate_limited(self) -> bool:
        return self.reason is Reason.RATE_LIMITED


class OutcomeUnknown(UpstreamError):
    """The call may or may not have been executed; a spend must be settled from evidence, never repeated."""
