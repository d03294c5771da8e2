"""`/`: the table, the order form and the questions."""

import re

import pytest

from rentals.models import BalanceReading, PriceList


def test_it_shows_numbers_and_prices(as_operator, priced, choice):
    page = as_operator.get("/", choice).content.decode()
    for words in (
        "Mis números",
        "WhatsApp",
        "Números disponibles",
        "Alquilar</button>",
        "¿Por qué no recibo SMS?",
    ):
        assert words in page


def test_the_total_is_the_price_of_the_chosen_service(as_operator, priced, choice):
    page = as_operator.get("/", choice).content.decode()
    assert "<span data-total>6,44</span>" in page
    assert "<b data-available>143</b>" in page


def test_nothing_chosen_costs_nothing(as_operator, priced):
    page = as_operator.get("/", {"country": "ES", "period": "week-1"}).content.decode()
    assert "<span data-total>0,00</span>" in page


def test_a_service_without_numbers_is_seen_but_cannot_be_chosen(as_operator, priced):
    page = as_operator.get("/", {"country": "ES", "period": "week-1", "service": "opt0"}).content.decode()
    assert "sin números ahora" in page
    assert "<span data-total>0,00</span>" in page
    assert "no está disponible aquí ahora" in page


def after(page):
    """The words under the total, tags left out."""
    words = re.search(r'<span class="quiet after.*?</span></div>', page, re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", words[0])).strip()


def test_the_balance_and_what_is_left_after_stand_beside_the_total(as_operator, priced, choice):
    assert after(as_operator.get("/", choice).content.decode()) == "saldo 42,60 USD quedarán 36,16 USD"


def test_while_nothing_is_chosen_only_the_balance_is_said(as_operator, priced):
    page = as_operator.get("/", {"country": "ES", "period": "week-1"}).content.decode()
    assert "<span data-rest hidden>" in page


def test_too_little_money_is_said_before_asking_with_what_is_missing_and_what_to_do(
    as_operator, priced, choice
):
    BalanceReading.objects.update(amount="1.00")
    page = as_operator.get("/", choice).content.decode()
    assert after(page) == "saldo 1,00 USD faltan 5,44 USD"
    assert '<p class="error" data-short>El saldo no alcanza. Recargue la cuenta' in page


def test_enough_money_needs_no_advice(as_operator, priced, choice):
    assert '<p class="error" data-short hidden>' in as_operator.get("/", choice).content.decode()


def test_a_country_without_services_says_so(as_operator, priced):
    as_operator.get("/", {"country": "GI", "period": "week-1"})
    priced.run_until_idle()
    page = as_operator.get("/", {"country": "GI", "period": "week-1"}).content.decode()
    assert "SMSPVA no ofrece ahora ningún servicio en este país." in page
    assert 'id="service-filter"' not in page


def test_a_country_without_any_number_says_so_once_for_all_its_services(as_operator, priced, choice):
    words = "Ahora no hay números de ningún servicio en este país."
    assert words not in as_operator.get("/", choice).content.decode()
    held = PriceList.objects.get()
    held.rows = [{**row, "total": 0} for row in held.rows]
    held.save()
    assert words in as_operator.get("/", choice).content.decode()


def test_the_kind_of_the_chosen_country_is_told_in_words(as_operator, priced, choice):
    page = as_operator.get("/", choice).content.decode()
    assert 'aria-describedby="kind"' in page
    assert re.search(r'id="kind">ambos tipos de números', page)
    assert 'data-kind="both"' in page


def test_an_observer_sees_prices_but_no_button(as_observer, priced, choice):
    page = as_observer.get("/", choice).content.decode()
    assert "6,44" in page
    assert "Alquilar</button>" not in page
    assert "Su rol permite consultar los precios, pero no alquilar" in page
    assert "activate-" not in page


def test_wrong_method(as_operator, synced):
    answer = as_operator.post("/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "Así no se puede abrir" in answer.content.decode()


def test_a_stranger_is_led_to_the_log_in(client, synced):
    answer = client.get("/", {"country": "ES"})
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/%3Fcountry%3DES"


@pytest.mark.parametrize(
    "query",
    [
        {"country": "XX"},
        {"country": "x" * 5000},
        {"country": "\x00"},
        {"country": "ES", "period": "week-0"},
        {"country": "ES", "period": "week--1"},
        {"country": "ES", "period": "day-91"},
        {"country": "ES", "period": "month-4"},
        {"country": "ES", "service": "<script>"},
        {"country": "ES", "service": "x" * 5000},
    ],
)
def test_a_choice_that_does_not_exist_is_said_at_its_field(as_operator, synced, query):
    answer = as_operator.get("/", query)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert "<script>" not in answer.content.decode().replace("<script src", "")


def test_it_asks_the_worker_for_a_list_that_is_not_held(as_operator, synced):
    page = as_operator.get("/", {"country": "LT", "period": "month-2"}).content.decode()
    assert "Calculando…" in page
    synced.run_until_idle()
    page = as_operator.get("/", {"country": "LT", "period": "month-2"}).content.decode()
    assert "USD al día" in page


def test_the_page_is_never_kept_by_a_cache(as_operator, synced):
    assert "no-store" in as_operator.get("/")["Cache-Control"]


def test_without_orders_it_says_what_to_do(as_operator, worker, sandbox):
    sandbox.reset("empty")
    worker.run_until_idle()
    assert "Todavía no hay números alquilados" in as_operator.get("/").content.decode()


def test_before_the_first_sync_it_says_that_it_is_reading(as_operator, worker):
    assert "Leyendo los números de la cuenta" in as_operator.get("/").content.decode()


def test_the_soonest_to_expire_stands_first(as_operator, synced):
    rows = as_operator.get("/").context["table"].rows
    assert [r.row.order.until for r in rows] == sorted(r.row.order.until for r in rows)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    as_operator, worker, sandbox, django_assert_max_num_queries
):
    sandbox.reset("large:200")
    worker.run_until_idle()
    with django_assert_max_num_queries(30):
        answer = as_operator.get("/")
    assert answer.content.decode().count('id="order-') >= 200


def test_it_travels_compressed(as_operator, synced):
    answer = as_operator.get("/", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) * 3 < len(as_operator.get("/").content)


def test_times_are_said_to_be_utc_only_until_the_browsers_zone_is_known(as_operator, synced):
    words, utc = "Fecha y hora en la zona horaria de su navegador", "<noscript><p>Fecha y hora en UTC"
    unknown = as_operator.get("/").content.decode()
    assert f'<p class="needs-js">{words}' in unknown
    assert utc in unknown
    as_operator.cookies["tz"] = "America%2FBogota"
    known = as_operator.get("/").content.decode()
    assert f"<p>{words} (<span data-zone-name>America/Bogota" in known
    assert utc not in known


def test_the_way_to_the_order_form_is_for_who_may_rent(as_operator, as_observer, synced):
    assert "to-form" in as_operator.get("/").content.decode()
    assert "to-form" not in as_observer.get("/").content.decode()
