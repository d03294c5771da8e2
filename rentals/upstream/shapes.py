"""From an envelope's `data` to rows, whatever the container: list, object, keyed map, [] for an empty map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from rentals.upstream import fields
from rentals.upstream.errors import OutcomeUnknown, Reason
from rentals.upstream.rows import (
    CountryOffer,
    CountryRow,
    DefaultServiceRow,
    HistoryRow,
    Messages,
    OrderRow,
    Purchase,
    RestoreQuote,
    Row,
    ServiceRow,
    SmsRow,
)

T = TypeVar("T")
R = TypeVar("R", bound=Row)


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value read from `data`, and how many rows had to be left out."""

    value: T
    skipped: int = 0


Shape = Callable[[Any], Found[T]]


def countries(data: Any) -> Found[list[CountryRow]]:
    """List of {name, code} [doc], or a map code -> name or row (PHP)."""
    return _some(CountryRow, _items(data, "code", key_as="code", text_as="name"))


def services(data: Any) -> Found[list[ServiceRow]]:
    """Bare list [doc], {services: list or map} [live], or a map keyed by service code."""
    inner = data["services"] if isinstance(data, dict) and "services" in data else data
    return _some(ServiceRow, _items(inner, "service", "scode", key_as="service"))


def default_services(data: Any) -> Found[list[DefaultServiceRow]]:
    """List of {name, service, priceForDay, DAYP, PROC} [sdk]."""
    inner = data["services"] if isinstance(data, dict) and "services" in data else data
    return _some(DefaultServiceRow, _items(inner, "service", "code", key_as="service"))


def offers(data: Any) -> Found[list[CountryOffer]]:
    """Map key -> {country, price, phoneAmount} [sdk], or the older list of {name, code}."""
    return _some(CountryOffer, _items(data, "country", "code", key_as="country"))


def orders(data: Any) -> Found[list[OrderRow]]:
    """List of orders [doc]; [] and {} are none, anything not understood is an error, never "none"."""
    return _some(OrderRow, _items(data, "id", "orderId"))


def history(data: Any) -> Found[list[HistoryRow]]:
    """List of archived orders [doc]; empty as for `orders`."""
    return _some(HistoryRow, _items(data, "orderId", "id"))


def messages(data: Any) -> Found[Messages]:
    """{SmsList, OtherSms} [live] or the bare list of 2020 [doc]. Nothing, in any spelling, is no SMS yet."""
    groups = data if isinstance(data, dict) else {"SmsList": data}
    if groups.keys() & {"SmsList", "OtherSms"} or not groups:
        own, other = groups.get("SmsList"), groups.get("OtherSms")
    else:
        own, other = data, None
    own_rows, own_skipped = _rows(SmsRow, _texts(own))
    other_rows, other_skipped = _rows(SmsRow, _texts(other))
    return Found(Messages(own_rows, other_rows), own_skipped + other_skipped)


def restore_quote(order_id: str) -> Shape[RestoreQuote]:
    """{orderid, price, …} of `order_id` [doc]; a quote without a positive price, or of another order, is an
    error.
    """

    def shape(data: Any) -> Found[RestoreQuote]:
        row = _first(data)
        price = fields.money(row.get("price"))
        rows, _ = _rows(RestoreQuote, [{"orderid": order_id} | row | {"price": price}])
        if not price or not rows or rows[0].order_id != order_id:
            raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no usable quote")
        return Found(rows[0])

    return shape


def balance(data: Any) -> Found[Decimal]:
    """{balance} as number or text [doc]."""
    amount = fields.money(_first(data).get("balance"))
    if amount is None:
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no usable balance")
    return Found(amount)


def purchase(data: Any) -> Found[Purchase]:
    """One object [doc] or a list of them [docs 2024]; without any id the purchase is of unknown outcome."""
    rows, skipped = _purchases(data)
    if not rows:
        raise OutcomeUnknown(Reason.NO_ID, "success without an order id")
    return Found(rows[0].model_copy(update={"others": tuple(rows[1:])}), skipped)


