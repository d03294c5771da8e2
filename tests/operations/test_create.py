from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from rentals.confirmations import issue
from rentals.models import BalanceReading, Country, Lease, Operation, OperationTarget, Order, PriceList
from rentals.models.operations import State
from rentals.models.people import Role
from rentals.use_cases.refusals import NotRecorded
from rentals.worker import balance, spending
from rentals.worker.line import Line
from tests.conftest import age_feed, record, rent


def refused(confirmation, person):
    before = Operation.objects.count()
    with pytest.raises(NotRecorded) as refusal:
        record(confirmation, person)
    assert Operation.objects.count() == before
    return refusal.value.code


def test_a_person_rents_a_number(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.state == State.SUCCEEDED
    assert operation.order.vendor_id in {str(order["id"]) for order in sandbox.state()["orders"]}
    assert len(sandbox.calls("create")) == 1


def test_the_rented_number_is_in_the_table_before_the_next_sync(synced, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    assert Order.objects.get(vendor_id=operation.order.vendor_id).number.e164.startswith("+34")


def test_the_orders_are_read_once_after_a_paid_action(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    before = len(sandbox.calls("orders"))
    record(confirmation, operator)
    synced.run_until_idle()
    assert len(sandbox.calls("orders")) == before + 1


def test_the_real_charge_is_measured(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert operation.charge == operation.quote
    assert Decimal(sandbox.state()["balance"]) == operation.balance_after


def test_a_balance_that_cannot_be_read_leaves_the_charge_unmeasured(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    age_feed("balance", 300)
    sandbox.fault("balance", "http_502", None)
    BalanceReading.objects.update(read_at=timezone.now() - timedelta(minutes=5))
    operation = record(confirmation, operator)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.charge, operation.unmeasured) == (State.SUCCEEDED, None, True)


def test_the_same_confirmation_twice_is_one_operation(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    first = record(confirmation, operator)
    assert record(confirmation, operator) == first
    synced.run_until_idle()
    assert record(confirmation, operator) == first
    synced.run_until_idle()
    assert len(sandbox.calls("create")) == 1


def test_the_same_key_with_other_parameters_is_refused(synced, operator):
    confirmation = rent(operator, synced)
    record(confirmation, operator)
    other = replace(confirmation, parameters={**confirmation.parameters, "count": 2})
    assert refused(other, operator) == "key_reused"


def test_the_key_of_another_person_is_refused(synced, operator, administrator):
    assert refused(rent(operator, synced), administrator) == "forbidden"


def test_an_observer_cannot_spend(synced, observer):
    assert refused(rent(observer, synced), observer) == "forbidden"


def test_a_deactivated_person_cannot_spend(synced, operator):
    confirmation = rent(operator, synced)
    operator.is_active = False
    assert refused(confirmation, operator) == "forbidden"


def test_a_person_deactivated_after_confirming_spends_nothing(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    type(operator).objects.update(is_active=False)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.FAILED, "person_inactive")
    assert sandbox.calls("create") == []


def test_a_person_who_lost_the_right_after_confirming_spends_nothing(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    type(operator).objects.update(role=Role.OBSERVER)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.FAILED, "person_may_not")
    assert sandbox.calls("create") == []


def test_without_a_worker_nothing_is_recorded(synced, operator):
    confirmation = rent(operator, synced)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(confirmation, operator) == "no_worker"


def test_two_intents_on_one_target_are_one_operation_and_a_word_about_who_is_ahead(
    synced, operator, administrator
):
    first = record(rent(operator, synced), operator)
    with pytest.raises(NotRecorded) as refusal:
        record(rent_again(administrator), administrator)
    assert refusal.value.code == "someone_ahead"
    assert refusal.value.ahead == first


def rent_again(person, **seen):
    """A second dialog for the same country and service, opened beside the first or after it (`seen`)."""
    first = Operation.objects.order_by("pk")[0]
    return issue(person, "create", first.parameters, {**first.shown, **seen})


def test_after_a_success_the_target_waits_for_the_next_sync(synced, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    again = rent_again(operator, after=operation.key.hex)
    assert refused(again, operator) == "just_done"
    synced.run_until_idle()
    assert record(again, operator).state == State.RECORDED


def test_a_dialog_opened_before_somebody_rented_the_same_never_rents_it_again(
    synced, operator, administrator
):
    opened_before = rent(administrator, synced)
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    assert refused(opened_before, administrator) == "done_meanwhile"
    synced.run_until_idle()
    with pytest.raises(NotRecorded) as refusal:
        record(opened_before, administrator)
    assert (refusal.value.code, refusal.value.ahead) == ("done_meanwhile", operation)
    assert record(rent(administrator, synced), administrator).state == State.RECORDED


def test_a_rent_that_failed_meanwhile_does_not_stand_in_the_way(synced, sandbox, operator, administrator):
    opened_before = rent(administrator, synced)
    sandbox.fault("create", "refuse")
    record(rent(operator, synced), operator)
    synced.run_until_idle()
    assert Operation.objects.get().state == State.FAILED
    assert record(opened_before, administrator).state == State.RECORDED


def test_a_price_that_has_changed_is_not_paid(synced, operator):
    confirmation = rent(operator, synced)
    dearer = replace(confirmation, shown={"price": "0.01"})
    assert refused(dearer, operator) == "price_changed"


def test_a_price_that_changes_before_the_send_is_not_paid(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    held = PriceList.objects.get()
    PriceList.objects.update(rows=[{**row, "price_day": "99"} for row in held.rows])
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.FAILED, "price_changed")
    assert sandbox.calls("create") == []


def test_what_costs_more_than_the_balance_is_not_recorded(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.post("balance", {"amount": "0.05"})
    balance.sync(synced.line)
    assert refused(confirmation, operator) == "no_money"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"country": "ZZ"}, "unknown_country"),
        ({"service": "opt99999"}, "unknown_service"),
        ({"count": 13}, "unknown_period"),
        ({"count": 0}, "unknown_period"),
        ({"unit": "day"}, "unknown_period"),
        ({"operator": "Nobody_ES"}, "unknown_operator"),
    ],
)
def test_what_does_not_exist_is_not_recorded(synced, operator, parameters, code):
    confirmation = rent(operator, synced)
    asked = replace(confirmation, parameters={**confirmation.parameters, **parameters})
    assert refused(asked, operator) == code


def test_what_is_out_of_stock_is_not_recorded(synced, operator):
    confirmation = rent(operator, synced)
    held = PriceList.objects.get()
    PriceList.objects.update(rows=[{**row, "total": 0} for row in held.rows])
    assert refused(confirmation, operator) == "out_of_stock"


def test_a_country_that_is_no_longer_listed_cannot_be_rented(synced, operator):
    confirmation = rent(operator, synced)
    Country.objects.update(listed=False)
    assert refused(confirmation, operator) == "unknown_country"


def test_what_nobody_claims_within_two_minutes_is_never_sent(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    Operation.objects.update(recorded_at=timezone.now() - timedelta(seconds=121))
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.failed_how, operation.reason) == (State.FAILED, "not_sent", "lapsed")
    assert not OperationTarget.objects.filter(held=True).exists()
    assert sandbox.calls("create") == []


def test_without_a_recent_snapshot_of_the_orders_nothing_is_sent(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    age_feed("orders", 90)
    sandbox.fault("orders", "http_502", None)
    synced.run_until_idle()
    operation.refresh_from_db()
    assert (operation.state, operation.reason) == (State.FAILED, "no_snapshot")
    assert sandbox.calls("create") == []


def test_an_old_snapshot_is_renewed_before_the_send(synced, sandbox, operator):
    record(rent(operator, synced), operator)
    age_feed("orders", 90)
    before = len(sandbox.calls())
    synced.run_until_idle()
    methods = [call["method"] for call in sandbox.calls()[before:]]
    assert methods.index("orders") < methods.index("create")


@pytest.mark.parametrize(
    ("fault", "state", "how"),
    [
        ("refuse", State.FAILED, "refused"),
        ("http_429", State.FAILED, "refused"),
        ("drop_before", State.UNKNOWN, ""),
        ("drop_after", State.UNKNOWN, ""),
        ("half", State.UNKNOWN, ""),
        ("http_502", State.UNKNOWN, ""),
        ("http_503", State.UNKNOWN, ""),
        ("malformed", State.UNKNOWN, ""),
        ("redirect", State.UNKNOWN, ""),
        ("oversized", State.UNKNOWN, ""),
        ("no_id", State.UNKNOWN, ""),
        ("empty", State.UNKNOWN, ""),
        ("not_json", State.UNKNOWN, ""),
    ],
)
def test_each_way_to_fail_has_its_state_and_is_never_sent_again(synced, sandbox, operator, fault, state, how):
    confirmation = rent(operator, synced)
    sandbox.fault("create", fault)
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    assert (operation.state, operation.failed_how) == (state, how)
    synced.run_until_idle()
    record(confirmation, operator)
    synced.run_until_idle()
    assert len(sandbox.calls("create")) == 1


def test_an_answer_with_other_types_is_understood_or_unknown_but_never_guessed(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "wrong_types")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    held = {str(order["id"]) for order in sandbox.state()["orders"]}
    assert operation.state == State.UNKNOWN or operation.order.vendor_id in held
    assert len(sandbox.calls("create")) == 1


def test_a_vendor_that_cannot_be_reached_is_told_as_not_sent(synced, operator, sandbox, settings):
    operation = record(rent(operator, synced), operator)
    settings.SMSPVA_API_URL = "http://127.0.0.1:9/api/rent.php"
    spending.send(Line(), synced.holder, operation)
    assert (operation.state, operation.failed_how) == (State.FAILED, "not_sent")
    assert operation.reason == "connection_refused"


def test_a_refusal_keeps_the_vendors_own_words(synced, sandbox, operator):
    confirmation = rent(operator, synced)
    sandbox.fault("create", "refuse", msg="No number available <b>now</b>")
    operation = record(confirmation, operator)
    spending.send(synced.line, synced.holder, operation)
    assert operation.vendor_message == "No number available <b>now</b>"
    assert operation.reason == "no_number"


def test_a_defect_of_our_own_after_the_claim_is_an_unknown_outcome(synced, operator, monkeypatch):
    operation = record(rent(operator, synced), operator)

    def broken(*_):
        raise KeyError("ours")

    monkeypatch.setitem(spending._CALLS, "create", broken)
    spending.send(synced.line, synced.holder, operation)
    assert (operation.state, operation.reason) == (State.UNKNOWN, "unexpected")


def test_a_worker_that_has_lost_the_lease_sends_nothing(synced, sandbox, operator):
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, "somebody else", operation)
    operation.refresh_from_db()
    assert operation.state == State.RECORDED
    assert sandbox.calls("create") == []


def test_two_workers_claim_one_operation_once(synced, operator):
    operation = record(rent(operator, synced), operator)
    twin = Operation.objects.get(pk=operation.pk)
    assert spending.claim(synced.holder, operation)
    assert not spending.claim(synced.holder, twin)
