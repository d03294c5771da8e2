"""What the vendor's words mean."""

from __future__ import annotations

import pytest

from rentals.upstream.refusals import RefusalCode, classify

SEED = {
    "NOAVAILDAYS: There are not enough working days for the phone number": "NO_AVAIL_DAYS",
    "NOTOWNER: Looks like the order is not your. Check it and try again": "NOT_OWNER",
    "NOREMOTEDATA: We could not find information about your order in archive": "NO_REMOTE_DATA",
    "NOORDERCOUNTRY: We could not find all info about order. Please, write in live-chat": "NO_ORDER_COUNTRY",
    "DATEDIFFINVERT: Looks like your order was not expired. Check it": "DATE_DIFF_INVERT",
    "NOSERVICEDATA: Could not load information about service. Please, write in live-chat": "NO_SERVICE_DATA",
    "NOBALANCE: Your balance is not enough for restoring rental order. Today need": "NO_BALANCE",
    "the user had not this order": "NOT_YOUR_ORDER",
    "Service not found": "SERVICE_NOT_FOUND",
    "Balance is not enough": "BALANCE_NOT_ENOUGH",
}
OTHERS = {
    "No number available": "NO_NUMBER",
    "Sorry, no numbers": "NO_NUMBER",
    "Out of stock": "NO_NUMBER",
    "This service is NOT AVAILABLE": "NO_NUMBER",
    "Insufficient balance": "INSUFFICIENT_BALANCE",
    "Incorrect duration count. Min 7 days. Max 90 days.": "BAD_DURATION",
    "Invalid apikey": "INVALID_KEY",
    "API KEY NOT FOUND!": "INVALID_KEY",
    "Unauthorized": "INVALID_KEY",
    "Order not found": "ORDER_NOT_FOUND",
    "Incorrect order id": "INCORRECT_ORDER",
    "Incorrect method": "INCORRECT_METHOD",
    "TOO  MANY\nREQUESTS": "TOO_MANY_REQUESTS",
    "BANNED": "BANNED",
}


@pytest.mark.parametrize(("words", "name"), (SEED | OTHERS).items())
def test_known_words_have_a_code_in_any_case(words, name):
    assert classify(words) is RefusalCode[name]
    assert classify(words.upper()) is RefusalCode[name]


@pytest.mark.parametrize("words", [words for words in SEED if ":" in words])
def test_a_code_of_the_seed_is_known_alone(words):
    code = words.split(":")[0]
    assert classify(code) is classify(words)


@pytest.mark.parametrize("words", [words.split(": ")[1] for words in SEED if ":" in words])
def test_a_sentence_of_the_seed_is_known_without_its_code(words):
    assert classify(words) is not None


@pytest.mark.parametrize(
    "words", ["", " ", "You have too many orders", "Что-то не так", "Something else", "0"]
)
def test_unknown_words_have_none(words):
    assert classify(words) is None


def test_every_code_can_be_met():
    assert {classify(words) for words in SEED | OTHERS} == set(RefusalCode)
