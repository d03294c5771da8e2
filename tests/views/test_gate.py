"""What only the person themselves may do, and not who finds their screen unlocked."""

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from rentals.urls import urlpatterns as ours
from rentals.views.gate import require_GET_or_POST, require_recent_sign_in
from tests.views.conftest import just_signed_in

AGAIN = "/accounts/reauthenticate/?next="


@require_GET_or_POST
@require_recent_sign_in
def delicate(request):
    return HttpResponse("done")


urlpatterns = [*ours, path("delicate/", delicate)]


@pytest.fixture(autouse=True)
def _with_something_delicate():
    with override_settings(ROOT_URLCONF=__name__):
        yield


def test_within_15_minutes_of_a_password_it_is_done(as_operator, operator):
    just_signed_in(as_operator, operator, seconds_ago=14 * 60)
    assert as_operator.post("/delicate/").content == b"done"


def test_later_it_is_not_and_the_password_is_asked_for(as_operator, operator):
    just_signed_in(as_operator, operator, seconds_ago=15 * 60 + 1)
    answer = as_operator.get("/delicate/?page=2")
    assert (answer.status_code, answer["Location"]) == (303, f"{AGAIN}%2Fdelicate%2F%3Fpage%3D2")


def test_a_form_leads_back_to_the_page_it_was_on(as_operator):
    answer = as_operator.post("/delicate/", headers={"Referer": "http://testserver/archive/?page=2"})
    assert (answer.status_code, answer["Location"]) == (303, f"{AGAIN}%2Farchive%2F%3Fpage%3D2")


def test_a_fragment_leads_the_whole_page(as_operator, htmx):
    headers = {**htmx, "HX-Current-URL": "http://testserver/operations/#x"}
    answer = as_operator.post("/delicate/", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (403, f"{AGAIN}%2Foperations%2F")
    assert answer.content == b""


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_it_does_not_lead_back_to_another_site(as_operator, elsewhere):
    answer = as_operator.post("/delicate/", headers={"Referer": elsewhere})
    assert answer["Location"] == f"{AGAIN}%2F"


def test_what_somebody_else_gave_in_the_same_browser_does_not_count(as_operator, observer):
    just_signed_in(as_operator, observer)
    assert as_operator.get("/delicate/").status_code == 303
