"""`manage.py verify_operations`: do the charges that were measured explain the balance?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rentals.queries.verification import Stretch, charge_of, stretches


class Command(BaseCommand):
    help = (
        "Compares, between any two readings of the balance, the fall of the balance with the sum of the charges, "
        "and names each difference. Exit code 1 when there is one that no operation 'sin medir' explains."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="also list the stretches without a difference")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(stretches())
        shown = [stretch for stretch in found if options["all"] or stretch.difference]
        for stretch in shown:
            self._show(stretch)
        unexplained = [stretch for stretch in found if stretch.difference and not stretch.explained]
        charged = sum(stretch.charged for stretch in found)
        fallen = sum(stretch.fallen for stretch in found)
        self.stdout.write(
            f"{len(found)} stretches, {charged:.2f} USD charged, balance fell by {fallen:.2f} USD, "
            f"{len([s for s in found if s.difference])} differences, {len(unexplained)} unexplained"
        )
        if unexplained:
            raise CommandError(
                "the balance moved by what no operation here explains: see above", returncode=1
            )

    def _show(self, stretch: Stretch) -> None:
        self.stdout.write(
            f"{stretch.since:%Y-%m-%d %H:%M:%S} .. {stretch.until:%Y-%m-%d %H:%M:%S} UTC: balance "
            f"{stretch.before:.2f} -> {stretch.after:.2f}, charged {stretch.charged:.2f}, "
            f"difference {stretch.difference:.2f}"
        )
        for operation in stretch.operations:
            charge = charge_of(operation)
            told = "sin medir" if charge is None else f"{charge:.2f}"
            if operation.charge != charge:
                told += " (corregido)"
            self.stdout.write(f"  {operation.key} {operation.kind} {operation.state} {told}")
