"""`manage.py setup_link`: the one-time link for the first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rentals.use_cases.invitations import setup


def words(origin: str = "") -> str:
    """What the start prints; nothing when there is an administrator already."""
    made = setup()
    if made is None:
        return ""
    return (
        "No administrator exists yet. Open this link to make the first one (valid 1 hour, works once):\n"
        f"  {origin or public_origin()}{made.path}"
    )


def public_origin() -> str:
    """Where people reach the page, as far as the settings tell."""
    trusted: list[str] = settings.CSRF_TRUSTED_ORIGINS
    return next((origin.rstrip("/") for origin in trusted if "*" not in origin), settings.LOCAL_ORIGIN)


class Command(BaseCommand):
    help = "Prints a one-time link for the first administrator, while there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--origin", default="", help="how the page is reached, like https://numbers.example.org"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        said = words(options["origin"].rstrip("/"))
        if not said:
            raise CommandError(
                "there is an administrator already; ask for a new link on the page of the team"
            )
        self.stdout.write(said)
