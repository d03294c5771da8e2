"""Taking, releasing and describing a number: who may, who wins, and what is put down."""

import pytest
from django.utils import timezone

from rentals.models import AuditEntry, Mirror, Number
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.use_cases import numbers
from rentals.use_cases.numbers import NotChanged, describe, mark, release, take


@pytest.fixture
def number(singletons):
    return Number.objects.create(e164="+34612345678", first_seen_at=timezone.now())


@pytest.fixture
def berta(make_person):
    return make_person("berta", Role.OPERATOR)


def now(number):
    return Number.objects.get(pk=number.pk)


def told(*fields):
    return list(AuditEntry.objects.order_by("pk").values_list(*fields))


def unchanged(doing, code):
    """It is refused with this code, and neither numbers, audit nor the version of the table have moved."""

    def everything():
        return list(Number.objects.values()), told("pk"), Mirror.only().version

    before = everything()
    with pytest.raises(NotChanged) as refusal:
        doing()
    assert refusal.value.code == code
    assert everything() == before
    return refusal.value


def test_a_free_number_is_taken_and_every_table_hears_of_it(operator, number):
    version = Mirror.only().version
    assert take(operator, number)
    assert now(number).holder == operator
    assert abs((timezone.now() - now(number).held_at).total_seconds()) < 60
    assert Mirror.only().version == version + 1
    assert told("kind", "person", "number") == [(AuditKind.TAKEN, operator.pk, number.pk)]


def test_to_take_it_twice_changes_nothing(operator, number):
    take(operator, number)
    since, version = now(number).held_at, Mirror.only().version
    assert not take(operator, number)
    assert (now(number).held_at, Mirror.only().version, len(told("pk"))) == (since, version, 1)


def test_what_somebody_else_holds_is_refused_with_who_and_since_when(operator, administrator, number):
    take(operator, number)
    refusal = unchanged(lambda: take(administrator, number), "held")
    assert (refusal.number.holder, refusal.number.held_at) == (operator, now(number).held_at)


def test_of_two_who_both_saw_it_free_the_second_is_told_of_the_first(operator, berta, number):
    seen_by_berta = now(number)
    take(operator, now(number))
    assert unchanged(lambda: take(berta, seen_by_berta), "held").number.holder == operator


def test_the_holder_releases_it(operator, number):
    take(operator, number)
    assert release(operator, number)
    assert (now(number).holder, now(number).held_at) == (None, None)
    assert told("kind", "about") == [(AuditKind.TAKEN, None), (AuditKind.RELEASED, None)]


def test_to_release_what_nobody_holds_changes_nothing(operator, number):
    version = Mirror.only().version
    assert not release(operator, number)
    assert (told("pk"), Mirror.only().version) == ([], version)


def test_a_colleague_does_not_release_it(operator, berta, number):
    take(operator, number)
    unchanged(lambda: release(berta, number), "not_theirs")


def test_an_administrator_releases_anybodys_and_the_audit_says_whose(operator, administrator, number):
    take(operator, number)
    assert release(administrator, number)
    assert told("kind", "person", "about")[1] == (AuditKind.RELEASED, administrator.pk, operator.pk)


def test_an_administrator_does_not_release_the_number_of_another_than_was_shown(
    operator, berta, administrator, number
):
    take(berta, number)
    unchanged(lambda: release(administrator, number, of=operator.pk), "moved")


def test_the_number_of_somebody_deactivated_stays_and_an_administrator_can_release_it(
    operator, administrator, number
):
    take(operator, number)
    operator.is_active = False
    operator.save()
    unchanged(lambda: release(operator, number), "forbidden")
    assert now(number).holder == operator
    assert release(administrator, number)


@pytest.mark.parametrize(
    "doing", [take, release, lambda person, number: describe(person, number, "x", "", mark(number))]
)
def test_an_observer_may_do_none_of_it(observer, number, doing):
    unchanged(lambda: doing(observer, number), "forbidden")


def test_label_and_note_are_set_and_the_audit_tells_the_label_but_not_the_note(operator, number):
    assert describe(operator, number, "Tienda", "Con PIN 1234", mark(number))
    assert (now(number).label, now(number).note) == ("Tienda", "Con PIN 1234")
    [(kind, detail)] = told("kind", "detail")
    lengths = {"note_length_was": 0, "note_length_is": 12}
    assert (kind, detail) == (AuditKind.LABELLED, {"label_was": "", "label_is": "Tienda", **lengths})


def test_the_same_again_changes_nothing_whatever_was_shown(operator, number):
    describe(operator, number, "Tienda", "", mark(number))
    version = Mirror.only().version
    assert not describe(operator, number, "Tienda", "", "long ago")
    assert (Mirror.only().version, len(told("pk"))) == (version, 1)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(operator, berta, number):
    shown = mark(number)
    describe(berta, number, "De Berta", "", shown)
    refusal = unchanged(lambda: describe(operator, number, "De Ana", "", shown), "rewritten")
    assert refusal.number.label == "De Berta"


def test_nor_when_it_is_written_between_looking_and_writing(operator, berta, number, monkeypatch):
    shown, may, pending = mark(number), numbers.mark, [True]

    def overtaken(seen):
        if pending:
            pending.pop()
            describe(berta, number, "De Berta", "", shown)
        return may(seen)

    monkeypatch.setattr(numbers, "mark", overtaken)
    with pytest.raises(NotChanged, match="rewritten"):
        describe(operator, number, "De Ana", "", shown)
    assert now(number).label == "De Berta"


def test_a_number_released_while_it_is_being_taken_is_taken(operator, berta, number, monkeypatch):
    take(berta, number)
    look, pending = numbers.as_it_is, [True]

    def overtaken(seen):
        if pending:
            pending.pop()
            release(berta, number)
        return look(seen)

    monkeypatch.setattr(numbers, "as_it_is", overtaken)
    assert take(operator, number)
    assert now(number).holder == operator
