"""The Dockerfile is built and its image run once, on a Debian without anything but python3.

One test, because one build (about a minute) answers all of its questions.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.packaging.buildah import Buildah, missing

Inside = Callable[..., str]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Buildah]:
    yield Buildah(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


@pytest.mark.long
@pytest.mark.skipif(bool(missing()), reason=missing() or "buildah is here")
def test_the_dockerfile_builds_and_its_image_runs(engine: Buildah) -> None:
    engine.make_base()
    engine.build()
    container = engine.start_container()

    def inside(*command: str) -> str:
        return engine.inside(container, *command)

    is_not_root(inside)
    holds_no_secret_and_no_data(inside, engine.image_settings())
    keeps_nothing_of_the_builders_pip(inside)
    cannot_change_its_code(inside)
    has_its_static_files(inside)
    serves_and_finds_itself_healthy(inside, engine.image_settings())


def is_not_root(inside: Inside) -> None:
    assert inside("id", "-u") == "10001"


def holds_no_secret_and_no_data(inside: Inside, settings: dict[str, object]) -> None:
    names = [".env*", "secret_key", "field_key", "*.sqlite3", ".git", "requirements-dev.txt"]
    wanted = " -o ".join(f"-name {shlex.quote(name)}" for name in names)
    assert inside("sh", "-c", f"find /srv/dashboard {wanted}") == ""
    assert "KEY" not in str(settings["Env"])


def keeps_nothing_of_the_builders_pip(inside: Inside) -> None:
    assert inside("sh", "-c", "cat /etc/pip.conf 2>/dev/null || true") == ""


def cannot_change_its_code(inside: Inside) -> None:
    assert inside("find", "/srv", "-writable", "-not", "-type", "l") == "/srv/dashboard/var"


def has_its_static_files(inside: Inside) -> None:
    assert "django_htmx/htmx" in inside("cat", "staticfiles/staticfiles.json")


def serves_and_finds_itself_healthy(inside: Inside, settings: dict[str, object]) -> None:
    """The image's own CMD and its own HEALTHCHECK, as an engine would run them."""
    serve = shlex.join(settings["Cmd"])  # type: ignore[call-overload]
    healthy = shlex.join(settings["Healthcheck"]["Test"][1:])  # type: ignore[index]
    inside("python", "manage.py", "migrate", "--noinput", "-v", "0")
    inside("sh", "-c", f"! {healthy}")  # nothing listens yet: the check can fail
    inside(
        "sh",
        "-c",
        f"{serve} & web=$!; for n in $(seq 60); do {healthy} && break; sleep 0.5; done; "
        f"{healthy}; result=$?; kill $web; wait $web; exit $result",
    )
