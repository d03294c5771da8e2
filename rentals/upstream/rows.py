"""What the vendor's answers hold, typed. Times are aware UTC, prices USD, None means the vendor did not say.

Unknown fields are ignored. Texts fit: ids and service codes 32 characters, countries 16, operators 80, names
and senders 120, E.164 16; SMS text is unbounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from rentals.upstream import fields
from rentals.upstream.fields import (
    Code,
    Count,
    Flag,
    Identity,
    Kind,
    Label,
    Moment,
    Money,
    OptionalCode,
    Place,
    RequiredCode,
    RequiredPlace,
    RequiredText,
    SetFlag,
    ShortLabel,
    Whole,
)
from rentals.upstream.numbers import phone

T = TypeVar("T")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """A value the vendor gave.

    `salvaged`: read from an answer that claimed failure (status 0) but carried a whole list. `skipped`: rows
    left out because they lacked what identifies them. `server_time`: the vendor's clock when it answered.
    """

    value: T
    salvaged: bool = False
    skipped: int = 0
    server_time: datetime | None = None


class Row(BaseModel):
    """One row of an answer; also built by field name."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)


def _named(*names: str) -> AliasChoices:
    """Names of a field in the vendor's dialects, the documented one first."""
    return AliasChoices(*names)


class CountryRow(Row):
    """`code` is the vendor's own (UK, not GB). `switch_type`: the kind of its numbers, "FAST" seen [live]."""

    code: RequiredPlace = Field(validation_alias=_named("code", "ccode", "country"))
    name: Label = Field("", validation_alias=_named("name", "country_name", "eng"))
    switch_type: Kind = Field(None, validation_alias=_named("rent_switch_type"))
    can_prolong: Flag = Field(None, validation_alias=_named("rent_avail_prolong"))


