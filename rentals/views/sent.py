"""What a table looked like that was sent a short while ago, so that its refresh brings only what has changed.

The browser names what it shows by a mark, the hash of all its rows. Any process that has drawn the same rows knows the
mark; one that does not sends the whole table. So nothing depends on this memory but the size of an answer.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

KEPT = 24
"""Tables kept in a process; one of 2,000 rows takes a third of a megabyte."""

_lock = Lock()
_kept: OrderedDict[str, dict[str, str]] = OrderedDict()


def remember(rows: Mapping[str, str]) -> str:
    """Keeps the rows of a table (vendor id -> what it looked like, in order) and returns their mark."""
    mark = hashlib.blake2s(repr(list(rows.items())).encode(), digest_size=8).hexdigest()
    with _lock:
        _kept[mark] = dict(rows)
        _kept.move_to_end(mark)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return mark


def recall(mark: str) -> dict[str, str] | None:
    with _lock:
        return _kept.get(mark)
