"""What every page says about the worker and the vendor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from rentals.models import Feed, Lease, Mirror, Operation
from rentals.worker import spending
from tests.conftest import inactive_order, record, rent


@pytest.mark.parametrize("address", ["/", "/operations/"])
def test_that_the_sandbox_is_used(as_operator, synced, address):
    assert "Modo de demostración: sandbox" in as_operator.get(address).content.decode()


def test_that_no_worker_is_alive_and_what_to_do(as_operator, synced):
    Lease.objects.update(expires_at=None)
    page = as_operator.get("/").content.decode()
    assert "está parado" in page
    assert "Avise a quien administra el panel" in page


def test_that_the_vendor_fails_with_the_age_and_the_reason(as_operator, synced):
    Feed.objects.filter(name="orders").update(
        failures=2,
        reason="server_error",
        good_at=timezone.now() - timedelta(minutes=2),
        message="<b>down</b>",
    )
    page = as_operator.get("/").content.decode()
    assert "hace 2 min" in page
    assert "El servidor de SMSPVA tuvo un error interno." in page
    assert "&lt;b&gt;down&lt;/b&gt;" in page


def test_nothing_when_all_is_well_with_a_real_account(as_operator, synced):
    Mirror.objects.update(upstream="vendor")
    assert 'class="banner ' not in as_operator.get("/").content.decode()


def test_that_an_outcome_is_not_known_with_a_way_to_follow_it(as_observer, synced, sandbox, operator):
    sandbox.fault("create", "drop_after")
    operation = record(rent(operator, synced), operator)
    spending.send(synced.line, synced.holder, operation)
    page = as_observer.get("/").content.decode()
    assert "Resultado desconocido" in page
    assert f"/operations/{operation.key}/" in page
    assert "No se sabe todavía si se cobró." in page
    assert "no se enviará otra vez" in page


def test_that_an_activation_is_not_known_without_a_word_of_charges(as_observer, synced, operator):
    order = inactive_order()
    Operation.objects.create(
        kind="activate",
        state="unknown",
        person=operator,
        order=order,
        parameters={"order": order.vendor_id},
        recorded_at=timezone.now(),
    )
    page = as_observer.get("/").content.decode()
    assert "No cuesta dinero." in page
    assert "si se cobró." not in page.split('id="banners"')[1].split("</div>")[0]


def test_that_many_outcomes_are_not_known_in_one_line(as_observer, synced, sandbox, operator):
    first = record(rent(operator, synced), operator)
    for number in range(3):
        Operation.objects.create(
            kind="create",
            state="unknown",
            person=operator,
            parameters={**first.parameters, "service": f"opt{number}"},
            recorded_at=timezone.now(),
        )
    page = as_observer.get("/").content.decode()
    assert "3 operaciones con resultado desconocido" in page
    assert page.count("operations/?outcome=unknown") == 1
