"""Everything that can go wrong is explained to a person."""

from __future__ import annotations

import inspect
import re
from dataclasses import astuple

import pytest
from django.utils import translation

from rentals.explanations import EXPLANATIONS, explain
from rentals.queries import evidence
from rentals.upstream import Reason, RefusalCode
from rentals.views.outcomes import WAITS
from rentals.worker import settling

# Written by worker/spending.py, worker/gates.py, worker/settling.py and worker/feeds.py.
WORKERS = (
    "lapsed person_inactive person_may_not no_snapshot just_done out_of_stock price_changed order_gone order_moved"
    " already_back partial crash"
)
WORDS = [*(str(word) for word in (*RefusalCode, *Reason)), *WORKERS.split()]


@pytest.mark.parametrize("word", WORDS)
def test_every_refusal_and_every_failure_is_explained(word):
    with translation.override("es"):
        texts = [str(text) for text in astuple(explain(word))]
    assert all(text.endswith(".") and text[0].isupper() for text in texts)


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
