"""One question to the vendor from beginning to end, for `reading` and `spending` alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from rentals.upstream import envelope
from rentals.upstream.config import UpstreamConfig
from rentals.upstream.errors import OutcomeUnknown, Reason, Refused, UpstreamError
from rentals.upstream.refusals import RefusalCode, classify
from rentals.upstream.rows import Answer
from rentals.upstream.secrets import Secret
from rentals.upstream.shapes import Found, Shape, mentions_order
from rentals.upstream.transport import Reply, fetch
from rentals.upstream.wire import Credential

T = TypeVar("T")

# The activation API refuses with a number or an HTTP-like status (rent_api 6) [doc].
_BALANCE_WORDS: Final = {
    "5": RefusalCode.TOO_MANY_REQUESTS,
    "6": RefusalCode.BANNED,
    "7": RefusalCode.TOO_MANY_REQUESTS,
    "401": RefusalCode.INVALID_KEY,
    "429": RefusalCode.TOO_MANY_REQUESTS,
}


@dataclass(frozen=True)
class Question(Generic[T]):
    """What to understand in an answer.

    `salvage`: a list may be taken from a status 0 that gives no reason (the docs show such answers).
    `buys`: a status 0 that gives no reason but names an order is of unknown outcome, not a refusal.
    """

    shape: Shape[T]
    envelope: envelope.Reader = envelope.rental
    salvage: bool = False
    buys: bool = False


class Client:
    """What the two halves of the client share. Holds the key, never shows it."""

    def __init__(self, config: UpstreamConfig) -> None:
        self._config = config

    def _ask(
        self, method: str, params: Mapping[str, object], question: Question[T], *, key: bool = True
    ) -> Answer[T]:
        """Call `method` of rent.php; parameters that are None are left out."""
        sent = {"method": method} | {name: str(value) for name, value in params.items() if value is not None}
        place = Credential(self._config.key, "query" if key else "nowhere")
        return self._answer(method, self._config.api_url, sent, place, question)

    def _answer(
        self, method: str, url: str, params: dict[str, str], credential: Credential, question: Question[T]
    ) -> Answer[T]:
        """Raises NotSent, Refused or OutcomeUnknown, each without any history."""
        reply = fetch(self._config, url, params, credential)
        outcome = reply if isinstance(reply, UpstreamError) else _outcome(reply, question, self._config.key)
        if isinstance(outcome, UpstreamError):
            raise outcome.bare(method) from None
        return outcome


def _outcome(reply: Reply, question: Question[T], key: Secret) -> Answer[T] | UpstreamError:
    """`understand`, its errors returned: raised here they would have the parser's exceptions for context."""
    try:
        return understand(reply, question, key)
    except UpstreamError as error:
        return error
    except Exception as error:  # the answer arrived, so whatever it broke here, the call has been made
        return OutcomeUnknown(Reason.UNEXPECTED, type(error).__name__)


def understand(reply: Reply, question: Question[T], key: Secret) -> Answer[T]:
    """The answer in `reply`; raises Refused or OutcomeUnknown."""
    if reply.status == 429:
        raise Refused(_words(reply, question, key), RefusalCode.TOO_MANY_REQUESTS)
    if reply.status >= 500 or reply.status < 200:
        raise OutcomeUnknown(Reason.SERVER_ERROR, f"HTTP {reply.status}")
    if reply.status >= 300 and reply.status < 400:
        raise OutcomeUnknown(Reason.REDIRECT, f"HTTP {reply.status}")
    if reply.status >= 400:
        raise _client_error(reply, question, key)
    said = question.envelope(envelope.decode(reply.body))
    found, salvaged = _found(said, question, key)
    return Answer(found.value, salvaged, found.skipped, reply.server_time)


def _found(said: envelope.Envelope, question: Question[T], key: Secret) -> tuple[Found[T], bool]:
    if said.accepted is None:
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no status")
    if said.accepted:
        return question.shape(said.data), False
    salvaged = _salvaged(said, question)
    if salvaged is None:
        raise _refusal(said, question, key)
    return salvaged, True


def _salvaged(said: envelope.Envelope, question: Question[T]) -> Found[T] | None:
    """A list with at least one usable row, from a failure that gives no reason."""
    if not question.salvage or said.message or not said.data:
        return None
    try:
        return question.shape(said.data)
    except OutcomeUnknown:
        return None


def _refusal(said: envelope.Envelope, question: Question[Any], key: Secret) -> UpstreamError:
    if question.buys and not said.message and mentions_order(said.data):
        return OutcomeUnknown(Reason.CONTRADICTION, "status 0 with an order")
    return Refused(key.scrub(said.message), classify(said.message) or _BALANCE_WORDS.get(said.word))


def _client_error(reply: Reply, question: Question[Any], key: Secret) -> UpstreamError:
    """A 4xx with the vendor's own no is a refusal; any other comes from something in between."""
    try:
        said = question.envelope(envelope.decode(reply.body))
    except OutcomeUnknown:
        said = None
    if said is not None and said.accepted is False:
        return _refusal(said, question, key)
    return OutcomeUnknown(Reason.CLIENT_ERROR, f"HTTP {reply.status}")


def _words(reply: Reply, question: Question[Any], key: Secret) -> str:
    try:
        return key.scrub(question.envelope(envelope.decode(reply.body)).message)
    except OutcomeUnknown:
        return ""
