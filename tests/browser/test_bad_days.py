"""The network goes, the session ends, the worker stops: what was being done is not lost, and it is said."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import choose, expect_heard, sign_in
from tools.stage import Stage


def ask(page: Page, service: str) -> None:
    choose(page, "ES", "week-1", service)
    page.get_by_role("button", name="Alquilar", exact=True).click()
    expect(page.get_by_role("dialog", name="Confirmar el alquiler")).to_be_visible()


def test_an_operation_is_followed_to_its_end_through_a_gap_in_the_network(home: Page, stage: Stage) -> None:
    ask(home, "Discord")
    lost: list[str] = []

    def lose(route: object) -> None:
        if len(lost) < 2:
            lost.append("one")
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    home.get_by_role("button", name="Confirmar").click()
    home.route("**/operations/**", lose)
    expect(home.locator("#outcome h1")).to_have_text("Hecho", timeout=30_000)


def test_a_confirmation_whose_post_was_lost_can_be_pressed_again_and_buys_once(
    home: Page, stage: Stage
) -> None:
    ask(home, "Telegram")
    before = len(stage.calls("create"))
    home.context.set_offline(True)
    home.get_by_role("button", name="Confirmar").click()
    expect(home.get_by_role("dialog")).to_contain_text("Sin conexión con el panel")
    home.context.set_offline(False)
    home.get_by_role("button", name="Confirmar").click()
    expect(home.locator("#outcome h1")).to_have_text("Hecho", timeout=30_000)
    assert len(stage.calls("create")) == before + 1


def test_a_look_that_was_lost_is_no_doubt_about_a_purchase(home: Page) -> None:
    home.context.set_offline(True)
    home.get_by_role("button", name=re.compile("^SMS")).first.click()
    notices = home.locator("#notices")
    expect(notices).to_have_text("Sin conexión con el panel. Compruebe la red e inténtelo de nuevo.")
    home.context.set_offline(False)
    expect(notices).to_be_empty()


def test_what_was_to_change_something_and_was_lost_leads_to_the_operations(home: Page) -> None:
    home.context.set_offline(True)
    home.get_by_role("button", name=re.compile("^Activar")).first.click()
    expect(home.locator("#notices")).to_contain_text("mire en «Operaciones» antes de repetir")
    expect(home.locator("#notices").get_by_role("link", name="«Operaciones»")).to_have_attribute(
        "href", re.compile("/operations/$")
    )
    home.context.set_offline(False)


def test_a_session_that_ends_while_the_dialog_is_open_comes_back_to_it(home: Page, stage: Stage) -> None:
    ask(home, "Google")
    home.context.clear_cookies(name="dashboard_session")
    home.get_by_role("button", name="Confirmar").click()
    dialog = home.get_by_role("dialog")
    expect(dialog).to_contain_text("Su sesión ha terminado")
    dialog.get_by_role("link", name="Entre de nuevo").click()
    expect(home).to_have_url(re.compile("next=%2Frent%2Fconfirm"))
    home.get_by_label("Usuario").fill("demo")
    home.get_by_label("Contraseña").fill("demo")
    home.get_by_role("button", name="Entrar").click()
    expect(home.get_by_role("heading", name="Confirmar el alquiler")).to_be_visible()
    expect(home.get_by_role("button", name="Confirmar")).to_be_enabled()


def test_without_a_worker_the_page_says_so_and_nothing_is_bought(home: Page, stage: Stage) -> None:
    ask(home, "Facebook")
    before = len(stage.calls("create"))
    stage.stop("worker")
    try:
        home.get_by_role("button", name="Confirmar").click()
        expect(home.get_by_role("dialog")).to_contain_text("está parado")
        other = home.context.new_page()
        other.goto("/")
        expect(other.locator("#banners")).to_contain_text("python manage.py worker")
    finally:
        stage.start("worker")
    expect(other.locator("#banners")).not_to_contain_text("está parado", timeout=60_000)
    assert len(stage.calls("create")) == before


def test_two_tabs_with_the_same_confirmation_buy_once(home: Page, stage: Stage) -> None:
    choose(home, "ES", "week-1", "Verse")
    before = len(stage.calls("create"))
    query = home.url.split("?")[1]
    home.goto(f"/rent/?{query}")
    other = home.context.new_page()
    other.goto(home.url)
    for page in (home, other):
        page.get_by_role("button", name="Confirmar").click()
    for page in (home, other):
        expect(page.locator("#outcome h1")).to_have_text("Hecho", timeout=30_000)
    home.go_back()
    home.reload()
    assert len(stage.calls("create")) == before + 1


def test_an_observer_who_opens_a_form_by_its_address_is_refused(page: Page, stage: Stage) -> None:
    sign_in(page, "observador")
    answer = page.goto("/rent/?country=ES&period=week-1&service=opt20")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", name="No tiene permiso")).to_be_visible()


def test_an_operation_whose_dialog_is_closed_is_followed_in_a_corner_to_its_end(
    home: Page, stage: Stage
) -> None:
    ask(home, "Microsoft")
    stage.sandbox("faults", method="create", fault="slow", seconds=6, times=1)
    home.get_by_role("button", name="Confirmar").click()
    expect(home.get_by_role("dialog")).to_contain_text("Enviando…")
    home.keyboard.press("Escape")
    corner = home.locator("#following")
    expect(corner).to_contain_text("Enviando…")
    expect(corner.get_by_role("heading", name="Hecho")).to_be_visible(timeout=30_000)
    expect_heard(home, "Hecho")
    corner.get_by_role("link", name="Ver en mis números").click()
    expect(corner).to_be_empty()


@pytest.fixture
def vendor(stage: Stage) -> Iterator[Stage]:
    """A vendor that may be broken in a test and is whole again after it."""
    yield stage
    stage.sandbox("faults", clear=True)
    stage.sandbox("balance", amount=900)
    read_balance_again(stage)
    stage.read_orders_now()


def read_balance_again(stage: Stage) -> None:
    """What is known of the balance is old, somebody waits for it, and a call that began after that has told it."""
    wished = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    stage.sql("update rentals_balancereading set read_at=datetime('now', '-1 day')")
    stage.sql("update rentals_feed set good_at=null, wanted_at=? where name='balance'", wished)
    end = time.monotonic() + 20
    while not stage.sql("select good_at > ? from rentals_feed where name='balance'", wished)[0][0]:
        assert time.monotonic() < end
        time.sleep(0.05)


def broken(vendor: Stage, page: Page, fault: str, **more: object) -> None:
    vendor.sandbox("faults", method="orders", fault=fault, times=None, **more)
    vendor.read_orders_now()
    page.goto("/")
    for _ in range(20):
        if page.locator("#banners").get_by_text("No se han podido actualizar").count():
            return
        page.wait_for_timeout(500)
        page.reload()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("http_503", "El servidor de SMSPVA tuvo un error interno."),
        ("not_json", "SMSPVA contestó con un texto o una página en lugar de datos."),
        ("wrong_types", "La respuesta de SMSPVA no tenía la forma esperada."),
    ],
)
def test_a_vendor_that_is_down_or_talks_nonsense_leaves_the_old_data_with_their_age(
    home: Page, vendor: Stage, fault: str, words: str
) -> None:
    broken(vendor, home, fault)
    banner = home.locator("#banners")
    expect(banner).to_contain_text(words)
    expect(banner).to_contain_text(re.compile(r"Se ven datos de hace \d+ (s|min)"))
    expect(banner).to_contain_text("No tiene que hacer nada")
    expect(home.locator("#rows .row").first).to_be_visible()


def test_a_wrong_key_tells_the_administrator_what_to_do_and_others_whom_to_ask(
    fresh_home: Page, vendor: Stage
) -> None:
    broken(vendor, fresh_home, "refuse", msg="Invalid API key")
    expect(fresh_home.locator("#banners")).to_contain_text("Revise la variable SMSPVA_API_KEY")
    fresh_home.get_by_role("button", name="Salir").click()
    sign_in(fresh_home, "operador")
    banner = fresh_home.locator("#banners")
    expect(banner).to_contain_text("SMSPVA no reconoce la clave API")
    expect(banner).to_contain_text("Avise a quien administra el panel")
    expect(banner).not_to_contain_text("SMSPVA_API_KEY")


def test_a_balance_that_does_not_suffice_is_said_at_the_confirmation(home: Page, vendor: Stage) -> None:
    vendor.sandbox("balance", amount=1)
    read_balance_again(vendor)
    before = len(vendor.calls("create"))
    ask(home, "Amazon")
    dialog = home.get_by_role("dialog")
    expect(dialog).to_contain_text("El saldo no alcanza", timeout=30_000)
    home.get_by_role("button", name="Confirmar").click()
    expect(dialog).to_contain_text("No se ha enviado nada")
    assert len(vendor.calls("create")) == before


def test_a_vendor_that_finds_the_money_too_little_says_so_and_nothing_is_spent(
    home: Page, vendor: Stage
) -> None:
    ask(home, "Steam")
    vendor.sandbox("faults", method="create", fault="refuse", msg="Balance is not enough", times=1)
    home.get_by_role("button", name="Confirmar").click()
    dialog = home.get_by_role("dialog")
    expect(dialog.locator("h1")).to_have_text("Rechazado", timeout=30_000)
    expect(dialog).to_contain_text("El saldo de la cuenta no alcanza")
    expect(dialog).to_contain_text("No se gastó nada.")
    expect(dialog).to_contain_text("Recargue la cuenta en la página de SMSPVA")


def test_a_slow_vendor_is_waited_for_without_taking_the_focus_or_the_selection(
    home: Page, vendor: Stage
) -> None:
    ask(home, "Blizzard")
    vendor.sandbox("faults", method="create", fault="slow", seconds=8, times=1)
    home.get_by_role("button", name="Confirmar").click()
    dialog = home.get_by_role("dialog")
    expect(dialog).to_contain_text("Enviando…")
    dialog.locator("#outcome").evaluate("outcome => { outcome.mine = true; }")
    home.wait_for_timeout(2000)
    assert dialog.locator("#outcome").evaluate("outcome => outcome.mine === true")
    # It began ten seconds earlier, so that the sentence is to be seen for six seconds and not for three.
    vendor.sql(
        "update rentals_operation set recorded_at=strftime('%Y-%m-%d %H:%M:%f', recorded_at, '-10 seconds')"
        " where id=(select max(id) from rentals_operation)"
    )
    expect(dialog).to_contain_text("SMSPVA tarda más de lo habitual", timeout=20_000)
    expect(dialog.locator("h1")).to_have_text("Hecho", timeout=30_000)
    expect(dialog).to_contain_text(re.compile("Cobrado|Precio"))


def test_an_unknown_outcome_says_what_is_not_known_and_what_not_to_do(home: Page, vendor: Stage) -> None:
    ask(home, "Wirex")
    vendor.sandbox("faults", method="create", fault="drop_before", times=1)
    home.get_by_role("button", name="Confirmar").click()
    dialog = home.get_by_role("dialog")
    expect(dialog.locator("h1")).to_have_text("Resultado desconocido", timeout=30_000)
    expect(dialog).to_contain_text("Todavía no se sabe si se cobró.")
    expect(dialog).to_contain_text("No la repita")
    dialog.get_by_role("link", name="Volver a mis números").click()
    expect(home.locator("#banners")).to_contain_text("Resultado desconocido")
