"""The life of numbers: activation, the active window, messages, expiry.

Nothing runs in the background. `run_until` is called before every call and lets everything happen that was
due by then, in order of time; what happens depends on the state and the simulated time alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush

from .messages import compose
from .model import DAY, Ended, Line, Order, Sms
from .stock import give_back
from .world import World

KEPT_SMS = 500
OTHER_SERVICE_SHARE = 0.2
POPULAR = ("opt29", "opt20", "opt1", "opt16", "opt2")


def next_due(world: World) -> float:
    """When the next thing happens, in simulated time; infinity when nothing will."""
    return min((due for due, _ in _agenda(world)), default=float("inf"))


def run_until(world: World, now: float) -> int:
    """Let everything due by `now` happen, in order; answers how many things did."""
    agenda = [entry for entry in _agenda(world) if entry[0] <= now]
    heapify(agenda)
    happened = 0
    while agenda:
        due, number = heappop(agenda)
        line = world.state.lines[number]
        _happen(world, line, due)
        happened += 1
        following = _line_due(world, line)
        if following is not None and following <= now:
            heappush(agenda, (following, number))
    return happened


def start_activation(world: World, line: Line, now: float) -> None:
    """Join the queue: a random wait within the pace. A number activating or active stays as it is."""
    if line.state == 0:
        line.activates_at = now + world.dice(line).uniform(*world.pace.activation)


def start_life(world: World, line: Line, now: float) -> None:
    """Called when a number gets its first order: an always active one receives from now on."""
    if line.always:
        line.last_online = int(now)
        _plan_messages(world, line, now, now + 2 * world.pace.window[0])


def receive(world: World, line: Line, sms: Sms) -> None:
    """A message reaches the number: every live order on it has something new."""
    line.sms = [*line.sms, sms][-KEPT_SMS:]
    line.last_online = max(line.last_online, sms.date)
    for order in world.orders_on(line):
        order.has_new = True


def close(world: World, order: Order, at: float) -> Ended:
    """Move an order to the archive; its number falls asleep when no other order is left on it."""
    line = world.line_of(order)
    row = Ended(
        id=order.id,
        number=order.number,
        service=order.service,
        country=order.country,
        begin=order.begin,
        end=order.until,
        closed=int(at),
        days=order.days,
        have_sms=any(sms.date >= order.begin and sms.service == order.service for sms in line.sms),
        branch=line.branch,
    )
    del world.state.orders[order.id]
    line.orders.remove(order.id)
    world.state.history.append(row)
    give_back(world, order)
    if not line.orders:
        line.activates_at, line.lapses_at, line.coming = None, None, []
    return row


def _agenda(world: World) -> Iterator[tuple[float, str]]:
    for line in world.state.lines.values():
        due = _line_due(world, line)
        if due is not None:
            yield due, line.number


def _line_due(world: World, line: Line) -> float | None:
    moments = [float(world.state.orders[key].until) for key in line.orders]
    moments += [moment for moment in (line.activates_at, line.lapses_at) if moment is not None]
    if line.coming:
        moments.append(line.coming[0].date)
    return min(moments, default=None)


def _happen(world: World, line: Line, now: float) -> None:
    """The one thing due at `now`; a message that arrives at the end of a window is still received."""
    if line.coming and line.coming[0].date <= now:
        _arrive(world, line, now)
    elif line.activates_at is not None and line.activates_at <= now:
        _become_active(world, line, now)
    elif line.lapses_at is not None and line.lapses_at <= now:
        line.lapses_at, line.last_online, line.coming = None, int(now), []
    else:
        expired = min(world.orders_on(line), key=lambda order: order.until)
        close(world, expired, now)


def _arrive(world: World, line: Line, now: float) -> None:
    sms = line.coming.pop(0)
    if line.in_system:
        receive(world, line, sms)
    if line.always and not line.coming:
        _plan_one(world, line, now + world.dice(line).uniform(*world.pace.between_sms))


def _become_active(world: World, line: Line, now: float) -> None:
    line.activates_at = None
    line.lapses_at = now + world.dice(line).uniform(*world.pace.window)
    line.last_online = int(now)
    _plan_messages(world, line, now, line.lapses_at)


def _plan_messages(world: World, line: Line, now: float, until: float) -> None:
    """One to four messages: the first soon and for a service of ours, the rest anywhere before `until`."""
    dice = world.dice(line)
    first = now + dice.uniform(*world.pace.first_sms)
    _plan_one(world, line, first, other=False)
    for moment in sorted(dice.uniform(first, until) for _ in range(dice.randint(0, 3))):
        _plan_one(world, line, moment)


def _plan_one(world: World, line: Line, moment: float, other: bool | None = None) -> None:
    dice = world.dice(line)
    ours = [order.service for order in world.orders_on(line)] or ["opt142"]
    strange = [code for code in POPULAR if code not in ours]
    if other is None:
        other = dice.random() < OTHER_SERVICE_SHARE
    service = dice.choice(strange if other and strange else ours)
    line.coming.append(compose(world.catalogue, service, int(moment), dice))


def days_left(order: Order, now: float) -> float:
    """Days until an order expires."""
    return (order.until - now) / DAY
