"""At most one send per key, and every send is settled: whatever people, browsers, workers and the vendor do.

The witness is the sandbox's call log and its balance, not a counter of ours.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from rentals.models import BalanceReading, Operation, Order
from rentals.models.operations import OPEN_STATES, PAID_KINDS, State
from rentals.upstream.spending import Spender
from rentals.worker import settling
from tests.model.strangers import SERVICES, Strangers, pick
from tests.model.world import DEATHS, SPENDS, Snapshot, World

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
RUNS = int(os.environ.get("MODEL_RUNS", "20" if ON_POSTGRES else "40"))
"""Of the suite, which plays on both."""
STEPS = 30
"""Of every run, and no fewer: Hypothesis would stop sooner most of the time."""
LONG_RUNS = int(os.environ.get("MODEL_RUNS", "500" if ON_POSTGRES else "5000"))
PARTS = 20
"""Of the long runs: several cores share them, and each part that has ended has a result of its own."""
BREAKS = (
    "drop_before", "drop_after", "half", "malformed", "no_id", "empty", "not_json", "http_429", "http_500", "http_502",
    "wrong_types", "redirect", "php_notice", "refuse", "http_503", "bom", "oversized", "slow", "hang", "drip",
)  # fmt: skip
LASTS = {"slow": 0.1, "hang": 0.6, "drip": 0.15}
"""Seconds, against the half of one that the worker has patience for."""
MISREAD = (
    "http_502",
    "not_json",
    "empty",
    "half",
    "malformed",
    "wrong_types",
    "http_429",
    "oversized",
    "refuse",
)
REFUSALS = ("refuse", "http_429")
ANSWERS = (303, 404, 405, 409, 410, 422, 503)
"""What a POST may be answered with; 405 where a tab never got beyond its form."""
SEEN: Counter[tuple[str, ...]] = Counter()
"""How the operations of all runs so far ended: kind, state, how it failed, how that is known."""
who = st.integers(0, 1)


class Money(Strangers):
    tabs: Any = Bundle("tabs")
    sandbox: ClassVar[Any]
    snapshot: ClassVar[Snapshot | None] = None

    @initialize()
    def begin(self) -> None:
        self.w = World(self.sandbox, self.snapshot)

    # --- people open forms ---

    def _confirmation(self, person: int, address: str, **asked: Any) -> Any:
        """A tab for every choice, so that what is drawn next never hangs on what the vendor did; where the form led
        nowhere, the tab stays on it.
        """
        place = self.w.tabs[person].get(address, asked).get("Location", "")
        return person, place if "/confirm/" in place else "/"

    @rule(
        target=tabs,
        person=who,
        service=st.sampled_from(SERVICES),
        period=st.sampled_from(("week-1", "week-2")),
    )
    def choose_one(self, person: int, service: str, period: str) -> Any:
        return self._confirmation(person, "/rent/", country="ES", period=period, service=service)

    @rule(
        target=tabs,
        person=who,
        services=st.lists(st.sampled_from(SERVICES), min_size=2, max_size=3, unique=True),
    )
    def choose_several(self, person: int, services: list[str]) -> Any:
        asked = {"country": "ES", "period": "week-1", "service": services, "several": "1"}
        return self._confirmation(person, "/rent/", **asked)

    @rule(target=tabs, person=who, nth=pick, period=st.sampled_from(("day-1", "day-3", "week-1")))
    def choose_to_prolong(self, person: int, nth: int, period: str) -> Any:
        order = self.w.order(nth, "until")
        return self._confirmation(person, f"/orders/{order}/prolong/", period=period, go="1")

    @rule(target=tabs, person=who, nth=pick, service=st.sampled_from(SERVICES), days=st.integers(1, 2))
    def choose_to_add(self, person: int, nth: int, service: str, days: int) -> Any:
        order, asked = self.w.order(nth, "-until"), {"service": service, "days": days, "go": "1"}
        return self._confirmation(person, f"/orders/{order}/service/", **asked)

    @rule(target=tabs, person=who, nth=pick)
    def choose_to_delete(self, person: int, nth: int) -> Any:
        order = self.w.order(nth, "-vendor_id")
        return self._confirmation(person, f"/orders/{order}/delete/")

    @rule(target=tabs, person=who, nth=pick)
    def choose_to_restore(self, person: int, nth: int) -> Any:
        rental = self.w.rental(nth)
        self.w.tabs[person].post(f"/archive/{rental}/restore/")
        self.w.work()
        return self._confirmation(person, f"/archive/{rental}/restore/")

    # --- and confirm them, once and more often ---

    @rule(tab=tabs)
    def confirm(self, tab: Any) -> None:
        person, address = tab
        assert self.w.tabs[person].post(address).status_code in ANSWERS

    @rule(
        tab=tabs,
        fault=st.sampled_from((*BREAKS, "")),
        acts=st.booleans(),
        death=st.sampled_from(("", *sorted(DEATHS))),
    )
    def confirm_and_have_it_sent(self, tab: Any, fault: str, acts: bool, death: str) -> None:
        """At once, by a vendor that fails in this way, or by a worker that dies there."""
        self.confirm(tab)
        if fault:
            self.the_next_send_goes_wrong("create", fault, acts)
        with self.w.dying(death) if death else nullcontext():
            self.w.work()

    @rule(
        target=tabs,
        person=who,
        kind=st.sampled_from(("one", "several", "prolong", "add", "delete", "restore")),
        nth=pick,
        fault=st.sampled_from((*BREAKS, "")),
        acts=st.booleans(),
        death=st.sampled_from(("", "", *sorted(DEATHS))),
    )
    def do_it_all(self, person: int, kind: str, nth: int, fault: str, acts: bool, death: str) -> Any:
        """From the form to the send; the tab stays open."""
        service, others = SERVICES[nth % 3], [SERVICES[nth % 3], SERVICES[(nth + 1) % 3]]
        tab = {
            "one": lambda: self.choose_one(person, service, "week-1"),
            "several": lambda: self.choose_several(person, others),
            "prolong": lambda: self.choose_to_prolong(person, nth % 3, ("day-1", "week-1")[nth % 2]),
            "add": lambda: self.choose_to_add(person, nth, service, 1),
            "delete": lambda: self.choose_to_delete(person, nth),
            "restore": lambda: self.choose_to_restore(person, nth),
        }[kind]()
        self.confirm_and_have_it_sent(tab, fault, acts, death)
        return tab

    @rule(tab=tabs)
    def double_click(self, tab: Any) -> None:
        person, address = tab
        click = self._click(person, address)
        self.w.at_once(click, click)

    @rule(one=tabs, other=tabs)
    def two_at_once(self, one: Any, other: Any) -> None:
        self.w.at_once(self._click(*one), self._click(*other), self._click(*one))

    def _click(self, person: int, address: str) -> Any:
        def click() -> None:
            answer = self.w.twin(person).post(address)
            assert answer.status_code in ANSWERS, answer.status_code

        return click

    @rule(tab=tabs)
    def go_back_and_reload(self, tab: Any) -> None:
        person, address = tab
        for place in (address, "/", "/operations/"):
            assert self.w.tabs[person].get(place).status_code in (200, 303, 404, 410)

    @rule(person=who, nth=pick, clicks=st.integers(1, 2))
    def activate(self, person: int, nth: int, clicks: int) -> None:
        found = list(Order.objects.filter(listed=True, state=0).order_by("vendor_id")[:8])
        if not found:
            return
        order = found[nth % len(found)]
        for _ in range(clicks):
            asked = {"seen": f"{order.state}.{order.attempts}"}
            assert self.w.tabs[person].post(f"/orders/{order.vendor_id}/activate/", asked).status_code in (
                303,
                404,
                409,
            )

    # --- the vendor, the worker, the clock and the rest of the world ---

    @rule(method=st.sampled_from(sorted(SPENDS)), fault=st.sampled_from(BREAKS), acts=st.booleans())
    def the_next_send_goes_wrong(self, method: str, fault: str, acts: bool) -> None:
        ahead = Operation.objects.filter(state=State.RECORDED).first()
        kind = ahead.kind if ahead else method
        plan = {"method": kind, "fault": fault, "times": 1, "msg": "Insufficient balance"}
        if fault in LASTS:
            plan["seconds"] = LASTS[fault]
        # A 429 is a refusal, like "status 0": a vendor that says either and acts all the same is not played.
        if fault not in (*REFUSALS, "drop_before", "drop_after"):
            plan["acts"] = acts
        self.w.sandbox.post("faults", plan)

    @rule(
        method=st.sampled_from(("orders", "balance", "restore_user_precalc", "get_rent_history")),
        fault=st.sampled_from(MISREAD),
        times=st.integers(1, 4),
    )
    def a_reading_goes_wrong(self, method: str, fault: str, times: int) -> None:
        # Of a balance of another type the amount is another too: a lie that nothing gives away.
        fault = "malformed" if (method, fault) == ("balance", "wrong_types") else fault
        self.w.sandbox.fault(method, fault, times)

    @rule()
    def the_vendor_recovers(self) -> None:
        self.w.sandbox.no_faults()

    @rule(where=st.sampled_from(sorted(DEATHS)))
    def the_worker_dies(self, where: str) -> None:
        with self.w.dying(where):
            self.w.work()

    @rule()
    def the_worker_works(self) -> None:
        self.w.work()

    @rule()
    def the_worker_looks(self) -> None:
        self.w.look()

    @rule(seconds=st.sampled_from((1, 31, 130, 400, 2000)), looks=st.booleans())
    def time_passes(self, seconds: int, looks: bool) -> None:
        self.w.later(seconds)
        if looks:
            self.w.look()

    @rule()
    def an_administrator_decides(self) -> None:
        self.w.decide_waiting()

    # --- what must hold after every step ---

    @invariant()
    def no_key_was_sent_twice(self) -> None:
        if not hasattr(self, "w"):
            return
        assert all(calls <= 1 for calls in self.w.sent.values()), self.w.sent
        assert self.w.spends() == sum(self.w.sent.values()), self.w.sandbox.calls()

    def _check_targets(self) -> None:
        """Between two sends on one target lies a good `orders`, unless the first was refused and changed nothing."""
        since: set[str] = set()
        for call in self.w.sandbox.calls():
            if call["method"] == "orders" and call["fault"] is None and call["acted"] is False:
                since.clear()
            if call["method"] not in SPENDS:
                continue
            targets = targets_of(call)
            if call["fault"] not in REFUSALS and not str(call["outcome"]).startswith("refused"):
                if targets & since:
                    pytest.fail(f"sent twice on {targets & since}:\n{self._log()}")
                since |= targets

    def _log(self) -> str:
        """The witness, a line a call."""
        told = ("n", "at", "method", "params", "fault", "acted", "outcome")
        return "\n".join(str([call.get(name) for name in told]) for call in self.w.sandbox.calls())

    def teardown(self) -> None:
        if not hasattr(self, "w"):
            return
        try:
            self.w.recover()
            self._check_targets()
            self._check_settled()
            self._check_money()
            self._tell()
            self.w.decide_waiting()
            assert not Operation.objects.filter(state__in=OPEN_STATES).exists()
        finally:
            self.w.end()

    def _tell(self) -> None:
        """What a run came to, for `--hypothesis-show-statistics`."""
        ends = Counter(Operation.objects.values_list("kind", "state", "failed_how", "settled_how"))
        for (kind, *how), count in ends.items():
            SEEN[kind, *how] += count
            event(f"{kind}: {' '.join(word for word in how if word)}")

    def _check_settled(self) -> None:
        for operation in Operation.objects.filter(state__in=OPEN_STATES):
            assert operation.state == State.UNKNOWN, operation.state
            assert operation.waits_for_person, (operation.kind, operation.reason, operation.good_syncs)
        assert not settling.waiting_for_balance() or Operation.objects.filter(state=State.UNKNOWN).exists()

    def _check_money(self) -> None:
        """What the vendor took is what was measured, and what says that it was not."""
        for operation in Operation.objects.filter(kind__in=PAID_KINDS, sent_at__isnull=False):
            true = self.w.true.get(operation.pk, Decimal())
            if operation.state == State.FAILED:
                assert not true or operation.settled_how == "person", self._told(operation, true)
            elif operation.state == State.SUCCEEDED and not operation.unmeasured:
                assert operation.charge is not None, self._told(operation, true)
                assert operation.charge - true in self._elsewhere(), self._told(operation, true)

    def _elsewhere(self) -> set[Decimal]:
        """What a stranger's purchases in between may have added to a measured charge: any of them in a row."""
        spent = self.w.outside
        return {Decimal()} | {
            sum(spent[first:last], Decimal())
            for first in range(len(spent))
            for last in range(first + 1, len(spent) + 1)
        }

    def _told(self, operation: Operation, true: Decimal) -> str:
        shown = {
            name: getattr(operation, name)
            for name in ("kind", "state", "failed_how", "settled_how", "reason", "quote", "charge")
        }
        readings = [str(reading.amount) for reading in BalanceReading.objects.order_by("read_at")]
        return f"{shown} really {true}; elsewhere {self.w.outside}; balances {readings}"


