"""The 22 methods of `rent.php`: whether each needs the key, whether it changes state, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import life, market, stock
from .catalogue import CANADA_PAYPAL_DAYS, PAYPAL
from .market import Refused
from .model import Ended
from .request import Call

DEFAULT_TAKE = 10
RESTORE_WORDS = {"NOTOWNER": "the user had not this order", "NOSERVICEDATA": "Service not found"}


@dataclass(frozen=True)
class Method:
    """`key` is "none", "optional" (checked when given) or "required", as in the vendor's client library."""

    handle: Callable[[Call], Any]
    key: str
    acts: bool = False


def get_countries(call: Call) -> Any:
    return [call.dialect.country(place) for place in call.world.catalogue.countries.values()]


def get_default_services(call: Call) -> Any:
    return [call.dialect.default_service(service) for service in call.world.catalogue.services.values()]


def get_countries_by_service(call: Call) -> Any:
    return call.dialect.countries_with(call.world, call.service(), _listed_days(call))


def get_data(call: Call) -> Any:
    return call.dialect.offers(call.world, call.country(), _listed_days(call))


def get_data_with_providers(call: Call) -> Any:
    return call.dialect.offers_by_operator(call.world, call.country(), _listed_days(call))


def get_count(call: Call) -> Any:
    country = call.country()
    _listed_days(call)
    services = call.world.catalogue.services_in(country)
    return call.dialect.mapping(
        {row.code: sum(stock.on_shelves(call.world, country, row.code).values()) for row in services}
    )


def get_count_with_providers(call: Call) -> Any:
    country = call.country()
    _listed_days(call)
    rows = {}
    for service in call.world.catalogue.services_in(country):
        free = stock.on_shelves(call.world, country, service.code)
        rows[service.code] = {"Amount": free, "Total": sum(free.values())}
    return call.dialect.mapping(rows)


def get_multi_service_count(call: Call) -> Any:
    codes = [service.code for service in call.services()]
    market.check_days(call.days(), 7)
    return {"count": sum(stock.shared(call.world, call.country(), codes).values())}


def get_canada_paypal_days(call: Call) -> Any:
    free = sum(stock.on_shelves(call.world, "CA", PAYPAL).values())
    return [{"Days": days, "Amount": free} for days in (CANADA_PAYPAL_DAYS, 60, 90)]


def get_minimum_paypal_days(call: Call) -> Any:
    days = call.world.catalogue.minimum_days(call.country(), call.service().code)
    return {"Days": days, "Status": 1, "Message": f"Minimum rental period is {days} days"}


def create(call: Call) -> Any:
    orders = _rent(call, [call.service().code])
    return call.dialect.bought(call.world, orders)


def create_multi(call: Call) -> Any:
    orders = _rent(call, [service.code for service in call.services()])
    return call.dialect.bought_together(call.world, orders)


def add_service_to_order(call: Call) -> Any:
    days = call.whole("rent_days", call.params.get("rent_days") or "7")
    order, service, pnumber = call.order(), call.service(), call.params.get("pnumber", "")
    return call.dialect.added(market.add_service(call.world, order, service.code, pnumber, days, call.now))


def get_orders(call: Call) -> Any:
    return [call.dialect.order(call.world, order, call.now) for order in call.world.state.orders.values()]


def activate(call: Call) -> Any:
    order = call.order()
    market.activate(call.world, order, call.now)
    return call.dialect.activated(order)


def get_sms(call: Call) -> Any:
    """Reading clears `hasnewsms`: an assumption, the vendor does not say what does."""
    order = call.order()
    call.world.changed |= order.has_new
    order.has_new = False
    since = [sms for sms in call.world.line_of(order).sms if sms.date >= order.begin]
    own = [sms for sms in since if sms.service == order.service]
    return call.dialect.messages(own, [sms for sms in since if sms.service != order.service])


def prolong(call: Call) -> Any:
    order, days = call.order(), call.days(units=("week", "month"))
    market.check_days(days, 7)
    market.prolong(call.world, order, days, call.now)
    return call.dialect.prolonged(order)


def prolong_max(call: Call) -> Any:
    order, days = call.order(), call.days(units=("day",))
    market.check_days(days, 1, market.MAX_EXTRA_DAYS)
    market.prolong(call.world, order, days, call.now)
    return call.dialect.prolonged(order)


def delete(call: Call) -> Any:
    order = call.order()
    life.close(call.world, order, call.now)
    return call.dialect.deleted(order)


def get_history(call: Call) -> Any:
    skip = max(call.whole("skip", call.params.get("skip") or "0"), 0)
    take = max(call.whole("take", call.params.get("take") or str(DEFAULT_TAKE)), 0)
    mine = [row for row in reversed(call.world.state.history) if row.mine]
    return [call.dialect.ended(call.world, row, call.now) for row in mine[skip : skip + take]]


def get_restore_cost(call: Call) -> Any:
    return call.dialect.quote(call.world, _restorable(call, {}), call.now)


def restore(call: Call) -> Any:
    order = market.restore(call.world, _restorable(call, RESTORE_WORDS), call.now)
    return call.dialect.restored(order)


def _rent(call: Call, services: list[str]) -> Any:
    provider = call.params.get("provider", "")
    return market.rent(call.world, call.country(), services, call.days(), call.now, provider)


def _listed_days(call: Call) -> int:
    days = call.days(optional=True)
    market.check_days(days, 7)
    return days


def _restorable(call: Call, words: dict[str, str]) -> Ended:
    """The archived row, or Refused with the reason against it; `words` replaces codes by sentences."""
    wanted = call.order_id()
    if wanted in call.world.state.orders:
        raise Refused("DATEDIFFINVERT")
    row = next((row for row in call.world.state.history if row.id == wanted), None)
    if row is None:
        raise Refused("NOREMOTEDATA")
    reason = market.restore_refusal(call.world, row, call.now)
    if reason:
        raise Refused(words.get(reason, reason))
    return row


METHODS = {
    "getcountries": Method(get_countries, "none"),
    "get_default_services": Method(get_default_services, "none"),
    "get_country_by_service": Method(get_countries_by_service, "none"),
    "getdata": Method(get_data, "optional"),
    "getdataWithProviders": Method(get_data_with_providers, "optional"),
    "getcount": Method(get_count, "none"),
    "getCountWithProviders": Method(get_count_with_providers, "optional"),
    "get_count_multi": Method(get_multi_service_count, "none"),
    "get_days_canada_paypal": Method(get_canada_paypal_days, "none"),
    "get_min_paypal_days": Method(get_minimum_paypal_days, "none"),
    "create": Method(create, "required", acts=True),
    "create_multi": Method(create_multi, "required", acts=True),
    "add_service_to_order": Method(add_service_to_order, "required", acts=True),
    "orders": Method(get_orders, "required"),
    "activate": Method(activate, "required", acts=True),
    "sms": Method(get_sms, "required"),
    "prolong": Method(prolong, "required", acts=True),
    "prolong_max": Method(prolong_max, "required", acts=True),
    "delete": Method(delete, "required", acts=True),
    "get_rent_history": Method(get_history, "required"),
    "restore_user_precalc": Method(get_restore_cost, "required"),
    "restore_user": Method(restore, "required", acts=True),
}
