"""Rows as a file. Times are UTC, amounts USD with a point; no cell can become a formula in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from rentals.models import AuditEntry, Operation
from rentals.views.outcomes import Outcome
from rentals.views.sentences import sentence

Row = dict[str, str]
"""By the names of its columns; an empty text is what is not known."""

_CONTROL = ("\t", "\r", "\n")
_FORMULA = re.compile(r"""(^|[;,|\t\n\v\f\r\x85\u2028\u2029])([\s"\0\u200b\ufeff]*)(?=[=+\-@|%＝＋－＠])""")
"""What begins so is run by some spreadsheet; senders, notes and vendor messages are strangers' texts.

Spanish Excel splits at semicolons and knows no quotes within a cell: what follows one begins a cell there.
"""


def row(operation: Operation) -> Row:
    """One operation."""
    outcome = Outcome(operation)
    return {
        "key": str(operation.key),
        "recorded_at": _time(operation.recorded_at),
        "sent_at": _time(operation.sent_at),
        "settled_at": _time(operation.settled_at),
        "person": operation.person.get_username(),
        "kind": operation.kind,
        "what": outcome.what,
        "phone": outcome.phone,
        "order": operation.order.vendor_id if operation.order else str(operation.parameters.get("order", "")),
        "state": operation.state,
        "outcome": outcome.title,
        "reason": operation.reason,
        "vendor_message": operation.vendor_message,
        "quote_usd": _amount(operation.quote),
        "charge_usd": _amount(operation.charge),
        "corrected_usd": _amount(outcome.corrected),
        "unmeasured": "yes" if operation.unmeasured else "",
        "balance_before_usd": _amount(operation.balance_before),
        "balance_after_usd": _amount(operation.balance_after),
        "sent_by": operation.sent_by,
        "unknown_since": _time(operation.unknown_since),
        "waits_for_person": operation.waits_for_person,
        "parameters": json.dumps(operation.parameters, ensure_ascii=False, sort_keys=True),
        "settled_how": operation.settled_how,
        "settled_by": operation.settled_by.get_username() if operation.settled_by else "",
        "settled_note": operation.settled_note,
        "corrections": "; ".join(
            f"{_time(added.at)} {_amount(added.charge)} {added.note}" for added in operation.corrections.all()
        ),
    }


def audit_row(entry: AuditEntry) -> Row:
    """One entry of the audit."""
    return {
        "at": _time(entry.at),
        "kind": entry.kind,
        "what": sentence(entry),
        "person": entry.person.get_username() if entry.person else "",
        "about": entry.about.get_username() if entry.about else "",
        "number": entry.number.e164 if entry.number else "",
        "operation": str(entry.operation.key) if entry.operation else "",
        "address": entry.address or "",
        "detail": json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    }


def as_csv(rows: list[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0] if rows else ["key"])
    writer.writerows([harmless(value) for value in told.values()] for told in rows)
    # With a BOM: Excel takes a file without one for the local 8-bit code.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(rows: list[Row]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet would run, wherever that splits it."""
    quoted = _FORMULA.sub(r"\1\2'", text)
    return f"'{quoted}" if quoted.startswith(_CONTROL) else quoted


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.4f}"


WRITERS: dict[str, tuple[Callable[[list[Row]], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "json": (as_json, "application/json"),
}
