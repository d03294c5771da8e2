"""Tracebacks, error reports and logs of our own defects do not hold the API key; nor does a test's output."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
import requests
from django.apps import apps
from django.core import serializers
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from rentals.models import Feed, Operation
from rentals.upstream import UpstreamError
from rentals.worker import feeds, spending, steps
from tests.conftest import CANARY_KEY, record, rent
from tests.plugins.canary import forms, leaks

ROOT = Path(__file__).resolve().parents[1]
FAULTS = (
    "refuse",
    "drop_before",
    "half",
    "redirect",
    "malformed",
    "http_502",
    "http_429",
    "empty",
    "oversized",
)


class Boom(BaseException):
    """Not an Exception, so that nothing on the way catches it: every frame of the client is in its traceback."""


def reports(caught, settings):
    """All that Django and Python can tell of an exception, to people and to machines."""
    settings.DEBUG = True
    page = ExceptionReporter(RequestFactory().get("/"), caught.type, caught.value, caught.tb)
    told = traceback.TracebackException(caught.type, caught.value, caught.tb, capture_locals=True)
    plain = "".join(traceback.format_exception(caught.value))
    return page.get_traceback_html() + page.get_traceback_text() + "".join(told.format()) + plain


@pytest.fixture
def broken_wire(monkeypatch):
    def fail(*_, **__):
        raise Boom

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", fail)


def test_a_defect_deep_in_the_client_tells_nothing_while_reading(worker, broken_wire, settings):
    with pytest.raises(Boom) as caught:
        steps.sync_orders(worker, urgent=True)
    told = reports(caught, settings)
    assert "sync_orders" in told
    assert not leaks(CANARY_KEY, told)


def test_a_defect_deep_in_the_client_tells_nothing_while_spending(synced, operator, settings, request):
    operation = record(rent(operator, synced), operator)
    request.getfixturevalue("broken_wire")
    with pytest.raises(Boom) as caught:
        spending.send(synced.line, synced.holder, operation)
    told = reports(caught, settings)
    assert "_call_create" in told
    assert not leaks(CANARY_KEY, told)


@pytest.mark.parametrize("fault", FAULTS)
def test_no_failed_call_tells_anything_in_the_workers_frames(worker, sandbox, settings, fault):
    sandbox.fault("orders", fault)
    with pytest.raises(UpstreamError) as caught:
        worker.line.read(lambda reader: reader.orders())
    assert not leaks(CANARY_KEY, reports(caught, settings))


def test_a_defect_while_spending_is_logged_without_the_key(synced, operator, monkeypatch, caplog):
    def broken(spender, operation):
        raise KeyError(vars(spender))

    monkeypatch.setitem(spending._CALLS, "create", broken)
    caplog.set_level(logging.DEBUG)
    spending.send(synced.line, synced.holder, record(rent(operator, synced), operator))
    assert "failed in our own code" in caplog.text
    assert not leaks(CANARY_KEY, caplog.text)


def test_vendor_words_that_repeat_the_key_are_kept_without_it(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    for method in ("create", "orders"):
        sandbox.fault(method, "refuse", msg=f"no such key {CANARY_KEY}")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    feeds.want(Feed.Name.ORDERS)
    synced.run_until_idle()
    assert "no such key" in Operation.objects.get().vendor_message
    kept = "".join(serializers.serialize("json", model.objects.all()) for model in apps.get_models())
    assert not leaks(CANARY_KEY, kept)


def test_the_plugin_fails_a_test_that_tells_the_key_and_does_not_repeat_it(tmp_path):
    secret = "a-key/with+marks"
    body = "import logging\ndef test_a(): {}\n"
    telling = [f"print({form!r})" for form in sorted(forms(secret))]
    telling += [f"logging.warning('key %s', {secret!r})", f"assert {secret!r} == 1"]
    for number, line in enumerate(telling):
        (tmp_path / f"test_{number}.py").write_text(body.format(line))
    (tmp_path / "test_quiet.py").write_text(body.format("print('nothing')"))
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.plugins.canary",
        "-p",
        "no:django",
        "-c",
        os.devnull,
    ]
    done = subprocess.run(
        [*command, "-q", "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "SANDBOX_API_KEY": secret},
        capture_output=True,
        text=True,
    )
    assert f"{len(telling)} failed, 1 passed" in done.stdout.replace("errors", "")
    assert not leaks(secret, done.stdout + done.stderr)
