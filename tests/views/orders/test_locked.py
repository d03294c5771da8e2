"""While an operation on a number is open, its buttons and dialogs are locked, with the reason."""

import pytest
from django.utils import timezone

from rentals.confirmations import issue
from rentals.models import Operation, OperationTarget
from rentals.queries.operations import order_target
from tests.conftest import expiring_order

REASONS = {
    "sent": "hay una operación en curso sobre este número",
    "unknown": "no se sabe todavía qué pasó con «Prolongar» en este número",
}


@pytest.fixture(params=REASONS)
def locked(request, synced, operator):
    """An order with an operation of a colleague that is on its way or whose outcome is not known, and the reason."""
    order = expiring_order(synced)
    ahead = Operation.objects.create(
        kind="prolong",
        state=request.param,
        person=operator,
        recorded_at=timezone.now(),
        sent_at=timezone.now(),
        unknown_since=timezone.now() if request.param == "unknown" else None,
        parameters={"order": order.vendor_id, "unit": "week", "count": 1},
        order=order,
        baseline={},
    )
    OperationTarget.objects.create(operation=ahead, target=order_target(order.vendor_id))
    return order, REASONS[request.param]


def test_its_buttons_say_why(as_operator, locked, htmx):
    order, reason = locked
    order.state = 0
    order.save()
    row = (
        as_operator.get("/orders/table/", headers=htmx)
        .content.decode()
        .split(f'id="order-{order.vendor_id}"')[1]
    )
    row = row.split("</tr>")[0]
    for name in ("activate", "prolong"):
        button = row.split(f'id="{name}-{order.vendor_id}"')[1].split("</button>")[0]
        assert 'aria-disabled="true"' in button
        assert reason in button
    more = as_operator.get(f"/orders/{order.vendor_id}/more/", headers=htmx).content.decode()
    assert more.count(f'data-why="{reason}"') == 2


@pytest.mark.parametrize("verb", ["prolong", "service"])
@pytest.mark.parametrize("query", ["", "?go=1&period=week-1&service=opt44&days=1"])
def test_its_dialogs_say_why_and_lead_to_no_confirmation(as_operator, locked, verb, query):
    order, reason = locked
    answer = as_operator.get(f"/orders/{order.vendor_id}/{verb}/{query}")
    assert answer.status_code == 409
    assert f"{reason[0].upper()}{reason[1:]}." in answer.content.decode()
    assert 'name="go"' not in answer.content.decode()


def test_deleting_it_is_not_confirmed_either(as_operator, operator, locked, sandbox):
    order, _reason = locked
    page = as_operator.get(f"/orders/{order.vendor_id}/delete/", follow=True).content.decode()
    assert "tiene ahora mismo una operación en curso sobre lo mismo" in page
    token = issue(operator, "delete", {"order": order.vendor_id}, {}).token
    assert as_operator.post(f"/operations/confirm/{token}/").status_code == 409
    assert not sandbox.calls("delete")
