import pytest

from rentals.models import Mirror
from rentals.upstream import Refused
from rentals.worker import line as line_module
from rentals.worker.line import Line


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    found = Clock()
    monkeypatch.setattr(line_module, "time", found)
    return found


@pytest.fixture
def line(sandbox, singletons, settings, clock):
    settings.SMSPVA_MIN_INTERVAL, settings.SMSPVA_PERSON_INTERVAL = 4.5, 1
    return Line()


def test_the_first_call_need_not_wait(line):
    assert line.wait(urgent=False) == 0


def test_a_background_call_waits_the_whole_interval_after_a_background_call(line, clock):
    line.read(lambda reader: reader.orders())
    clock.now += 3
    assert line.wait(urgent=False) == pytest.approx(1.5)


def test_a_persons_call_waits_a_second_after_any_call(line, clock):
    line.read(lambda reader: reader.orders())
    clock.now += 0.25
    assert line.wait(urgent=True) == pytest.approx(0.75)


def test_a_persons_call_does_not_delay_the_background_further(line, clock):
    line.read(lambda reader: reader.orders())
    clock.now += 4
    line.read(lambda reader: reader.balance(), urgent=True)
    clock.now += 0.2
    assert line.wait(urgent=False) == pytest.approx(0.8)


def test_too_many_requests_makes_the_worker_slower_for_a_while(line, clock, sandbox):
    sandbox.fault("orders", "http_429")
    with pytest.raises(Refused):
        line.read(lambda reader: reader.orders())
    assert line.wait(urgent=False) == pytest.approx(13.5)
    assert Mirror.objects.get(pk=1).slow_until is not None
    clock.now += 301
    line.read(lambda reader: reader.orders())
    assert line.wait(urgent=False) == pytest.approx(4.5)


def test_the_vendors_clock_is_learned_from_its_answers(line, sandbox):
    sandbox.advance(86_400)
    line.read(lambda reader: reader.orders())
    assert Mirror.objects.get(pk=1).clock_offset == pytest.approx(86_400, abs=2)
