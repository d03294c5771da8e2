"""A page can be drawn before and after `collectstatic`."""

from __future__ import annotations

from pathlib import Path

from smspva_dashboard.static_files import HashedFiles


def test_before_collectstatic_the_plain_name_is_used(tmp_path: Path) -> None:
    files = HashedFiles(location=tmp_path, base_url="/static/")
    assert files.url("css/house.css") == "/static/css/house.css"


def test_a_collected_file_has_its_hash_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "house.css").write_text("a { color: red }")
    files = HashedFiles(location=tmp_path, base_url="/static/")
    list(files.post_process({"house.css": (files, "house.css")}))
    assert files.url("house.css").count(".") == 2
