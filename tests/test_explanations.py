"""Everything that can go wrong is explained to a person."""

from __future__ import annotations

import inspect
import re
from dataclasses import astuple

import pytest
from django.utils import translation

from rentals.explanations import EXPLANATIONS, explain, explain_question, for_administrators
from rentals.queries import evidence, rules
from rentals.upstream import Reason, RefusalCode
from rentals.views.outcomes import WAITS
from rentals.worker import gates, settling

# Written by worker/spending.py, worker/gates.py, worker/settling.py and worker/feeds.py.
WORKERS = (
    "lapsed person_inactive person_may_not no_snapshot just_done out_of_stock price_changed order_gone order_moved"
    " already_back too_early expired cannot_prolong no_until number_unknown too_short too_many_days service_there"
    " no_quote partial crash"
)
WORDS = [*(str(word) for word in (*RefusalCode, *Reason)), *WORKERS.split()]


@pytest.mark.parametrize("word", WORDS)
def test_every_refusal_and_every_failure_is_explained(word):
    with translation.override("es"):
        texts = [str(text) for text in astuple(explain(word))]
    assert all(text.endswith(".") and text[0].isupper() for text in texts)


def test_every_word_of_a_gate_is_explained():
    source = "".join(inspect.getsource(module) for module in (gates, rules))
    said = set(re.findall(r'(?:return|else|None,) "(\w+)"', source))
    assert {"lapsed", "too_early", "order_gone", "too_short", "no_quote", "price_changed"} <= said
    assert said <= EXPLANATIONS.keys()


def test_a_question_that_got_no_answer_spent_nothing_and_may_be_asked_again():
    for word in ("read_timeout", "not_json", "server_error", "deadline"):
        told = explain_question(word)
        assert str(told.money) == "No se gastó nada."
        assert str(told.next_step) == "Pregunte otra vez dentro de unos minutos."


def test_what_is_not_sent_for_want_of_a_price_tells_why_there_was_none():
    told = explain("no_quote:server_error")
    assert str(told.cause) == f"{explain('no_quote').cause} {explain('server_error').cause}"
    assert str(told.next_step) == "Pregunte otra vez dentro de unos minutos."
    assert str(told.money) == "No se gastó nada."
    assert for_administrators(explain("no_quote:name_not_found"))
    assert explain("no_quote:nonsense") is None


def test_there_is_no_explanation_without_something_to_explain():
    assert EXPLANATIONS.keys() == set(WORDS)
    assert len(set(WORDS)) == len(WORDS)


def test_a_word_that_is_not_ours_has_none():
    assert explain("Sin palabras") is None


def test_what_was_not_sent_and_what_was_refused_cost_nothing():
    for word in [Reason.CONNECTION_REFUSED, Reason.CONNECT_TIMEOUT, *RefusalCode]:
        assert str(explain(word).money) == "No se gastó nada."


def test_an_unknown_outcome_never_tells_to_repeat_a_payment():
    for word in [Reason.READ_TIMEOUT, Reason.SERVER_ERROR, Reason.TLS_FAILURE, Reason.CLIENT_ERROR]:
        assert "no repita" in str(explain(word).next_step).lower()
        assert "no se sabe" in str(explain(word).money)


def test_every_reason_to_wait_for_a_person_has_its_sentence_and_every_sentence_its_reason():
    source = "".join(inspect.getsource(module) for module in (evidence, settling))
    said = set(re.findall(r'(?:doubt=|else |_wait\(operation, )"(\w+)"', source))
    assert said | {settling.UNREAD} == set(WAITS)
