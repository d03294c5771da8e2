"""The calls that change something at the vendor. None is ever repeated here.

Every method raises NotSent (nothing happened), Refused (the vendor did nothing) or OutcomeUnknown (to be
settled from evidence). `dtype` is "week" or "month", `dcount` how many; one order lasts 7 to 90 days [doc].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rentals.upstream import shapes
from rentals.upstream.client import Client, Question
from rentals.upstream.rows import Answer, Purchase

__all__ = ["Answer", "Purchase", "Spender"]

PURCHASE: Final = Question(shapes.purchase, buys=True)
ADDED: Final = Question(shapes.added_service, buys=True)
DONE: Final = Question(shapes.acknowledged)
RESTORED: Final = Question(shapes.restored)


class Spender(Client):
    """Buys, prolongs, restores and gives up numbers. Only the worker's spending module may hold one."""

    def create(
        self, *, country: str, service: str, dtype: str, dcount: int, operator: str | None = None
    ) -> Answer[Purchase]:
        """`create`: rent a number. Without `operator` the vendor chooses."""
        period: dict[str, object] = {"dtype": dtype, "dcount": dcount}
        return self._ask("create", period | _what(country, operator) | {"service": service}, PURCHASE)

    def create_multi(
        self, *, country: str, services: Sequence[str], dtype: str, dcount: int, operator: str | None = None
    ) -> Answer[Purchase]:
        """`create_multi`: one number for several services. Further orders of the answer are in `others`."""
        period: dict[str, object] = {"dtype": dtype, "dcount": dcount}
        return self._ask(
            "create_multi", period | _what(country, operator) | {"services": ",".join(services)}, PURCHASE
        )

    def activate(self, order_id: str) -> Answer[str | None]:
        """`activate`: ask for the number to be switched on; free. The value is the echoed id, if any."""
        return self._ask("activate", {"id": order_id}, DONE)

    def prolong(self, order_id: str, dtype: str, dcount: int) -> Answer[str | None]:
        """`prolong`, in the last 7 days only [doc]. The new expiry must be read from orders."""
        return self._ask("prolong", {"id": order_id, "dtype": dtype, "dcount": dcount}, DONE)

    def prolong_days(self, order_id: str, days: int) -> Answer[str | None]:
        """`prolong_max`: prolong by 1 to 6 days."""
        return self._ask("prolong_max", {"id": order_id, "dtype": "day", "dcount": days}, DONE)

    def delete(self, order_id: str) -> Answer[str | None]:
        """`delete`: end the rental; nothing is refunded by itself [doc]."""
        return self._ask("delete", {"id": order_id}, DONE)

    def add_service(
        self, order_id: str, service: str, pnumber: str, rent_days: int | None = None
    ) -> Answer[Purchase | None]:
        """`add_service_to_order`. `pnumber` in E.164; the value is None where the answer names no order
        [doc].
        """
        params = {
            "id": order_id,
            "service": service,
            "pnumber": pnumber.removeprefix("+"),
            "rent_days": rent_days,
        }
        return self._ask("add_service_to_order", params, ADDED)

    def restore(self, order_id: str) -> Answer[str | None]:
        """`restore_user`: the new order's id, or None where the answer only says true [doc]."""
        return self._ask("restore_user", {"id": order_id}, RESTORED)


def _what(country: str, operator: str | None) -> dict[str, object]:
    return {"country": country, "provider": operator or None}
