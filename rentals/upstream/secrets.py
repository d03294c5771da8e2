"""The API key, wrapped so that nothing shows it by accident."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

MASK: Final = "•••"
_SENDABLE: Final = re.compile(r"[\x21-\x7e]*")


class Secret:
    """A key whose every textual form is a mask; `reveal` is the only way to the value.

    Raises ValueError, without the value, when it holds something that cannot travel in a header or an
    address.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        if not _SENDABLE.fullmatch(value):
            raise ValueError("the API key may hold printable ASCII without blanks only")
        self._value = value

    def reveal(self) -> str:
        return self._value

    def scrub(self, text: str) -> str:
        """`text` without the key, as it is or percent-encoded: a vendor may echo the address it was asked."""
        for form in {self._value, quote(self._value, safe="")} - {""}:
            text = text.replace(form, MASK)
        return text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a key is not to be serialised")
