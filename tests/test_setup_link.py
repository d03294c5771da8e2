"""What a start with a real key and an empty database prints, and the command that prints it anew."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from rentals.management.commands import setup_link
from rentals.management.commands.worker import Command as WorkerCommand
from rentals.models import Invitation
from rentals.models.people import Role
from rentals.worker.loop import Worker


@pytest.fixture
def start(singletons, settings, monkeypatch):
    """Starts `manage.py worker` as far as its loop; returns what it printed."""

    def begin(real):
        settings.IS_WORKER, settings.UPSTREAM_IS_SANDBOX = True, not real
        settings.SMSPVA_API_KEY = "some-key"
        monkeypatch.setattr(Worker, "run", lambda self: None)
        monkeypatch.setattr("signal.signal", lambda *_: None)
        said = io.StringIO()
        WorkerCommand(stdout=said, stderr=io.StringIO()).handle(once=False)
        return said.getvalue()

    return begin


def test_with_a_real_key_and_nobody_there_it_prints_a_link_that_opens(start):
    path = re.search(r"/accounts/welcome/\S+", start(real=True))[0]
    assert "Será administrador" in Client().get(path).content.decode()


def test_with_the_sandbox_it_prints_none(start):
    assert start(real=False) == ""
    assert not Invitation.objects.exists()


def test_with_an_administrator_it_prints_none(start, make_person):
    make_person("adela", Role.ADMINISTRATOR)
    assert start(real=True) == ""


def test_the_link_leads_to_where_people_reach_the_page(singletons, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org", "https://numbers.example.org"]
    assert "https://numbers.example.org/accounts/welcome/" in setup_link.words()


def test_without_an_origin_it_leads_to_this_machine(singletons, settings):
    settings.CSRF_TRUSTED_ORIGINS = []
    assert "http://localhost:8000/accounts/welcome/" in setup_link.words()


def test_a_shell_may_ask_for_another(singletons):
    said = io.StringIO()
    call_command("setup_link", "--origin", "https://x.example/", stdout=said)
    assert "https://x.example/accounts/welcome/" in said.getvalue()


def test_it_is_refused_when_there_is_an_administrator(make_person):
    make_person("adela", Role.ADMINISTRATOR)
    with pytest.raises(CommandError, match="administrator already"):
        call_command("setup_link")
