"""`/accounts/password/`: the old one, the new one twice; the other sessions end."""

import pytest

from rentals.models import AuditEntry, Person
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.views.sentences import sentence
from tests.views.people.conftest import PASSWORD, is_in, log_in

ADDRESS = "/accounts/password/"
NEW = "flor-de-azahar-9"


def change(client, old=PASSWORD, new=NEW, again=None):
    return client.post(ADDRESS, {"oldpassword": old, "password1": new, "password2": again or new})


def test_it_is_changed_and_this_session_stays(operator):
    client = log_in()
    assert change(client)["Location"] == "/profile/"
    assert "La contraseña está cambiada" in client.get("/profile/").content.decode()
    assert is_in(log_in(password=NEW))
    assert not is_in(log_in())


def test_the_other_sessions_end(operator):
    client, other = log_in(), log_in(address="192.0.2.9")
    change(client)
    assert other.get("/profile/").status_code == 302
    assert "192.0.2.9" not in client.get("/accounts/sessions/").content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"old": "falsa"}, "La contraseña actual no es correcta."),
        ({"new": "1234"}, "demasiado corta"),
        ({"again": "otra-cosa-99"}, "misma contraseña"),
        ({"old": "", "new": ""}, "obligatorio"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(operator, said, words):
    client = log_in()
    answer = change(client, **said)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert is_in(log_in())


def test_the_same_password_again_is_no_change_and_is_said_at_the_field(operator):
    client = log_in()
    answer = change(client, new=PASSWORD)
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"password1": ["La contraseña nueva es igual que la actual."]}
    assert not AuditEntry.objects.filter(kind=AuditKind.PASSWORD_CHANGED).exists()


def test_whoever_guesses_does_not_learn_whether_the_new_one_is_the_current(operator):
    page = change(log_in(), old="falsa", new=PASSWORD).content.decode()
    assert "es igual que la actual" not in page


def test_guessing_the_old_one_ends_after_ten_tries(operator):
    client = log_in()
    assert [change(client, old="x").status_code for _ in range(10)] == [422] * 10
    assert change(client).status_code == 429


def test_whoever_has_none_is_told_what_to_do(as_operator, operator):
    operator.set_unusable_password()
    operator.save()
    as_operator.force_login(operator, backend="rentals.sign_in.PasswordBackend")
    answer = as_operator.get(ADDRESS)
    assert answer.status_code == 409
    assert "pida un acceso nuevo" in answer.content.decode()


def test_a_role_that_is_changed_meanwhile_stays_changed(operator, monkeypatch):
    client = log_in()
    save = Person.save

    def late(person, *args, **more):
        Person.objects.filter(pk=person.pk).update(role=Role.OBSERVER)
        return save(person, *args, **more)

    monkeypatch.setattr(Person, "save", late)
    change(client)
    operator.refresh_from_db()
    assert operator.role == Role.OBSERVER
    assert operator.check_password(NEW)


def test_it_is_told_to_the_audit_without_the_password(operator):
    change(log_in())
    entry = AuditEntry.objects.get(kind=AuditKind.PASSWORD_CHANGED)
    assert (entry.person, entry.detail) == (operator, {})
    assert not any(word in str(list(AuditEntry.objects.values())) for word in (PASSWORD, NEW))


def test_a_slip_with_the_old_one_is_no_attempt_to_come_in_for_the_audit(operator):
    client = log_in()
    change(client, old="falsa")
    client.post("/accounts/reauthenticate/", {"password": "falsa"})
    failed = AuditEntry.objects.filter(kind=AuditKind.SIGN_IN_FAILED)
    assert [entry.detail["where"] for entry in failed] == ["again", "again"]
    assert {sentence(entry) for entry in failed} == {"Contraseña equivocada de «ana» con la sesión abierta"}


def test_a_failed_log_in_is_still_told_as_one(operator):
    log_in(password="falsa")
    entry = AuditEntry.objects.get(kind=AuditKind.SIGN_IN_FAILED)
    assert sentence(entry) == "Intento fallido de entrar como «ana»"


def test_wrong_method(operator):
    assert log_in().put(ADDRESS).status_code == 405
