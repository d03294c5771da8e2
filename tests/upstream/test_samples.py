"""The vendor's documented answers, verbatim, and what each must be understood as."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from rentals.upstream import OutcomeUnknown, Refused
from rentals.upstream.config import UpstreamConfig
from rentals.upstream.reading import Reader
from rentals.upstream.spending import Spender

SAMPLES = {
    path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("samples/*.json"))
}

CALLS = {
    "getcountries": lambda r, s, ask: r.countries(),
    "getdata": lambda r, s, ask: r.services(ask["country"], "week", 1),
    "create": lambda r, s, ask: s.create(country="RU", service=ask["service"], dtype="week", dcount=1),
    "create_multi": lambda r, s, ask: s.create_multi(country="RU", services=["opt6"], dtype="week", dcount=1),
    "orders": lambda r, s, ask: r.orders(),
    "activate": lambda r, s, ask: s.activate(ask["id"]),
    "sms": lambda r, s, ask: r.sms(ask["id"]),
    "prolong": lambda r, s, ask: s.prolong(ask["id"], ask["dtype"], int(ask["dcount"])),
    "delete": lambda r, s, ask: s.delete(ask["id"]),
    "add_service_to_order": lambda r, s, ask: s.add_service(ask["id"], ask["service"], ask["pnumber"]),
    "get_rent_history": lambda r, s, ask: r.history(int(ask["skip"]), int(ask["take"])),
    "restore_user_precalc": lambda r, s, ask: r.restore_quote(ask["id"]),
    "restore_user": lambda r, s, ask: s.restore(ask["id"]),
    "activation/balance": lambda r, s, ask: r.balance(),
    "activation/userinfo": lambda r, s, ask: r.balance(),
    "get_balance": lambda r, s, ask: r.balance(),
    "get_userinfo": lambda r, s, ask: r.balance(),
}
FAILURES = {"api_error": Refused, "protocol_error": OutcomeUnknown}
# Told elsewhere than in the value, or not asked of the client at all.
NOT_COMPARED = {"state_name", "refund", "restored", "karma", "name", "other"}


def ask(sample, vendor):
    vendor.says(sample["response"])
    config = vendor.config()
    endpoint = "/" + sample["request"]["endpoint"].split("/", 3)[3]
    balance = config.balance_url.replace("/activation/balance", endpoint)
    config = UpstreamConfig(config.api_url, balance, config.api_key)
    return CALLS[sample["method"]](Reader(config), Spender(config), sample["request"]["query"])


def plain(value):
    """A row as the samples write it: text for money, UNIX seconds for times."""
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return int(value.timestamp())
    return value if isinstance(value, (int, bool, type(None), dict)) else str(value)


def agrees(expected, found):
    if isinstance(expected, dict):
        return all(agrees(item, found[name]) for name, item in expected.items() if name not in NOT_COMPARED)
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(agrees, expected, found))
    return expected == found


def wanted(sample):
    """What the sample expects of the value itself: its one field that is not told elsewhere."""
    fields = sample["must_parse_to"]["fields"]
    if sample["method"] == "sms":
        return fields["sms"]
    names = ("order", "orders", "history", "quote", "countries", "services", "balance", "new_order_id", "id")
    return fields[next(name for name in names if name in fields)]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_documented_answer_is_understood_as_meant(vendor, sample):
    meant = sample["must_parse_to"]
    if meant["outcome"] == "success":
        value = ask(sample, vendor).value
        found = plain(value.own if sample["method"] == "sms" else value)
        assert agrees(wanted(sample), found), found
        return
    with pytest.raises(FAILURES[meant["outcome"]]) as caught:
        ask(sample, vendor)
    assert getattr(caught.value, "message", "") == ""


def test_the_samples_are_all_there():
    assert len(SAMPLES) == 23
    assert {sample["method"] for sample in SAMPLES.values()} == CALLS.keys()
