"""From the bytes of an answer to its JSON object, and from that to what the vendor said: yes, no, and why."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rentals.upstream import fields
from rentals.upstream.errors import OutcomeUnknown, Reason

_MESSAGE_LIMIT: Final = 500
_LONGEST_NUMBER: Final = 60
_MOST_STARTS: Final = 20
_PAGE: Final = re.compile(r"<\s*(!doctype|html|head|body|script)\b", re.IGNORECASE)
# `responce` is the vendor's own misspelling in the activation API [live].
_STATUS_NAMES: Final = ("status", "statusCode", "response", "responce")
_MESSAGE_NAMES: Final = ("msg", "message", "error_msg", "error", "description", "type")


@dataclass(frozen=True)
class Envelope:
    """What one answer says. `accepted` is None when its status is neither yes nor no; `data` None when
    absent.
    """

    accepted: bool | None
    data: Any
    message: str
    word: str = ""


Reader = Callable[[dict[str, Any]], Envelope]


def rental(answer: dict[str, Any]) -> Envelope:
    """The envelope of rent.php: `status` 1 or 0, as number or text [doc]; `data`; `msg`."""
    status = fields.whole(answer.get("status"))
    accepted = {1: True, 0: False}.get(status) if status is not None else None
    return Envelope(accepted, answer.get("data"), message_of(answer))


def balance(answer: dict[str, Any]) -> Envelope:
    """The envelopes of the three ways to ask for a balance (rent_api 6): `statusCode`, or
    `response`/`responce`.
    """
    if "statusCode" in answer:
        number = fields.whole(answer["statusCode"])
        accepted = None if number is None else number == 200
        return Envelope(accepted, answer.get("data"), message_of(answer), str(number))
    word = fields.label(answer.get("response", answer.get("responce")))
    accepted = None if not word else word == "1"
    return Envelope(accepted, answer, message_of(answer), word)


def message_of(answer: dict[str, Any]) -> str:
    """The vendor's reason in its own words, at most 500 characters on one line; "" when it gives none."""
    return next((text for name in _MESSAGE_NAMES if (text := _words(answer.get(name)))), "")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return message_of({name: item for name, item in value.items() if not isinstance(item, (dict, list))})
    if isinstance(value, list):
        value = "; ".join(text for item in value if isinstance(item, str) and (text := item.strip()))
    return fields.one_line(value, _MESSAGE_LIMIT)


def decode(body: bytes) -> dict[str, Any]:
    """The JSON object of an answer's body.

    A byte order mark and PHP notices around it are tolerated: the object is cut out when exactly one object
    with a status can be. A web page is never searched. Numbers with a fraction become Decimal, absurdly long
    ones and NaN null. Raises OutcomeUnknown.
    """
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise OutcomeUnknown(Reason.EMPTY_ANSWER)
    text = _text(body)
    found = _whole_json(text)
    if isinstance(found, dict):
        return found
    if found is not None:
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "JSON, but not an object")
    if _PAGE.search(text):
        raise OutcomeUnknown(Reason.NOT_JSON, "a web page")
    return _cut_out(text)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig").strip(" \t\r\n\x00\ufeff")
    except UnicodeDecodeError:
        raise OutcomeUnknown(Reason.BAD_ENCODING, "not UTF-8") from None


def _number(digits: str) -> Decimal | None:
    """The exact number, None for 1e999999999 and its like, which break the arithmetic they meet."""
    if len(digits) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None
    return number if -_LONGEST_NUMBER <= number.adjusted() <= _LONGEST_NUMBER else None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


_DECODER: Final = json.JSONDecoder(
    parse_float=_number, parse_int=_integer, parse_constant=lambda name: None, strict=False
)


def _whole_json(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None


def _cut_out(text: str) -> dict[str, Any]:
    """The only object with a status among the noise of `text`."""
    found: list[dict[str, Any]] = []
    start = text.find("{")
    for _ in range(_MOST_STARTS):
        if start < 0:
            break
        value, start = _object_at(text, start)
        found += [value] if value is not None else []
        start = text.find("{", start)
    if len(found) != 1 or start >= 0:
        raise OutcomeUnknown(Reason.NOT_JSON, "no single JSON object in the text")
    return found[0]


def _object_at(text: str, start: int) -> tuple[dict[str, Any] | None, int]:
    """The object with a status that begins at `start`, or None, and where to go on looking."""
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None, start + 1
    return (value if any(name in value for name in _STATUS_NAMES) else None), end
