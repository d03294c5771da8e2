"""An intent that does not fit a limit is refused, in words that say which limit and when it renews."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from rentals.models import Operation, OperationTarget, PriceList, Team
from rentals.models.operations import FailedHow, State
from rentals.models.transitions import move
from rentals.queries import operations as known
from rentals.queries.budgets import Budget, Span, Used, Whose, used_by_person
from rentals.use_cases.budget_words import what_is_left
from rentals.use_cases.budgets import against
from rentals.use_cases.refusals import NotRecorded
from tests.conftest import add_service, expiring_order, on_order, prolong, quoted, record, rent, restore
from tests.operations.test_create_multi import several

CENT = Decimal("0.01")
KINDS = {
    "create": rent,
    "create_multi": several,
    "prolong": lambda person, worker: prolong(person, expiring_order(worker)),
    "prolong_max": lambda person, worker: prolong(person, expiring_order(worker), "day-2"),
    "add_service_to_order": lambda person, worker: add_service(person, expiring_order(worker), days=1),
    "restore_user": lambda person, worker: restore(person, quoted(worker)),
}


@pytest.fixture(autouse=True)
def rich(sandbox):
    sandbox.post("balance", {"amount": "400"})


def limit(who, day=None, month=None):
    who.day_limit, who.month_limit = day, month
    who.save()


def price_of(confirmation):
    return Decimal(confirmation.shown["price"])


def refused(confirmation, person):
    before = Operation.objects.count(), OperationTarget.objects.count()
    with pytest.raises(NotRecorded) as found:
        record(confirmation, person)
    assert (Operation.objects.count(), OperationTarget.objects.count()) == before
    return found.value


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_paid_is_refused_above_the_limit_and_passes_at_it(synced, operator, kind):
    confirmation = KINDS[kind](operator, synced)
    assert confirmation.kind == kind
    price = price_of(confirmation)
    limit(operator, day=price - CENT)
    assert refused(confirmation, operator).code == "over_budget"
    limit(operator, day=price)
    assert record(confirmation, operator).quote == price


def test_the_team_is_limited_together(synced, operator, administrator):
    mine, theirs = rent(operator, synced, "opt29"), rent(administrator, synced, "opt20")
    limit(Team.only(), month=price_of(mine) + price_of(theirs) - CENT)
    record(theirs, administrator)
    found = refused(mine, operator)
    assert (found.budget.whose, found.budget.left) == ("team", price_of(mine) - CENT)


def test_what_failed_makes_room_for_the_same_again(synced, operator):
    one, other = rent(operator, synced, "opt29"), rent(operator, synced, "opt20")
    limit(operator, day=max(price_of(one), price_of(other)))
    first = record(one, operator)
    assert refused(other, operator).code == "over_budget"
    move(first, State.RECORDED, State.FAILED, failed_how=FailedHow.NOT_SENT)
    assert record(other, operator).state == State.RECORDED


def test_the_refused_confirmation_passes_when_the_limit_is_raised(synced, operator):
    confirmation = rent(operator, synced)
    limit(operator, day=0)
    assert not refused(confirmation, operator).final
    limit(operator, day=50)
    assert record(confirmation, operator).key == confirmation.key


def test_the_same_key_again_leads_to_the_first_and_counts_once_though_nothing_is_left(synced, operator):
    confirmation = rent(operator, synced)
    limit(operator, day=price_of(confirmation))
    first = record(confirmation, operator)
    assert record(confirmation, operator) == first
    assert used_by_person()[operator.pk].day.reserved == price_of(confirmation)


@pytest.fixture
def at_the_last_look(monkeypatch):
    """Lets something happen once between the last look at what is free and the writing."""

    def at_that_moment(happens):
        look, pending = known.done_since_last_sync, [happens]

        def done_since_last_sync(target):
            if pending:
                pending.pop()()
            return look(target)

        monkeypatch.setattr(known, "done_since_last_sync", done_since_last_sync)

    return at_that_moment


def test_the_other_half_of_a_double_click_is_not_told_that_nothing_is_left(
    synced, operator, at_the_last_look
):
    confirmation = rent(operator, synced)
    limit(operator, day=price_of(confirmation))
    at_the_last_look(lambda: record(confirmation, operator))
    assert record(confirmation, operator) == Operation.objects.get()


def test_who_is_ahead_is_told_rather_than_that_they_have_used_what_was_left(
    synced, operator, administrator, at_the_last_look
):
    mine, late, theirs = (rent(person, synced) for person in (operator, operator, administrator))
    limit(Team.only(), day=price_of(mine))
    at_the_last_look(lambda: record(theirs, administrator))
    with pytest.raises(NotRecorded) as found:
        record(mine, operator)
    assert (found.value.code, found.value.ahead) == ("someone_ahead", Operation.objects.get())
    assert refused(late, operator).code == "someone_ahead"


def test_where_nobody_knows_the_price_a_limit_refuses_it(synced, operator):
    order = expiring_order(synced)
    for held in PriceList.objects.filter(country=order.country):
        held.rows = [row for row in held.rows if row["code"] != order.service]
        held.save()
    confirmation = prolong(operator, order)
    assert confirmation.shown["price"] is None
    limit(Team.only(), month=1000)
    found = refused(confirmation, operator)
    assert (found.code, found.final) == ("unpriced", False)
    assert "no se puede saber si cabe" in found.words
    limit(Team.only())
    assert record(confirmation, operator).quote is None


def test_an_unpriced_kind_that_costs_nothing_is_recorded_whatever_the_limit(synced, operator):
    limit(operator, day=0)
    order = expiring_order(synced)
    assert record(on_order(operator, "delete", order), operator).kind == "delete"


# --- the words ---

NEXT = datetime(2026, 11, 30, 23, tzinfo=UTC)


def budget(whose="person", period="day", most="20", spent="17.90", renews_at=NEXT):
    return Budget(Whose(whose), Span(period), Decimal(most), Used(Decimal(spent)), renews_at)


@pytest.mark.parametrize(
    ("whose", "period", "words"),
    [
        (
            "person",
            "day",
            "Supera su límite de 20,00 USD por día: esto cuesta 6,44 USD y hoy le quedan 2,10 USD.",
        ),
        (
            "person",
            "month",
            "su límite de 20,00 USD por mes: esto cuesta 6,44 USD y este mes le quedan 2,10 USD.",
        ),
        (
            "team",
            "day",
            "el límite del equipo de 20,00 USD por día: esto cuesta 6,44 USD y hoy quedan 2,10 USD.",
        ),
        (
            "team",
            "month",
            "el límite del equipo de 20,00 USD por mes: esto cuesta 6,44 USD y este mes quedan 2,10",
        ),
    ],
)
def test_a_refusal_says_which_limit_what_is_left_and_when_it_renews(whose, period, words):
    said = against([budget(whose, period)], Decimal("6.44")).words
    assert words in said
    assert "Se renueva el 1 de diciembre a las 00:00 (hora de Europe/Madrid)" in said
    assert said.endswith("No se ha enviado nada.")


def test_where_the_clock_jumps_at_midnight_it_renews_when_the_day_begins(settings):
    settings.TEAM_TIME_ZONE = "Africa/Cairo"
    said = against([budget(renews_at=datetime(2026, 4, 23, 22, tzinfo=UTC))], Decimal(9)).words
    assert "el 24 de abril a las 01:00 (hora de Africa/Cairo)" in said


def test_what_does_not_fit_the_whole_limit_is_not_told_to_wait():
    said = against([budget()], Decimal("20.01")).words
    assert "Se renueva" not in said
    assert "Ni siquiera cabe en el límite entero" in said


def test_of_several_limits_the_one_that_lasts_longest_is_told():
    day, month = budget(), budget("team", "month", renews_at=NEXT.replace(month=12))
    assert against([day, month], Decimal(6)).budget == month
    assert against([day, budget("team", "month", "900")], Decimal(6)).budget == day


def test_what_is_left_is_never_said_to_be_more_than_it_is():
    assert "Le quedan 2,09 USD hoy" in what_is_left(budget(spent="17.9001"))


def test_where_nothing_is_left_it_says_when_it_renews():
    said = what_is_left(budget("team", "month", spent="25"))
    assert said.startswith("Al equipo le quedan 0,00 USD este mes")
    assert "Se renueva el 1 de diciembre" in said
