"""One call of the imitated API: its parameters, read as the vendor reads them or refused in its words."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import Service
from .dialects import Current
from .market import DURATION, MAX_DAYS, Refused
from .model import Order
from .world import World

DAYS_OF = {"day": 1, "week": 7, "month": 30}
NO_ORDER = "Order not found"
BAD_ORDER = "Incorrect order id"
BAD_COUNTRY = "Incorrect country"  # this one and the next two are ours: the vendor's texts are not known
BAD_SERVICE = "Incorrect service"
BAD_PERIOD = "Incorrect dtype"


@dataclass(frozen=True)
class Call:
    """What a method gets: the world, the query parameters, the simulated time and the dialect."""

    world: World
    params: dict[str, str]
    now: float
    dialect: Current

    def country(self) -> str:
        code = self.params.get("country", "").upper()
        if code not in self.world.catalogue.countries:
            raise Refused(BAD_COUNTRY)
        return code

    def service(self) -> Service:
        return self._service(self.params.get("service", ""))

    def services(self) -> list[Service]:
        """`services` is a comma list; the same code twice counts once."""
        codes = [code.strip() for code in self.params.get("services", "").split(",")]
        return [self._service(code) for code in dict.fromkeys(codes)]

    def days(self, optional: bool = False, units: tuple[str, ...] = ("day", "week", "month")) -> int:
        """`dtype` times `dcount` in days, unbounded; one week where the period may be left out."""
        defaults = ("week", "1") if optional else ("", "")
        dtype = self.params.get("dtype") or defaults[0]
        if dtype not in units:
            raise Refused(BAD_PERIOD)
        return DAYS_OF[dtype] * self.whole("dcount", self.params.get("dcount") or defaults[1])

    def whole(self, name: str, text: str) -> int:
        """A whole number of at most nine digits; a period that is none is refused as a wrong period."""
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
            raise Refused(BAD_ORDER if name == "id" else DURATION.format(7, MAX_DAYS))
        return int(text)

    def order_id(self) -> int:
        return self.whole("id", self.params.get("id", ""))

    def order(self) -> Order:
        order = self.world.state.orders.get(self.order_id())
        if order is None:
            raise Refused(NO_ORDER)
        return order

    def _service(self, code: str) -> Service:
        service = self.world.catalogue.services.get(code)
        if service is None:
            raise Refused(BAD_SERVICE)
        return service
