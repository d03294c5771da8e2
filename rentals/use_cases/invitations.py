"""Links that let a person in, once: the first administrator, a new colleague, one who has lost the password.

The secret is in the link and nowhere else: the database keeps its digest. Opening a link changes nothing; only the
form behind it uses it up.

A form that makes links carries `once`, 32 hex digits that no other form has. The secret follows from it and from what
the form says, so that the same form sent again (a page that is reloaded) finds the link it made and makes no second.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from rentals.models import Invitation, Person, Team
from rentals.models.audit import AuditKind
from rentals.models.people import Role
from rentals.permissions import Verb, may
from rentals.queries.team import has_administrator
from rentals.use_cases.audit import note

VALID_FOR = {
    Invitation.Purpose.SETUP: timedelta(hours=1),
    Invitation.Purpose.INVITE: timedelta(days=7),
    Invitation.Purpose.RESET: timedelta(days=1),
}
JUST_USED = timedelta(minutes=10)
"""For how long the same form sent again is taken for the second press of two."""
_ONCE = re.compile(r"[0-9a-f]{32}")
_SENDS_NOTHING = ("console", "dummy", "locmem", "filebased")


class NotInvited(Exception):
    """Nothing was written. `code`: forbidden, over (used, revoked, expired or unknown), used (nothing left to
    revoke), done (by the same form, and over since), taken (the user name).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Made:
    """An invitation with its secret, which is kept nowhere. `again`: the same form had made it already."""

    invitation: Invitation
    secret: str = field(repr=False)
    again: bool = False

    @property
    def path(self) -> str:
        return reverse("people.welcome", args=[self.secret])


def invite(by: Person, *, role: str, name: str = "", email: str = "", once: str = "") -> Made:
    """A link for a new colleague. Raises NotInvited."""
    if role not in Role.values:
        raise NotInvited("forbidden")
    purpose = Invitation.Purpose.INVITE
    secret = _secret(once, purpose, by, role, name, email)
    with transaction.atomic():
        _require_now(by)
        if before := _made_before(secret):
            return before
        made = _make(purpose, secret, made_by=by, role=role, name=name, email=email)
        note(AuditKind.INVITED, by, name=name, role=role)
    return made


def renew_access(by: Person, person: Person, *, once: str = "") -> Made:
    """A link with which a person sets a new password; an older one of theirs ends. Raises NotInvited."""
    purpose = Invitation.Purpose.RESET
    secret = _secret(once, purpose, by, person.pk)
    with transaction.atomic():
        _require_now(by)
        # First, or the same form sent again would end the link that it made and that was copied.
        if before := _made_before(secret):
            return before
        _open().filter(purpose=purpose, person=person).update(revoked_at=timezone.now())
        made = _make(purpose, secret, made_by=by, role=person.role, person=person, email=person.email)
        note(AuditKind.INVITED, by, about=person, role=person.role)
    return made


def revoke(by: Person, invitation: Invitation) -> None:
    """Twice changes nothing. Raises NotInvited, with the code used when somebody has come in by it meanwhile."""
    _require(by)
    with transaction.atomic():
        if _open().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
            note(AuditKind.INVITATION_REVOKED, by, about=invitation.person, name=invitation.name)
        elif Invitation.objects.filter(pk=invitation.pk, used_at__isnull=False).exists():
            raise NotInvited("used")


def setup() -> Made | None:
    """The link for the first administrator; None when there is one already."""
    with transaction.atomic():
        if has_administrator():
            return None
        # Of those nobody used, the ones that are over are of no interest to anybody.
        over = Invitation.objects.filter(purpose=Invitation.Purpose.SETUP, used_at=None)
        over.filter(expires_at__lt=timezone.now()).delete()
        return _make(Invitation.Purpose.SETUP, secrets.token_urlsafe(32), role=Role.ADMINISTRATOR)


def find(secret: str) -> Invitation:
    """What a link stands for, while it may still be used. Raises NotInvited("over")."""
    found = _open().filter(digest=_digest(secret)).select_related("person", "made_by").first()
    if found is None or not _stands(found):
        raise NotInvited("over")
    return found


def accept(secret: str, *, username: str, name: str, password: str) -> Person:
    """Makes the person, or renews the access of the one it is for; uses the link up. Raises NotInvited.

    `username` and `name` are of no account where the link is for somebody who exists.
    """
    with transaction.atomic():
        # One at a time: neither can a link be used twice nor two set-up links make two first administrators.
        Team.objects.select_for_update().get(pk=Team.only().pk)
        invitation = find(secret)
        # Revoked since it was found, perhaps: whoever changes the row first has the say.
        if not _open().filter(pk=invitation.pk).update(used_at=timezone.now()):
            raise NotInvited("over")
        if invitation.purpose == Invitation.Purpose.RESET:
            person = _renewed(invitation, password)
        else:
            person = _welcomed(invitation, username, name, password)
        Invitation.objects.filter(pk=invitation.pk).update(person=person)
        note(AuditKind.INVITATION_USED, person, role=person.role, purpose=invitation.purpose)
    return person


