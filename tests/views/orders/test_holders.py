"""Label, holder and note where orders are shown: the table, its filter, "Más" and the SMS panel."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from rentals.models import AuditEntry, Mirror, Number, Operation, Order, Person, Watch
from rentals.models.audit import AuditKind
from rentals.models.transitions import touch
from rentals.use_cases import team, wants
from rentals.use_cases.numbers import open_panel, release, take
from tests.views.conftest import signed_in


@pytest.fixture
def held(operator, inactive):
    """By Ana since two hours ago, with label and note."""
    take(operator, inactive.number)
    since = timezone.now() - timedelta(hours=2, seconds=5)
    Number.objects.filter(pk=inactive.number_id).update(held_at=since, label="Tienda Ñandú", note="Con PIN")
    touch()
    return Order.objects.select_related("number").get(pk=inactive.pk)


def said(client, address, **more):
    return " ".join(client.get(address, **more).content.decode().split())


def row(client, order):
    return said(client, f"/orders/{order.vendor_id}/row/")


# --- who sees which button


def test_a_free_number_has_a_button_to_take_it_and_says_nothing_else(as_operator, inactive):
    page = row(as_operator, inactive)
    assert f'aria-label="Tomar {inactive.number.e164[:3]}' in page
    assert "lo usa" not in page


def test_each_sees_the_holder_and_only_who_may_release_it_a_button(
    as_operator, as_other, as_observer, administrator, held
):
    pages = [row(client, held) for client in (as_operator, as_other, as_observer, signed_in(administrator))]
    assert all("lo usa <bdi>ana</bdi>" in page for page in pages)
    assert ["(usted)" in page for page in pages] == [True, False, False, False]
    assert ['aria-label="Soltar ' in page for page in pages] == [True, False, False, True]
    assert not any('aria-label="Tomar ' in page for page in pages)


def test_nobody_is_sent_a_row_that_was_drawn_for_another(as_operator, as_other, held, htmx):
    """Whoever looks first: what is kept in the process is asked for by all that a row shows."""
    for first, second in ((as_operator, as_other), (as_other, as_operator)):
        pages = {client: said(client, "/orders/table/", headers=htmx) for client in (first, second)}
        assert "(usted)" in pages[as_operator]
        assert "(usted)" not in pages[as_other]
        assert pages[as_other].count('aria-label="Soltar ') == 0


def test_the_versions_of_two_people_of_one_role_differ(as_operator, as_other, held):
    versions = {client.get("/").context["table"].version for client in (as_operator, as_other)}
    assert len(versions) == 2


def test_label_and_that_there_is_a_note_stand_in_the_row(as_operator, held):
    page = row(as_operator, held)
    assert "<bdi>Tienda Ñandú</bdi>" in page
    assert "(con nota)" in page
    assert "Con PIN" not in page


@pytest.mark.parametrize("stranger", ["\ue000", "\ue001", "\ue002", "<!lasting>", "<!left>", "<!when>"])
def test_no_label_and_no_name_is_taken_for_the_words_of_time(as_other, operator, held, stranger):
    usual = row(as_other, held)
    Number.objects.filter(pk=held.number_id).update(label=f"x{stranger}y")
    Person.objects.filter(pk=operator.pk).update(first_name=f"p{stranger}q")
    page = row(as_other, held)
    assert f"<bdi>x{escape(stranger)}y</bdi>" in page
    assert f"<bdi>p{escape(stranger)}q</bdi>" in page
    assert page.count("<time") == usual.count("<time") == 1
    assert escape(stranger) in page.split('data-find="')[1].split('"')[0]
    assert "<!" not in page


def test_an_order_whose_number_is_not_known_has_no_button(as_operator, inactive):
    Order.objects.filter(pk=inactive.pk).update(number=None)
    assert "Tomar" not in row(as_operator, inactive)
    assert "Etiqueta y nota" not in said(as_operator, f"/orders/{inactive.vendor_id}/more/")


# --- the refresh


def test_a_take_reaches_the_others_with_their_next_refresh_as_one_row(as_other, operator, inactive, htmx):
    table = as_other.get("/").context["table"]
    known = {"v": table.version, "have": table.have}
    assert as_other.get("/orders/table/", known, headers=htmx).status_code == 204
    take(operator, inactive.number)
    page = as_other.get("/orders/table/", known, headers=htmx).content.decode()
    assert page.count('<tr id="order-') == 1
    assert "lo usa <bdi>ana</bdi>" in page


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return len(made)


def crowd(count, people):
    """So many rows, each of a number of its own; all of them held and labelled."""
    one = Order.objects.filter(listed=True, number__isnull=False)[0]
    for nth in range(Order.objects.filter(listed=True).count(), count):
        number = Number.objects.create(e164=f"+99{nth:08}", first_seen_at=timezone.now())
        one.pk, one.vendor_id, one.number = None, f"9{nth:05}", number
        one.save(force_insert=True)
    for nth, person in enumerate(people):
        some = [pk for pk in Number.objects.values_list("pk", flat=True) if pk % len(people) == nth]
        Number.objects.filter(pk__in=some).update(holder=person, held_at=timezone.now(), label="Tienda")


@pytest.mark.parametrize("address", ["/", "/orders/table/"])
def test_holders_and_labels_cost_no_query_however_many_rows(
    as_operator, operator, observer, administrator, synced, address
):
    without = queries_of(as_operator, address)
    crowd(10, [operator])
    few = queries_of(as_operator, address)
    crowd(120, [operator, observer, administrator])
    assert without == few == queries_of(as_operator, address)


# --- the filter


def shown_ids(page):
    return [part.split('"')[0] for part in page.split('<tr id="order-')[1:]]


@pytest.mark.parametrize("typed", ["nandu", "TIENDA ñ", "usa ana", "lo usa ana", "Lo usa"])
def test_the_filter_finds_label_and_holder(as_other, held, typed):
    assert shown_ids(said(as_other, "/", data={"q": typed})) == [held.vendor_id]


def test_those_i_use_are_counted_and_a_link_leaves_only_them(as_operator, as_other, berta_holds, held):
    page = said(as_operator, "/")
    assert 'href="/?q=lo%20usa%20usted" data-filter-by="lo usa usted">los que uso yo: 1</a>' in page
    assert shown_ids(said(as_operator, "/", data={"q": "lo usa usted"})) == [held.vendor_id]
    assert shown_ids(said(as_other, "/", data={"q": "lo usa usted"})) == [berta_holds.vendor_id]


@pytest.fixture
def berta_holds(as_other, inactive):
    order = Order.objects.filter(listed=True).exclude(number=inactive.number_id)[0]
    take(Person.objects.get(username="berta"), order.number)
    return order


def test_who_uses_none_has_no_such_link(as_operator, inactive):
    assert "los que uso yo" not in said(as_operator, "/")


def test_without_script_the_filter_travels_with_a_take(as_operator, inactive):
    assert '<input type="hidden" name="q" value="&lt;b&gt;">' in said(as_operator, "/", data={"q": "<b>"})


# --- "Más"


def test_more_shows_label_note_holder_and_who_rented_it(as_other, operator, held):
    made = Operation.objects.create(
        key="5f0c1a52-6d0e-4a3e-9a4b-0d7d4f5b8a11", kind="create", state="succeeded", person=operator,
        parameters={}, recorded_at=timezone.now() - timedelta(days=3, minutes=1),
    )  # fmt: skip
    Order.objects.filter(pk=held.pk).update(origin=made)
    page = said(as_other, f"/orders/{held.vendor_id}/more/")
    assert all(words in page for words in ("Tienda Ñandú", "Con PIN", "2 h</span>", "hace 3 d"))
    assert f'formaction="/numbers/{held.number_id}/label/"' in page


def test_more_changes_with_holder_label_and_note(as_other, operator, held):
    def version():
        return as_other.get(f"/orders/{held.vendor_id}/more/").context["more"].v

    seen = [version()]
    for change in ({"label": "x"}, {"note": "y"}, {"holder": None, "held_at": None}):
        Number.objects.filter(pk=held.number_id).update(**change)
        seen.append(version())
    assert len(set(seen)) == 4


def test_an_observer_reads_the_note_and_has_no_button(as_observer, held):
    page = said(as_observer, f"/orders/{held.vendor_id}/more/")
    assert "Con PIN" in page
    assert "Etiqueta y nota" not in page


def test_that_the_holder_was_deactivated_is_said(as_other, operator, held):
    operator.is_active = False
    operator.save()
    assert "cuenta desactivada" in said(as_other, f"/orders/{held.vendor_id}/more/")
    assert "cuenta está desactivada" in said(as_other, f"/orders/{held.vendor_id}/sms/")


# --- the SMS panel


@pytest.mark.parametrize(("shown", "name"), [("sms", "panel"), ("more", "more")])
def test_who_has_it_open_hears_of_it_when_the_holder_comes_or_goes(
    as_other, administrator, operator, held, htmx, shown, name
):
    address, seen, versions = f"/orders/{held.vendor_id}/{shown}/", [], [Mirror.only().version]
    for change in (team.deactivate, team.reactivate):
        version = as_other.get(address).context[name].v
        change(administrator, operator)
        answer = as_other.get(address, {"v": version}, headers=htmx)
        seen.append("desactivada" in answer.content.decode())
        versions.append(Mirror.only().version)
        assert (answer.status_code, answer.context[name].v != version) == (200, True)
    assert seen == [True, False]
    # Every table hears of it too.
    assert len(set(versions)) == 3


def panel(client, order, **more):
    return said(client, f"/orders/{order.vendor_id}/sms/", **more)


def opened():
    entries = AuditEntry.objects.filter(kind=AuditKind.PANEL_OPENED).order_by("pk")
    return list(entries.values_list("person__username", "about__username", "number"))


def test_the_panel_of_a_number_that_another_holds_says_so_in_words(as_other, held):
    page = panel(as_other, held)
    assert "<b>Lo usa <bdi>ana</bdi></b> desde hace" in page
    assert "queda anotado" in page
    assert all(words in page for words in ("Tienda Ñandú", "Con PIN"))


def test_the_holders_own_panel_does_not_warn_and_nothing_is_put_down(as_operator, held):
    page = panel(as_operator, held)
    assert "lo usa usted desde hace" in page
    assert "queda anotado" not in page
    assert opened() == []


def test_that_it_was_opened_is_put_down_once_and_not_with_every_look(as_other, held, htmx):
    for asked in ({}, {"v": "x", "last": "0"}, {"v": "x"}, {}):
        panel(as_other, held, data=asked, headers=htmx)
    assert opened() == [("berta", "ana", held.number_id)]


def test_opened_again_after_it_was_closed_for_a_while_it_is_put_down_again(as_other, held):
    panel(as_other, held)
    Watch.objects.update(until=timezone.now() - timedelta(seconds=1))
    panel(as_other, held)
    assert len(opened()) == 2


def test_a_watch_that_is_about_to_lapse_is_renewed_and_is_no_opening(as_other, held):
    panel(as_other, held)
    Watch.objects.update(until=timezone.now() + timedelta(seconds=5))
    panel(as_other, held)
    assert len(opened()) == 1
    assert Watch.objects.get().until - timezone.now() > wants.RENEW_WATCH_BELOW


def test_to_ask_for_a_look_opens_it_too(as_other, held, htmx):
    as_other.post(f"/orders/{held.vendor_id}/sms/refresh/", headers=htmx)
    assert len(opened()) == 1


def test_an_observer_who_opens_it_is_put_down_too(as_observer, held):
    panel(as_observer, held)
    assert opened() == [("olga", "ana", held.number_id)]


def test_a_number_that_nobody_holds_is_opened_without_a_word(as_other, operator, held):
    release(operator, held.number)
    assert "queda anotado" not in panel(as_other, held)
    assert opened() == []


def test_who_has_it_open_when_it_is_taken_is_put_down_too_without_the_takers_address(
    as_operator, as_other, inactive
):
    panel(as_other, inactive)
    as_operator.post(f"/numbers/{inactive.number_id}/take/", {"seen": inactive.vendor_id})
    assert opened() == [("berta", "ana", inactive.number_id)]
    assert AuditEntry.objects.get(kind=AuditKind.PANEL_OPENED).address is None
    assert "queda anotado" in panel(as_other, inactive)
    assert len(opened()) == 1


def test_neither_the_taker_nor_who_closed_it_before_is_put_down(as_operator, as_other, operator, inactive):
    panel(as_other, inactive)
    Watch.objects.update(until=timezone.now() - timedelta(seconds=1))
    panel(as_operator, inactive)
    take(operator, inactive.number)
    assert opened() == []


def test_who_opens_it_at_the_moment_that_it_is_taken_is_put_down(operator, observer, inactive):
    """What the page has read of the number before is not believed."""
    seen_free = Order.objects.select_related("number").get(pk=inactive.pk)
    take(operator, inactive.number)
    open_panel(observer, seen_free)
    assert opened() == [("olga", "ana", inactive.number_id)]


def test_an_open_panel_hears_of_the_holder(as_other, operator, inactive, htmx):
    address = f"/orders/{inactive.vendor_id}/sms/"
    version = as_other.get(address).context["panel"].v
    assert as_other.get(address, {"v": version}, headers=htmx).status_code == 204
    take(operator, inactive.number)
    assert "Lo usa <bdi>ana</bdi>" in said(as_other, address, data={"v": version}, headers=htmx)
