"""`manage.py verify_operations`: the charges explain the balance, or the difference is named."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from rentals.models import Operation
from rentals.queries.verification import stretches
from rentals.use_cases.correcting import correct
from rentals.worker import balance, spending
from tests.conftest import record, rent


def said(**options):
    out = io.StringIO()
    call_command("verify_operations", stdout=out, **options)
    return out.getvalue()


def test_a_measured_charge_explains_the_fall(synced, operator):
    record(rent(operator, synced), operator)
    synced.run_until_idle()
    assert "0 differences, 0 unexplained" in said()
    assert sum(stretch.charged for stretch in stretches()) == Operation.objects.get().charge


def test_a_use_of_the_account_elsewhere_is_named_with_its_amount(synced, sandbox):
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount=1)
    balance.sync(synced.line)
    out = io.StringIO()
    with pytest.raises(CommandError, match="no operation here explains"):
        call_command("verify_operations", stdout=out)
    assert "1 differences, 1 unexplained" in out.getvalue()
    assert "difference" in out.getvalue()


def test_an_operation_without_a_measured_charge_explains_a_difference(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    Operation.objects.filter(pk=operation.pk).update(unmeasured=True)
    balance.sync(synced.line)
    text = said()
    assert "1 differences, 0 unexplained" in text
    assert f"{operation.key} create succeeded sin medir" in text


def test_what_was_refused_is_no_charge(synced, sandbox, operator):
    sandbox.fault("create", "refuse")
    record(rent(operator, synced), operator)
    synced.run_until_idle()
    balance.sync(synced.line)
    assert "0 differences" in said()


def test_all_of_it_is_listed_on_request(synced):
    balance.sync(synced.line)
    balance.sync(synced.line)
    assert said(all=True).count("difference 0.00") == len(list(stretches())) > 0


def test_a_charge_that_a_person_has_corrected_explains_what_was_held_for_not_executed(
    synced, sandbox, operator, administrator
):
    operation = record(rent(operator, synced), operator)
    Operation.objects.filter(pk=operation.pk).update(
        state="failed", failed_how="not_executed", sent_at=timezone.now(), settled_how="person"
    )
    operation.refresh_from_db()
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount=1)
    balance.sync(synced.line)
    with pytest.raises(CommandError):
        said()
    fallen = next(stretch.fallen for stretch in stretches() if stretch.fallen)
    correct(administrator, operation, "El extracto lo dice", fallen)
    assert "1 unexplained" not in said()
    assert f"{operation.key} create failed {fallen:.2f} (corregido)" in said(all=True)