def added_service(data: Any) -> Found[Purchase | None]:
    """Nothing [doc], or {id, pnumber, service, until} [sdk]."""
    acknowledged(data)
    rows, _ = _purchases(data)
    return Found(rows[0] if rows else None)


def acknowledged(data: Any) -> Found[str | None]:
    """The id echoed by activate, prolong and delete: {id}, [{id}], [{}] or nothing at all [doc, sdk]."""
    row: dict[str, Any] = next(iter(_objects(data)), {})
    if data is False or fields.whole(row.get("status")) == 0:
        raise OutcomeUnknown(Reason.CONTRADICTION, "success outside, failure inside")
    return Found(fields.identity(row.get("id")))


def restored(data: Any) -> Found[str | None]:
    """true [doc] or {id: new order} [sdk]. Only a positive value means restored [doc]."""
    found = acknowledged(data).value
    if found is None and fields.flag(data) is not True:
        raise OutcomeUnknown(Reason.NO_ID, "neither true nor an order id")
    return Found(found)


def mentions_order(data: Any) -> bool:
    """Whether a failed purchase nevertheless names an order."""
    return bool(_purchases(data)[0])


def _purchases(data: Any) -> tuple[list[Purchase], int]:
    return _rows(Purchase, _objects(data))


def _some(model: type[R], items: list[Any]) -> Found[list[R]]:
    """The rows that can be used. Rows of which none can be used are not an empty list."""
    rows, skipped = _rows(model, items)
    if items and not rows:
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no usable row")
    return Found(rows, skipped)


def _rows(model: type[R], items: Sequence[Any]) -> tuple[list[R], int]:
    rows = [row for item in items if (row := _row(model, item)) is not None]
    return rows, len(items) - len(rows)


def _row(model: type[R], item: Any) -> R | None:
    # "others" is ours; an answer must not fill it.
    raw = (
        {name: value for name, value in item.items() if name != "others"} if isinstance(item, dict) else item
    )
    try:
        return model.model_validate(raw)
    except ValidationError:
        return None


def _items(data: Any, *marks: str, key_as: str = "", text_as: str = "") -> list[Any]:
    """The rows in `data`. An object with one of `marks` is itself a row, one of objects a map of rows."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no list of rows")
    if any(_plain(data.get(mark)) for mark in marks):
        return [data]
    return [_keyed(name, value, key_as, text_as) for name, value in data.items()]


def _plain(value: Any) -> bool:
    return isinstance(value, (str, int))


def _keyed(name: str, value: Any, key_as: str, text_as: str) -> dict[str, Any]:
    if text_as and isinstance(value, str):
        value = {text_as: value}
    if not isinstance(value, dict):
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "an object that is neither a row nor a map of rows")
    # A list in PHP clothes has running numbers for keys, which are nobody's code.
    return {key_as: name} | value if key_as and not name.isdigit() else value


def _texts(data: Any) -> list[Any]:
    """SMS items; a bare text is one."""
    if data is None:
        return []
    items = [data] if isinstance(data, str) else _items(data, "text", "message", "fullText")
    return [{"text": item} if isinstance(item, str) else item for item in items]


def _objects(data: Any) -> list[dict[str, Any]]:
    """The objects in `data`, none when it holds none."""
    return list(_walk(data))


def _walk(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        yield from (item for item in data if isinstance(item, dict))
    elif isinstance(data, dict):
        inner = list(data.values())
        yield from inner if inner and all(isinstance(item, dict) for item in inner) else [data]


def _first(data: Any) -> dict[str, Any]:
    """The object, or the first of a list of them; raises OutcomeUnknown when there is none."""
    found = _objects(data)
    if not found:
        raise OutcomeUnknown(Reason.UNEXPECTED_SHAPE, "no object")
    return found[0]
