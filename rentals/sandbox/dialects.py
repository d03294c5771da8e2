"""How answers look: `Current` as the vendor's own client library expects, `Classic` as its page of 2020.

Each method gives the `data` of an answer, or None for an answer without data. Money is a JSON number unless
the vendor sends text there; maps that are empty come out as lists in `Classic`, as PHP does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from . import life, market, stock
from .catalogue import DAY_STEP, DISCOUNT_FROM_DAYS, DISCOUNT_PERCENT, Country, Service
from .model import DAY, Ended, Order, Sms
from .world import World


class Current:
    """The shapes of the vendor's own client library (2026)."""

    name = "current"

    def country(self, place: Country) -> dict[str, Any]:
        name = place.name.strip().lower().replace(" ", "-")
        return {
            "name": place.name,
            "code": place.code,
            "url_country_name": name,
            "rent_switch_type": place.switch,
            "rent_avail_prolong": "1",
        }

    def default_service(self, service: Service) -> dict[str, Any]:
        return {
            "name": service.name,
            "service": service.code,
            "priceForDay": str(service.price),
            "img": _image(service),
            "DAYP": str(DISCOUNT_FROM_DAYS),
            "PROC": str(DISCOUNT_PERCENT),
        }

    def countries_with(self, world: World, service: Service, days: int) -> Any:
        """The countries where a service is for rent; price per day, our reading of an unexplained field."""
        rows = {}
        for place in world.catalogue.countries.values():
            if service in world.catalogue.services_in(place.code):
                rows[place.code] = {
                    "service_name": service.name,
                    "price": str(world.catalogue.price_day(place.code, service.code, days)),
                    "procent_days": str(DISCOUNT_FROM_DAYS),
                    "procent": str(DISCOUNT_PERCENT),
                    "day_step": str(DAY_STEP),
                    "country": place.code,
                    "phoneAmount": sum(stock.on_shelves(world, place.code, service.code).values()),
                }
        return rows

    def offers(self, world: World, country: str, days: int) -> Any:
        rows = [self.offer(world, country, service, days) for service in world.catalogue.services_in(country)]
        return {"services": rows, "totalAmount": sum(row["count"] for row in rows)}

    def offer(self, world: World, country: str, service: Service, days: int) -> dict[str, Any]:
        return {
            "name": service.name,
            "service": service.code,
            "price_day": float(world.catalogue.price_day(country, service.code, days)),
            "count": sum(stock.on_shelves(world, country, service.code).values()),
            "img": _image(service),
            "procent_days": DISCOUNT_FROM_DAYS,
            "procent": DISCOUNT_PERCENT,
            "day_step": DAY_STEP,
        }

    def offers_by_operator(self, world: World, country: str, days: int) -> Any:
        rows = []
        for service in world.catalogue.services_in(country):
            free = stock.on_shelves(world, country, service.code)
            row = Current.offer(self, world, country, service, days)
            rows.append({**row, "count": self.mapping(free), "totalCount": sum(free.values())})
        total = sum(row["totalCount"] for row in rows)
        operators = list(world.catalogue.countries[country].operators) if rows else []
        return {"services": rows, "totalAmount": total, "allOperators": operators}

    def mapping(self, values: dict[str, Any]) -> Any:
        return values

    def bought(self, world: World, orders: Sequence[Order]) -> Any:
        """One answer for create and create_multi: the first order's id, every service by comma."""
        first, line = orders[0], world.line_of(orders[0])
        return {
            "id": first.id,
            "pnumber": line.national,
            "ccode": f"+{line.dial}",
            "service": ",".join(order.service for order in orders),
            "until": str(first.until),
        }

    def bought_together(self, world: World, orders: Sequence[Order]) -> Any:
        return self.bought(world, orders)

    def added(self, order: Order) -> Any:
        return {"id": order.id, "pnumber": order.number, "service": order.service, "until": order.until}

    def order(self, world: World, order: Order, now: float) -> dict[str, Any]:
        """A row of `orders`; `provider` and `needreplace` are names of ours for what the page shows."""
        line = world.line_of(order)
        return {
            "id": order.id,
            "scode": order.service,
            "sname": world.catalogue.services[order.service].name,
            "state": line.state,
            "pnumber": line.national,
            "ccode": f"+{line.dial}",
            "cname": order.country,
            "hasnewsms": order.has_new,
            "until": order.until,
            "canprolong": life.days_left(order, now) < market.PROLONG_BELOW_DAYS and line.in_system,
            "canprolongmax": max((line.works_until - order.until) // DAY, 0),
            "canprolonguntil": line.works_until,
            "lastonline": line.last_online,
            "provider": line.operator,
            "needreplace": line.needs_replace,
        }

    def messages(self, own: Sequence[Sms], other: Sequence[Sms]) -> Any:
        return {"SmsList": [self.sms(sms) for sms in own], "OtherSms": [self.sms(sms) for sms in other]}

    def sms(self, sms: Sms) -> dict[str, Any]:
        return {"text": sms.text, "sender": sms.sender, "date": sms.date}

    def activated(self, order: Order) -> Any:
        return [{"id": order.id}]

    def prolonged(self, order: Order) -> Any:
        return None

    def deleted(self, order: Order) -> Any:
        return {"id": order.id}

    def ended(self, world: World, row: Ended, now: float) -> dict[str, Any]:
        return {
            "orderId": row.id,
            "resourceCode": row.service,
            "number": row.number,
            "branchId": row.branch,
            "haveSms": row.have_sms,
            "isAvailForRestore": not market.restore_refusal(world, row, now),
            "days": row.days,
            "country": row.country,
            "begin": row.begin,
            "end": row.end,
            "closed": row.closed,
        }

    def quote(self, world: World, row: Ended, now: float) -> Any:
        """The price of restoring; `ccode` is the country's letters here, unlike everywhere else."""
        return {
            "ccode": row.country,
            "scode": row.service,
            "price": float(sum(market.restore_price(world, row, now))),
            "sname": world.catalogue.services[row.service].name,
            "pnumber": row.number,
            "outdays": market.overdue_days(row, now),
            "orderid": row.id,
            "prolongTo": market.RESTORE_DAYS,
        }

    def restored(self, order: Order) -> Any:
        return {"id": order.id}

    def balance(self, amount: Decimal) -> Any:
        return {"balance": f"{amount:.2f}"}


class Classic(Current):
    """The shapes of the vendor's page of 2020; what did not exist then looks as in `Current`."""

    name = "classic"

    def country(self, place: Country) -> dict[str, Any]:
        return {"name": place.name, "code": place.code}

    def countries_with(self, world: World, service: Service, days: int) -> Any:
        return [
            self.country(world.catalogue.countries[code])
            for code in super().countries_with(world, service, days)
        ]

    def offers(self, world: World, country: str, days: int) -> Any:
        return super().offers(world, country, days)["services"]

    def offer(self, world: World, country: str, service: Service, days: int) -> dict[str, Any]:
        row = super().offer(world, country, service, days)
        return {key: row[key] for key in ("name", "service", "price_day", "count")}

    def mapping(self, values: dict[str, Any]) -> Any:
        return values or []

    def bought(self, world: World, orders: Sequence[Order]) -> Any:
        return {**super().bought(world, orders), "until": orders[0].until}

    def bought_together(self, world: World, orders: Sequence[Order]) -> Any:
        return [self.bought(world, [order]) for order in orders]

    def added(self, order: Order) -> Any:
        return None

    def order(self, world: World, order: Order, now: float) -> dict[str, Any]:
        row = super().order(world, order, now)
        return {key: value for key, value in row.items() if key not in ("provider", "needreplace")}

    def messages(self, own: Sequence[Sms], other: Sequence[Sms]) -> Any:
        return [self.sms(sms) for sms in own]

    def activated(self, order: Order) -> Any:
        return {"id": order.id}

    def prolonged(self, order: Order) -> Any:
        return {"id": order.id}

    def ended(self, world: World, row: Ended, now: float) -> dict[str, Any]:
        fields = super().ended(world, row, now)
        del fields["isAvailForRestore"]
        return fields

    def restored(self, order: Order) -> Any:
        return True

    def balance(self, amount: Decimal) -> Any:
        return {"balance": float(amount)}


DIALECTS: dict[str, Current] = {"current": Current(), "classic": Classic()}


def _image(service: Service) -> str:
    return f"images/services/{service.code}.png"
