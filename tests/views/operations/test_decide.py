"""`/operations/<key>/decide/` and `/correct/`: an administrator decides, signs, and adds to the record."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from rentals.forms.journal import CorrectionForm
from rentals.models import Correction, Operation, Order
from rentals.models.operations import State
from rentals.queries.budgets import used_by_person
from rentals.worker import spending
from tests.conftest import record, rent
from tests.views.conftest import signed_in


@pytest.fixture
def as_administrator(administrator):
    return signed_in(administrator)


@pytest.fixture
def waiting(synced, sandbox, operator):
    """Two orders fit one lost answer."""
    sandbox.fault("create", "drop_after")
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    sandbox.outside("create", country="ES", service="opt29", dtype="week", dcount="1")
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.waits_for_person == "several_candidates"
    return operation


def say(client, operation, what="decide", **said):
    return client.post(f"/operations/{operation.key}/{what}/", said)


def test_the_candidates_stand_side_by_side(as_administrator, waiting):
    page = as_administrator.get(f"/operations/{waiting.key}/").content.decode()
    assert page.count("Sí, es esta") == 2
    assert "No se ejecutó" in page


def test_an_administrator_says_which_one_it_was(as_administrator, administrator, waiting):
    candidate = as_administrator.get(f"/operations/{waiting.key}/").context["candidates"][1]
    answer = say(as_administrator, waiting, order=candidate.vendor_id, note="Lo vi allí")
    waiting.refresh_from_db()
    assert answer.status_code == 303
    assert (waiting.state, waiting.order, waiting.settled_by) == (State.SUCCEEDED, candidate, administrator)


def test_an_administrator_says_that_it_was_not_executed(as_administrator, waiting):
    assert say(as_administrator, waiting, executed="no", note="Soporte lo confirma").status_code == 303
    waiting.refresh_from_db()
    assert (waiting.state, waiting.failed_how) == (State.FAILED, "not_executed")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"executed": "no"}, 422),
        ({"note": "x"}, 422),
        ({"executed": "perhaps", "note": "x"}, 422),
        ({"order": "999999", "note": "x"}, 409),
        ({"executed": "yes", "note": "x"}, 409),
    ],
)
def test_what_is_not_said_clearly_changes_nothing(as_administrator, waiting, said, status):
    assert say(as_administrator, waiting, **said).status_code == status
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN


def test_an_administrator_says_that_it_was_none_of_them(as_administrator, waiting):
    page = as_administrator.get(f"/operations/{waiting.key}/").content.decode()
    assert "Se ejecutó, pero no es ninguna de estas" in page
    assert say(as_administrator, waiting, executed="none", note="Lo borraron allí").status_code == 303
    waiting.refresh_from_db()
    assert (waiting.state, waiting.order) == (State.SUCCEEDED, None)


def test_the_note_is_a_field_in_which_enter_signs_nothing(as_administrator, waiting):
    page = as_administrator.get(f"/operations/{waiting.key}/").content.decode()
    assert '<textarea id="decide-note"' in page


def test_what_was_what_should_be_and_what_is_stand_side_by_side(as_administrator, waiting):
    answer = as_administrator.get(f"/operations/{waiting.key}/")
    facts = {fact.about: fact for fact in answer.context["compared"]}
    count, money = facts["Números en la lista"], facts["Saldo"]
    before = len(waiting.baseline)
    assert (count.before, count.expected, count.now) == (str(before), str(before + 1), str(before + 2))
    assert money.before == f"{waiting.balance_before:.2f} USD".replace(".", ",")
    assert money.expected == f"{waiting.balance_before - waiting.quote:.2f} USD".replace(".", ",")
    assert money.now != money.expected
    assert "Si se ejecutó" in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "asked", "about"),
    [
        ("prolong", {"unit": "week", "count": 1}, "Expira"),
        ("delete", {}, "Número"),
        (
            "add_service_to_order",
            {"service": "opt44", "e164": "+34600000001", "days": 2},
            "Servicios del número",
        ),
        ("restore_user", {"service": "opt44", "e164": "+34600000001"}, "Números en la lista"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_every_kind_has_something_to_hold_side_by_side(
    as_administrator, administrator, synced, kind, asked, about, listed
):
    order = Order.objects.filter(listed=True).exclude(until=None)[0]
    Order.objects.filter(pk=order.pk).update(listed=listed)
    before = {order.vendor_id: {"until": order.until.timestamp(), "service": order.service}}
    operation = Operation.objects.create(
        kind=kind, state=State.UNKNOWN, person=administrator, order=order, baseline=before,
        parameters={"order": order.vendor_id, **asked}, waits_for_person="order_left",
        recorded_at=timezone.now(), sent_at=timezone.now(), unknown_since=timezone.now(),
    )  # fmt: skip
    answer = as_administrator.get(f"/operations/{operation.key}/")
    assert answer.status_code == 200
    facts = {fact.about: fact for fact in answer.context["compared"]}
    assert about in facts
    assert ("Saldo" in facts) is (kind != "delete")
    gone = "fuera de la lista" in (facts["Expira"].now if "Expira" in facts else "")
    assert gone is (not listed and "Expira" in facts)


def test_nobody_else_decides(as_operator, waiting):
    assert say(as_operator, waiting, executed="no", note="x").status_code == 403
    waiting.refresh_from_db()
    assert waiting.state == State.UNKNOWN


def test_a_correction_is_added_to_the_story(as_administrator, operator, synced):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    assert (
        say(as_administrator, operation, "correct", charge="4,30", note="Según el extracto").status_code
        == 303
    )
    page = as_administrator.get(f"/operations/{operation.key}/").content.decode()
    assert "Según el extracto" in page
    assert "4,30 USD" in page


@pytest.mark.parametrize(
    "said", [{"note": ""}, {"note": "x", "charge": "mucho"}, {"note": "x", "charge": "-1"}]
)
def test_a_correction_that_says_nothing_is_refused_at_its_field(as_administrator, operator, synced, said):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    answer = say(as_administrator, operation, "correct", **said)
    assert answer.status_code == 422
    assert "-error" in answer.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize("charge", ["1e5", "1_000", "NaN", "+4", "٤", "1.0,5"])
def test_an_amount_that_is_no_plain_decimal_is_refused_at_its_field(
    as_administrator, operator, synced, charge
):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    answer = say(as_administrator, operation, "correct", charge=charge, note="x")
    assert answer.status_code == 422
    assert 'id="correct-charge-error">Escriba un importe, por ejemplo 4,20.' in answer.content.decode()
    assert not Correction.objects.exists()


@pytest.mark.parametrize("charge", ["4,3", "4.30", " 4,3000 "])
def test_an_amount_has_a_comma_or_a_point(charge):
    form = CorrectionForm({"charge": charge, "note": "x"})
    assert form.is_valid()
    assert form.cleaned_data["charge"] == Decimal("4.3")


def test_an_amount_with_points_between_thousands_is_understood():
    form = CorrectionForm({"charge": "1.000,50", "note": "x"})
    assert form.is_valid()
    assert form.cleaned_data["charge"] == Decimal("1000.5")


def test_a_corrected_charge_is_the_one_that_journal_sums_and_limits_tell(as_administrator, operator, synced):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    for charge in ("1,10", "4,30"):
        say(as_administrator, operation, "correct", charge=charge, note="x")
    say(as_administrator, operation, "correct", note="solo una nota")
    journal = as_administrator.get("/operations/")
    assert "4,30 <span" in journal.content.decode()
    assert [(row.charged, row.unmeasured_count) for row in journal.context["spent"]] == [(Decimal("4.3"), 0)]
    assert used_by_person()[operator.pk].month.spent == Decimal("4.3")
    story = as_administrator.get(f"/operations/{operation.key}/").content.decode()
    assert "Cobrado: 4,30 USD" in story
    operation.refresh_from_db()
    assert f"medido {operation.charge:.2f}".replace(".", ",") in story
    exported = json.loads(as_administrator.get("/operations/export.json").content)
    assert (exported[0]["charge_usd"], exported[0]["corrected_usd"]) == (f"{operation.charge:.4f}", "4.3000")


def test_one_that_failed_and_was_charged_all_the_same_counts_in_the_sums_once_corrected(
    as_administrator, operator, synced, sandbox
):
    sandbox.fault("create", "refuse", msg="NO_NUMBERS")
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    assert as_administrator.get("/operations/").context["spent"] == []
    say(as_administrator, operation, "correct", charge="2", note="Según el extracto")
    assert [row.charged for row in as_administrator.get("/operations/").context["spent"]] == [2]


def test_more_than_the_account_held_is_no_charge(as_administrator, operator, synced):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    answer = say(as_administrator, operation, "correct", charge="99999", note="x")
    assert answer.status_code == 409
    assert 'id="correct-charge-error">Es más que el saldo' in answer.content.decode()
    assert not Correction.objects.exists()


def test_what_is_open_is_not_corrected(as_administrator, operator, synced):
    operation = record(rent(operator, synced), operator)
    assert say(as_administrator, operation, "correct", note="x").status_code == 409
    assert Operation.objects.get().state == State.RECORDED


def test_the_second_of_two_decisions_is_told_that_it_was_not_taken(as_administrator, waiting):
    say(as_administrator, waiting, executed="no", note="primera")
    answer = say(as_administrator, waiting, executed="no", note="segunda")
    assert answer.status_code == 409
    assert "la suya no se ha anotado" in answer.content.decode()


def test_what_waits_for_a_person_does_not_promise_to_settle_by_itself(as_administrator, waiting):
    page = as_administrator.get(f"/operations/{waiting.key}/").content.decode()
    assert "lo decide una persona" in page
    assert "el panel la comprueba" not in page
