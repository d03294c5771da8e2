"""`/operations/<key>/`: an operation to its end, in words."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Lease, Number, Operation
from rentals.models.operations import FailedHow, State
from rentals.worker import spending
from tests.conftest import record, rent
from tests.views.conftest import signed_in


@pytest.fixture
def operation(operator, synced):
    return record(rent(operator, synced), operator)


def follow(client, operation, **more):
    return client.get(f"/operations/{operation.key}/", **more)


def test_while_it_is_sent_it_says_so_and_looks_again(as_operator, operation, htmx):
    page = follow(as_operator, operation, headers=htmx).content.decode()
    assert "Enviando…" in page
    assert 'hx-trigger="every 500ms, retry"' in page
    assert 'http-equiv="refresh"' in follow(as_operator, operation).content.decode()


def test_in_the_end_it_says_done_with_the_number(as_operator, operation, synced, htmx):
    synced.run_until_idle()
    answer = follow(as_operator, operation, headers=htmx)
    assert "Hecho" in answer.content.decode()
    assert "+34" in answer.content.decode()
    assert answer["HX-Trigger"] == "operation:ended"


def test_a_refusal_shows_the_cause_and_the_vendors_words_escaped(as_operator, operation):
    Operation.objects.update(
        state=State.FAILED,
        failed_how=FailedHow.REFUSED,
        reason="no_number",
        vendor_message="<b>no</b> number",
    )
    page = follow(as_operator, operation).content.decode()
    assert "Rechazado" in page
    assert "No quedan números de este servicio" in page
    assert "No se gastó nada." in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page


def test_what_never_left_says_so(as_operator, operation):
    Operation.objects.update(state=State.FAILED, failed_how=FailedHow.NOT_SENT, reason="connection_refused")
    page = follow(as_operator, operation).content.decode()
    assert "No enviado" in page
    assert "No se gastó nada." in page


def test_a_lost_answer_is_unknown_and_warns_against_repeating(as_operator, operation, sandbox, synced):
    sandbox.fault("create", "drop_after")
    spending.send(synced.line, synced.holder, operation)
    assert operation.state == State.UNKNOWN
    page = follow(as_operator, operation).content.decode()
    assert "Resultado desconocido" in page
    assert "Todavía no se sabe si se cobró." in page
    assert "No la repita" in page


def test_one_that_nobody_sent_lapses_when_it_is_looked_at(as_operator, operation):
    Operation.objects.update(recorded_at="2026-01-01T00:00Z")
    page = follow(as_operator, operation).content.decode()
    assert "No enviado" in page
    assert "Nadie la envió en dos minutos" in page


@pytest.mark.parametrize(
    "reason",
    ["price_changed", "out_of_stock", "order_moved", "no_snapshot", "person_inactive", "person_may_not"],
)
def test_the_workers_own_objections_have_words(as_operator, operation, reason):
    Operation.objects.update(state=State.FAILED, failed_how=FailedHow.NOT_SENT, reason=reason)
    page = follow(as_operator, operation).content.decode()
    assert "No se gastó nada." in page
    assert reason not in page


def test_any_signed_in_person_may_look(as_observer, operation):
    assert follow(as_observer, operation).status_code == 200


def test_wrong_method(as_operator, operation):
    assert as_operator.post(f"/operations/{operation.key}/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, operation):
    assert follow(client, operation).status_code == 302


@pytest.mark.parametrize("key", [uuid.uuid4(), "1", "x" * 3000])
def test_one_that_does_not_exist_is_not_found(as_operator, synced, key):
    assert as_operator.get(f"/operations/{key}/").status_code == 404


def test_unchanged_it_has_no_body_so_that_nothing_is_taken_out_of_peoples_hands(as_operator, operation, htmx):
    version = follow(as_operator, operation).context["outcome"].v
    answer = as_operator.get(f"/operations/{operation.key}/", {"v": version}, headers=htmx)
    assert (answer.status_code, answer.content) == (204, b"")
    Operation.objects.update(state=State.UNKNOWN, reason="read_timeout")
    answer = as_operator.get(f"/operations/{operation.key}/", {"v": version}, headers=htmx)
    assert answer.status_code == 200


def test_what_only_an_administrator_can_mend_tells_others_whom_to_ask(as_operator, administrator, operation):
    Operation.objects.update(state=State.FAILED, failed_how=FailedHow.REFUSED, reason="invalid_key")
    assert "Avise a quien administra el panel" in follow(as_operator, operation).content.decode()
    page = follow(signed_in(administrator), operation).content.decode()
    assert "SMSPVA_API_KEY" in page


def test_what_waits_for_a_person_is_decided_by_administrators_only(as_operator, administrator, operation):
    Operation.objects.update(state=State.UNKNOWN, waits_for_person="balance_moved")
    assert "¿Se ejecutó esta operación?" not in follow(as_operator, operation).content.decode()
    assert "¿Se ejecutó esta operación?" in follow(signed_in(administrator), operation).content.decode()


def test_its_page_does_not_say_the_same_doubt_twice(as_operator, operation):
    Operation.objects.update(state=State.UNKNOWN, reason="read_timeout")
    assert follow(as_operator, operation).content.decode().count("Ver la operación") == 0


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"settled_how": "evidence", "balance_after": 7}, "No se gastó nada."),
        ({"settled_how": "evidence"}, "el saldo no se pudo comprobar"),
        ({"settled_how": "person", "settled_note": "x"}, "sin comprobar el saldo"),
    ],
)
def test_not_executed_promises_only_what_the_balance_shows(as_operator, operation, known, words):
    how = {"state": State.FAILED, "failed_how": FailedHow.NOT_EXECUTED, "settled_by": operation.person}
    Operation.objects.update(**how, **known)
    page = follow(as_operator, operation).content.decode()
    assert words in page
    assert ("No se gastó nada." in page) == (words == "No se gastó nada.")


@pytest.mark.parametrize(
    ("alive", "state", "words"),
    [
        (True, State.RECORDED, "Todavía no ha salido hacia SMSPVA"),
        (False, State.RECORDED, "no responde: todavía no se ha enviado nada"),
        (True, State.SENT, "SMSPVA tarda más de lo habitual"),
    ],
)
def test_a_slow_one_says_who_keeps_it_waiting(as_operator, operation, htmx, alive, state, words):
    Operation.objects.update(recorded_at=timezone.now() - timedelta(seconds=30), state=state)
    if not alive:
        Lease.objects.update(expires_at=None)
    assert words in follow(as_operator, operation, headers=htmx).content.decode()


def test_the_story_says_whose_the_number_is_today(as_operator, operator, operation, synced):
    synced.run_until_idle()
    operation.refresh_from_db()
    said = {"label": "<i>Tienda", "note": "Con PIN", "holder": operator}
    Number.objects.filter(pk=operation.order.number_id).update(**said)
    page = follow(as_operator, operation).content.decode()
    assert "El número hoy" in page
    assert "<bdi>&lt;i&gt;Tienda</bdi>" in page
    assert all(words in page for words in ("lo usa <bdi>ana</bdi>", "Con PIN"))
