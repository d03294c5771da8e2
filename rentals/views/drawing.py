"""One row of the active table as HTML: drawn once for all that it shows, and kept for whoever asks next."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import ClassVar, NamedTuple

from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

KEPT = 8192
"""Drawn rows kept in a process: a dozen megabytes at most, and room for 2,000 rows as roles and holders see them."""
_LASTING, _LEFT, _WHEN = (mark_safe(f"<!{name}>") for name in ("lasting", "left", "when"))  # noqa: S308
"""Stand in a kept row for the words that count on by themselves or depend on the person's zone.

No label and no name can hold one: by the time theirs are in the row, each "<" is escaped.
"""


@cache
def orders() -> str:
    """Where the addresses of orders begin; asking for each of thousands takes longer than drawing them."""
    return reverse("orders.row", args=["0"]).removesuffix("0/row/")


@cache
def numbers() -> str:
    """The same for the addresses of numbers."""
    return reverse("numbers.take", args=[0]).removesuffix("0/take/")


@dataclass(frozen=True)
class Link:
    """What is said of an operation, and the page that tells more."""

    address: str
    words: str
    more: str = ""


class Held(NamedTuple):
    """What a row says of its number, which outlives the order. Made anew for each row of each look, so a tuple."""

    label: str = ""
    noted: bool = False
    """There is a note on the number; "Más" shows it."""
    holder: str = ""
    """Who is using the number; empty when nobody says so."""
    mine: bool = False
    address: str = ""
    """Where the button takes or releases it; empty when the person has no such button."""
    seen: str = ""
    """What that button was drawn from: the row, and the holder's id."""
    refusal: str = ""
    """Why taking or releasing was just refused."""


@dataclass(frozen=True)
class Shown:
    """Everything that a row shows but the words of time, which are put in each time it is sent.

    Its template is given this and nothing else, so a kept row cannot be stale.
    """

    lasting: ClassVar = _LASTING
    left: ClassVar = _LEFT
    when: ClassVar = _WHEN

    id: str
    base: str
    """The address of the row's actions: /orders/<id>/."""
    phone: str
    find: str
    """What it is found by, see `rentals.finding`."""
    flag: str
    country: str
    country_name: str
    operator: str
    held: Held
    service: str
    state: str
    tone: str
    needs_replace: bool
    since: datetime | None
    until: datetime | None
    step: int
    """Length of the bar of the time left, in twentieths of 30 days."""
    urgent: bool
    late: bool
    always: bool
    new_sms: int
    waiting: bool
    seen: str
    """What the button "Activar" acts on; empty when there is none."""
    prolongs: bool
    """Whether the person may prolong at all."""
    prolong_not: str
    activate_not: str
    """Why it cannot be activated though it is inactive."""
    """Why it cannot be prolonged now, and from when it can; empty when it can."""
    busy: str
    sending: str
    doubt: Link | None
    failed: Link | None
    note: str
    support: str

    @property
    def new(self) -> bool:
        return bool(self.new_sms or self.waiting)


class Drawn(NamedTuple):
    v: str
    """Changes when the row would look different, apart from words that count on by themselves."""
    timeless: str

    def html(self, *, lasting: str, left: str, when: str) -> SafeString:
        """The row with its words of time, which are ours and hold no markup of strangers."""
        html = self.timeless.replace(_LASTING, lasting).replace(_LEFT, left).replace(_WHEN, when)
        return mark_safe(html)  # noqa: S308


@lru_cache(maxsize=KEPT)
def draw(shown: Shown) -> Drawn:
    v = hashlib.blake2s(repr(shown).encode(), digest_size=6).hexdigest()
    return Drawn(v, get_template("orders/_row.html").render({"s": shown, "v": v}))
