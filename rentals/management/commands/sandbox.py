"""`manage.py sandbox`: the local rent API alone, in the foreground."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rentals.sandbox import cli


class Command(BaseCommand):
    """Only parses options; the sandbox knows nothing of Django."""

    help = "Serve a local stand-in for the vendor's rent API."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(cli.run(argparse.Namespace(**options)))
