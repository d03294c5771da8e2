"""docker-compose.yml: both ways to start it resolve, and each container is given only what it needs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SECRETS = {"POSTGRES_PASSWORD": "canary-postgres", "SECRET_KEY": "canary-secret", "FIELD_KEY": "canary-field"}
API_KEY = "canary-api-key"
OURS = ("web", "worker", "migrate", "sandbox")

needs_compose = pytest.mark.skipif(not shutil.which("docker-compose"), reason="needs docker-compose")


def config(folder: Path, *profiles: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`docker-compose config` on a copy, so that a developer's own .env says nothing."""
    shutil.copy(ROOT / "docker-compose.yml", folder)
    chosen = [word for profile in profiles for word in ("--profile", profile)]
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder), **environment}
    command = ["docker-compose", *chosen, "config"]
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)


def services(folder: Path, *profiles: str, **environment: str) -> dict[str, Any]:
    done = config(folder, *profiles, **SECRETS, **environment)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = yaml.safe_load(done.stdout)["services"]
    return found


@needs_compose
def test_without_a_profile_there_is_no_sandbox(tmp_path: Path) -> None:
    found = services(tmp_path, SMSPVA_API_KEY=API_KEY)
    # `config` prints every service; `up` starts those without a profile.
    started = {name for name, service in found.items() if not service.get("profiles")}
    assert started == {"web", "worker", "migrate", "database", "cache"}


@needs_compose
def test_the_demo_profile_needs_no_api_key_and_brings_the_sandbox(tmp_path: Path) -> None:
    found = services(tmp_path, "demo")
    assert found["sandbox"]["profiles"] == ["demo"]
    assert found["worker"]["environment"]["SMSPVA_API_KEY"] == ""
    assert found["worker"]["environment"]["SANDBOX_URL"] == "http://sandbox:8900"


@needs_compose
def test_only_the_worker_is_given_the_api_key(tmp_path: Path) -> None:
    found = services(tmp_path, "demo", SMSPVA_API_KEY=API_KEY)
    assert [name for name, service in found.items() if API_KEY in json.dumps(service)] == ["worker"]
    assert not [name for name in found["web"]["environment"] if name.startswith("SMSPVA_API_KEY")]


@needs_compose
@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_missing_secret_is_named_with_its_remedy(tmp_path: Path, name: str) -> None:
    others = {other: value for other, value in SECRETS.items() if other != name}
    done = config(tmp_path, **others)
    assert done.returncode != 0
    assert "make env" in done.stderr
    assert f"writes {name} into .env" in done.stderr


@needs_compose
@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_confined(tmp_path: Path, name: str) -> None:
    service = services(tmp_path, "demo")[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@needs_compose
def test_the_page_is_published_to_this_machine_only(tmp_path: Path) -> None:
    found = services(tmp_path, "demo")
    assert {name: service["ports"] for name, service in found.items() if "ports" in service} == {
        "web": ["127.0.0.1:8000:8000/tcp"]
    }


@needs_compose
def test_database_and_cache_have_no_way_out(tmp_path: Path) -> None:
    found = services(tmp_path, "demo")
    assert {name: list(found[name]["networks"]) for name in ("database", "cache")} == {
        "database": ["data"],
        "cache": ["data"],
    }


@needs_compose
def test_nothing_starts_before_what_it_needs(tmp_path: Path) -> None:
    found = services(tmp_path)
    ready = {
        "cache": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert found["web"]["depends_on"] == found["worker"]["depends_on"] == ready
    assert found["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert all("healthcheck" in found[name] for name in ("database", "cache"))


def test_the_file_follows_the_compose_specification() -> None:
    check = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run([sys.executable, *check], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
