"""`manage.py reconcile`: decide, in a shell, what became of operations that evidence cannot settle."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from rentals.models import Operation, Person
from rentals.queries.evidence import possible, undecided
from rentals.queries.operations import by_key
from rentals.use_cases.refusals import NotDecided
from rentals.use_cases.settling import decide
from rentals.views.deciding import compared
from rentals.views.outcomes import WAITS


class Command(BaseCommand):
    help = "Without arguments: lists the operations that wait for a person, with their candidates."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", nargs="?", type=UUID, help="the operation to decide")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--order", help="it was executed: this is the vendor's id of the order it made")
        what.add_argument(
            "--executed", action="store_true", help="it was executed, and made no order of its own"
        )
        what.add_argument(
            "--none-of-these", action="store_true", help="it was executed, and made none of the candidates"
        )
        what.add_argument("--not-executed", action="store_true", help="it was not executed")
        parser.add_argument("--by", help="the user name of the administrator who decides")
        parser.add_argument("--note", default="", help="why")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["key"] is None:
            self._list()
            return
        operation = by_key(options["key"])
        person = Person.objects.filter(username=options["by"] or "").first()
        if operation is None or person is None:
            raise CommandError("no such operation" if operation is None else "--by must name a person")
        self._decide(operation, person, options)

    def _decide(self, operation: Operation, person: Person, options: dict[str, Any]) -> None:
        if not any(options[name] for name in ("order", "executed", "none_of_these", "not_executed")):
            raise CommandError("say --order ID, --executed, --none-of-these or --not-executed")
        found = [order for order in possible(operation) if order.vendor_id == options["order"]]
        if options["order"] and not found:
            raise CommandError("that order is not a candidate; run reconcile without arguments to see them")
        try:
            executed = not options["not_executed"]
            order, none = (found[0] if found else None), bool(options["none_of_these"])
            decide(person, operation, options["note"], executed=executed, order=order, none_of_these=none)
        except NotDecided as refusal:
            raise CommandError(refusal.words) from None
        self.stdout.write(f"{operation.key} {operation.state}")

    def _list(self) -> None:
        waiting = undecided()
        for operation in waiting:
            asked = operation.parameters
            what = " ".join(f"{name}={asked[name]}" for name in sorted(asked))
            self.stdout.write(f"{operation.key} {operation.kind} {what} by {operation.person.username}")
            self.stdout.write(
                f"  why: {operation.waits_for_person}: {WAITS.get(operation.waits_for_person, '')}"
            )
            for fact in compared(operation):
                told = f"{fact.before} -> {fact.expected}; {_('ahora')} {fact.now}"
                self.stdout.write(f"  {fact.about}: {strip_tags(told)}")
            for order in possible(operation):
                what = f"{order.vendor_id} {order.number} {order.service_name or order.service}"
                self.stdout.write(f"  candidate {what} until {order.until}, seen since {order.first_seen_at}")
        self.stdout.write(f"{len(waiting)} waiting")
