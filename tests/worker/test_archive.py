"""The mirror of the vendor's archive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Feed, Mirror, Rental, Service
from rentals.upstream.reading import Reader
from rentals.upstream.rows import Answer, HistoryRow
from rentals.worker import archive
from tests.conftest import inactive_order


@pytest.fixture
def vendor(worker, monkeypatch):
    """A vendor with so many rentals in its archive, who gives at most `cap` at a time; returns the asked skips."""

    def install(count, cap=100, **more):
        old = [HistoryRow(id=str(n), closed=1_700_000_000 - n) for n in range(1, count + 1)]
        rows, asked = [*more.get("before", []), *old], []

        def history(reader, skip, take):
            asked.append(skip)
            start = 0 if more.get("deaf") else skip
            return Answer(rows[start : start + min(take, cap)])

        monkeypatch.setattr(Reader, "history", history)
        return asked

    return install


def read_on(worker):
    """Reads the archive until nothing of it is due, as the worker does."""
    for _ in range(60):
        archive.sync(worker.line)
        if Mirror.objects.get().archive_whole_at:
            return
    raise AssertionError("the archive has no end")


def history_of(sandbox):
    return [row for row in sandbox.state()["history"] if row["mine"]]


def test_all_of_it_is_kept_newest_first(synced, sandbox):
    mine = history_of(sandbox)
    assert [rental.vendor_id for rental in Rental.objects.all()] == [str(row["id"]) for row in mine]
    assert Mirror.objects.get().archive_whole_at is not None


def test_the_names_of_services_are_known_by_code(synced):
    assert Service.objects.get(code="opt29").name == "Telegram"


def test_a_long_archive_is_read_page_by_page_without_a_gap(worker, sandbox, monkeypatch):
    monkeypatch.setattr(archive, "TAKE", 10)
    worker.run_until_idle()
    assert Rental.objects.count() == len(history_of(sandbox))
    assert len(sandbox.calls("get_rent_history")) > 4


def test_what_is_restored_during_the_first_reading_leaves_no_gap(worker, sandbox, monkeypatch):
    monkeypatch.setattr(archive, "TAKE", 10)
    mine = history_of(sandbox)
    archive.sync(worker.line)
    assert Rental.objects.count() == 10
    worker.run_until_idle()
    assert {rental.vendor_id for rental in Rental.objects.all()} == {str(row["id"]) for row in mine}


def test_a_rental_that_ends_comes_into_the_archive(synced, sandbox):
    order = inactive_order()
    sandbox.outside("delete", id=order.vendor_id)
    Feed.objects.filter(name="orders").update(tried_at=timezone.now() - timedelta(minutes=1))
    synced.run_until_idle()
    assert Rental.objects.filter(vendor_id=order.vendor_id).exists()


def test_a_restorable_one_that_is_no_longer_is_corrected(synced, sandbox):
    rental = Rental.objects.filter(restorable=True)[0]
    row = HistoryRow(id=rental.vendor_id, service=rental.service, restorable=False)
    assert archive.keep([row], timezone.now()) == 0
    rental.refresh_from_db()
    assert rental.restorable is False


def test_a_failure_leaves_what_is_held_and_its_reason(synced, sandbox):
    before = Rental.objects.count()
    sandbox.fault("get_rent_history", "malformed")
    archive.sync(synced.line)
    assert Rental.objects.count() == before
    assert Feed.objects.get(name="history").reason


def test_the_classic_dialect_that_does_not_say_what_is_restorable_is_read_too(synced):
    row = HistoryRow(
        id="77", service="opt59", number="79020831944", begin=1222222231, end=1611111931, closed=1632445144
    )
    archive.keep([row], timezone.now())
    assert Rental.objects.get(vendor_id="77").restorable is None


def test_a_row_without_its_number_keeps_the_one_that_was_known(synced):
    held = Rental.objects.exclude(number=None).exclude(closed=None)[0]
    order = [rental.vendor_id for rental in Rental.objects.all()]
    archive.keep(
        [HistoryRow(id=held.vendor_id), HistoryRow(id=held.vendor_id, begin=1_000_000_000)], timezone.now()
    )
    kept = Rental.objects.get(pk=held.pk)
    for name in ("number_id", "service", "country", "days", "have_sms", "restorable", "end", "closed"):
        assert getattr(kept, name) == getattr(held, name), name
    assert kept.begin.year == 2001
    assert [rental.vendor_id for rental in Rental.objects.all()] == order


def test_a_poorer_row_of_the_same_answer_takes_nothing_away(synced):
    rows = [
        HistoryRow(id="77", service="opt59", number="79020831944", closed=1632445144),
        HistoryRow(id="77"),
    ]
    assert archive.keep(rows, timezone.now()) == 1
    kept = Rental.objects.get(vendor_id="77")
    assert (kept.service, kept.number.e164, kept.closed.year) == ("opt59", "+79020831944", 2021)
    assert kept.sorted_at == kept.closed


def test_rows_that_share_an_id_are_one_rental_with_several_services_also_over_two_pages(synced):
    pages = [["opt29", "opt20"], ["opt29", "opt1"], ["opt20"]]
    for codes in pages:
        archive.keep(
            [HistoryRow(id="77", service=code, number="79020831944") for code in codes], timezone.now()
        )
    assert Rental.objects.get(vendor_id="77").service == "opt1,opt20,opt29"


@pytest.mark.parametrize("cap", [1, 2, 5, 6, 10, 20, 99])
def test_a_vendor_that_gives_fewer_than_asked_is_read_to_its_end(worker, vendor, cap):
    vendor(35, cap)
    read_on(worker)
    assert Rental.objects.count() == 35


@pytest.mark.parametrize(("count", "calls"), [(0, 1), (1, 2), (3, 2), (35, 2), (100, 2), (101, 3), (195, 3)])
def test_the_end_of_the_archive_costs_one_call_more(worker, vendor, count, calls):
    asked = vendor(count)
    read_on(worker)
    assert (Rental.objects.count(), len(asked)) == (count, calls)


@pytest.mark.parametrize("cap", [5, 10, 100])
def test_a_vendor_that_always_gives_the_first_page_is_not_asked_forever(worker, vendor, cap):
    asked = vendor(35, cap, deaf=True)
    read_on(worker)
    assert len(asked) <= 12


def test_one_known_row_among_a_hundred_new_ones_still_reads_on(worker, vendor):
    vendor(250)
    archive.keep([HistoryRow(id="40"), HistoryRow(id="230")], timezone.now())
    Mirror.objects.update(archive_whole_at=timezone.now(), archive_skip=0)
    archive.sync(worker.line)
    read_on(worker)
    assert Rental.objects.count() == 250


def test_new_ones_above_one_that_is_known_begin_nothing_anew(worker, vendor):
    asked = vendor(120)
    read_on(worker)
    Rental.objects.filter(vendor_id__in=[str(n) for n in range(1, 100)]).delete()
    archive.sync(worker.line)
    assert Mirror.objects.get().archive_whole_at
    assert (Rental.objects.count(), asked[-1]) == (120, 0)


def test_many_that_end_while_it_is_first_read_leave_no_gap(worker, vendor):
    vendor(400)
    archive.sync(worker.line)
    archive.sync(worker.line)
    rows = [HistoryRow(id=f"9{n:03}", closed=1_800_000_000 - n) for n in range(120)]
    asked = vendor(400, before=rows)
    read_on(worker)
    archive.sync(worker.line)
    read_on(worker)
    assert (Rental.objects.count(), asked[-1] > 400) == (520, True)
