"""`/orders/<id>/sms/`: the messages of a number."""

import re
from html import unescape

import pytest
from django.utils import timezone

from rentals.models import Order, Seen, Sms, Watch


def test_it_shows_the_messages_with_their_code_to_copy(as_operator, with_sms):
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert "SMS que llegó al número" in page
    assert 'data-copy="671094"' in page
    assert '<bdi class="code" dir="ltr">671-094</bdi>' in page
    assert "SMS que llegaron al número para otros servicios" in page


def test_under_a_row_it_is_a_row_of_the_table(as_operator, with_sms, htmx):
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/", headers=htmx).content.decode()
    assert page.strip().startswith('<tr class="panel"')


def test_opening_it_marks_the_messages_as_seen_and_watches_the_number(as_operator, operator, with_sms):
    as_operator.get(f"/orders/{with_sms.vendor_id}/sms/")
    newest = max(with_sms.messages.values_list("pk", flat=True))
    assert Seen.objects.get(person=operator, order=with_sms).last_sms_id == newest
    assert Watch.objects.filter(person=operator, order=with_sms).exists()
    rows = as_operator.get("/").context["table"].rows
    assert next(r for r in rows if r.row.id == with_sms.vendor_id).row.new_sms == 0


def test_the_first_opening_asks_for_a_look(as_operator, inactive):
    Order.objects.filter(pk=inactive.pk).update(sms_wanted_at=None, sms_tried_at=None)
    page = as_operator.get(f"/orders/{inactive.vendor_id}/sms/").content.decode()
    assert "Actualizando…" in page


def test_unchanged_it_has_no_body(as_operator, with_sms, htmx):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    version = as_operator.get(address).context["panel"].v
    answer = as_operator.get(address, {"v": version}, headers=htmx)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_new_message_comes_by_itself(as_operator, with_sms, sandbox, synced, htmx):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    version = as_operator.get(address).context["panel"].v
    sandbox.post(
        "sms", {"order": int(with_sms.vendor_id), "text": "Código 909313", "sender": "Banco", "other": 0}
    )
    Order.objects.filter(pk=with_sms.pk).update(sms_wanted_at=timezone.now())
    synced.run_until_idle()
    page = as_operator.get(address, {"v": version}, headers=htmx).content.decode()
    assert "Copiar código 909313" in page


def test_what_strangers_wrote_is_escaped(as_operator, with_sms):
    Sms.objects.filter(order=with_sms).update(
        text="<img src=x onerror=alert(1)> code 445566", sender="<i>x</i>"
    )
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert "<img src=x" not in page
    assert "<i>x</i>" not in page
    assert "&lt;img src=x" in page


def test_an_observer_may_read(as_observer, with_sms):
    assert as_observer.get(f"/orders/{with_sms.vendor_id}/sms/").status_code == 200


def test_wrong_method(as_operator, with_sms):
    assert as_operator.post(f"/orders/{with_sms.vendor_id}/sms/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, with_sms):
    assert client.get(f"/orders/{with_sms.vendor_id}/sms/").status_code == 302


@pytest.mark.parametrize("vendor_id", ["999999", "x" * 2000, "0"])
def test_an_order_that_does_not_exist_is_not_found(as_operator, synced, vendor_id):
    assert as_operator.get(f"/orders/{vendor_id}/sms/").status_code == 404


def many(order, count):
    now = timezone.now()
    Sms.objects.bulk_create(
        Sms(order=order, text=f"Código {100000 + n}", digest=f"many{n}", date=now, first_seen_at=now)
        for n in range(count)
    )


def test_a_great_many_are_shown_only_on_demand(as_operator, inactive):
    many(inactive, 60)
    address = f"/orders/{inactive.vendor_id}/sms/"
    page = as_operator.get(address).content.decode()
    assert page.count('class="text"') == 10
    assert "Ver los 60 SMS" in page
    page = as_operator.get(address, {"all": "1"}).content.decode()
    assert page.count('class="text"') == 60
    assert "Ver los" not in page


def test_those_shown_on_demand_are_still_marked_as_new(as_operator, inactive):
    many(inactive, 60)
    address = f"/orders/{inactive.vendor_id}/sms/"
    link = re.search(r'href="([^"]+all=1[^"]*)"', as_operator.get(address).content.decode())[1]
    assert as_operator.get(unescape(link)).content.decode().count('class="badge"') == 60


def test_what_this_person_has_not_seen_is_marked_as_new_once(as_operator, as_other, with_sms):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    assert 'class="badge"' in as_operator.get(address).content.decode()
    assert 'class="badge"' not in as_operator.get(address).content.decode()
    assert 'class="badge"' in as_other.get(address).content.decode()


def test_an_open_panel_marks_what_is_newer_than_what_it_shows(as_operator, with_sms, htmx):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    as_operator.get(address)
    ids = sorted(with_sms.messages.values_list("pk", flat=True))
    page = as_operator.get(address, {"v": "old", "last": ids[-2]}, headers=htmx).content.decode()
    assert page.count("is-new") == 1


@pytest.mark.parametrize("last", ["", "-1", "x", "9" * 40, "٣"])
def test_junk_for_the_last_message_shown_changes_nothing(as_operator, with_sms, htmx, last):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    assert as_operator.get(address, {"v": "old", "last": last}, headers=htmx).status_code == 200


def test_the_age_goes_on_counting_without_a_body(as_operator, with_sms, htmx):
    address = f"/orders/{with_sms.vendor_id}/sms/"
    version = as_operator.get(address).context["panel"].v
    Order.objects.filter(pk=with_sms.pk).update(sms_good_at=timezone.now())
    answer = as_operator.get(address, {"v": version}, headers=htmx)
    assert answer.status_code == 204
    assert "panel:state" in answer["HX-Trigger"]


def test_the_newest_code_is_the_thing_to_take(as_operator, with_sms):
    Sms.objects.create(
        order=with_sms, text="Hola", digest="x", date=timezone.now(), first_seen_at=timezone.now()
    )
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert page.count("needs-js main") == 1
    assert page.index("Hola") < page.index("needs-js main") < page.index("Copiar código 671094")


def test_a_very_long_text_scrolls_in_a_window_of_its_own(as_operator, with_sms):
    Sms.objects.filter(order=with_sms).update(text="x" * 5000)
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert 'class="text long" dir="auto" tabindex="0"' in page


def test_a_message_without_text_sender_or_date_is_drawn(as_operator, with_sms):
    Sms.objects.filter(order=with_sms).update(text="", sender="", date=None)
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert "(sin texto)" in page
    assert "sin fecha" in page


def test_of_a_rental_that_has_ended_it_shows_what_was_kept_and_asks_for_nothing(as_operator, with_sms):
    Order.objects.filter(pk=with_sms.pk).update(listed=False, sms_wanted_at=None, sms_tried_at=None)
    page = as_operator.get(f"/orders/{with_sms.vendor_id}/sms/").content.decode()
    assert "El alquiler ha terminado" in page
    assert "671-094" in page
    assert "Actualizar" not in page
    assert "Volver al archivo" in page
    assert Order.objects.get(pk=with_sms.pk).sms_wanted_at is None
