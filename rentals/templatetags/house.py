"""How the templates write money, times, icons and the vendor's reasons."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from urllib.parse import urlencode

from django import template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rentals import phones
from rentals.explanations import EXPLANATIONS, Explanation, explain
from rentals.periods import CENT
from rentals.queries.catalogue import Offer

register = template.Library()

FAR = timedelta(days=180)
"""Nobody takes a moment nearer than this for one of another year."""


@register.filter
def phone(e164: str | None) -> str:
    """A number as people write it; a dash where there is none."""
    return phones.display(e164) if e164 else "—"


@register.filter
def usd(amount: Decimal | None) -> str:
    """ "18,00"; a dash when not known. The word USD stands beside it in the template."""
    return "—" if amount is None else number_format(amount.quantize(CENT, ROUND_HALF_UP), 2)


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the icons that `_sprite.html` holds; decoration, so it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><use href="#i-{}"></use></svg>', name
    )


@register.simple_tag
def when(moment: datetime | None) -> SafeString | str:
    """ "mié 25 nov, 18:04" in the zone of the page, with the year where that is another and far away; the script writes
    it again when the browser's zone is another.
    """
    if moment is None:
        return "—"
    zone, now = timezone.get_current_timezone(), timezone.now()
    far = abs(moment - now) > FAR and moment.astimezone(zone).year != now.astimezone(zone).year
    return _time(moment, zone, far)


# A table of thousands of rows writes the same moments again and again.
@lru_cache(maxsize=8192)
def _time(moment: datetime, zone: tzinfo, far: bool) -> SafeString:
    words = dateformat.format(moment.astimezone(zone), "D j M Y, H:i" if far else "D j M, H:i").lower()
    return format_html('<time datetime="{}">{}</time>', _iso(moment), words)


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """ "hace 12 s", counted on by the script."""
    if moment is None:
        return "—"
    seconds = (timezone.now() - moment).total_seconds()
    return format_html('<span data-age="{}">{}</span>', f"{moment.timestamp():.0f}", age_words(seconds))


@register.simple_tag
def vendor_ago(moment: datetime | None, vendor_now: datetime) -> SafeString | str:
    """As `ago`, for a moment told by the vendor's clock."""
    if moment is None:
        return "—"
    seconds = (vendor_now - moment).total_seconds()
    return format_html(
        '<span data-vendor-age="{}">{}</span>', f"{moment.timestamp():.0f}", age_words(seconds)
    )


@register.simple_tag
def lasting(moment: datetime | None) -> SafeString | str:
    """ "4 min": how long since, counted on by the script."""
    if moment is None:
        return "—"
    seconds = (timezone.now() - moment).total_seconds()
    return format_html('<span data-lasting="{}">{}</span>', f"{moment.timestamp():.0f}", span_words(seconds))


@register.filter
def epoch(moment: datetime) -> str:
    """Seconds since 1970, for words that the script counts on."""
    return f"{moment.timestamp():.0f}"


@register.filter
def iso(moment: datetime | None) -> str:
    return _iso(moment) if moment else ""


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def age_words(seconds: float) -> str:
    """static/js/house.js has the same rules."""
    return _("hace %s") % span_words(seconds)


def span_words(seconds: float) -> str:
    count = max(0, int(seconds))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if count >= size:
            return f"{count // size} {unit}"
    return f"{count} s"


def left_words(rest: timedelta) -> str:
    return _left_words(int(rest.total_seconds() // 60)) if rest > timedelta(0) else _("ha caducado")


@lru_cache(maxsize=8192)
def _left_words(minutes: int) -> str:
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _("quedan %(d)s d %(h)s h") % {"d": days, "h": hours}
    if hours:
        return _("quedan %(h)s h %(min)s min") % {"h": hours, "min": minutes % 60}
    return _("quedan %s min") % minutes if minutes else _("queda menos de 1 min")


@register.filter
def in_words(rest: timedelta | None) -> str:
    """ "quedan 5 d 3 h", as it was when the page was sent."""
    return _("sin fecha") if rest is None else left_words(rest)


def day_words(moment: datetime) -> str:
    """ "3 dic, 18:04" in the zone of the page, for where no element of time can stand."""
    return _day_words(moment, timezone.get_current_timezone())


@lru_cache(maxsize=8192)
def _day_words(moment: datetime, zone: tzinfo) -> str:
    return dateformat.format(moment.astimezone(zone), "j M, H:i").lower()


@register.filter
def days_lost(rest: timedelta) -> str:
    """ "5 d 3 h": what is left of a rental, as something that is lost."""
    days, hours = divmod(max(0, int(rest.total_seconds() // 3600)), 24)
    return _("%(d)s d %(h)s h") % {"d": days, "h": hours} if days else _("%(h)s h") % {"h": hours}


@register.simple_tag
def page_url(number: int, query: str, step: int) -> str:
    """The address of the archive page beside this one."""
    asked = {"q": query, "page": str(number + step)}
    return f"{reverse('archive.page')}?{urlencode({name: value for name, value in asked.items() if value})}"


@register.filter
def explained(reason: str) -> Explanation | None:
    """Cause, who, next step and money of a word that the worker left; None when there is nothing to say."""
    return explain(reason) if reason else None


@register.filter
def advice(reason: str) -> str:
    """What somebody can do about data that cannot be read; nothing when it passes by itself."""
    found, anybody = explain(reason), EXPLANATIONS["rate_limited"].who
    return "" if found is None or found.who == anybody else str(found.next_step)


@register.simple_tag
def offer(shown: Offer, saves: str | None, several: bool, checked: bool) -> SafeString:
    """One service of the order form."""
    return _drawn_offer(shown, saves, several, checked)


@lru_cache(maxsize=4096)
def _drawn_offer(shown: Offer, saves: str | None, several: bool, checked: bool) -> SafeString:
    """Drawn once for all that it shows: a list has two hundred of them, and everybody is given the same."""
    content = {"offer": shown, "saves": saves, "several": several, "checked": checked}
    # What a template gives back is safe already; only its declared type does not say so.
    return SafeString(get_template("catalogue/_offer.html").render(content))


@register.filter
def operators(offer: Offer) -> str:
    """For the script that offers the operators of the service just chosen."""
    return json.dumps(offer.operators, ensure_ascii=False)
