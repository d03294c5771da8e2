"""Texts of the messages that arrive: codes in several styles, in Spanish, English, Russian and Arabic."""

from __future__ import annotations

import re
from random import Random

from .catalogue import Catalogue
from .model import Sms

_CODE = re.compile(r"\{(A?)(\d)(?:([ -])(\d))?\}")
_LETTERS_AND_DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def compose(catalogue: Catalogue, service: str, date: int, dice: Random) -> Sms:
    """A message of `service` (a rental code) with a fresh code in it."""
    own = [message for message in catalogue.messages if message.service == service]
    general = [message for message in catalogue.messages if not message.service]
    template = dice.choice(own or general)
    name = re.split(r"[ (,]", catalogue.services[service].name)[0]
    return Sms(date, template.sender, fill(template.text, dice).replace("{service}", name), service)


def fill(text: str, dice: Random) -> str:
    """Put a code in place of each mark; the same mark twice gets the same code."""
    codes: dict[str, str] = {}
    for mark in _CODE.finditer(text):
        codes.setdefault(mark.group(), _code(mark, dice))
    for place, code in codes.items():
        text = text.replace(place, code)
    return text


def _code(mark: re.Match[str], dice: Random) -> str:
    letters, first, gap, second = mark.groups()
    if letters:
        return dice.choice("23456789") + "".join(
            dice.choice(_LETTERS_AND_DIGITS) for _ in range(int(first) - 1)
        )
    groups = [first, second] if second else [first]
    return (gap or "").join("".join(dice.choice("0123456789") for _ in range(int(size))) for size in groups)
