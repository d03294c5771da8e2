"""The active table as it is drawn for one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rentals import finding
from rentals.models import Person
from rentals.models.operations import State
from rentals.models.orders import OrderState
from rentals.permissions import Verb, may
from rentals.queries import rules
from rentals.queries.mirror import Health
from rentals.queries.orders import ActiveTable, OrderRow
from rentals.templatetags.house import day_words, left_words, span_words, when
from rentals.use_cases.refusals import WORDS
from rentals.views import sent
from rentals.views.drawing import Drawn, Link, Shown, draw
from rentals.views.outcomes import Outcome

_TONES: dict[int, str] = {OrderState.ACTIVE: "on", OrderState.ACTIVATING: "wait", OrderState.OUT: "out"}
_STEP = 1.5
"""Days: a twentieth of the bar of 30 days."""
MANY = 60
"""From so many rows on, those out of sight are left undrawn by the browser until they come near."""


@cache
def _orders() -> str:
    """Where the addresses of orders begin; asking for each of thousands takes longer than drawing them."""
    return reverse("orders.row", args=["0"]).removesuffix("0/row/")


@dataclass(frozen=True)
class RowView:
    """A row with a mark of what it shows: a refresh replaces only rows whose `v` has changed."""

    row: OrderRow
    may_spend: bool
    note: str = ""
    """Why an action was just refused."""

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
        state = row.state
        return Shown(
            id=row.id,
            base=f"{_orders()}{row.id}/",
            phone=row.phone,
            find=finding.text_of(row.phone, state, order.country, f"{row.name} {country.search}"),
            flag=country.flag,
            country=order.country,
            country_name=country.name,
            operator=order.operator,
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
            seen=f"{order.state}.{order.attempts}" if self.may_spend and row.can_activate else "",
            prolongs=self.may_spend,
            prolong_not=self._prolong_not if self.may_spend else "",
            busy=self.busy,
            sending=self._sending,
            doubt=self._doubt,
            failed=self._failed,
            note=self.note,
            support=str(settings.SUPPORT_URL),
        )

    @property
    def _prolong_not(self) -> str:
        if self.row.ahead is not None:
            return _("hay una operación en curso sobre este número")
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


@dataclass(frozen=True)
class TableView:
    """`known` are the rows that the browser shows already, as it was sent them; None when it must be sent all."""

    rows: list[RowView]
    health: Health
    version: str
    active: int
    query: str = ""
    known: dict[str, str] | None = None

    @classmethod
    def of(
        cls, table: ActiveTable, person: Person, query: str = "", known: dict[str, str] | None = None
    ) -> TableView:
        may_spend = may(person, Verb.SPEND)
        rows = [RowView(row, may_spend) for row in table.rows]
        wanted = query.strip()[: finding.LONGEST_QUERY]
        return cls(rows, table.health, table.version, table.active, wanted, known)

    @cached_property
    def marks(self) -> dict[str, str]:
        return {r.row.id: r.v for r in self.rows}

    @cached_property
    def have(self) -> str:
        """Names what this table shows; the next refresh says it."""
        return sent.remember(self.marks)

    @property
    def many(self) -> bool:
        return len(self.rows) > MANY

    @property
    def busy(self) -> str:
        words = {r.busy for r in self.rows}
        return next((word for word in ("sending", "activating") if word in words), "")

    @cached_property
    def found(self) -> int:
        """How many rows the query leaves."""
        return sum(self._finds(r) for r in self.rows)

    def _finds(self, r: RowView) -> bool:
        return not self.query or finding.finds(self.query, r.shown.find)

    @property
    def order(self) -> str:
        """The ids in their order, where rows have come, gone or moved since the rows that are known."""
        return " ".join(self.marks) if self.known is None or list(self.known) != list(self.marks) else ""

    @property
    def html(self) -> SafeString:
        # Each part was escaped by the row's template.
        return mark_safe("".join(self._changed()))  # noqa: S308

    def _changed(self) -> Iterator[str]:
        for r in self.rows:
            if self.known is not None:
                if self.known.get(r.row.id) != r.v:
                    yield r.html
            elif self._finds(r):
                yield r.html
            else:
                yield r.html.replace("<tr ", "<tr hidden ", 1)