def just_used(secret: str, username: str) -> Person | None:
    """Whom the link has let in within JUST_USED, if they may still come in. Not whether it is them who ask.

    `username` must be theirs, but for a link that renews an access, which asks for none.
    """
    now = timezone.now()
    # Used later than now: the clock was put back, as in _open().
    recently = Q(used_at__gt=now - JUST_USED, used_at__lte=now + timedelta(minutes=1))
    used = Invitation.objects.filter(recently, digest=_digest(secret)).select_related("person").first()
    if used is None or used.person is None or not used.person.is_active:
        return None
    said = str(Person.normalize_username(username))
    renews = used.purpose == Invitation.Purpose.RESET
    return used.person if renews or said.casefold() == used.person.username.casefold() else None


def send(made: Made, address: str) -> bool:
    """Mails the link to the invited person. Returns whether it was handed over; the link may always be copied.

    Not again for a page that is shown again.
    """
    if made.again or not made.invitation.email or not mail_is_configured():
        return False
    words = _(
        "%(name)s: con este enlace puede entrar en el panel de números. Sirve una sola vez.\n\n%(link)s\n"
    )
    try:
        text = words % {"name": made.invitation.name or _("Hola"), "link": address}
        return bool(send_mail(_("Su acceso al panel de números"), text, None, [made.invitation.email]))
    except OSError:
        # smtplib's errors are OSErrors, as is a server that does not answer.
        return False


def mail_is_configured() -> bool:
    return not any(word in settings.EMAIL_BACKEND for word in _SENDS_NOTHING)


def _require(by: Person) -> None:
    if not may(by, Verb.TEAM):
        raise NotInvited("forbidden")


def _require_now(by: Person) -> None:
    """Under the team's lock and not as the page saw it: whoever is being demoted leaves no link behind."""
    Team.objects.select_for_update().get(pk=Team.only().pk)
    _require(Person.objects.get(pk=by.pk))


def _secret(once: str, purpose: Invitation.Purpose, by: Person, *about: object) -> str:
    """Of 256 bits; the same whenever `by` sends the same form again, and known to nobody without SECRET_KEY."""
    if not _ONCE.fullmatch(once):
        return secrets.token_urlsafe(32)
    said = json.dumps([purpose, by.pk, once, *about])
    return urlsafe_base64_encode(salted_hmac("rentals.invitations", said, algorithm="sha256").digest())


def _made_before(secret: str) -> Made | None:
    """What the same form has made. Raises NotInvited("done") when that is over. Under the team's lock."""
    if not Invitation.objects.filter(digest=_digest(secret)).exists():
        return None
    try:
        return Made(find(secret), secret, again=True)
    except NotInvited:
        raise NotInvited("done") from None


def _make(purpose: Invitation.Purpose, secret: str, **about: object) -> Made:
    now = timezone.now()
    invitation = Invitation.objects.create(
        digest=_digest(secret), purpose=purpose, made_at=now, expires_at=now + VALID_FOR[purpose], **about
    )
    return Made(invitation, secret)


def _digest(secret: str) -> str:
    # 256 bits of chance: nothing that a slow hash would have to protect.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _open() -> QuerySet[Invitation]:
    now = timezone.now()
    # Made later than now: the clock was put back, and nobody knows how long ago that was.
    in_time = Q(expires_at__gt=now, made_at__lte=now + timedelta(minutes=1))
    return Invitation.objects.filter(in_time, used_at=None, revoked_at=None)


def _stands(invitation: Invitation) -> bool:
    """An invitation is worth what its maker may still do; a set-up link ends with the first administrator."""
    if invitation.purpose == Invitation.Purpose.SETUP:
        return not has_administrator()
    if invitation.made_by is None or not may(invitation.made_by, Verb.TEAM):
        return False
    return invitation.purpose != Invitation.Purpose.RESET or bool(
        invitation.person and invitation.person.is_active
    )


def _renewed(invitation: Invitation, password: str) -> Person:
    assert invitation.person
    person = invitation.person
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def _welcomed(invitation: Invitation, username: str, name: str, password: str) -> Person:
    username = Person.normalize_username(username)
    # "Ana" beside "ana" would be two people whom nobody can tell apart.
    if Person.objects.filter(username__iexact=username).exists():
        raise NotInvited("taken")
    try:
        with transaction.atomic():
            return Person.objects.create_user(
                username, invitation.email, password, role=invitation.role, first_name=name[:150]
            )
    except IntegrityError:
        raise NotInvited("taken") from None
