"""A browser without a screen: cookies, the CSRF token and the few paths that people take."""

from __future__ import annotations

import html
import re
import time
from typing import Any
from urllib.parse import urlencode

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PENDING = "Enviando…"


class Browser:
    """One person's browser. Redirects are followed only where the method says so."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.seen: list[requests.Response] = []
        self.keeps = False
        """Whether every answer is kept in `seen`."""

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.send("GET", path, **more)

    def post(self, path: str, data: Any = None, **more: Any) -> requests.Response:
        form = {"csrfmiddlewaretoken": self.session.cookies.get("csrftoken", ""), **(data or {})}
        return self.send("POST", path, data=form, **more)

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        address = path if path.startswith("http") else f"{self.url}{path}"
        more = {"timeout": 40, "allow_redirects": False, **more}
        answer = self.session.request(method, address, **more)
        if self.keeps:
            self.seen.append(answer)
        return answer

    def log_in(self, user: str = "demo", password: str = "demo") -> Browser:
        """The worker makes the demo people when it starts, so the first try may come too early."""
        for _ in range(20):
            page = self.get("/accounts/login/")
            found = TOKEN.search(page.text)
            assert found, page.text[:500]
            token = found.group(1)
            form = {"login": user, "password": password, "csrfmiddlewaretoken": token}
            if self.send("POST", "/accounts/login/", data=form).status_code == 302:
                return self
            time.sleep(0.5)
        raise AssertionError(f"{user} could not sign in")

    def twin(self) -> Browser:
        """The same person's session in another connection: a second tab, or a thread."""
        other = Browser(self.url)
        other.session.cookies.update(self.session.cookies)
        return other

    # --- the path ---

    def open_confirmation(self, country: str, service: str, period: str = "week-1") -> str:
        """From the order form to the address of its confirmation, once the worker has brought the prices."""
        query = urlencode({"country": country, "period": period, "service": service})
        end = time.monotonic() + 20
        while True:
            answer = self.get(f"/rent/?{query}")
            if answer.status_code == 303:
                return str(answer.headers["Location"])
            assert time.monotonic() < end, f"no confirmation: {answer.status_code} {words(answer)}"
            time.sleep(0.2)

    def rent(self, country: str, service: str, period: str = "week-1") -> str:
        """All of it, up to the address of the operation."""
        confirmation = self.open_confirmation(country, service, period)
        self.get(confirmation)
        answer = self.post(confirmation)
        assert answer.status_code == 303, f"{answer.status_code} {words(answer)}"
        return str(answer.headers["Location"])

    def follow(self, address: str, seconds: float = 20, *, past: str = PENDING) -> str:
        """The words of the operation's page once they do not say `past` any more."""
        end = time.monotonic() + seconds
        while True:
            shown = words(self.get(address))
            if past not in shown and PENDING not in shown:
                return shown
            assert time.monotonic() < end, f"after {seconds} s still: {shown[:400]}"
            time.sleep(0.1)


def words(answer: requests.Response) -> str:
    """What a person reads in the main part of a page: tags gone, blanks joined."""
    body = answer.text.split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