def targets_of(call: dict[str, Any]) -> set[str]:
    """What a call in the log acts on, in the words of the targets."""
    asked = call["params"]
    if call["method"] in ("create", "create_multi"):
        codes = asked.get("services", asked.get("service", "")).split(",")
        return {f"rent:{asked['country']}:{code}" for code in codes}
    found = {f"order:{asked[name]}" for name in ("id", "order_id") if name in asked}
    assert found, call
    return found


def play(machine: type[Money], runs: int, steps: int, **more: Any) -> None:
    run_state_machine_as_test(
        machine,
        _min_steps=steps,
        settings=settings(
            **more,
            max_examples=runs,
            stateful_step_count=steps + 10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )


@pytest.fixture
def money(sandbox: Any, transactional_db: None) -> Iterator[type[Money]]:
    empty = Snapshot()
    Money.sandbox, Money.snapshot = sandbox, None
    World(sandbox, None).end()
    Money.snapshot = Snapshot()
    yield Money
    # What is settled cannot be flushed away row by row.
    empty.put_back()


def test_whatever_happens_nothing_is_sent_twice_and_everything_is_settled(money: type[Money]) -> None:
    play(money, RUNS, STEPS)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_runs_of_the_same(money: type[Money], part: int) -> None:
    # Hypothesis plays the same for ever where it sees a CI: then every part would be the first.
    play(money, -(-LONG_RUNS // PARTS), STEPS, derandomize=False)


def test_the_model_would_notice_a_second_send(money: type[Money]) -> None:
    """The witness itself is tried: a call made behind the operations' back is one too many."""
    machine = money()
    machine.begin()
    try:
        order = re.sub(r"\D", "", Order.objects.filter(state=0)[0].vendor_id)
        Spender(machine.w.worker.line.config).activate(order)
        with pytest.raises(AssertionError):
            machine.no_key_was_sent_twice()
    finally:
        machine.w.end()
