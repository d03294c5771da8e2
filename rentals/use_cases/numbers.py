"""Numbers with people: who is using one, what the team calls it, and what there is to know of it."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from rentals.models import Number, Order, Person, Watch
from rentals.models.audit import AuditKind
from rentals.models.transitions import touch
from rentals.permissions import Verb, may
from rentals.use_cases import wants
from rentals.use_cases.audit import note as put_down

_TRIES = 5
"""Between looking and writing somebody else may be quicker; so often in a row nobody is."""


class NotChanged(Exception):
    """Nothing was changed. `number` is as it is now, with its holder. `code` says why:

    forbidden (the role), held (somebody else has it), not_theirs (only its holder or an administrator may release it),
    moved (its holder is not the one that the page showed), rewritten (label or note are not what the form showed).
    """

    def __init__(self, code: str, number: Number) -> None:
        super().__init__(code)
        self.code = code
        self.number = number


def take(person: Person, number: Number) -> bool:
    """The person holds it from now on. Returns False when they did already. Raises NotChanged."""
    _check(person, number)
    for _ in range(_TRIES):
        with transaction.atomic():
            # Of two who take it at once, one finds it free: the condition is looked at by the database.
            free = Number.objects.filter(pk=number.pk, holder=None)
            if free.update(holder=person, held_at=timezone.now()):
                put_down(AuditKind.TAKEN, person, number=number)
                _put_down_who_looks(person, number)
                touch()
                return True
        now = as_it_is(number)
        if now.holder_id == person.pk:
            return False
        if now.holder_id is not None:
            break
    raise NotChanged("held", now)


def release(person: Person, number: Number, of: int | None = None) -> bool:
    """Nobody holds it from now on. Returns False when nobody did. Raises NotChanged.

    `of` is the holder whom the page showed, by id: an administrator releases the number of that person and of no other.
    """
    _check(person, number)
    for _ in range(_TRIES):
        now = as_it_is(number)
        if now.holder is None:
            return False
        if of is not None and of != now.holder_id:
            break
        if now.holder != person and not may(person, Verb.TEAM):
            raise NotChanged("not_theirs", now)
        with transaction.atomic():
            if Number.objects.filter(pk=now.pk, holder=now.holder).update(holder=None, held_at=None):
                put_down(AuditKind.RELEASED, person, about=_other(now, person), number=now)
                touch()
                return True
    raise NotChanged("moved", now)


def describe(person: Person, number: Number, label: str, note: str, seen: str) -> bool:
    """Sets label and note. `seen` is the `mark` of what the form showed. Returns False when they were so already.

    Raises NotChanged when somebody else has written something else meanwhile.
    """
    _check(person, number)
    now = as_it_is(number)
    if (now.label, now.note) == (label, note):
        return False
    if seen != mark(now):
        raise NotChanged("rewritten", now)
    with transaction.atomic():
        as_shown = Number.objects.filter(pk=now.pk, label=now.label, note=now.note)
        if as_shown.update(label=label, note=note):
            put_down(
                AuditKind.LABELLED,
                person,
                number=now,
                label_was=now.label,
                label_is=label,
                note_length_was=len(now.note),
                note_length_is=len(note),
            )
            touch()
            return True
    raise NotChanged("rewritten", as_it_is(number))


def open_panel(person: Person, order: Order) -> None:
    """The person has the order's messages open. Whose panel it is that they open is put down, once for each opening."""
    if wants.is_watching(person, order):
        return
    with transaction.atomic():
        if not wants.watch(person, order):
            return
        # Locked: whoever takes it at this moment either is seen here or sees the panel open.
        # Its holder is asked for afterwards: what a locking query joins may be older than what it has waited for.
        number = Number.objects.select_for_update(of=("self",)).filter(orders=order).first()
        if number and (holder := _other(number, person)):
            put_down(AuditKind.PANEL_OPENED, person, about=holder, number=number)


def mark(number: Number) -> str:
    """What a form carries to say which label and note it showed."""
    return hashlib.blake2s(repr((number.label, number.note)).encode(), digest_size=8).hexdigest()


def as_it_is(number: Number) -> Number:
    return Number.objects.select_related("holder").get(pk=number.pk)


def _other(number: Number, person: Person) -> Person | None:
    """Its holder, where that is somebody else."""
    return number.holder if number.holder != person else None


def _put_down_who_looks(holder: Person, number: Number) -> None:
    """Those who have its messages open already read those of its new holder from now on, and their panel says so."""
    open_now = Watch.objects.filter(order__number=number, until__gt=timezone.now()).exclude(person=holder)
    for watcher in Person.objects.filter(pk__in=open_now.values("person")).order_by("pk"):
        put_down(AuditKind.PANEL_OPENED, watcher, about=holder, number=number, theirs=False, opened="before")


def _check(person: Person, number: Number) -> None:
    if not may(person, Verb.HOLD):
        raise NotChanged("forbidden", number)
