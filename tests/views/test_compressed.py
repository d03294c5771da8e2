"""Pages go over the wire compressed, for browsers that can read it; an unchanged refresh stays without a body."""

from __future__ import annotations

from typing import Any

from django.test import Client

from rentals.models import Person

READS_IT = {"accept-encoding": "gzip, br"}


def test_a_page_is_compressed_for_who_can_read_it(client: Client, operator: Person) -> None:
    client.force_login(operator)
    plain, packed = client.get("/"), client.get("/", headers=READS_IT)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2


def test_what_has_not_changed_has_no_body_all_the_same(client: Client, operator: Person, synced: Any) -> None:
    client.force_login(operator)
    version = client.get("/").context["table"].version
    answer = client.get("/orders/table/", {"v": version}, headers=READS_IT)
    assert (answer.status_code, answer.content) == (204, b"")
