"""A hundred POSTs at once, of one confirmed form or of a hundred for one number: the vendor is asked once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes.browser import words
from tests.processes.verbs import VERBS, order_for, ready

SAMPLE = ("prolong",)
FORMS = ("prolong", "prolong_max", "add_service_to_order", "delete")


@pytest.fixture
def rich(house):
    house.sandbox.post("balance", {"amount": 1000})
    house.want("balance")
    return house


def all_at_once(posts):
    with ThreadPoolExecutor(len(posts)) as crowd:
        return list(crowd.map(lambda one: one.post(), posts))


def spends(house):
    return [call["method"] for call in house.sandbox.calls() if call["method"] in VERBS]


def one_form(house, verb):
    confirmed = ready(house, verb)
    answers = all_at_once([confirmed] * 100)
    assert [answer.status_code for answer in answers] == [303] * 100
    [address] = {answer.headers["Location"] for answer in answers}
    assert "Hecho" in confirmed.browser.follow(address)
    assert spends(house) == [verb]


@pytest.mark.parametrize("verb", SAMPLE)
def test_of_one_confirmed_form_one_is_sent(rich, verb):
    one_form(rich, verb)


@pytest.mark.long
@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in SAMPLE])
def test_of_one_confirmed_form_of_every_other_verb_one_is_sent(rich, verb):
    one_form(rich, verb)


def test_of_a_hundred_forms_for_one_number_one_is_sent_and_the_others_are_told_why(rich):
    order = order_for(rich, "add_service_to_order")
    until = rich.sandbox.post("advance", {"seconds": 0})["now"] + 5 * 86_400
    rich.sandbox.post("order", {"order": int(order), "until": int(until)})
    rich.want("orders")
    forms = [ready(rich, FORMS[nth % len(FORMS)], order=order) for nth in range(100)]
    for verb in FORMS:
        rich.sandbox.fault(verb, "slow", seconds=9)
    answers = all_at_once(forms)
    went = [answer for answer in answers if answer.status_code == 303]
    assert len({answer.headers["Location"] for answer in went}) == 1
    refused = {words(answer) for answer in answers if answer.status_code != 303}
    # Whoever comes after the vendor's answer is told what has changed; until then, who is ahead.
    assert all("No se ha enviado nada" in said for said in refused), refused
    assert any("operación en curso" in said for said in refused), refused
    assert {answer.status_code for answer in answers} == {303, 409}
    assert "Hecho" in forms[0].browser.follow(went[0].headers["Location"])
    assert len(spends(rich)) == 1


def test_of_a_hundred_rents_of_the_same_one_is_sent(rich):
    forms = [ready(rich, "create") for _ in range(100)]
    rich.sandbox.fault("create", "slow", seconds=9)
    answers = all_at_once(forms)
    assert sorted({answer.status_code for answer in answers}) == [303, 409]
    assert spends(rich) == ["create"]
