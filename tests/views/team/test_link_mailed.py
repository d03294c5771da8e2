"""What the page with a link says of the mail: sent, not set up here, or failed."""

import pytest
from django.core import mail

from rentals.use_cases import invitations

SAID = {"name": "Nuria", "role": "observer", "email": "nuria@example.org"}
NOT_SET_UP, FAILED = "El correo no está configurado en este panel", "No se ha podido enviar por correo"


@pytest.fixture
def with_mail(monkeypatch):
    monkeypatch.setattr(invitations, "_SENDS_NOTHING", ())


def page_of(client, **said):
    return client.post("/team/invite/", {**SAID, **said}).content.decode()


def test_where_no_mail_is_set_up_nothing_is_said_to_have_failed(as_administrator):
    page = page_of(as_administrator)
    assert NOT_SET_UP in page
    assert FAILED not in page


def test_a_page_that_is_reloaded_where_no_mail_is_set_up_speaks_of_no_other_mail(as_administrator):
    pages = [page_of(as_administrator, once="0" * 32) for _ in range(2)]
    assert all(NOT_SET_UP in page for page in pages)
    assert "otro correo" not in pages[1]


def test_a_mail_server_that_is_away_is_said_to_have_failed(as_administrator, with_mail, monkeypatch):
    def away(*args):
        raise OSError

    monkeypatch.setattr(invitations, "send_mail", away)
    page = page_of(as_administrator)
    assert FAILED in page
    assert NOT_SET_UP not in page


def test_a_mail_that_was_handed_over_is_said_to_be_sent(as_administrator, with_mail):
    assert "También se ha enviado a nuria@example.org." in page_of(as_administrator)
    assert len(mail.outbox) == 1


def test_without_an_address_nothing_is_said_of_mail(as_administrator):
    page = page_of(as_administrator, email="")
    assert NOT_SET_UP not in page
    assert FAILED not in page
