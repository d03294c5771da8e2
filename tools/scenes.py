"""Every page, dialog and state, each brought up on a `Still`: for pictures (`make shots`) and for axe alike.

A new state is one line in `ALL`; it gets its pictures and its axe run with it. Scenes find things by the words on
the screen, which the markup may outlive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tools import scenes_entrance as entrance
from tools import scenes_journal as journal
from tools import scenes_money as money
from tools import scenes_numbers as numbers
from tools import scenes_people as people
from tools import scenes_team as team
from tools import scenes_verbs as verbs
from tools.still import ZONE, Still, ago

THEMES = ("light", "dark")
HEIGHTS = {320: 720, 768: 1024, 1440: 900}
Show = Callable[[Page, Still], None]
SEVERAL = f"{money.CHOICE}&service=opt29&service=opt1&several=1"


@dataclass(frozen=True)
class Scene:
    """`whole`: a picture of the whole page, however long; else of what the window shows."""

    name: str
    show: Show
    user: str = "demo"
    whole: bool = True
    script: bool = True
    widths: tuple[int, ...] = (320, 768, 1440)


@contextmanager
def shown(
    browser: Browser, still: Still, scene: Scene, width: int, listen: Callable[[BrowserContext], object] = id
) -> Iterator[Page]:
    """The page with the scene on it; `listen` may attach itself to the context before anything happens."""
    still.reset()
    context = browser.new_context(
        base_url=still.url,
        locale="es-ES",
        timezone_id=ZONE,
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        reduced_motion="reduce",
        java_script_enabled=scene.script,
    )
    try:
        listen(context)
        context.add_cookies(still.cookies[scene.user])  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(15_000)
        scene.show(page, still)
        yield page
    finally:
        context.close()


def wear(page: Page, theme: str) -> None:
    """The theme, in place: as the button does it, and for pages without script as the system does it."""
    page.context.add_cookies([{"name": "theme", "value": theme, "url": page.url}])
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.locator("html").evaluate("(root, theme) => { root.dataset.theme = theme; }", theme)


# --- what is on the page


def rental(page: Page, still: Still) -> None:
    page.goto(money.CHOICE)
    expect(page.locator("#offers")).not_to_have_attribute("aria-busy", "true")


def at(address: str, arrange: Callable[[Still], object] = id, says: str = "") -> Show:
    """The address after `arrange` has had its way with the rows, once the page says those words."""

    def show(page: Page, still: Still) -> None:
        arrange(still)
        page.goto(address)
        if says:
            expect(page.get_by_text(says).first).to_be_visible()

    return show


def row(page: Page, words: str) -> Locator:
    return page.locator(".row", has_text=words).first


def panel(words: str, arrange: Callable[[Still], object] = id) -> Show:
    """The SMS of the row that says so."""

    def show(page: Page, still: Still) -> None:
        arrange(still)
        page.goto("/")
        row(page, words).get_by_role("button", name="SMS").click()
        expect(page.get_by_text("SMS que llegó al número").first).to_be_visible()

    return show


def panel_with_others(page: Page, still: Still) -> None:
    panel("WhatsApp")(page, still)
    page.locator("summary", has_text="otros servicios").click()


def arabic(still: Still) -> None:
    """Right-to-left words, digits and a sender among ours, and a word that no line is long enough for."""
    still.update("sms", "text like '%واتساب%'", sender="واتساب +34")
    still.update(
        "sms", "text like 'G-%'", text="مرحبا! رمز Google هو G-481 920 (لا تشاركه), https://g.co/" + "x" * 90
    )


def panel_in_arabic(page: Page, still: Still) -> None:
    arabic(still)
    panel_with_others(page, still)
    page.get_by_text("لا تشارك").first.scroll_into_view_if_needed()


def looking(still: Still) -> None:
    still.update("order", "service='opt20'", sms_wanted_at=ago(0))


def sms_failed(still: Still) -> None:
    still.update("order", "service='opt20'", sms_reason="read_timeout", sms_good_at=ago(340))


def search(name: str, words: str) -> Show:
    def show(page: Page, still: Still) -> None:
        rental(page, still)
        page.get_by_role("searchbox", name=name).fill(words)

    return show


def search_numbers(words: str) -> Show:
    def show(page: Page, still: Still) -> None:
        rental(page, still)
        page.get_by_role("region", name="Mis números").get_by_role("searchbox").fill(words)

    return show


def more(page: Page, still: Still) -> None:
    rental(page, still)
    row(page, "WhatsApp").get_by_role("button", name="Más").click()


def questions(page: Page, still: Still) -> None:
    page.goto("/")
    page.locator("#preguntas").scroll_into_view_if_needed()
    page.locator("details[name], .faq details").evaluate_all(
        "all => all.forEach((one) => { one.removeAttribute('name'); one.open = true; })"
    )


def login_refused(page: Page, still: Still) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Usuario").fill("demo")
    page.get_by_label("Contraseña").fill("falsa")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert").filter(has_text=re.compile(r"\w")).first).to_be_visible()


def login_empty(page: Page, still: Still) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_text("Escriba su usuario.")).to_be_visible()


def refresh(page: Page) -> None:
    page.evaluate("document.body.dispatchEvent(new CustomEvent('mirror:refresh'))")


def session_ended(page: Page, still: Still) -> None:
    rental(page, still)
    page.context.clear_cookies(name="dashboard_session")
    refresh(page)
    expect(page.locator("#notices")).to_contain_text("sesión")


def offline(page: Page, still: Still) -> None:
    rental(page, still)
    page.context.set_offline(True)
    refresh(page)
    expect(page.get_by_text("sin conexión con el panel").first).to_be_visible()


# --- what the vendor, the worker and the account are up to


def failing(reason: str, message: str = "", good_at: float | None = 340) -> Callable[[Still], None]:
    def arrange(still: Still) -> None:
        old = {"good_at": ago(good_at) if good_at else None}
        still.update("feed", "name='orders'", failures=3, reason=reason, message=message, **old)

    return arrange


def never_read(still: Still) -> None:
    """As in the first seconds, or while the vendor does not answer the first question."""
    still.update("feed", good_at=None, tried_at=None)
    still.update("order", listed=0)
    still.update("country", listed=0)
    still.sql("delete from rentals_balancereading")


def never_answered(still: Still) -> None:
    never_read(still)
    failing("connection_refused", good_at=None)(still)


def no_worker(still: Still) -> None:
    still.update("lease", expires_at=ago(300))
    still.update("feed", good_at=ago(340))


def empty(still: Still) -> None:
    still.update("order", listed=0)


def in_the_table(still: Still) -> None:
    """Four rows with something to say: unknown, on its way, refused, and running out."""
    unknown, sending, refused, urgent = (
        still.order(f"service='{code}'") for code in ("opt1", "opt2", "opt83", "opt29")
    )
    still.operation(
        "unknown", kind="activate", order=unknown, target=f"order:{unknown}", reason="read_timeout"
    )
    still.operation("sent", kind="activate", order=sending, target=f"order:{sending}")
    still.operation(
        "failed", kind="activate", order=refused, failed_how="refused", reason="refused", settled_at=ago(3)
    )
    still.update("order", f"vendor_id='{urgent}'", until=ago(-3 * 3600))
    still.update("order", "service='opt104'", until=ago(60))
    still.update("order", "service='opt16'", state_since=ago(16 * 60))


def long_words(still: Still) -> None:
    """Texts and figures that no design has expected."""
    name = "Servicio de verificación por mensajes para tiendas y mercados internacionales (GMail, YouTube)"
    still.update(
        "order", "service='opt20'", service_name=name, operator="Operadora_de_Telecomunicaciones_SA_ES"
    )
    still.update("order", "service='opt29'", service_name="Unwahrscheinlichlangesdienstwort" * 2)
    still.update("balancereading", amount="1234567.89")
    still.update("sms", sender="REMITENTEDEMASIADOLARGO" * 4)


def prices_failed(still: Still) -> None:
    still.insert(
        "pricelist", country="AR", unit="week", count=1, rows="[]", failures=2, reason="read_timeout",
        tried_at=ago(3), wanted_at=ago(9),
    )  # fmt: skip


def without_services(still: Still) -> None:
    still.insert("pricelist", country="GI", unit="week", count=1, rows="[]", fetched_at=ago(9), failures=0)


def broken(still: Still) -> None:
    """A fault of our own: the page cannot be drawn at all."""
    still.sql("alter table rentals_operation rename to rentals_mislaid")


USUAL = [
    Scene("numbers", rental),
    Scene("numbers-observer", rental, user="observador"),
    Scene("numbers-in-every-state", at(money.CHOICE, in_the_table)),
    Scene("numbers-filtered", search_numbers("whats")),
    Scene("numbers-filtered-none", search_numbers("qqq")),
    Scene("numbers-more", more),
    Scene("numbers-long-words", at("/?country=ES&period=week-1&service=opt1", long_words)),
    Scene("numbers-without-script", at(money.CHOICE), script=False),
    Scene("no-orders", at("/", empty, "Todavía no hay números")),
    Scene("200-rows", at(money.CHOICE, lambda still: still.crowd(200)), whole=False),
    Scene("2000-rows", at(money.CHOICE, lambda still: still.crowd(2000)), whole=False, widths=(1440,)),
    Scene("questions", questions),
]
PANEL = [
    Scene("sms", panel("WhatsApp")),
    Scene("sms-others", panel_with_others),
    Scene("sms-arabic", panel_in_arabic, whole=False),
    Scene("sms-none", panel("Google")),
    Scene("sms-none-while-activating", panel("Play_PL")),
    Scene("sms-looking", panel("WhatsApp", looking)),
    Scene("sms-failed", panel("WhatsApp", sms_failed)),
    Scene("sms-long-words", panel("Operadora", long_words)),
]
FORM = [
    Scene("services-found", search("Buscar servicio", "goog")),
    Scene("services-several", at(SEVERAL)),
    Scene("services-found-none", search("Buscar servicio", "qqq")),
    Scene("several-refused", at("/rent/?country=ES&period=month-1&several=1", says="Elija un servicio.")),
    Scene("field-refused", at("/rent/?country=ES&period=month-1", says="Elija un servicio.")),
    Scene("prices-loading", at("/?country=PL&period=week-1", says="alculando")),
    Scene("prices-failed", at("/?country=AR&period=week-1", prices_failed)),
    Scene("country-without-services", at("/?country=GI&period=week-1", without_services)),
    Scene("out-of-stock", at(money.CHOICE, money.out_of_stock)),
    Scene("not-enough-money", at(money.CHOICE, money.poor)),
    Scene("within-budget", at(money.CHOICE, money.limited)),
    Scene("over-budget", at(money.CHOICE, money.used_up)),
]
VENDOR = [
    Scene("first-look", at("/", never_read)),
    Scene("first-look-vendor-down", at("/", never_answered)),
    Scene("vendor-slow", at("/", failing("read_timeout")), whole=False),
    Scene("vendor-down", at("/", failing("connection_refused")), whole=False),
    Scene("vendor-nonsense", at("/", failing("not_json")), whole=False),
    Scene("wrong-key", at("/", failing("invalid_key", "Invalid API key <b>!</b>")), whole=False),
    Scene("wrong-key-operator", at("/", failing("invalid_key")), user="operador", whole=False),
    Scene("no-worker", at("/", no_worker), whole=False),
    Scene("no-worker-operator", at("/", no_worker), user="operador", whole=False),
    Scene("session-ended", session_ended, whole=False),
    Scene("offline", offline, whole=False),
]
OTHER_PAGES = [
    Scene("login", at("/accounts/login/"), user=""),
    Scene("login-refused", login_refused, user=""),
    Scene("login-empty", login_empty, user=""),
    Scene("journal", at("/operations/", money.history)),
    Scene("journal-empty", at("/operations/")),
    Scene("error-not-found", at("/no-existe/")),
    Scene("error-forbidden", at(f"/rent/{money.CHOICE[1:]}"), user="observador"),
    Scene("error-wrong-way", at("/theme/")),
    Scene("error-our-own", at("/operations/", broken)),
]
SPENT = [*money.SCENES, *verbs.SCENES, *journal.SCENES, *team.SCENES]
MONEY = [Scene(name, show, whole=whole) for name, show, whole in SPENT]
ENTRANCE = [Scene(name, show, user="") for name, show in entrance.SCENES]
PEOPLE = [Scene(name, show, user="", whole=whole) for name, show, whole in people.SCENES]
NUMBERS = [
    *(Scene(name, show, user=user) for name, show, user in numbers.SCENES),
    Scene("held-refused-without-script", numbers.refused_without_script, script=False),
    Scene("200-rows-held", numbers.at(numbers.PAGE, numbers.many_held), whole=False),
]
ALL = [*USUAL, *PANEL, *FORM, *MONEY, *NUMBERS, *VENDOR, *OTHER_PAGES, *ENTRANCE, *PEOPLE]
