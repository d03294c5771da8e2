"""`/orders/<id>/more/`: what is seldom wanted of a number."""

import pytest

from rentals import phones
from rentals.models import Order


def test_it_is_a_page_without_script(as_operator, inactive):
    page = as_operator.get(f"/orders/{inactive.vendor_id}/more/").content.decode()
    national = phones.display(inactive.number.e164).split(" ", 1)[1]
    assert f'data-copy="{national}"' in page
    assert inactive.operator in page
    assert inactive.vendor_id in page
    assert "Visto en línea" in page
    assert "En este panel desde" in page
    assert f"/#order-{inactive.vendor_id}" in page


def test_under_a_row_it_is_a_row_of_the_table(as_operator, inactive, htmx):
    page = as_operator.get(f"/orders/{inactive.vendor_id}/more/", headers=htmx).content.decode()
    assert page.strip().startswith(f'<tr class="panel more" id="more-{inactive.vendor_id}"')


def test_unchanged_it_has_no_body(as_operator, inactive, htmx):
    address = f"/orders/{inactive.vendor_id}/more/"
    version = as_operator.get(address).context["more"].v
    answer = as_operator.get(address, {"v": version}, headers=htmx)
    assert (answer.status_code, answer.content) == (204, b"")


def test_changed_it_brings_the_facts_without_the_row_around_them(as_operator, inactive, htmx):
    page = as_operator.get(f"/orders/{inactive.vendor_id}/more/", {"v": "x"}, headers=htmx).content.decode()
    assert page.strip().startswith("<section")


def test_what_the_vendor_has_not_told_is_said(as_operator, inactive):
    Order.objects.filter(pk=inactive.pk).update(number=None, national="", operator="", last_online=None)
    page = as_operator.get(f"/orders/{inactive.vendor_id}/more/").content.decode()
    assert page.count("sin dato") == 3


def test_an_observer_may_look(as_observer, inactive):
    assert as_observer.get(f"/orders/{inactive.vendor_id}/more/").status_code == 200


def test_wrong_method(as_operator, inactive):
    assert as_operator.post(f"/orders/{inactive.vendor_id}/more/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, inactive):
    assert client.get(f"/orders/{inactive.vendor_id}/more/").status_code == 302


@pytest.mark.parametrize("vendor_id", ["999999999", "x" * 2000, "-1", "a'--", "%00"])
def test_an_order_that_does_not_exist_is_not_found(as_operator, synced, vendor_id):
    assert as_operator.get(f"/orders/{vendor_id}/more/").status_code == 404


def test_it_leads_to_what_was_done_with_the_number(as_observer, inactive):
    page = as_observer.get(f"/orders/{inactive.vendor_id}/more/").content.decode()
    assert f'href="/operations/?number=%2B{inactive.number.e164[1:]}"' in page
