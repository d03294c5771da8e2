"""`/archive/`: ten a page, newest first, by plain links and by htmx."""

import re

import pytest
from django.utils import timezone

from rentals.models import Feed, Mirror, Number, Order, Rental, Service
from rentals.worker import feeds


def page(client, **asked):
    return client.get("/archive/", asked)


def ids(answer):
    return [row.id for row in answer.context["archive"].rows]


def test_the_newest_ten_are_shown_with_their_services_by_name(as_observer, synced):
    answer = page(as_observer)
    assert ids(answer) == [rental.vendor_id for rental in Rental.objects.all()[:10]]
    text = answer.content.decode()
    assert all(
        words in text
        for words in ("Comenzar", "Cerrado", "Servicio", "Número de teléfono", "Acción", "Página 1")
    )
    assert "opt29" not in text.split("<tbody>")[1] or "Telegram" in text


def test_the_pages_follow_each_other_without_gap_or_repetition(as_observer, synced):
    seen = [ids(page(as_observer, page=number)) for number in (1, 2, 3, 4, 5)]
    flat = [one for some in seen for one in some]
    assert flat == [rental.vendor_id for rental in Rental.objects.all()]
    assert [len(some) for some in seen[:4]] == [10, 10, 10, 10]


def test_first_and_last_page_have_one_neighbour(as_observer, synced):
    first, last = page(as_observer).content.decode(), page(as_observer, page=5).content.decode()
    assert ('rel="prev"' in first, 'rel="next"' in first) == (False, True)
    assert ('rel="prev"' in last, 'rel="next"' in last) == (True, False)


@pytest.mark.parametrize("number", ["0", "-1", "6", "x", "", "1.5", "9" * 30, "\x00"])
def test_a_page_that_does_not_exist_is_not_found(as_observer, synced, number):
    assert page(as_observer, page=number).status_code == 404


def test_one_is_found_by_any_part_of_its_number_however_it_is_written(as_observer, synced):
    rental = Rental.objects.select_related("number")[7]
    tail = rental.number.e164[-6:]
    assert rental.vendor_id in ids(page(as_observer, q=f"{tail[:3]} {tail[3:]}"))


def test_one_is_found_by_service_and_country_without_accents(as_observer, synced):
    found = page(as_observer, q="telegram espana").context["archive"].rows
    assert found
    assert all(row.rental.service == "opt29" and row.rental.country == "ES" for row in found)


@pytest.mark.parametrize("asked", ["telegram", "whatsapp", "OPT20", "whatsapp telegram"])
def test_one_of_several_services_names_them_all_and_is_found_by_each(as_observer, synced, asked):
    rental = Rental.objects.all()[7]
    Rental.objects.filter(pk=rental.pk).update(service="opt20,opt29", sorted_at=timezone.now())
    answer = page(as_observer, q=asked)
    assert ids(answer)[0] == rental.vendor_id
    assert "WhatsApp, Telegram" in answer.content.decode()


def test_nothing_found_says_so_in_the_words_people_know(as_observer, synced):
    assert "No se encontraron registros coincidentes" in page(as_observer, q="zzzz").content.decode()


def test_htmx_gets_the_table_alone(as_observer, synced):
    answer = as_observer.get("/archive/", headers={"HX-Request": "true", "HX-Target": "archive"})
    assert answer.content.decode().strip().startswith('<div id="archive"')


def test_while_it_is_read_for_the_first_time_the_page_says_how_far_it_is(as_observer, synced):
    Mirror.objects.update(archive_whole_at=None)
    text = page(as_observer).content.decode()
    assert f"{Rental.objects.count()} alquileres leídos" in text


def test_a_page_that_may_still_be_read_is_not_missing_but_says_how_far_it_is(as_observer, synced):
    Mirror.objects.update(archive_whole_at=None)
    answer = page(as_observer, page=9)
    assert answer.status_code == 200
    assert "Esta página todavía no se ha leído." in answer.content.decode()
    assert f"{Rental.objects.count()} alquileres leídos" in answer.content.decode()


def test_a_table_that_waited_for_its_page_learns_that_there_is_none(as_observer, synced):
    answer = as_observer.get("/archive/?page=9", headers={"HX-Request": "true", "HX-Target": "archive"})
    assert answer.status_code == 200
    assert "No se encontraron registros coincidentes" in answer.content.decode()
    assert "load delay" not in answer.content.decode()


