"""Finds the one-time code in the text of an SMS, to be copied with one click."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Letters that could make a word of what stands beside a code. Scripts without blanks (验证码583920, 482913입니다) and
# the marks that turn the direction of writing are none.
_LETTER = r"[A-Za-z0-9_\u00c0-\u024f\u0370-\u052f]"
_BLANK = "[ \u00a0\u2009\u202f]"
_JOINT = "[ \u00a0\u2009\u202f\u2010\u2011\u2013-]"
_CURRENCY = r"(?:USD|EUR|MXN|COP|ARS|CLP|PEN|BRL|RUB|UAH|GBP|руб|pesos|soles|euros|dólares|[$€£¥₽₴%])"
# Neither part of a phone number, a price, a date, an hour or an address, nor one group among several.
_BEFORE = rf"(?<!{_LETTER})(?<![/+#@&$€£¥₽-])(?<![$€£¥₽]{_BLANK})(?<!\d[.,:])(?<!\d{_JOINT})"
_AFTER = rf"(?!{_LETTER}|/|:\d|[.,]\d|{_JOINT}\d|-\w|{_BLANK}?(?i:{_CURRENCY}))"

# One or two groups of digits (671 094, 671-094, 4821), digits one by one, G-123456, or letters and digits (A7X9K2).
_DIGITS = (
    rf"{_BEFORE}(?:\d{{3}}{_JOINT}\d{{3,4}}|\d{{4}}{_JOINT}\d{{4}}|\d(?:{_BLANK}\d){{3,7}}|\d{{4,8}}){_AFTER}"
)
_PREFIXED = rf"(?<!{_LETTER})[A-Z]{{1,3}}-\d{{4,8}}(?!{_LETTER})"
_MIXED = rf"(?<!{_LETTER})(?<!/)(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{{5,8}}(?!{_LETTER}|/)"
_CANDIDATE = re.compile(f"(?P<prefixed>{_PREFIXED})|(?P<digits>{_DIGITS})|(?P<mixed>{_MIXED})")

# "Code", "key", "PIN", "to verify" and the like, as the messages of many countries say it.
_HINT = re.compile(
    r"(?i)c[oó]d(?:e|igo|ice|ul|\b)|clave|contraseña|\bpin\b|\botp\b|passcode|verif|v[ée]rif|confirm|senha"
    r"|k[oó]d|koodi|\bmã\b|парол|код|κωδικ|קוד|رمز|كود|کد|رقم التحقق|验证码|驗證碼|校验码|動態碼|コード|認証"
    r"|인증|코드|รหัส|कोड|ओटीपी"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE_ENDS = re.compile(r"[.!?。]\s|\n")
_ANOTHER_SENTENCE, _STANDS_BEFORE = 25, 2
"""How much farther, in letters, a candidate counts that stands in another sentence, or before the word."""


@dataclass(frozen=True)
class Code:
    """`shown` as it stands in the text from `start` to `end`; `copied` without blanks and dashes."""

    shown: str
    copied: str
    start: int
    end: int


def find(text: str) -> Code | None:
    """The most likely code, or None. A text without any word for "code" must hold exactly one number that fits."""
    hints = [hint.span() for hint in _HINT.finditer(text)]
    found = [match for match in _CANDIDATE.finditer(text) if hints or _stands_alone(match)]
    if not found or (not hints and len(found) > 1):
        return None
    best = min(found, key=lambda match: (_distance(match, hints, text), match.start()))
    return Code(best.group(), _bare(best), best.start(), best.end())


def _stands_alone(match: re.Match[str]) -> bool:
    """Without a word for "code", a year or a word with digits in it is hardly one."""
    return match.lastgroup != "mixed" and not _YEAR.fullmatch(match.group())


def _distance(match: re.Match[str], hints: list[tuple[int, int]], text: str) -> int:
    return min((_gap(match.start(), match.end(), *hint, text) for hint in hints), default=0)


def _gap(start: int, end: int, hint_start: int, hint_end: int, text: str) -> int:
    """Letters between a candidate and a word for "code"; a word that the candidate is part of is no distance."""
    after = start >= hint_end
    between = text[hint_end:start] if after else text[end:hint_start]
    crossed = _ANOTHER_SENTENCE * len(_SENTENCE_ENDS.findall(between))
    return len(between) + crossed + (0 if after else _STANDS_BEFORE)


def _bare(match: re.Match[str]) -> str:
    if match.lastgroup == "prefixed":
        # Google's "G-123456" is typed without its letter.
        return match.group().split("-", 1)[1]
    plain = re.sub(_JOINT, "", match.group())
    return "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in plain)
