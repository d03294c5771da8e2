"""`/orders/table/`: the refresh of the active table."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rentals.models import Country, Feed, Mirror, Order
from rentals.models.orders import OrderState
from rentals.models.transitions import touch
from rentals.queries.orders import active_table
from rentals.upstream.rows import OrderRow as UpstreamRow
from rentals.views import sent
from rentals.views.table import TableView
from rentals.worker.orders import apply, note_next_flip


def version(client):
    return client.get("/").context["table"].version


def test_unchanged_it_has_no_body_and_tells_the_age(as_operator, synced, htmx):
    answer = as_operator.get("/orders/table/", {"v": version(as_operator)}, headers=htmx)
    assert (answer.status_code, answer.content) == (204, b"")
    told = json.loads(answer["HX-Trigger"])["mirror:state"]
    assert told["word"] == "ok"
    assert told["good_at"] > 1_700_000_000


def test_changed_it_brings_the_rows(as_operator, synced, sandbox, htmx):
    before = version(as_operator)
    sandbox.outside("create", country="ES", service="opt20", dtype="week", dcount=1)
    Feed.objects.filter(name="orders").update(good_at="2026-01-01T00:00Z", tried_at="2026-01-01T00:00Z")
    synced.run_until_idle()
    answer = as_operator.get("/orders/table/", {"v": before}, headers=htmx)
    assert answer.status_code == 200
    assert answer.content.decode().count('id="order-') == Order.objects.filter(listed=True).count()


def test_rows_that_have_not_changed_keep_their_mark(as_operator, synced):
    first, second = (as_operator.get("/").context["table"].rows for _ in range(2))
    assert [r.v for r in first] == [r.v for r in second]


@pytest.mark.parametrize("junk", ["", "x" * 10_000, "\x00", "1.operator.ok..0; DROP"])
def test_a_version_that_does_not_exist_brings_the_rows(as_operator, synced, junk):
    assert as_operator.get("/orders/table/", {"v": junk}).status_code == 200


def test_wrong_method(as_operator, synced):
    assert as_operator.post("/orders/table/").status_code == 405


def test_a_session_that_has_ended_is_said_and_nothing_is_swapped(client, synced, htmx):
    answer = client.get("/orders/table/", headers=htmx, follow=True)
    assert answer.status_code == 401
    assert answer["HX-Retarget"] == "#notices"
    assert "Su sesión ha terminado" in answer.content.decode()


def many(count):
    """So many rows, all but the demo world's copies of one of them."""
    one = Order.objects.filter(listed=True)[0]
    for number in range(Order.objects.filter(listed=True).count(), count):
        one.pk, one.vendor_id = None, f"9{number:05}"
        one.save(force_insert=True)


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


@pytest.mark.parametrize("address", ["/", "/orders/table/"])
def test_ten_rows_and_two_hundred_take_the_same_number_of_queries(as_operator, synced, address):
    many(10)
    few = queries_of(as_operator, address)
    many(200)
    assert queries_of(as_operator, address) == few


def seen_by(client):
    table = client.get("/").context["table"]
    return {"v": table.version, "have": table.have}


def test_of_a_table_that_is_known_only_the_rows_that_changed_are_sent(as_operator, inactive, htmx):
    before = seen_by(as_operator)
    Order.objects.filter(pk=inactive.pk).update(operator="Otro")
    touch()
    page = as_operator.get("/orders/table/", before, headers=htmx).content.decode()
    assert page.count('<tr id="order-') == 1
    assert f'id="order-{inactive.vendor_id}"' in page
    assert 'data-order=""' in page


def test_when_a_row_has_gone_the_order_of_the_others_is_told(as_operator, inactive, htmx):
    before = seen_by(as_operator)
    Order.objects.filter(pk=inactive.pk).update(listed=False)
    touch()
    page = as_operator.get("/orders/table/", before, headers=htmx).content.decode()
    left = Order.objects.filter(listed=True).order_by("until", "pk").values_list("vendor_id", flat=True)
    assert f'data-order="{" ".join(left)}"' in page
    assert '<tr id="order-' not in page


def test_a_table_that_this_process_never_sent_is_sent_whole(as_operator, synced, htmx):
    page = as_operator.get("/orders/table/", {"have": "0123456789abcdef"}, headers=htmx).content.decode()
    assert page.count('<tr id="order-') == Order.objects.filter(listed=True).count()
    assert "data-changed" not in page


def test_only_the_last_tables_are_remembered():
    marks = [sent.remember({"1": str(number)}) for number in range(sent.KEPT + 1)]
    assert sent.recall(marks[0]) is None
    assert sent.recall(marks[-1]) == {"1": str(sent.KEPT)}


def test_a_moment_that_changes_rows_by_itself_changes_the_version_also_after_the_worker_has_noted_the_next(
    as_operator, inactive
):
    Mirror.objects.update(next_flip_at=timezone.now() + timedelta(seconds=30))
    before = version(as_operator)
    Mirror.objects.update(next_flip_at=timezone.now() - timedelta(seconds=1))
    at_it = version(as_operator)
    note_next_flip()
    assert len({before, at_it, version(as_operator)}) == 3


def test_words_of_time_are_never_kept(operator, inactive):
    def words():
        return next(
            r for r in TableView.of(active_table(operator), operator).rows if r.row.id == inactive.vendor_id
        )

    Order.objects.filter(pk=inactive.pk).update(until=timezone.now() + timedelta(hours=5, seconds=30))
    first = words()
    Mirror.objects.update(clock_offset=3600)
    second = words()
    assert "quedan 5 h 0 min" in first.html
    assert "quedan 4 h 0 min" in second.html
    assert first.v == second.v


