"""The database: the one place where the web process and the worker meet."""

from rentals.models.archive import Rental
from rentals.models.audit import AuditEntry
from rentals.models.catalogue import Country, PriceList, Service
from rentals.models.mirror import BalanceReading, Feed, Lease, Mirror
from rentals.models.operations import Correction, Operation, OperationTarget
from rentals.models.orders import Number, Order, Seen, Sms, Watch
from rentals.models.people import Invitation, Person, Team

__all__ = [
    "AuditEntry",
    "BalanceReading",
    "Correction",
    "Country",
    "Feed",
    "Invitation",
    "Lease",
    "Mirror",
    "Number",
    "Operation",
    "OperationTarget",
    "Order",
    "Person",
    "PriceList",
    "Rental",
    "Seen",
    "Service",
    "Sms",
    "Team",
    "Watch",
]
