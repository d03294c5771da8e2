"""What administrators may do with people, and what nobody may: lock the last administrator out."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from rentals.models import AuditEntry, Mirror, Person
from rentals.models.people import Role
from rentals.queries.team import administrators
from rentals.use_cases import team
from rentals.use_cases.team import NotChanged
from tests.model.world import Snapshot


def demote(by, person, role=Role.OPERATOR):
    return team.change_role(by, person, role, person.role)


def refused(code, action, *args):
    before = AuditEntry.objects.count()
    with pytest.raises(NotChanged) as refusal:
        action(*args)
    assert (refusal.value.code, AuditEntry.objects.count()) == (code, before)
    assert "No se ha cambiado nada" in refusal.value.words


@pytest.fixture
def second(make_person):
    return make_person("otra", Role.ADMINISTRATOR)


def test_the_last_administrator_is_neither_demoted_nor_deactivated(administrator, operator):
    refused("last_administrator", demote, administrator, administrator)
    refused("last_administrator", team.deactivate, administrator, administrator)


def test_one_of_two_goes_and_the_other_stays(administrator, second):
    assert demote(administrator, second)
    refused("last_administrator", team.deactivate, administrator, administrator)


def test_somebody_deactivated_is_no_administrator_to_rely_on(administrator, second):
    team.deactivate(administrator, second)
    refused("last_administrator", demote, administrator, administrator)
    team.reactivate(administrator, second)
    assert demote(administrator, administrator)


def test_demo_people_count_while_the_sandbox_is_the_upstream_and_never_with_a_real_account(
    administrator, make_person
):
    demo = make_person("demo", Role.ADMINISTRATOR, is_demo=True)
    Mirror.objects.update(upstream=Mirror.Upstream.VENDOR)
    assert list(administrators()) == [administrator]
    refused("last_administrator", demote, administrator, administrator)
    assert demote(administrator, demo)
    Person.objects.filter(pk=demo.pk).update(role=Role.ADMINISTRATOR)
    Mirror.objects.update(upstream=Mirror.Upstream.SANDBOX)
    assert demote(administrator, administrator)


@pytest.mark.parametrize("role", [Role.OBSERVER, Role.OPERATOR])
def test_nobody_else_changes_anything(make_person, administrator, role):
    by = make_person("x", role)
    for action in (
        lambda: team.change_role(by, by, Role.ADMINISTRATOR, role),
        lambda: team.deactivate(by, administrator),
        lambda: team.reactivate(by, administrator),
        lambda: team.reset_mfa(by, administrator),
        lambda: team.change_security(by, [], None, "|"),
        lambda: team.change_limits(by, by, None, None, "|"),
        lambda: team.change_team_limits(by, None, None, "|"),
    ):
        refused("forbidden", action)


def test_the_right_is_looked_at_again_and_not_believed(administrator, second, operator):
    # As it was when the page's request began.
    old = Person.objects.get(pk=administrator.pk)
    demote(second, administrator)
    refused("forbidden", demote, old, operator, Role.OBSERVER)


def test_a_deactivated_administrator_is_forbidden_everything(administrator, second, operator):
    old = Person.objects.get(pk=administrator.pk)
    team.deactivate(second, administrator)
    refused("forbidden", team.reset_mfa, old, operator)


def test_a_made_up_role_is_refused(administrator, operator):
    refused("no_such_role", team.change_role, administrator, operator, "captain", "operator")
    refused("no_such_role", team.change_security, administrator, ["captain"], None, "|")


@pytest.fixture
def together(transactional_db):
    """What the audit says cannot be flushed away row by row."""
    empty = Snapshot()
    yield at_once
    empty.put_back()


def at_once(*actions):
    """Each in a thread and a connection of its own, all let go at the same moment; what became of them."""
    begin = Barrier(len(actions))

    def run(action):
        try:
            begin.wait(timeout=20)
            return action()
        except NotChanged as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


@pytest.mark.parametrize("action", [demote, team.deactivate])
def test_two_administrators_who_remove_each_other_at_once_leave_one(together, action):
    for attempt in range(5):
        pair = [
            Person.objects.create_user(f"{name}{attempt}", role=Role.ADMINISTRATOR) for name in ("a", "b")
        ]
        told = together(*(partial(action, by, who) for by, who in (pair, reversed(pair))))
        assert administrators().count() == 1, told
        assert sorted(map(str, told)) == ["True", "forbidden"]
        Person.objects.update(is_active=False)


def test_two_administrators_who_resign_at_once_leave_one(together):
    pair = [Person.objects.create_user(name, role=Role.ADMINISTRATOR) for name in ("a", "b")]
    told = together(*(partial(demote, person, person) for person in pair))
    assert sorted(map(str, told)) == ["True", "last_administrator"]
    assert administrators().count() == 1


def test_the_same_change_by_two_at_once_is_one_entry(together):
    by = Person.objects.create_user("a", role=Role.ADMINISTRATOR)
    who = Person.objects.create_user("b", role=Role.OPERATOR)
    told = together(*[partial(demote, by, who, Role.OBSERVER)] * 4)
    assert sorted(told) == [False, False, False, True]
    assert AuditEntry.objects.count() == 1


def test_the_team_is_locked_before_anybody_is_counted(administrator, second):
    """Not by luck. SQLite takes its one lock when a transaction begins."""
    if connection.vendor == "sqlite":
        assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        return
    with CaptureQueriesContext(connection) as asked:
        demote(administrator, second, Role.OPERATOR)
    told = [query["sql"] for query in asked]
    lock = next(n for n, sql in enumerate(told) if "FOR UPDATE" in sql and "rentals_team" in sql)
    assert lock < next(n for n, sql in enumerate(told) if "rentals_mirror" in sql)
