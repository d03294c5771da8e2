"""What every page needs to know, read only when a template asks for it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from rentals.middleware import browser_zone, own_zone
from rentals.permissions import Verb, may
from rentals.queries import mirror
from rentals.queries.mirror import Balance, Health
from rentals.queries.operations import in_doubt
from rentals.sign_in import lacks_second_factor
from rentals.views.outcomes import Outcome

_THEMES = {"light", "dark"}


class House:
    """One a request; its reads are made at most once, and none by a fragment that does not ask."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def health(self) -> Health:
        return mirror.health()

    @cached_property
    def balance(self) -> Balance | None:
        return mirror.balance()

    @cached_property
    def to_decide(self) -> int:
        """How many of those in doubt wait for a person."""
        return sum(bool(outcome.waiting) for outcome in self.in_doubt)

    @cached_property
    def in_doubt(self) -> list[Outcome]:
        """Operations whose outcome is not known yet, whoever asked for them."""
        return [Outcome(operation) for operation in in_doubt()]

    @cached_property
    def may_spend(self) -> bool:
        user = self._request.user
        return user.is_authenticated and may(user, Verb.SPEND)

    @cached_property
    def may_team(self) -> bool:
        user = self._request.user
        return user.is_authenticated and may(user, Verb.TEAM)

    @property
    def setting_up(self) -> bool:
        """The person must set a second factor up before anything else."""
        return lacks_second_factor(getattr(self._request, "user", AnonymousUser()))

    @property
    def theme(self) -> str:
        """What this browser's button says; until it has been pressed, what the profile says."""
        user = getattr(self._request, "user", None)
        chosen = self._request.COOKIES.get("theme") or getattr(user, "theme", "")
        return chosen if chosen in _THEMES else "auto"

    @property
    def zone(self) -> str:
        return timezone.get_current_timezone_name()

    @property
    def zone_chosen(self) -> bool:
        """Whether that is the profile's, which the script leaves alone."""
        return own_zone(self._request) is not None

    @property
    def zone_known(self) -> bool:
        """Whether that is the browser's; else it is UTC, until the script has found out."""
        return browser_zone(self._request) is not None

    @property
    def support_url(self) -> str:
        return str(settings.SUPPORT_URL)

    @property
    def now(self) -> float:
        """Our clock, seconds since 1970: ages on the page count from it."""
        return timezone.now().timestamp()


def house(request: HttpRequest) -> dict[str, Any]:
    return {"house": House(request)}
