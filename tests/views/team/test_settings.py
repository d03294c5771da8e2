"""What holds for the whole team: invitations, limits and security."""

from decimal import Decimal

import pytest
from django.utils import timezone

from rentals.models import AuditEntry, Invitation, Team
from rentals.models.people import Role
from tests.views.team.conftest import kinds


@pytest.fixture
def invited(as_administrator):
    return as_administrator.post(
        "/team/invite/", {"name": "Berta", "email": "b@example.org", "role": Role.OPERATOR}
    )


def test_an_invitation_shows_its_whole_link_once_and_never_again(as_administrator, invited):
    link = invited.context["address"]
    assert link.startswith("http://testserver/accounts/welcome/")
    assert f'data-copy="{link}"' in invited.content.decode()
    assert "/accounts/welcome/" not in as_administrator.get("/team/").content.decode()
    assert kinds() == ["invited"]


def test_it_is_mailed_where_mail_is_configured(as_administrator, mailoutbox, settings, monkeypatch):
    monkeypatch.setattr("rentals.use_cases.invitations.mail_is_configured", lambda: True)
    answer = as_administrator.post("/team/invite/", {"name": "B", "email": "b@x.org", "role": "observer"})
    assert answer.context["address"] in mailoutbox[0].body
    assert "También se ha enviado a b@x.org" in answer.content.decode()


def test_the_link_lets_somebody_in(invited, client):
    assert client.get(invited.context["address"]).status_code == 200


def test_a_revoked_invitation_lets_nobody_in_and_is_revoked_once(as_administrator, invited, client):
    path = f"/team/invitations/{Invitation.objects.get().pk}/revoke/"
    for _ in range(2):
        assert as_administrator.post(path, follow=True).status_code == 200
    assert client.get(invited.context["address"]).status_code == 410
    assert kinds() == ["invited", "invitation_revoked"]


def test_an_invitation_that_was_used_meanwhile_is_not_said_to_be_revoked(as_administrator, invited):
    Invitation.objects.update(used_at=timezone.now())
    answer = as_administrator.post(f"/team/invitations/{Invitation.objects.get().pk}/revoke/")
    assert answer.status_code == 409
    assert "ya se ha usado" in answer.content.decode()


def test_an_invitation_that_never_was_cannot_be_revoked(as_administrator):
    assert as_administrator.post("/team/invitations/999/revoke/").status_code == 404


def test_the_limits_of_the_team_are_set_and_shown(as_administrator):
    answer = as_administrator.post("/team/limits/", {"day": "20,50", "month": "100", "was": "|"}, follow=True)
    assert (Team.only().day_limit, Team.only().month_limit) == (Decimal("20.50"), 100)
    assert 'value="20,50"' in answer.content.decode()
    assert kinds() == ["team_limits_changed"]


def test_limits_that_somebody_else_has_changed_meanwhile_stay(as_administrator):
    Team.objects.update(day_limit=7)
    answer = as_administrator.post("/team/limits/", {"day": "20", "was": "|"})
    assert answer.status_code == 409
    assert "mientras tanto" in answer.content.decode()
    assert (Team.only().day_limit, kinds()) == (7, [])


def test_the_same_limits_sent_twice_are_one_change(as_administrator):
    for _ in range(2):
        assert as_administrator.post("/team/limits/", {"day": "20", "was": "|"}).status_code == 303
    assert kinds() == ["team_limits_changed"]


@pytest.mark.parametrize(
    "said",
    [
        {"day": "-1"}, {"day": "1e3"}, {"day": "NaN"}, {"day": "1.234"}, {"month": "9999999"}, {"month": "x"},
        {"day": "5", "month": "4"},
    ],
)  # fmt: skip
def test_limits_that_make_no_sense_are_said_at_their_field(as_administrator, said):
    answer = as_administrator.post("/team/limits/", {**said, "was": "|"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert (Team.only().day_limit, Team.only().month_limit) == (None, None)


def test_the_security_of_the_team_is_set_and_told(as_administrator):
    said = {"mfa_roles": ["administrator", "operator"], "confirm_above": "50", "was": "|"}
    as_administrator.post("/team/security/", said)
    assert (Team.only().mfa_roles, Team.only().confirm_above) == (["operator", "administrator"], 50)
    entry = AuditEntry.objects.get(kind="security_changed")
    assert entry.detail["was"] == {"mfa_roles": [], "confirm_above": None}


def test_security_that_somebody_else_has_changed_meanwhile_stays(as_administrator):
    Team.objects.update(mfa_roles=["observer"])
    answer = as_administrator.post("/team/security/", {"mfa_roles": ["operator"], "was": "|"})
    assert (answer.status_code, Team.only().mfa_roles, kinds()) == (409, ["observer"], [])


def test_the_same_security_sent_twice_is_one_change(as_administrator):
    said = {"mfa_roles": ["operator"], "confirm_above": "5,00", "was": "|"}
    for _ in range(2):
        assert as_administrator.post("/team/security/", said).status_code == 303
    assert kinds() == ["security_changed"]


def test_the_setting_says_that_the_password_is_not_asked_for_twice_within_15_minutes(as_administrator):
    page = as_administrator.get("/team/").content.decode()
    assert "no a quien haya entrado o dado la contraseña en los últimos 15 minutos" in page


def test_a_role_that_is_none_is_refused(as_administrator):
    answer = as_administrator.post("/team/security/", {"mfa_roles": ["captain"], "was": "|"})
    assert (answer.status_code, Team.only().mfa_roles) == (422, [])