def test_whatever_can_have_the_focus_has_a_name_that_the_next_drawing_finds_again(as_operator, synced):
    order = Order.objects.filter(messages__isnull=False)[0]
    Rental.objects.filter(pk=Rental.objects.all()[10].pk).update(vendor_id=order.vendor_id)
    text = page(as_operator, page=2).content.decode().split('<div id="archive"')[1].split("</nav>")[0]
    links = re.findall(r"<(?:a|button)\b[^>]*>", text)
    named = [found[1] for link in links if (found := re.search(r' id="([^"]+)"', link))]
    assert {f"sms-of-{order.vendor_id}", "archive-prev", "archive-next"} <= set(named)
    assert len(links) == len(named) == len(set(named))


def test_while_a_rental_that_has_just_ended_is_not_in_it_the_page_looks_again(as_observer, synced):
    quiet = page(as_observer).content.decode()
    feeds.want(Feed.Name.HISTORY)
    looking = page(as_observer).content.decode()
    synced.run_until_idle()
    after = page(as_observer).content.decode()
    assert [
        ("Acaba de terminar un alquiler" in text, "load delay:2s" in text) for text in (quiet, looking, after)
    ] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_an_observer_has_no_button_to_restore(as_observer, as_operator, synced):
    assert "Restaurar" not in page(as_observer).content.decode()
    assert "Restaurar" in page(as_operator).content.decode()


def test_what_the_vendor_calls_not_restorable_says_so_instead(as_operator, synced):
    Rental.objects.update(restorable=False)
    text = page(as_operator).content.decode()
    assert "No restaurable" in text
    assert "Restaurar<" not in text


def test_a_service_without_a_known_name_is_shown_by_its_code(as_observer, synced):
    Service.objects.all().delete()
    assert "opt" in page(as_observer).content.decode()


def test_the_number_of_queries_is_the_same_for_any_archive(as_observer, synced, django_assert_num_queries):
    with django_assert_num_queries(11) as first:
        page(as_observer)
    with django_assert_num_queries(len(first.captured_queries)):
        page(as_observer, page=4)


def test_a_search_of_many_words_takes_as_many_queries_as_one_of_one(
    as_observer, synced, django_assert_num_queries
):
    with django_assert_num_queries(15) as of_one:
        assert ids(page(as_observer, q="telegram"))
    with django_assert_num_queries(len(of_one.captured_queries)):
        assert ids(page(as_observer, q="telegram " * 11 + "e s p a n"))


def test_wrong_method(as_observer, synced):
    assert as_observer.post("/archive/").status_code == 405


def test_a_stranger_is_led_to_the_log_in(client, synced):
    assert client.get("/archive/").status_code == 302


def test_while_it_is_being_read_a_dialog_keeps_its_frame(as_operator, synced):
    Mirror.objects.update(archive_whole_at=None)
    page = as_operator.get("/archive/").content.decode()
    # The page that looks again replaces itself; what stands in it would inherit that.
    assert 'hx-target="this" hx-swap="outerHTML"' in page
    assert 'hx-target="#dialog-body" hx-swap="innerHTML"' in page


@pytest.fixture
def known(synced, operator):
    """An archived rental whose number is labelled, has a note, and is held by Ana Núñez."""
    operator.first_name, operator.last_name = "Ana", "Núñez"
    operator.save()
    rental = Rental.objects.select_related("number")[12]
    said = {"label": "Tienda 42", "note": "Preguntar a <i>Marta</i>", "holder": operator}
    Number.objects.filter(pk=rental.number_id).update(**said)
    return rental


def test_label_holder_and_note_outlive_the_rental(as_observer, known):
    text = page(as_observer, q=known.number.e164).content.decode()
    assert "<bdi>Tienda 42</bdi>" in text
    assert "lo usa <bdi>Ana Núñez</bdi>" in text
    assert "Preguntar a &lt;i&gt;Marta" in text


@pytest.mark.parametrize("asked", ["tienda", "42", "nunez", "ana TIENDA"])
def test_one_is_found_by_the_label_and_the_holder_of_its_number(as_observer, known, asked):
    found = page(as_observer, q=asked).context["archive"].rows
    assert known.vendor_id in [row.id for row in found]
    of_it = {row.rental.number_id for row in found if row.rental.number.label == "Tienda 42"}
    assert of_it == {known.number_id}


def test_many_holders_and_labels_cost_no_query(as_observer, known, operator, django_assert_num_queries):
    with django_assert_num_queries(11):
        page(as_observer, page=2)
    Number.objects.update(label="Tienda", holder=operator)
    with django_assert_num_queries(11):
        page(as_observer, page=2)
