"""The calls that change nothing. Every method raises NotSent, Refused or OutcomeUnknown."""

from __future__ import annotations

from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from rentals.upstream import envelope, shapes
from rentals.upstream.client import Client, Question
from rentals.upstream.rows import (
    Answer,
    CountryOffer,
    CountryRow,
    DefaultServiceRow,
    HistoryRow,
    Messages,
    OrderRow,
    RestoreQuote,
    ServiceRow,
)
from rentals.upstream.wire import Credential

__all__ = [
    "Answer",
    "CountryOffer",
    "CountryRow",
    "DefaultServiceRow",
    "HistoryRow",
    "Messages",
    "OrderRow",
    "Reader",
    "RestoreQuote",
    "ServiceRow",
]

COUNTRIES: Final = Question(shapes.countries, salvage=True)
SERVICES: Final = Question(shapes.services, salvage=True)
DEFAULT_SERVICES: Final = Question(shapes.default_services, salvage=True)
OFFERS: Final = Question(shapes.offers, salvage=True)
# Orders, SMS and history are the mirror's facts: half of them from a failed answer would be worse than none.
ORDERS: Final = Question(shapes.orders)
SMS: Final = Question(shapes.messages)
HISTORY: Final = Question(shapes.history)
BALANCE: Final = Question(shapes.balance, envelope=envelope.balance)


class Reader(Client):
    """Reads the vendor's catalogue, this account's orders and its balance."""

    def countries(self) -> Answer[list[CountryRow]]:
        """`getcountries`; needs no key [doc], so none is sent."""
        return self._ask("getcountries", {}, COUNTRIES, key=False)

    def services(self, country: str, dtype: str, dcount: int) -> Answer[list[ServiceRow]]:
        """`getdata`: prices per day for exactly `dcount` periods of `dtype` ("week", "month")."""
        return self._ask("getdata", {"country": country, "dtype": dtype, "dcount": dcount}, SERVICES)

    def services_with_operators(self, country: str, dtype: str, dcount: int) -> Answer[list[ServiceRow]]:
        """`getdataWithProviders`: as `services`, the stock told by operator."""
        return self._ask(
            "getdataWithProviders", {"country": country, "dtype": dtype, "dcount": dcount}, SERVICES
        )

    def default_services(self) -> Answer[list[DefaultServiceRow]]:
        """`get_default_services`."""
        return self._ask("get_default_services", {}, DEFAULT_SERVICES)

    def countries_by_service(self, service: str, dtype: str, dcount: int) -> Answer[list[CountryOffer]]:
        """`get_country_by_service`."""
        return self._ask(
            "get_country_by_service", {"service": service, "dtype": dtype, "dcount": dcount}, OFFERS
        )

    def orders(self) -> Answer[list[OrderRow]]:
        """`orders`: all running rentals. An answer not wholly understood raises or counts in `skipped`."""
        return self._ask("orders", {}, ORDERS)

    def sms(self, order_id: str) -> Answer[Messages]:
        """`sms` of an order, in the vendor's sequence (unspecified)."""
        return self._ask("sms", {"id": order_id}, SMS)

    def history(self, skip: int, take: int) -> Answer[list[HistoryRow]]:
        """`get_rent_history`: a page of the archive; the vendor gives no total."""
        return self._ask("get_rent_history", {"skip": skip, "take": take}, HISTORY)

    def restore_quote(self, order_id: str) -> Answer[RestoreQuote]:
        """`restore_user_precalc` of an archived order."""
        return self._ask("restore_user_precalc", {"id": order_id}, Question(shapes.restore_quote(order_id)))

    def balance(self) -> Answer[Decimal]:
        """USD left. The key travels in a header, or in the query where the address is the activation API
        v1's.
        """
        config = self._config
        if urlsplit(config.balance_url).path.endswith("/priemnik.php"):
            # Really spelt so [live].
            params, place = {"metod": "get_balance"}, Credential(config.key, "query")
        else:
            params, place = {}, Credential(config.key, "header")
        return self._answer("balance", config.balance_url, params, place, BALANCE)
