"""The benchmarks themselves: they judge a call log rightly, and a short run goes through."""

from __future__ import annotations

import pytest

from tools import bench, bench_messages, bench_refresh, bench_rows, bench_screen, lighthouse
from tools.bench_calls import Wish, judge
from tools.bench_house import Figure


def call(n, at, method="orders", **params):
    return {"n": n, "at": at, "finished": at + 0.5, "method": method, "params": params}


def verdicts(calls, wishes=()):
    return {figure.what: figure.ok for figure in judge(calls, list(wishes)) if figure.ok is not None}


def kept(figures):
    return all(figure.ok is not False for figure in figures)


def test_a_polite_worker_passes():
    calls = [
        call(1, 0),
        call(2, 5, "balance"),
        call(3, 10.1, "create", country="ES"),
        call(4, 12),
        call(5, 42),
    ]
    assert all(verdicts(calls, [Wish("create", {"country": "ES"}, 10.0)]).values())


def test_orders_too_often_fail_unless_something_was_paid_between():
    assert not verdicts([call(1, 0), call(2, 20)])["orders apart, without a paid action between"]
    paid = [call(1, 0), call(2, 10, "create"), call(3, 20)]
    assert verdicts(paid)["orders apart, without a paid action between"]


def test_background_calls_too_close_fail():
    assert not verdicts([call(1, 0), call(2, 4.5, "balance")])["background calls apart"]


def test_a_person_who_waits_too_long_or_in_vain_is_a_failure():
    late = verdicts([call(1, 0), call(2, 13, "sms", id="1")], [Wish("sms", {"id": "1"}, 10.0)])
    assert not late["a person's call begins, after the call in flight"]
    assert not verdicts([call(1, 0)], [Wish("sms", {"id": "1"}, 10.0)])["wishes not served"]


def test_a_call_in_flight_and_what_must_be_read_first_are_not_held_against_the_worker():
    calls = [call(1, 9.8), call(2, 11.4, "balance"), call(3, 13, "create")]
    assert all(verdicts(calls, [Wish("create", {}, 10.0, before=("balance",))]).values())


def test_a_refresh_is_held_against_the_empty_view_and_not_against_the_bare_one():
    times = {"empty": [0.008] * 3, "unchanged": [0.01] * 3, "bare": [0.001] * 3}
    assert kept(bench_refresh.figures(10, times))
    assert not kept(bench_refresh.figures(10, {**times, "unchanged": [0.0101] * 3}))


def test_one_more_query_or_a_dearer_row_fails():
    times = {10: 0.02, 100: 0.1, 1000: 1.2}
    assert kept(bench_rows.figures({10: 7, 100: 7, 1000: 7}, times))
    assert not kept(bench_rows.figures({10: 7, 100: 7, 1000: 8}, times))
    assert not kept(bench_rows.figures({10: 7, 100: 7, 1000: 7}, {**times, 1000: 1.21}))


@pytest.mark.parametrize(
    "loads",
    [
        [("http://a/", 40 * 1024), ("http://a/x", 20 * 1024 + 1)],
        [(f"http://a/{number}", 10) for number in range(9)],
        [("http://a/", 10), ("http://a.example/x", 10)],
    ],
)
def test_a_first_load_that_is_too_big_too_many_or_not_ours_fails(loads):
    assert kept(bench_screen.judge_load("http://a", [("http://a/", 60 * 1024), ("data:x", 1)]))
    assert not kept(bench_screen.judge_load("http://a", loads))


def test_many_rows_are_held_against_bare_html():
    assert kept(bench_screen.judge_rows(2000, 1500, 1000))
    assert not kept(bench_screen.judge_rows(2000, 1501, 1000))


def test_messages_that_are_late_or_lost_fail():
    assert kept(bench_messages.judge([1.0] * 48 + [10.9, 60.0], 50))
    assert not kept(bench_messages.judge([1.0] * 46 + [11.1] * 4, 50))
    assert not kept(bench_messages.judge([1.0] * 49, 50))


@pytest.mark.parametrize(("ok", "code"), [(True, 0), (None, 0), (False, 1)])
def test_the_exit_code_says_whether_every_limit_was_kept(monkeypatch, capsys, ok, code):
    part = ("A part", lambda: [Figure("a figure", "1", "<= 1", ok)])
    monkeypatch.setitem(bench.PARTS, "rows", lambda options: part)
    monkeypatch.setattr(bench.subprocess, "run", lambda *command, **how: None)
    assert bench.main(["--only", "rows"]) == code
    assert ("**FAIL**" in capsys.readouterr().out) == bool(code)


def test_a_part_that_does_not_exist_is_said(capsys):
    with pytest.raises(SystemExit):
        bench.main(["--only", "rows,raws"])
    assert "no part raws" in capsys.readouterr().err


def report(**scores):
    found = {
        name: {"score": scores.get(name.replace("-", "_"), 1), "auditRefs": []}
        for name in lighthouse.CATEGORIES
    }
    return {"categories": found, "audits": {}}


def test_lighthouse_fails_below_95_and_where_it_could_not_measure():
    assert lighthouse.told("light", report(performance=0.95))
    assert not lighthouse.told("light", report(best_practices=0.94))
    assert not lighthouse.told("light", report(accessibility=None))


def test_lighthouse_says_what_is_missing(monkeypatch, capsys):
    monkeypatch.setattr(lighthouse.shutil, "which", lambda name: None)
    monkeypatch.setattr(lighthouse.sys, "argv", ["lighthouse"])
    assert lighthouse.main() == 1
    assert "node and npm" in capsys.readouterr().err


@pytest.mark.long
def test_a_short_run_with_a_few_viewers_keeps_every_limit(capsys):
    assert bench.main(["--only", "viewers", "--viewers", "20", "--seconds", "45"]) == 0
    assert "wishes not served | 0 | 0 | PASS" in capsys.readouterr().out