class _Discounted(Row):
    """The vendor's discount rule; names [live], meaning and units unknown."""

    discount_percent: Money = Field(None, validation_alias=_named("procent", "PROC"))
    discount_days: Count = Field(None, validation_alias=_named("procent_days", "DAYP"))
    day_step: Money = Field(None, validation_alias=_named("day_step"))

    @model_validator(mode="before")
    @classmethod
    def _counts(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not {"count", "totalCount", "phoneAmount"} & raw.keys():
            return raw
        return raw | {"total": fields.stock(raw), "by_operator": fields.by_operator(raw.get("count"))}


class ServiceRow(_Discounted):
    """A service in a country. `price_day` is USD per day for the period asked [live]; `total` numbers in
    stock.
    """

    code: RequiredCode = Field(validation_alias=_named("service", "code", "scode"))
    name: Label = Field("", validation_alias=_named("name", "sname", "title", "service_name"))
    price_day: Money = Field(None, validation_alias=_named("price_day", "price", "cost"))
    total: Count = None
    by_operator: dict[str, int] | None = None


class DefaultServiceRow(_Discounted):
    """A service the vendor rents somewhere [sdk]."""

    code: RequiredCode = Field(validation_alias=_named("service", "code", "opt"))
    name: Label = Field("", validation_alias=_named("name", "title", "service_name"))
    price_day: Money = Field(None, validation_alias=_named("priceForDay", "price_day", "price"))


class CountryOffer(_Discounted):
    """A country that has the service asked for. Whether `price` is per day or per period is not known."""

    country: RequiredPlace = Field(validation_alias=_named("country", "code"))
    name: Label = Field("", validation_alias=_named("name", "country_name"))
    service_name: Label = ""
    price: Money = None
    total: Count = None


class _Numbered(Row):
    """A row with a phone number, sent as `ccode` + `pnumber` or whole."""

    _dial_field: ClassVar[str] = "ccode"

    e164: str | None = None
    dial_code: str | None = None
    national: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not {"pnumber", "number"} & raw.keys():
            return raw
        found = phone(raw.get(cls._dial_field), raw.get("pnumber", raw.get("number")))
        parts = (found.e164, found.dial_code, found.national) if found else (None, None, None)
        return raw | dict(zip(("e164", "dial_code", "national"), parts, strict=True))


def _state(value: object) -> int:
    found = fields.whole(value)
    return 0 if found is None else found


class OrderRow(_Numbered):
    """A rented number. Several rows may carry one `id` when it was rented for several services.

    `state`: 0 inactive, 1 active, 2 activating, -1 not in the system [doc]; any other number as the vendor said
    it; 0 when unreadable, which offers the activation that costs nothing. `country` is the vendor's code.
    `until`, `can_prolong_until` and `can_prolong_max` do not follow from each other [doc sample].
    """

    id: Identity = Field(validation_alias=_named("id", "orderId", "orderid"))
    service: Code = Field("", validation_alias=_named("scode", "service"))
    service_name: Label = Field("", validation_alias=_named("sname"))
    state: int = 0
    country: Place = Field("", validation_alias=_named("cname", "country"))
    operator: ShortLabel = Field(None, validation_alias=_named("provider", "operator"))
    # The page shows "needs replace"; its field name in the answer is not known.
    needs_replace: Flag = Field(
        None, validation_alias=_named("needreplace", "needsreplace", "need_replace", "needs_replace")
    )
    has_new_sms: SetFlag = Field(False, validation_alias=_named("hasnewsms"))
    until: Moment = None
    can_prolong: Flag = Field(None, validation_alias=_named("canprolong"))
    can_prolong_max: Whole = Field(None, validation_alias=_named("canprolongmax"))
    can_prolong_until: Moment = Field(None, validation_alias=_named("canprolonguntil"))
    last_online: Moment = Field(None, validation_alias=_named("lastonline"))

    @model_validator(mode="before")
    @classmethod
    def _readable_state(cls, raw: Any) -> Any:
        return raw | {"state": _state(raw.get("state"))} if isinstance(raw, dict) else raw


class SmsRow(Row):
    """One message, its text verbatim. There is no id upstream."""

    text: RequiredText = Field(validation_alias=_named("text", "message", "fullText"))
    sender: Label = Field("", validation_alias=_named("sender", "from"))
    date: Moment = None


@dataclass(frozen=True)
class Messages:
    """SMS of an order: for its own service, and for other services of the same number."""

    own: list[SmsRow]
    other: list[SmsRow]


class HistoryRow(_Numbered):
    """An order of the archive. `begin` and `end` span the paid period, `closed` is when it really ended."""

    id: Identity = Field(validation_alias=_named("orderId", "id", "orderid"))
    service: Code = Field("", validation_alias=_named("resourceCode", "scode", "service"))
    have_sms: Flag = Field(None, validation_alias=_named("haveSms"))
    days: Count = None
    country: Place = Field("", validation_alias=_named("country", "cname"))
    begin: Moment = None
    end: Moment = None
    closed: Moment = None
    restorable: Flag = Field(None, validation_alias=_named("isAvailForRestore"))


class RestoreQuote(_Numbered):
    """What restoring an archived order costs: `price` USD in all; days overdue and days paid ahead."""

    # Here, and only here, `ccode` holds the country's letters [doc], and the number is whole.
    _dial_field: ClassVar[str] = ""

    order_id: Identity = Field(validation_alias=_named("orderid", "orderId", "id"))
    country: Place = Field("", validation_alias=_named("ccode", "country"))
    service: Code = Field("", validation_alias=_named("scode", "service"))
    service_name: Label = Field("", validation_alias=_named("sname"))
    price: Decimal
    overdue_days: Count = Field(None, validation_alias=_named("outdays"))
    prolong_days: Count = Field(None, validation_alias=_named("prolongTo"))


class Purchase(_Numbered):
    """What a purchase brought. `others` holds further orders when one call answered with several."""

    id: Identity = Field(validation_alias=_named("id", "orderId", "orderid"))
    service: OptionalCode = Field(None, validation_alias=_named("service", "scode"))
    until: Moment = None
    others: tuple[Purchase, ...] = ()