def test_the_soonest_to_expire_comes_first_and_urgency_is_said_in_words(as_operator, inactive):
    Order.objects.filter(pk=inactive.pk).update(until=timezone.now() + timedelta(hours=3))
    page = as_operator.get("/").content.decode()
    first = page.index('<tr id="order-')
    assert page.index(f'id="order-{inactive.vendor_id}"') < first + 10
    assert page.count("Urgente") == 1


def row_of(client, order, **values):
    Order.objects.filter(pk=order.pk).update(**values)
    return " ".join(client.get(f"/orders/{order.vendor_id}/row/").content.decode().split())


def ago(**span):
    return timezone.now() - timedelta(**span)


def test_activating_says_how_long_and_the_average(as_operator, inactive):
    row = row_of(as_operator, inactive, state=OrderState.ACTIVATING, state_since=ago(minutes=4, seconds=5))
    assert ">4 min</span> · 10-15 min de media" in row
    assert "soporte" not in row


def test_activating_for_too_long_says_what_to_do(as_operator, inactive, settings):
    settings.SUPPORT_URL = "https://support.example/"
    row = row_of(as_operator, inactive, state=OrderState.ACTIVATING, state_since=ago(minutes=21))
    assert "tarda más de lo normal: puede esperar o" in row
    assert 'href="https://support.example/"' in row


def test_the_page_looks_again_when_activating_takes_too_long(as_operator, inactive):
    Order.objects.filter(listed=True).update(until=None)
    Order.objects.filter(pk=inactive.pk).update(state=OrderState.ACTIVATING, state_since=ago(minutes=19))
    note_next_flip()
    in_a_minute = timezone.now() + timedelta(seconds=60 + Mirror.only().clock_offset)
    assert abs(Mirror.only().next_flip_at - in_a_minute) < timedelta(seconds=10)


def test_active_says_since_when_and_what_to_expect(as_operator, inactive):
    Country.objects.filter(code=inactive.country).update(switch_type="slow")
    row = row_of(as_operator, inactive, state=OrderState.ACTIVE, state_since=ago(minutes=12))
    assert "desde hace <span" in row
    assert "12 min" in row
    assert "suele durar de 10 a 30 min" in row


def test_where_numbers_are_always_active_that_is_said_instead(as_operator, inactive):
    Country.objects.filter(code=inactive.country).update(switch_type="fast")
    row = row_of(as_operator, inactive, state=OrderState.ACTIVE, state_since=ago(minutes=12))
    assert "siempre activo" in row
    assert "suele durar" not in row


def test_a_number_to_be_replaced_leads_to_its_explanation(as_operator, inactive):
    assert 'popovertarget="why-replace"' in row_of(as_operator, inactive, needs_replace=True)
    assert 'id="why-replace"' in as_operator.get("/").content.decode()


def test_what_strangers_wrote_is_escaped(as_operator, inactive):
    row = row_of(as_operator, inactive, operator="<i>x</i>", service_name='"><b>|')
    assert "<i>" not in row
    assert '"><b>' not in row


def shown_ids(page):
    return [part.split('"')[0] for part in page.split('<tr id="order-')[1:]]


def test_without_script_the_filter_is_a_parameter(as_operator, inactive):
    page = as_operator.get("/", {"q": inactive.national[-6:]}).content.decode()
    assert shown_ids(page) == [inactive.vendor_id]
    assert page.count("<tr hidden ") == Order.objects.filter(listed=True).count() - 1
    assert f'value="{inactive.national[-6:]}"' in page
    assert " ".join(page.split()).count("1 de 10 números") == 1


def test_a_filter_that_finds_nothing_says_so_and_how_to_see_all(as_operator, synced):
    page = as_operator.get("/", {"q": "nadie"}).content.decode()
    assert shown_ids(page) == []
    assert 'id="nothing-found">' in page


def test_the_choice_of_the_form_stays_when_the_filter_is_sent(as_operator, priced):
    page = as_operator.get("/", {"country": "ES", "q": "<b>"}).content.decode()
    assert '<input type="hidden" name="country" value="ES">' in page
    assert '<b>"' not in page


def test_messages_that_were_seen_in_another_tab_change_the_table(as_operator, with_sms):
    before = version(as_operator)
    as_operator.get(f"/orders/{with_sms.vendor_id}/sms/")
    after = version(as_operator)
    as_operator.get(f"/orders/{with_sms.vendor_id}/sms/")
    assert before != after == version(as_operator)


def test_a_state_nobody_has_heard_of_is_shown_and_breaks_nothing(as_operator, inactive):
    apply([UpstreamRow(id=inactive.vendor_id, service="opt29", state=3)], timezone.now(), whole=False)
    of_it = f"/orders/{inactive.vendor_id}"
    for address in ("/", "/orders/table/", f"{of_it}/row/", f"{of_it}/sms/", f"{of_it}/more/"):
        page = as_operator.get(address)
        assert (page.status_code, "Estado 3" in page.content.decode()) == (200, True), address
    assert "Activar" not in as_operator.get(f"{of_it}/row/").content.decode()
    assert Order.objects.get(pk=inactive.pk).state == 3


def test_a_page_that_was_drawn_for_another_role_is_loaded_anew(as_operator, operator, synced, htmx):
    version = as_operator.get("/").context["table"].version
    operator.role = "observer"
    operator.save()
    answer = as_operator.get("/orders/table/", {"v": version}, headers=htmx)
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
    again = as_operator.get("/").context["table"].version
    assert "HX-Refresh" not in as_operator.get("/orders/table/", {"v": again}, headers=htmx)
    assert "HX-Refresh" not in as_operator.get("/orders/table/", headers=htmx)
