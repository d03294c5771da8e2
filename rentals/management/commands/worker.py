"""`manage.py worker`: the only process that talks to the vendor."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rentals.management.commands import setup_link
from rentals.worker.identity import OtherMirror, announce
from rentals.worker.loop import Worker


class Command(BaseCommand):
    help = (
        "Talks to the vendor: sends recorded operations and keeps the mirror. One of several works at a time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_WORKER:
            raise CommandError(
                "start it as `python manage.py worker`: only that process is given the API key"
            )
        try:
            announce()
            worker = Worker()
        except (OtherMirror, ValueError) as problem:
            raise CommandError(str(problem)) from None
        if options["once"]:
            self._once(worker)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop.set())
        upstream = "sandbox" if settings.UPSTREAM_IS_SANDBOX else "vendor"
        self.stderr.write(f"worker {worker.holder} started; upstream: {upstream}")
        if not settings.UPSTREAM_IS_SANDBOX and (link := setup_link.words()):
            self.stdout.write(link)
            self.stdout.flush()
        worker.run()

    def _once(self, worker: Worker) -> None:
        try:
            done = worker.run_until_idle()
        finally:
            worker._release_safely()
        self.stdout.write(f"{done} steps done")
