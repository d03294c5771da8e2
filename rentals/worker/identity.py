"""Whose mirror this database is. Data of the sandbox and of the real account never share one database."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from rentals.models import BalanceReading, Country, Feed, Mirror, Operation, Order, Person, PriceList, Rental
from rentals.models.people import Role
from rentals.queries.mirror import worker_alive

DEMO_PEOPLE = (("demo", Role.ADMINISTRATOR), ("operador", Role.OPERATOR), ("observador", Role.OBSERVER))
DEMO_PASSWORD = "demo"  # noqa: S105 - shown on the screen; worth nothing with a real account


class OtherMirror(Exception):
    """The database holds the data of the other upstream; the text says what to do, in one line."""


def announce() -> None:
    """Marks the database as the mirror of this upstream. Raises OtherMirror when it is another's."""
    mine = Mirror.Upstream.SANDBOX if settings.UPSTREAM_IS_SANDBOX else Mirror.Upstream.VENDOR
    mirror = Mirror.only()
    if mirror.upstream not in {mine, Mirror.Upstream.UNKNOWN} and (_holds_data() or worker_alive()):
        raise OtherMirror(
            f"DATABASE_URL: this database mirrors the {mirror.upstream}, not the {mine}; "
            "give another DATABASE_URL, or move the old database away"
        )
    Mirror.objects.filter(pk=1).update(upstream=mine)
    # A new start may bring a new key or a healed network: what was failing is tried at once.
    Feed.objects.filter(failures__gt=0).update(wanted_at=timezone.now())
    if mine == Mirror.Upstream.SANDBOX:
        make_demo_people()


def _holds_data() -> bool:
    """Anything that an upstream has told, or that was asked of it."""
    if PriceList.objects.filter(fetched_at__isnull=False).exists():
        return True
    return any(model.objects.exists() for model in (Order, Operation, Rental, Country, BalanceReading))


def make_demo_people() -> None:
    """The demo logins. A person with the same name who is not a demo person is left alone."""
    for username, role in DEMO_PEOPLE:
        person, made = Person.objects.get_or_create(
            username=username, defaults={"role": role, "is_demo": True}
        )
        if made:
            person.set_password(DEMO_PASSWORD)
            person.save(update_fields=["password"])
