"""Texts that are kept encrypted in the database, by FIELD_KEY.

Several keys with commas between them: the first encrypts, all of them decrypt.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class WrongFieldKey(Exception):
    """The text was encrypted with another FIELD_KEY."""


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode("ascii")


def decrypt(encrypted: str) -> str:
    """Raises WrongFieldKey."""
    try:
        return _keys().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise WrongFieldKey from None


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key.strip()) for key in settings.FIELD_KEY.split(",")])
