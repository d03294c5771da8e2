"""`/numbers/<pk>/release/`: by its holder, or by an administrator."""

import pytest

from rentals.models import AuditEntry, Number
from rentals.use_cases.numbers import take
from tests.views.conftest import signed_in


@pytest.fixture
def held(operator, inactive):
    take(operator, inactive.number)
    return inactive


@pytest.fixture
def address(inactive):
    return f"/numbers/{inactive.number_id}/release/"


@pytest.fixture
def as_administrator(administrator):
    return signed_in(administrator)


def holder(order):
    return Number.objects.get(pk=order.number_id).holder


def said(answer):
    return " ".join(answer.content.decode().split())


def test_the_row_comes_back_free(as_operator, operator, held, address, htmx):
    answer = as_operator.post(address, {"seen": f"{held.vendor_id}.{operator.pk}"}, headers=htmx)
    assert (answer.status_code, holder(held)) == (200, None)
    assert "lo usa" not in said(answer)
    assert f'aria-label="Tomar {held.number.e164[:3]}' in said(answer)


def test_without_script_it_leads_back_to_the_row(as_operator, held, address):
    answer = as_operator.post(address)
    assert (answer.status_code, answer["Location"], holder(held)) == (303, f"/#order-{held.vendor_id}", None)


def test_an_administrator_releases_anybodys(as_administrator, administrator, operator, held, address):
    assert as_administrator.post(address).status_code == 303
    entry = AuditEntry.objects.get(kind="released")
    assert (holder(held), entry.person, entry.about) == (None, administrator, operator)


def test_a_colleague_gets_403_and_nothing_changes(as_other, operator, held, address, htmx):
    for headers in ({}, htmx):
        answer = as_other.post(address, headers=headers)
        assert (answer.status_code, holder(held)) == (403, operator)
        assert "solo esa persona o un administrador puede soltarlo" in said(answer)
    assert not AuditEntry.objects.filter(kind="released").exists()


def test_an_administrator_whose_page_is_old_is_told_who_has_it_now(
    as_administrator, operator, observer, held, address, htmx
):
    answer = as_administrator.post(address, {"seen": f"{held.vendor_id}.{observer.pk}"}, headers=htmx)
    assert (answer.status_code, holder(held)) == (409, operator)
    assert "Ahora lo usa ana desde hace" in said(answer)


def test_twice_is_once(as_operator, held, address):
    assert [as_operator.post(address).status_code for _ in range(2)] == [303, 303]
    assert AuditEntry.objects.filter(kind="released").count() == 1


def test_an_observer_gets_403_and_nothing_changes(as_observer, operator, held, address):
    assert as_observer.post(address).status_code == 403
    assert holder(held) == operator


def test_wrong_method(as_operator, operator, held, address):
    assert as_operator.get(address).status_code == 405
    assert holder(held) == operator


def test_a_stranger_is_led_to_the_log_in(client, operator, held, address):
    assert client.post(address).status_code == 302
    assert holder(held) == operator


@pytest.mark.parametrize("pk", ["0", "9" * 30, "x"])
def test_a_number_that_does_not_exist_is_not_found(as_operator, synced, pk):
    assert as_operator.post(f"/numbers/{pk}/release/").status_code == 404
