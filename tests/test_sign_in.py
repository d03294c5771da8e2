import pytest
from django.test import Client
from django.utils import timezone

from rentals.models import BalanceReading, Mirror, Order, Person
from rentals.models.people import Role
from rentals.worker import identity, lease


@pytest.fixture
def demo(singletons, settings):
    settings.UPSTREAM_IS_SANDBOX = True
    identity.announce()
    return Person.objects.get(username="demo")


def log_in(name="demo", password="demo"):
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": password})
    return client


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_demo_people_have_the_roles_of_their_names(demo):
    roles = dict(Person.objects.values_list("username", "role"))
    assert roles == {
        "demo": Role.ADMINISTRATOR,
        "operador": Role.OPERATOR,
        "observador": Role.OBSERVER,
    }


def test_demo_people_sign_in_while_the_sandbox_is_the_upstream(demo):
    assert signed_in(log_in())


def test_demo_people_are_refused_with_a_real_account(demo):
    Mirror.objects.update(upstream=Mirror.Upstream.VENDOR)
    assert not signed_in(log_in())


def test_a_demo_session_ends_when_a_real_account_is_set(demo):
    client = log_in()
    Mirror.objects.update(upstream=Mirror.Upstream.VENDOR)
    assert client.get("/").status_code == 302


def test_with_a_real_key_no_demo_people_are_made(singletons, settings):
    settings.UPSTREAM_IS_SANDBOX = False
    identity.announce()
    assert not Person.objects.exists()


def test_a_database_of_the_sandbox_is_not_used_for_the_real_account(demo, settings, make_order):
    settings.UPSTREAM_IS_SANDBOX = False
    with pytest.raises(identity.OtherMirror, match="DATABASE_URL"):
        identity.announce()


@pytest.fixture
def make_order(singletons):
    now = timezone.now()
    return Order.objects.create(vendor_id="1", service="opt29", first_seen_at=now, last_seen_at=now)


def test_a_person_who_took_the_name_of_a_demo_person_is_left_alone(make_person, settings):
    own = make_person("demo", Role.OBSERVER)
    settings.UPSTREAM_IS_SANDBOX = True
    identity.announce()
    own.refresh_from_db()
    assert (own.role, own.is_demo) == (Role.OBSERVER, False)
    assert own.check_password("correcta-8712")


def test_createsuperuser_makes_an_administrator(singletons):
    assert Person.objects.create_superuser("ana", None, "x").role == Role.ADMINISTRATOR


def test_nobody_makes_an_account_by_themselves(singletons):
    assert Client().get("/accounts/signup/").status_code == 404


@pytest.fixture
def real(singletons, settings):
    """A real account whose worker has just begun and that has no order yet."""
    settings.UPSTREAM_IS_SANDBOX = False
    identity.announce()
    settings.UPSTREAM_IS_SANDBOX = True


def test_a_worker_without_a_key_does_not_turn_a_real_account_into_a_demo(real):
    lease.take("the worker with the key")
    with pytest.raises(identity.OtherMirror, match="DATABASE_URL"):
        identity.announce()
    assert not Person.objects.exists()


def test_nor_does_it_where_something_of_the_account_is_known(real):
    BalanceReading.objects.create(amount=7, read_at=timezone.now())
    with pytest.raises(identity.OtherMirror):
        identity.announce()
