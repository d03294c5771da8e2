"""People in front of a page: a client a role, and a mirror that holds the sandbox's demo world."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from rentals.models import Order, Person
from rentals.models.people import Role
from tests.conftest import MakePerson, hold_prices, inactive_order

HTMX = {"HX-Request": "true"}


def signed_in(person: Person, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(person, backend="rentals.sign_in.PasswordBackend")
    return client


@pytest.fixture
def htmx() -> dict[str, str]:
    return dict(HTMX)


@pytest.fixture
def as_operator(operator: Person) -> Client:
    return signed_in(operator)


@pytest.fixture
def as_observer(observer: Person) -> Client:
    return signed_in(observer)


@pytest.fixture
def as_other(make_person: MakePerson) -> Client:
    return signed_in(make_person("berta", Role.OPERATOR))


@pytest.fixture
def priced(synced: Any) -> Any:
    """The worker of a mirror that also holds the prices of Spain for a week."""
    hold_prices(synced)
    return synced


@pytest.fixture
def choice() -> dict[str, str]:
    """WhatsApp in Spain for a week: in stock in the demo world."""
    return {"country": "ES", "period": "week-1", "service": "opt20"}


@pytest.fixture
def inactive(synced: Any) -> Order:
    return inactive_order()


@pytest.fixture
def with_sms(synced: Any) -> Order:
    """The active WhatsApp number of the demo world, which has messages."""
    return Order.objects.get(messages__text__contains="671-094")


def just_signed_in(client: Client, person: Person, seconds_ago: float = 0) -> Client:
    """As if the person had given the password that long ago: `force_login` alone leaves no trace of one."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return client
