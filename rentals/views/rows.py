"""The rows of the active table as they are drawn for one person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import ceil

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rentals import finding
from rentals.models import Person
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.permissions import Verb, may
from rentals.queries import rules
from rentals.queries.orders import OrderRow
from rentals.templatetags.house import day_words, left_words, span_words, when
from rentals.use_cases.refusals import WORDS
from rentals.views.drawing import Drawn, Held, Link, Shown, draw, numbers, orders
from rentals.views.outcomes import Outcome, busy_words

_TONES: dict[int, str] = {OrderState.ACTIVE: "on", OrderState.ACTIVATING: "wait", OrderState.OUT: "out"}
_STEP = 1.5
"""Days: a twentieth of the bar of 30 days."""


@lru_cache(maxsize=1024)
def held_words(name: str, mine: bool) -> str:
    """ "lo usa Ana", as a row says it."""
    return (_("lo usa %s (usted)") if mine else _("lo usa %s")) % name


@dataclass(frozen=True)
class Viewer:
    """Who looks at the table, as far as it looks different to them."""

    pk: int
    may_spend: bool
    may_hold: bool
    may_release_all: bool

    @classmethod
    def of(cls, person: Person) -> Viewer:
        return cls(person.pk, may(person, Verb.SPEND), may(person, Verb.HOLD), may(person, Verb.TEAM))


@dataclass(frozen=True)
class RowView:
    """A row with a mark of what it shows: a refresh replaces only rows whose `v` has changed."""

    row: OrderRow
    viewer: Viewer
    note: str = ""
    """Why an action was just refused."""
    refusal: str = ""
    """Why taking or releasing was."""

    @cached_property
    def drawn(self) -> Drawn:
        return draw(self.shown)

    @property
    def v(self) -> str:
        return self.drawn.v

    @property
    def html(self) -> SafeString:
        row, since = self.row, self.row.order.state_since
        return self.drawn.html(
            lasting=span_words((timezone.now() - since).total_seconds()) if since else "",
            left=_("sin fecha") if row.left is None else left_words(row.left),
            when=when(row.order.until),
        )

    @cached_property
    def shown(self) -> Shown:
        row, order, country = self.row, self.row.order, self.row.country
        state, may_spend, held = row.state, self.viewer.may_spend, self._held
        return Shown(
            id=row.id,
            base=f"{orders()}{row.id}/",
            phone=row.phone,
            find=finding.text_of(row.phone, state, order.country, self._words(held)),
            flag=country.flag,
            country=order.country,
            country_name=country.name,
            operator=order.operator,
            held=held,
            service=row.name,
            state=state,
            tone=_TONES.get(order.state, ""),
            needs_replace=order.needs_replace,
            since=order.state_since,
            until=order.until,
            step=self._step,
            urgent=row.urgent,
            late=row.activates_late,
            always=row.always,
            new_sms=row.new_sms,
            waiting=row.waiting,
            seen=f"{order.state}.{order.attempts}" if may_spend and row.can_activate else "",
            prolongs=may_spend,
            prolong_not=self._prolong_not if may_spend else "",
            activate_not=self._activate_not if may_spend else "",
            busy=self.busy,
            sending=self._sending,
            doubt=self._doubt,
            failed=self._failed,
            note=self.note,
            support=str(settings.SUPPORT_URL),
        )

    @property
    def _held(self) -> Held:
        number, viewer = self.row.order.number, self.viewer
        if number is None:
            return Held()
        who, mine = number.holder_id, number.holder_id == viewer.pk
        verb = "take" if who is None else "release" if mine or viewer.may_release_all else ""
        return Held(
            number.label,
            bool(number.note),
            number.holder.display_name() if number.holder else "",
            mine,
            f"{numbers()}{number.pk}/{verb}/" if verb and viewer.may_hold else "",
            f"{self.row.id}.{who}" if who else self.row.id,
            self.refusal,
        )

    def _words(self, held: Held) -> str:
        """What it is found by beside number, state and country: what the row says."""
        words = f"{self.row.name} {self.row.country.search} {held.label}"
        return f"{words} {held_words(held.holder, held.mine)}" if held.holder else words

    @property
    def _activate_not(self) -> str:
        inactive = self.row.order.state == OrderState.INACTIVE
        return busy_words(self.row.ahead) if inactive and self.row.ahead is not None else ""

    @property
    def _prolong_not(self) -> str:
        if self.row.ahead is not None:
            return busy_words(self.row.ahead)
        word = rules.against_prolonging(self.row.order, self.row.vendor_now)
        since = rules.prolong_from(self.row.order)
        if word == "too_early" and since:
            return _("solo cuando quedan menos de 7 días: se podrá desde el %s") % day_words(since)
        return str(WORDS[word]) if word else ""

    @property
    def _step(self) -> int:
        left = self.row.left
        return min(20, max(0, ceil(left.total_seconds() / 86_400 / _STEP))) if left else 0

    @property
    def sending(self) -> bool:
        return self.row.ahead is not None and self.row.ahead.state in {State.RECORDED, State.SENT}

    @property
    def _sending(self) -> str:
        """What is being sent, and whose it is."""
        ahead = self.row.ahead
        return f"{ahead.get_kind_display()}: {ahead.person.display_name()}" if ahead and self.sending else ""

    @property
    def _doubt(self) -> Link | None:
        ahead = self.row.ahead
        if ahead is None or ahead.state != State.UNKNOWN:
            return None
        return Link(reverse("operations.follow", args=[ahead.key]), ahead.get_kind_display())

    @property
    def _failed(self) -> Link | None:
        """What became of the last thing that was done with this number, when it failed."""
        if self.row.failed is None:
            return None
        outcome = Outcome(self.row.failed)
        words = f"{self.row.failed.get_kind_display()}: {outcome.title}"
        return Link(reverse("operations.follow", args=[self.row.failed.key]), words, str(outcome.cause))

    @property
    def busy(self) -> str:
        """How soon something is expected here: the page looks more often while a row is busy."""
        if self.sending:
            return "sending"
        return "activating" if self.row.order.state == OrderState.ACTIVATING else ""
