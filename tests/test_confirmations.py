import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from rentals import confirmations
from rentals.confirmations import VALID_FOR, BadConfirmation, StaleConfirmation, for_action, issue, read


def confirmation(person):
    return issue(person, "create", {"country": "ES"}, {"price": "4.20"})


def test_a_confirmation_survives_its_address(operator):
    first = confirmation(operator)
    assert read(first.token) == first


def test_each_dialog_is_a_new_intent(operator):
    assert confirmation(operator).key != confirmation(operator).key


@pytest.mark.parametrize(
    "damage", [lambda t: t[:-1], lambda t: "x" + t, lambda t: t.replace(":", "."), lambda t: ""]
)
def test_a_damaged_address_is_refused(operator, damage):
    with pytest.raises(BadConfirmation):
        read(damage(confirmation(operator).token))


def test_a_token_of_another_purpose_is_refused():
    with pytest.raises(BadConfirmation):
        read(signing.dumps(["x"], salt="another"))
    with pytest.raises(BadConfirmation):
        read(signing.dumps(["x"], salt=confirmations.SALT))


def test_an_old_confirmation_names_its_key_but_cannot_be_used(operator):
    first = confirmation(operator)
    token = first.token
    with (
        time_machine.travel(timezone.now().timestamp() + VALID_FOR + 5),
        pytest.raises(StaleConfirmation) as stale,
    ):
        read(token)
    assert stale.value.confirmation.key == first.key


def test_the_same_button_is_the_same_intent_until_its_operation_ends(operator, administrator):
    first = for_action(operator, "activate", "40300", 0, 0)
    assert for_action(operator, "activate", "40300", 0, 0).key == first.key
    assert for_action(operator, "activate", "40300", 0, 1).key != first.key
    assert for_action(administrator, "activate", "40300", 0, 0).key != first.key
