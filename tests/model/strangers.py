"""What others do with the same account on the vendor's own page, which nobody here is told of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from rentals.models import Order

SERVICES = ("opt29", "opt20", "opt16")
pick = st.integers(0, 7)


class Strangers(RuleBasedStateMachine):
    w: Any

    @rule(service=st.sampled_from(SERVICES), count=st.sampled_from(("1", "2")))
    def somebody_rents_on_the_vendors_page(self, service: str, count: str) -> None:
        self.w.behind_our_back("create", country="ES", service=service, dtype="week", dcount=count)

    @rule()
    def somebody_rents_one_number_for_several_services_there(self) -> None:
        self.w.behind_our_back(
            "create_multi", country="ES", services=",".join(SERVICES[:2]), dtype="week", dcount="1"
        )

    @rule(nth=pick, method=st.sampled_from(("prolong", "prolong_max", "delete", "activate")))
    def somebody_uses_a_number_on_the_vendors_page(self, nth: int, method: str) -> None:
        if order := self.w.order(nth, "until"):
            self.w.behind_our_back(
                method, id=order, dtype="day" if method == "prolong_max" else "week", dcount="1"
            )

    @rule(nth=pick, service=st.sampled_from(SERVICES))
    def somebody_adds_a_service_there(self, nth: int, service: str) -> None:
        if order := Order.objects.filter(vendor_id=self.w.order(nth, "-until")).first():
            digits = order.number.e164.removeprefix("+") if order.number else ""
            self.w.behind_our_back(
                "add_service_to_order", id=order.vendor_id, service=service, pnumber=digits, rent_days="1"
            )

    @rule(nth=pick)
    def somebody_restores_a_number_there(self, nth: int) -> None:
        self.w.behind_our_back("restore_user", id=self.w.rental(nth))
