"""Limits are kept whatever people spend, whatever becomes of it, and whenever: a ledger of its own is the witness."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from rentals.confirmations import Confirmation, issue
from rentals.models import Operation, Person, Team
from rentals.models.operations import PAID_KINDS, FailedHow, State
from rentals.models.transitions import CLAIM_WITHIN, lapse, move, succeed
from rentals.queries import budgets
from rentals.queries.budgets import Budget, Span
from rentals.use_cases import operations
from rentals.use_cases.budgets import set_limits, set_team_limits
from rentals.use_cases.correcting import correct
from rentals.use_cases.plan import Plan
from rentals.use_cases.refusals import NotRecorded

RUNS = int(os.environ.get("MODEL_RUNS", "15"))
STEPS = 40
ZONE = ZoneInfo("Europe/Madrid")
START = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
"""Two hours before a day of 23 hours, and three days before the end of a month."""
SEEN: Counter[str] = Counter()

who = st.integers(0, 2)
pick = st.integers(0, 9)
limit = st.sampled_from((None, None, Decimal(0), Decimal(8), Decimal("12.50"), Decimal(20), Decimal(45)))
price = st.sampled_from((Decimal("0.01"), Decimal("2.0001"), Decimal("3.30"), Decimal(8), Decimal(13), None))


@dataclass
class Line:
    """One operation as the ledger knows it. `counts` is what it takes up of a limit."""

    operation: Operation
    confirmation: Confirmation
    person: int
    day: date
    counts: Decimal
    open: bool = True


class Budgets(RuleBasedStateMachine):
    people: ClassVar[list[Person]]

    @initialize()
    def begin(self) -> None:
        self.lines: list[Line] = []
        self.limits: dict[int | None, tuple[Decimal | None, Decimal | None]] = {}
        self.travel = time_machine.travel(START, tick=False)
        self.clock = self.travel.start()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()

    def teardown(self) -> None:
        if not hasattr(self, "lines"):
            return
        try:
            self._settle_all()
            self._nothing_stays_reserved()
        finally:
            # What has been settled cannot be deleted: it never was.
            transaction.set_rollback(True)
            self.rolled_back.__exit__(None, None, None)
            self.travel.stop()

    # --- administrators ---

    @rule(person=who, day=limit, month=limit)
    def a_person_is_limited(self, person: int, day: Decimal | None, month: Decimal | None) -> None:
        set_limits(self.people[2], self.people[person], day, month)
        self.limits[person] = day, month

    @rule(day=limit, month=limit)
    def the_team_is_limited(self, day: Decimal | None, month: Decimal | None) -> None:
        set_team_limits(self.people[2], day, month)
        self.limits[None] = day, month

    # --- people ---

    @rule(person=who, quote=price, kind=st.sampled_from(PAID_KINDS))
    def spend(self, person: int, quote: Decimal | None, kind: str) -> None:
        confirmation = issue(self.people[person], kind, {}, {})
        expected, refused, operation = self._expected(person, quote), "", None
        try:
            operation = self._record(person, confirmation, quote)
        except NotRecorded as refusal:
            refused = refusal.code
        assert refused == expected
        SEEN[refused or "recorded"] += 1
        if operation:
            self.lines.append(Line(operation, confirmation, person, self._today(), quote or Decimal()))
            self._limits_hold(person)

    @rule(nth=pick)
    def the_same_confirmation_is_pressed_again(self, nth: int) -> None:
        if line := self._line(nth):
            assert self._record(line.person, line.confirmation, line.operation.quote) == line.operation

    def _record(self, person: int, confirmation: Confirmation, quote: Decimal | None) -> Operation:
        plan = Plan([f"test:{confirmation.key}"], quote=quote)
        with patch.object(operations, "_planned", lambda _: plan):
            # As a request finds the person, which is not as the limits were when the form was opened.
            return operations.record(Person.objects.get(pk=self.people[person].pk), confirmation)

    # --- what becomes of it ---

    @rule(
        nth=pick, to=st.sampled_from((State.SENT, State.SENT, State.SUCCEEDED, State.FAILED, State.UNKNOWN))
    )
    def it_moves_on(self, nth: int, to: State) -> None:
        line = self._line(nth, is_open=True)
        if line is None:
            return
        self._move(line, to)

    def _move(self, line: Line, to: State) -> None:
        operation = line.operation
        state = State(operation.state)
        if state == State.RECORDED and to in (State.SUCCEEDED, State.UNKNOWN):
            move(operation, State.RECORDED, State.SENT)
            state = State.SENT
        if to == State.SUCCEEDED:
            line.open = not succeed(operation, state)
        elif to == State.FAILED:
            line.open = not move(operation, state, State.FAILED, failed_how=FailedHow.NOT_EXECUTED)
            line.counts = Decimal()
        elif state != to and (state, to) != (State.UNKNOWN, State.SENT):
            move(operation, state, to)

    @rule(nth=pick, part=st.sampled_from(("1", "0.5", "1.25", "")))
    def its_charge_is_measured(self, nth: int, part: str) -> None:
        line = self._line(nth, is_open=False)
        if line is None or line.operation.state != State.SUCCEEDED or line.operation.charge is not None:
            return
        if line.operation.unmeasured or not part:
            self._update(line, unmeasured=True)
            return
        charge = ((line.operation.quote or Decimal(1)) * Decimal(part)).quantize(Decimal("0.0001"))
        self._update(line, charge=charge)
        if not line.operation.corrections.filter(charge__isnull=False).exists():
            line.counts = charge

    def _update(self, line: Line, **fields: Any) -> None:
        Operation.objects.filter(pk=line.operation.pk).update(**fields)
        line.operation.refresh_from_db()

    @rule(nth=pick, charge=st.sampled_from((None, Decimal(0), Decimal("1.11"), Decimal(14))))
    def somebody_corrects_it(self, nth: int, charge: Decimal | None) -> None:
        if line := self._line(nth, is_open=False):
            correct(self.people[2], line.operation, "según SMSPVA", charge)
            line.counts = line.counts if charge is None else charge

    @rule(minutes=st.sampled_from((1, 3, 60, 150, 60 * 24, 60 * 24 * 3, 60 * 24 * 31, -3, -60 * 24 * 3)))
    def time_passes(self, minutes: int) -> None:
        """Or the clock is put back."""
        month = self._today().month
        self.clock.shift(timedelta(minutes=minutes))
        SEEN["another month" if self._today().month != month else "the same month"] += 1

    @rule()
    def the_worker_lets_lapse_what_nobody_sent(self) -> None:
        for line in self.lines:
            if line.open and lapse(line.operation):
                assert abs(timezone.now() - line.operation.recorded_at) > CLAIM_WITHIN
                line.open, line.counts = False, Decimal()

    # --- what must hold ---

    @invariant()
    def what_is_used_is_what_the_ledger_says(self) -> None:
        if not hasattr(self, "lines"):
            return
        found = budgets.overview(self.people)
        for nth, person in enumerate(self.people):
            self._same(found.people[person.pk], nth)
        self._same(found.team, None)

    def _same(self, pair: tuple[Budget, Budget], person: int | None) -> None:
        for budget in pair:
            for is_open, told in ((True, budget.reserved), (False, budget.spent)):
                lines = self._of(person, budget.period, is_open)
                assert told == sum((line.counts for line in lines), Decimal()), (person, budget, lines)

    def _of(self, person: int | None, span: Span, *states: bool) -> list[Line]:
        today = self._today()
        return [
            line
            for line in self.lines
            if person in (None, line.person)
            and line.open in states
            and (line.day == today if span == Span.DAY else line.day.replace(day=1) == today.replace(day=1))
        ]

    def _expected(self, person: int, quote: Decimal | None) -> str:
        """Why it must be refused; empty when it must not."""
        found = list(self._in_force(person))
        if quote is None:
            return "unpriced" if found else ""
        return "over_budget" if any(used + quote > most for used, most in found) else ""

    def _in_force(self, person: int) -> Iterator[tuple[Decimal, Decimal]]:
        """What is used of each limit that applies to this person, and the limit."""
        for whose in (person, None):
            for span, most in zip(Span, self.limits.get(whose, (None, None)), strict=True):
                if most is not None:
                    yield sum((line.counts for line in self._of(whose, span, True, False)), Decimal()), most

    def _limits_hold(self, person: int) -> None:
        for used, most in self._in_force(person):
            assert used <= most, (used, most)

    def _settle_all(self) -> None:
        for nth, line in enumerate(line for line in self.lines if line.open):
            self._move(line, (State.SUCCEEDED, State.FAILED)[nth % 2])

    def _nothing_stays_reserved(self) -> None:
        for line in self.lines:
            used = budgets.used_by_person(line.operation.recorded_at)
            assert all(use.day.reserved == use.month.reserved == 0 for use in used.values()), used
        assert not any(line.open for line in self.lines)

    def _today(self) -> date:
        return timezone.now().astimezone(ZONE).date()

    def _line(self, nth: int, is_open: bool | None = None) -> Line | None:
        """Of the newest."""
        found = [line for line in self.lines if is_open in (None, line.open)][-10:]
        return found[nth % len(found)] if found else None


@pytest.fixture
def machine(db: None, make_person: Any) -> type[Budgets]:
    Team.only()
    Budgets.people = [make_person("ana"), make_person("berta"), make_person("adela", "administrator")]
    return Budgets


def play(machine: type[Budgets], runs: int) -> None:
    run_state_machine_as_test(
        machine,
        _min_steps=STEPS,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS + 10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


def test_no_limit_is_passed_and_nothing_stays_reserved(machine: type[Budgets]) -> None:
    SEEN.clear()
    play(machine, RUNS)
    assert {"over_budget", "unpriced", "recorded", "another month"} <= SEEN.keys(), SEEN


@pytest.mark.long
def test_thousands_of_runs_of_the_same(machine: type[Budgets]) -> None:
    play(machine, int(os.environ.get("MODEL_RUNS", "2000")))


def test_the_ledger_would_notice_what_is_counted_wrongly(machine: type[Budgets]) -> None:
    """The witness itself is tried: what failed, counted all the same, is noticed."""
    found = machine()
    found.begin()
    try:
        found.spend(0, Decimal(8), PAID_KINDS[0])
        found.what_is_used_is_what_the_ledger_says()
        move(found.lines[0].operation, State.RECORDED, State.FAILED, failed_how=FailedHow.NOT_SENT)
        with pytest.raises(AssertionError):
            found.what_is_used_is_what_the_ledger_says()
        found.lines[0].open, found.lines[0].counts = False, Decimal()
    finally:
        found.teardown()
