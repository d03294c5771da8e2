"""The active table as it is drawn for one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.safestring import SafeString, mark_safe

from rentals import finding
from rentals.models import Person
from rentals.queries.mirror import Health
from rentals.queries.orders import ActiveTable
from rentals.views import sent
from rentals.views.rows import RowView, Viewer

MANY = 60
"""From so many rows on, those out of sight are left undrawn by the browser until they come near."""
OWN = "lo usa usted"
"""Typed into the filter, it leaves the rows that say "lo usa … (usted)"."""


@dataclass(frozen=True)
class TableView:
    """`known` are the rows that the browser shows already, as it was sent them; None when it must be sent all."""

    rows: list[RowView]
    health: Health
    version: str
    active: int
    query: str = ""
    known: dict[str, str] | None = None
    own: ClassVar = OWN

    @classmethod
    def of(
        cls, table: ActiveTable, person: Person, query: str = "", known: dict[str, str] | None = None
    ) -> TableView:
        viewer = Viewer.of(person)
        rows = [RowView(row, viewer) for row in table.rows]
        wanted = query.strip()[: finding.LONGEST_QUERY]
        return cls(rows, table.health, table.version, table.active, wanted, known)

    @property
    def mine(self) -> int:
        """How many rows are of numbers that the viewer holds."""
        return sum(r.shown.held.mine for r in self.rows)

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
