"""`/numbers/<pk>/take/`: one click, one winner."""

import pytest

from rentals.models import AuditEntry, Number, Order
from rentals.use_cases.numbers import take


@pytest.fixture
def address(inactive):
    return f"/numbers/{inactive.number_id}/take/"


def holder(order):
    return Number.objects.get(pk=order.number_id).holder


def said(answer):
    return " ".join(answer.content.decode().split())


def test_the_row_comes_back_with_the_holder_and_the_other_button(
    as_operator, operator, inactive, address, htmx
):
    answer = as_operator.post(address, {"seen": inactive.vendor_id}, headers=htmx)
    assert said(answer).startswith(f'<tr id="order-{inactive.vendor_id}"')
    assert "lo usa <bdi>ana</bdi> (usted)" in said(answer)
    assert (
        f'/numbers/{inactive.number_id}/release/" name="seen" value="{inactive.vendor_id}.{operator.pk}"'
        in said(answer)
    )
    assert answer["HX-Trigger-After-Swap"] == "mirror:refresh"


def test_of_a_number_with_several_orders_the_row_that_was_pressed_comes_back(
    as_operator, inactive, address, htmx
):
    order = Order.objects.get(pk=inactive.pk)
    order.pk, order.vendor_id = None, "777001"
    order.save(force_insert=True)
    for pressed in ("777001", inactive.vendor_id):
        assert f'id="order-{pressed}"' in said(as_operator.post(address, {"seen": pressed}, headers=htmx))


def test_without_script_it_leads_back_to_the_row_and_keeps_the_filter(
    as_operator, operator, inactive, address
):
    answer = as_operator.post(address, {"seen": inactive.vendor_id, "q": "libre & más"})
    assert (answer.status_code, holder(inactive)) == (303, operator)
    assert answer["Location"] == f"/?q=libre+%26+m%C3%A1s#order-{inactive.vendor_id}"


def test_who_comes_second_is_told_in_the_row_who_was_first(
    as_operator, as_other, operator, inactive, address, htmx
):
    as_operator.post(address)
    answer = as_other.post(address, {"seen": inactive.vendor_id}, headers=htmx)
    assert (answer.status_code, holder(inactive)) == (409, operator)
    assert 'role="alert">Ya lo usa ana desde hace' in said(answer)
    assert 'id="hold-' not in said(answer)


def test_without_script_the_second_is_told_on_a_page(as_operator, as_other, inactive, address):
    as_operator.post(address)
    answer = as_other.post(address, {"seen": inactive.vendor_id})
    assert answer.status_code == 409
    assert "Ya lo usa ana desde hace" in said(answer)
    assert f'href="/#order-{inactive.vendor_id}"' in said(answer)


def test_twice_is_once(as_operator, operator, inactive, address):
    assert [as_operator.post(address).status_code for _ in range(2)] == [303, 303]
    assert AuditEntry.objects.filter(kind="taken").count() == 1


def test_an_observer_gets_403_and_nothing_changes(as_observer, inactive, address):
    assert as_observer.post(address).status_code == 403
    assert (holder(inactive), AuditEntry.objects.filter(kind="taken").count()) == (None, 0)


def test_wrong_method(as_operator, inactive, address):
    assert as_operator.get(address).status_code == 405
    assert holder(inactive) is None


def test_a_stranger_is_led_to_the_log_in(client, inactive, address):
    assert client.post(address).status_code == 302
    assert holder(inactive) is None


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 30, "-1", "x", "%00"])
def test_a_number_that_does_not_exist_is_not_found(as_operator, synced, pk):
    assert as_operator.post(f"/numbers/{pk}/take/").status_code == 404


@pytest.mark.parametrize("seen", ["", "x", ".", "999.", "\x00", "1.٣", "x" * 9000, "a.b.c", "1." + "9" * 40])
def test_junk_for_the_row_changes_only_which_row_comes_back(
    as_operator, operator, inactive, address, htmx, seen
):
    answer = as_operator.post(address, {"seen": seen}, headers=htmx)
    assert (answer.status_code, holder(inactive)) == (200, operator)
    assert f'id="order-{inactive.vendor_id}"' in said(answer)


def test_a_number_that_is_only_in_the_archive_leads_back_there(as_operator, inactive, address):
    Order.objects.filter(pk=inactive.pk).update(listed=False)
    assert as_operator.post(address)["Location"].startswith("/archive/?q=%2B")


def test_a_name_is_escaped(as_operator, as_other, operator, inactive, address, htmx):
    operator.first_name = "<b>x</b>"
    operator.save()
    take(operator, inactive.number)
    page = said(as_other.post(address, headers=htmx))
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page
