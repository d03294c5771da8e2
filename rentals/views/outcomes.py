"""What became of an operation, in words: what happened, whether money was spent, and what to do now."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from rentals import countries as facts
from rentals import phones
from rentals.explanations import Explanation, explain, for_administrators
from rentals.models import Operation
from rentals.models.operations import FailedHow, Kind, State
from rentals.models.orders import OrderState
from rentals.periods import Period
from rentals.queries import archive, catalogue, journal, mirror
from rentals.use_cases import restoring
from rentals.use_cases.refusals import WORDS

_PAID = {Kind.CREATE, Kind.CREATE_MULTI, Kind.PROLONG, Kind.PROLONG_DAYS, Kind.ADD_SERVICE, Kind.RESTORE}
_TONES = {State.SUCCEEDED: "on", State.FAILED: "out", State.UNKNOWN: "wait"}

WAITS = {
    "several_candidates": _lazy(
        "En la cuenta hay varios alquileres nuevos que podrían ser este, y no se sabe cuál es."
    ),
    "several_operations": _lazy(
        "En la cuenta hay un alquiler nuevo que podría ser de esta operación o de otra sin resolver."
    ),
    "balance_differs": _lazy(
        "En la cuenta hay un alquiler que podría ser este, pero el saldo no bajó lo que costaba."
    ),
    "balance_moved": _lazy("En la cuenta no hay ningún rastro de esta operación, pero el saldo ha cambiado."),
    "services_differ": _lazy(
        "En la cuenta hay alquileres nuevos, pero ningún número con todos los servicios."
    ),
    "until_differs": _lazy("La fecha de expiración ha cambiado, pero no en lo que se pidió."),
    "rent_differs": _lazy(
        "En la cuenta hay un alquiler nuevo de lo mismo, pero con otra expiración o con otros servicios: "
        "puede ser este, si alguien lo cambió en la página de SMSPVA."
    ),
    "evidence_gone": _lazy(
        "En la cuenta hubo un alquiler o un cambio que encajaba, y ya no es así: "
        "alguien lo cambió después en la página de SMSPVA."
    ),
    "no_good_sync": _lazy(
        "Desde que se envió no se han podido leer los números de SMSPVA. Cuando se lean, se comprobará sola."
    ),
    "no_expiry": _lazy("SMSPVA no dice cuándo expira el número, así que no se puede comprobar."),
    "order_left": _lazy("El número salió de la lista antes de poder comprobarlo."),
    "gone_at_expiry": _lazy("El número salió de la lista justo al expirar: no se sabe si por esto."),
}
_SETTLED = {
    "answer": _lazy("lo contestó SMSPVA"),
    "evidence": _lazy("comprobado con los datos de la cuenta"),
    "person": _lazy("lo decidió"),
    "lapse": _lazy("pasó el plazo"),
    "not_sent": _lazy("no llegó a enviarse"),
}


@dataclass(frozen=True)
class Outcome:
    operation: Operation

    @property
    def pending(self) -> bool:
        """Recorded or on its way: "Enviando…"."""
        return self.operation.state in {State.RECORDED, State.SENT}

    @property
    def tone(self) -> str:
        return _TONES.get(State(self.operation.state), "wait")

    @property
    def title(self) -> str:
        failed = FailedHow(self.operation.failed_how)
        if self.operation.state == State.FAILED and failed != FailedHow.NONE:
            return str(failed.label)
        return str(State(self.operation.state).label)

    @property
    def what(self) -> str:
        """The intent in one line: "Alquilar WhatsApp · España · 1 mes"."""
        asked, kind = self.operation.parameters, Kind(self.operation.kind).label
        if "country" in asked:
            name = self.operation.shown.get("name") or asked.get("service", "")
            period = Period(asked["unit"], asked["count"]).label
            return f"{kind}: {name} · {facts.country(asked['country']).name} · {period}"
        about = f"{kind}: {self.phone or asked.get('order', '')}"
        return f"{about} · {self._extra}" if self._extra else about

    @property
    def _extra(self) -> str:
        """What is asked for beside the number: by how much, or which service."""
        asked, name = self.operation.parameters, str(self.operation.shown.get("name", ""))
        if self.operation.kind in (Kind.PROLONG, Kind.PROLONG_DAYS):
            return Period(asked["unit"], asked["count"]).label
        if self.operation.kind == Kind.ADD_SERVICE:
            return f"{name or asked['service']} · {Period('day', asked['days']).label}"
        return name if self.operation.kind == Kind.RESTORE else ""

    @property
    def phone(self) -> str:
        order, e164 = self.operation.order, self.operation.parameters.get("e164", "")
        if order is None:
            return phones.display(e164) if e164 else ""
        return phones.display(order.number.e164) if order.number else order.national

    @property
    def rented(self) -> str:
        """The number that a rent brought; of everything else `what` names it already."""
        done = self.operation.state == State.SUCCEEDED
        return self.phone if done and "country" in self.operation.parameters else ""

    @property
    def until(self) -> datetime | None:
        """When the number runs out since it was prolonged; None for everything else."""
        asked, before = self.operation.parameters, self.operation.shown.get("until")
        prolonged = self.operation.kind in (Kind.PROLONG, Kind.PROLONG_DAYS) and before is not None
        if not prolonged or self.operation.state != State.SUCCEEDED:
            return None
        # Sent only while the expiry was still the one shown, and an exact number of days is added to it.
        return datetime.fromtimestamp(before, UTC) + timedelta(
            days=Period(asked["unit"], asked["count"]).days
        )

    @property
    def settled_by(self) -> str:
        """How its end is known."""
        how = str(_SETTLED.get(self.operation.settled_how, ""))
        who = self.operation.settled_by
        return f"{how} {who.name_and_login()}" if who else how

    @property
    def price_shown(self) -> Decimal | None:
        """USD, as the person saw it; before the send a restoration may have become cheaper."""
        shown = self.operation.shown.get("price")
        return Decimal(shown) if shown is not None else self.operation.quote

    @property
    def paid_kind(self) -> bool:
        return self.operation.kind in _PAID

    @cached_property
    def explanation(self) -> Explanation | None:
        return explain(self.operation.reason)

    @property
    def cause(self) -> str:
        if self.operation.state == State.SUCCEEDED or self.pending:
            return ""
        return str(self.explanation.cause) if self.explanation else _own_words(self.operation.reason)

    @property
    def next_step(self) -> str:
        operation = self.operation
        if operation.waits_for_person and operation.state == State.UNKNOWN:
            return _("No la repita: los datos de SMSPVA no bastan para saberlo, y lo decide una persona.")
        if operation.state == State.UNKNOWN:
            words = _(
                "No la repita: el panel la comprueba con los datos de SMSPVA y mostrará aquí el resultado."
            )
            # What costs nothing is not settled by the balance.
            within = _("Suele tardar unos minutos; si el saldo no lo aclara, hasta media hora.")
            return f"{words} {within if self.paid_kind else _('Suele tardar unos minutos.')}"
        if operation.failed_how == FailedHow.NOT_EXECUTED:
            # The reason told of the lost answer; what to do about that is over.
            return _("Puede intentarlo de nuevo.")
        if operation.state == State.FAILED:
            return str(self.explanation.next_step) if self.explanation else _("Puede intentarlo de nuevo.")
        return self._after_success() if operation.state == State.SUCCEEDED else ""

    @property
    def administrators_turn(self) -> bool:
        """Only an administrator can do what has to be done now."""
        failed = self.operation.state == State.FAILED and self.operation.failed_how != FailedHow.NOT_EXECUTED
        return failed and self.explanation is not None and for_administrators(self.explanation)

    @property
    def v(self) -> str:
        """Changes when the outcome would look different: until then people keep their focus and their selection."""
        done = self.operation
        state = "" if self.pending else done.state
        money = (done.charge, done.unmeasured, self.corrected)
        shown = (state, done.failed_how, done.reason, *money, done.waits_for_person)
        return hashlib.blake2s(repr((shown, self.slow, self.delay)).encode(), digest_size=6).hexdigest()

    @property
    def _switch(self) -> str:
        """Of which kind the country's numbers are; empty when that is not known."""
        country = catalogue.find_country(str(self.operation.parameters.get("country", "")))
        return country.switch if country else ""

    def _after_success(self) -> str:
        if self.operation.kind == Kind.ACTIVATE:
            return _(
                "El número está en la cola de activación: en promedio tarda de 10 a 15 minutos. "
                "Pida el SMS cuando su estado sea «Activo»."
            )
        if self.operation.kind in (Kind.PROLONG, Kind.PROLONG_DAYS):
            return _("La nueva fecha aparece en «Mis números» en unos segundos.")
        if self.operation.kind == Kind.DELETE:
            return _("El alquiler está en el archivo, con los SMS que llegaron.")
        if self.operation.kind == Kind.ADD_SERVICE:
            return _("El servicio aparece como una fila más del mismo número.")
        order = self.operation.order
        if self._switch == catalogue.ALWAYS:
            return _("En este país los números están siempre activos: ya puede pedir el SMS.")
        if order and order.state == OrderState.ACTIVE:
            return _("El número ya está activo: puede pedir el SMS.")
        if self._switch == catalogue.ON_ORDER:
            return _("Active el número antes de pedir el SMS.")
        return _("Mire su estado en «Mis números»: si es «Inactivo», actívelo antes de pedir el SMS.")

    @property
    def restore_again(self) -> str:
        """Where the price of a restoration that did not take place is asked for anew; empty for everything else."""
        failed = self.operation.state == State.FAILED and self.operation.kind == Kind.RESTORE
        return reverse("archive.restore", args=[self.operation.parameters["order"]]) if failed else ""

    @cached_property
    def price_now(self) -> Decimal | None:
        """USD, as the vendor quoted it just before the send, where that had become dearer and nothing was sent.

        None once the quote is old: what it costs now is not known then.
        """
        if not self.restore_again or self.operation.reason != "price_changed":
            return None
        row = archive.one(str(self.operation.parameters["order"]))
        return row.rental.quote_price if row and restoring.is_fresh(row.rental) else None

    @property
    def waiting(self) -> str:
        """Why only a person can settle it."""
        why = WAITS.get(self.operation.waits_for_person)
        if not why or self.operation.state != State.UNKNOWN:
            return ""
        return str(why)

    @cached_property
    def corrected(self) -> Decimal | None:
        """USD, as a person has corrected the charge; None where nobody has."""
        told = vars(self.operation)
        # Of many, the journal has asked for all at once.
        return told["corrected"] if "corrected" in told else journal.corrected_charge(self.operation)

    @property
    def money(self) -> str:
        """Whether money was spent, as far as it is known."""
        operation = self.operation
        if not self.paid_kind:
            return _("Esta operación no cuesta dinero.")
        if operation.state == State.FAILED:
            return self._money_of_failure()
        if operation.state == State.UNKNOWN:
            return _("Todavía no se sabe si se cobró.")
        return ""

    def _money_of_failure(self) -> str:
        failed = self.operation
        if failed.failed_how != FailedHow.NOT_EXECUTED or failed.balance_after is not None:
            return _("No se gastó nada.")
        # Nobody saw the balance: what is not known is not promised.
        if failed.settled_how == "person":
            return _("Se dio por no cobrada, sin comprobar el saldo.")
        return _("No hay rastro de que se ejecutara, pero el saldo no se pudo comprobar.")

    @property
    def slow(self) -> str:
        """Why it takes longer than people are used to; empty while it does not."""
        if not self.pending or (timezone.now() - self.operation.recorded_at).total_seconds() <= 10:
            return ""
        if self.operation.state == State.SENT:
            return _(
                "SMSPVA tarda más de lo habitual. No la repita: se envía una sola vez y aquí verá el resultado."
            )
        if not mirror.worker_alive():
            return _(
                "El proceso que habla con SMSPVA no responde: todavía no se ha enviado nada. "
                "Si no vuelve en dos minutos, se descarta sin enviarse."
            )
        return _("Todavía no ha salido hacia SMSPVA. Si no sale en dos minutos, se descarta sin enviarse.")

    @property
    def delay(self) -> str:
        """How soon to look again: at once while people watch for a result that takes two seconds, then slower."""
        age = (timezone.now() - self.operation.recorded_at).total_seconds()
        if self.pending:
            return "500ms" if age < 30 else "2s"
        if self.operation.state == State.UNKNOWN:
            return "5s"
        return "2s" if self.measuring and age < 60 else ""

    @property
    def measuring(self) -> bool:
        """The charge will be told by the next reading of the balance."""
        done = self.operation
        settled = done.state == State.SUCCEEDED and self.paid_kind
        return settled and done.charge is None and not done.unmeasured

    @property
    def delay_seconds(self) -> int:
        return 2 if self.pending else 10


def busy_words(ahead: Operation) -> str:
    """Why the buttons of a number are locked while an operation on it is open."""
    if ahead.state == State.UNKNOWN:
        return _("no se sabe todavía qué pasó con «%s» en este número") % ahead.get_kind_display()
    return _("hay una operación en curso sobre este número")


def _own_words(reason: str) -> str:
    """What the worker itself says; the rest are the words of a refusal to record, and those are told there."""
    words = {
        "lapsed": _(
            "Nadie la envió en dos minutos, así que se descartó: nada ocurre más tarde por sorpresa."
        ),
        "crash": _("El proceso que la enviaba se detuvo antes de conocer la respuesta."),
        "no_snapshot": _("Antes de enviarla no se pudieron leer los números de SMSPVA."),
        "person_may_not": _("El rol de la persona que la pidió ya no permite gastar, así que no se envió."),
        "person_inactive": _("La persona que la pidió ya no tiene acceso, así que no se envió."),
    }
    return words.get(reason) or str(WORDS.get(reason, reason))
