"""Values as the vendor writes them, read without ever failing.

The same field comes as a number, as text, as null or not at all (rent_api 2). Each reader here takes whatever
JSON can hold and gives the value or a documented "not known", so that no row can break the answer it sits in.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import PlainValidator

MAX_PRICE: Final = Decimal(1_000_000)
_CENT_FRACTION: Final = Decimal("0.000001")
_NAME_LIMIT: Final = 120
_NUMBER: Final = re.compile(r"\+?[0-9]{1,12}(\.[0-9]{1,18})?")
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,12}(\.0{1,6})?")
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:\-]{0,31}")
_ID: Final = re.compile(r"[0-9]{1,32}")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
# Besides control characters: the marks that reorder text, with which a stranger could disguise a name.
_UNSHOWABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]+")
_EARLIEST: Final = 946_684_800  # 2000-01-01
_LATEST: Final = 4_102_444_800  # 2100-01-01
_INTEGER_LIMIT: Final = 2**31 - 1


def verbatim(value: object) -> str:
    """Text as it came, save what no database stores (NUL, lone surrogates); "" for what is no text."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return ""
    return _UNSTORABLE.sub("\ufffd", str(value))


def required_text(value: object) -> str:
    """`verbatim`, refused (ValueError) when blank: an SMS without text must not be shown as one."""
    text = verbatim(value)
    if not text.strip():
        raise ValueError("no text")
    return text


def one_line(value: object, limit: int) -> str:
    """Text on one line without control characters, at most `limit` characters; "" for what is no text."""
    return " ".join(_UNSHOWABLE.sub(" ", verbatim(value)).split())[:limit].rstrip()


def label(value: object) -> str:
    """A name on one line, at most 120 characters; "" when there is none."""
    return one_line(value, _NAME_LIMIT)


def short_label(value: object) -> str | None:
    """A name of at most 80 characters, None when there is none."""
    return one_line(value, 80) or None


def kind(value: object) -> str | None:
    """A word such as FAST, at most 32 characters, None when there is none."""
    return one_line(value, 32) or None


def code(value: object) -> str:
    """A service, country or similar code as the vendor spells it; "" when missing or nothing like a code."""
    text = verbatim(value).strip()
    return text if _CODE.fullmatch(text) else ""


def place(value: object) -> str:
    """A country's code, at most 16 characters; "" when missing."""
    text = code(value)
    return text if len(text) <= 16 else ""


def required_place(value: object) -> str:
    """`place`, refused (ValueError) when missing."""
    found = place(value)
    if not found:
        raise ValueError("no country")
    return found


def optional_code(value: object) -> str | None:
    return code(value) or None


def required_code(value: object) -> str:
    """`code`, refused (ValueError) when missing: a row without it cannot be referred to."""
    found = code(value)
    if not found:
        raise ValueError("no code")
    return found


def identity(value: object) -> str | None:
    """An order's id as text, from a number or digits; None for anything else: 0, negative, true, words.

    Every id ever seen is a number [doc, live]; a word in its place is a broken answer, not a new kind of id.
    """
    text = verbatim(whole(value) if isinstance(value, Decimal) else value).strip()
    return text if _ID.fullmatch(text) and text.strip("0") else None


def required_identity(value: object) -> str:
    """`identity`, refused (ValueError) when missing."""
    found = identity(value)
    if found is None:
        raise ValueError("no id")
    return found


def whole(value: object) -> int | None:
    """An integer that fits a database column, None otherwise. True is not 1 here."""
    if isinstance(value, str):
        text = value.strip()
        return whole(int(text.partition(".")[0])) if _WHOLE.fullmatch(text) else None
    number = _number(value)
    if number is None or not -_INTEGER_LIMIT <= number <= _INTEGER_LIMIT or number != int(number):
        return None
    return int(number)


def _number(value: object) -> Decimal | None:
    """An integer or Decimal, exact, as a Decimal; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    return Decimal(value) if Decimal(value).is_finite() else None


def count(value: object) -> int | None:
    """`whole`, never negative."""
    found = whole(value)
    return None if found is None or found < 0 else found


def money(value: object) -> Decimal | None:
    """USD, exact, from 0 to a million with at most 6 decimals; None otherwise. Floats never take part."""
    if isinstance(value, str):
        text = value.strip()
        return money(Decimal(text)) if _NUMBER.fullmatch(text) else None
    amount = _number(value)
    return _plain_decimal(amount) if amount is not None and 0 <= amount <= MAX_PRICE else None


def _plain_decimal(amount: Decimal) -> Decimal:
    """Without exponent or the tail that PHP's binary fractions leave (0.30000000000000004)."""
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        amount = amount.quantize(_CENT_FRACTION).normalize()
        exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        amount = amount.quantize(Decimal(1))
    return abs(amount)


def moment(value: object) -> datetime | None:
    """UNIX seconds, as number or text, to aware UTC; None for 0, null, text dates, not 2000-2100."""
    if isinstance(value, datetime):
        return value
    seconds = _seconds(value)
    if seconds is None or not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _seconds(value: object) -> int | None:
    if isinstance(value, str):
        text = value.strip()
        return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None
    number = _number(value)
    return int(number) if number is not None and 0 < number < _LATEST else None


_FLAGS: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def flag(value: object) -> bool | None:
    """true/false, 1/0, also as text; None for anything else."""
    return _FLAGS.get(str(value).strip().lower()) if isinstance(value, (bool, int, str)) else None


def set_flag(value: object) -> bool:
    """`flag` where "not known" is as good as no."""
    return flag(value) is True


def by_operator(value: object) -> dict[str, int] | None:
    """Stock by operator; None when they are not told apart. PHP writes an empty map as []."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        return None
    amounts = ((label(name), count(amount)) for name, amount in value.items())
    return {name: amount for name, amount in amounts if name and amount is not None}


def stock(row: dict[str, Any]) -> int | None:
    """How many numbers a row offers in all, whatever form its `count` has; None when it does not say."""
    operators = by_operator(row.get("count"))
    for name in ("totalCount", "count", "phoneAmount", "total"):
        found = count(row.get(name))
        if found is not None:
            return found
    return None if operators is None else min(sum(operators.values()), _INTEGER_LIMIT)


Label = Annotated[str, PlainValidator(label)]
ShortLabel = Annotated[str | None, PlainValidator(short_label)]
Kind = Annotated[str | None, PlainValidator(kind)]
RequiredText = Annotated[str, PlainValidator(required_text)]
Code = Annotated[str, PlainValidator(code)]
OptionalCode = Annotated[str | None, PlainValidator(optional_code)]
Place = Annotated[str, PlainValidator(place)]
RequiredPlace = Annotated[str, PlainValidator(required_place)]
RequiredCode = Annotated[str, PlainValidator(required_code)]
Identity = Annotated[str, PlainValidator(required_identity)]
Whole = Annotated[int | None, PlainValidator(whole)]
Count = Annotated[int | None, PlainValidator(count)]
Money = Annotated[Decimal | None, PlainValidator(money)]
Moment = Annotated[datetime | None, PlainValidator(moment)]
Flag = Annotated[bool | None, PlainValidator(flag)]
SetFlag = Annotated[bool, PlainValidator(set_flag)]
