"""A wrong value ends the start with one line that names the variable; the key stays with the worker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRINT = "from django.conf import settings as s; print(repr(getattr(s, {!r})))"


def start(code="pass", role="", **environment):
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    clean |= {"DJANGO_SETTINGS_MODULE": "smspva_dashboard.settings", "DASHBOARD_ROLE": role, **environment}
    script = f"import django; django.setup(); {code}"
    return subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=clean, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "oracle2://x"),
        ("CACHE_URL", "nonsense://"),
        ("SMSPVA_API_URL", "smspva.com"),
        ("SMSPVA_BALANCE_URL", "ftp://x"),
        ("SMSPVA_MIN_INTERVAL", "often"),
        ("SMSPVA_MIN_INTERVAL", "-1"),
        ("SMSPVA_PERSON_INTERVAL", "nan"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("SUPPORT_URL", "javascript:alert(1)"),
        ("CSRF_TRUSTED_ORIGINS", "example.org"),
        ("EMAIL_URL", "nonsense"),
        ("FIELD_KEY", "short"),
        ("FIELD_KEY", "ZGFzaGJvYXJkLXRlc3RzLWRhc2hib2FyZC10ZXN0cyE=,short"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(name, value):
    done = start(**{name: value})
    assert done.returncode == 2
    assert done.stderr.startswith(f"{name}:")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMSPVA_API_KEY", "real key"),
        ("SMSPVA_API_KEY", "clavé"),
        ("SANDBOX_API_KEY", "sand box"),
        ("SMSPVA_API_URL", "https://ana:hunter2@vendor.example/api/rent.php"),
        ("SMSPVA_API_URL", "https://vendor.example/api rent.php"),
        ("SMSPVA_BALANCE_URL", "https://ana@vendor.example/balance"),
    ],
)
def test_a_key_with_a_blank_names_its_variable(name, value):
    done = start(role="worker", **{name: value})
    assert (done.returncode, done.stderr.split(":")[0]) == (2, name)
    assert len(done.stderr.strip().splitlines()) == 1
    assert value not in done.stderr


def test_the_worker_itself_names_the_variable_of_a_wrong_key(tmp_path):
    clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    (tmp_path / "key").write_text("real key\n")
    clean["SMSPVA_API_KEY_FILE"] = str(tmp_path / "key")
    command = [sys.executable, "manage.py", "worker", "--once"]
    done = subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "SMSPVA_API_KEY")


def test_a_secret_file_that_is_missing_is_named():
    done = start(SECRET_KEY_FILE="/nowhere/secret")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "SECRET_KEY_FILE")


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEY"])
def test_secrets_are_required_away_from_the_embedded_database(name):
    given = {"SECRET_KEY": "x" * 50, "FIELD_KEY": "v" * 43 + "="}
    del given[name]
    done = start(DATABASE_URL="postgres://127.0.0.1/test", **given)
    assert (done.returncode, done.stderr.split(":")[0]) == (2, name)


def test_a_wrong_password_in_an_address_is_not_repeated():
    done = start(DATABASE_URL="nonsense://ana:hunter2@host/db")
    assert "hunter2" not in done.stderr


def test_the_web_process_has_no_key_and_the_worker_has(tmp_path):
    file = tmp_path / "key"
    file.write_text("real-key\n")
    for given in ({"SMSPVA_API_KEY": "real-key"}, {"SMSPVA_API_KEY_FILE": str(file)}):
        assert start(PRINT.format("SMSPVA_API_KEY"), **given).stdout.strip() == "''"
        assert start("import os; print(os.environ.get('SMSPVA_API_KEY'))", **given).stdout.strip() == "None"
        assert start(PRINT.format("SMSPVA_API_KEY"), role="worker", **given).stdout.strip() == "'real-key'"


def test_with_a_real_key_the_vendor_is_asked_and_without_one_the_sandbox():
    real = start(PRINT.format("SMSPVA_API_URL"), role="worker", SMSPVA_API_KEY="real-key")
    assert real.stdout.strip() == "'https://smspva.com/api/rent.php'"
    sandbox = start(PRINT.format("SMSPVA_API_URL"), role="worker")
    assert sandbox.stdout.strip() == "'http://127.0.0.1:8900/api/rent.php'"


def test_the_vendors_address_without_a_key_is_a_mistake_and_not_a_sandbox():
    done = start(role="worker", SMSPVA_API_URL="https://smspva.com/api/rent.php")
    assert (done.returncode, done.stderr.split(":")[0]) == (2, "SMSPVA_API_KEY")


def test_a_tls_origin_makes_the_cookies_secure():
    done = start(PRINT.format("SESSION_COOKIE_SECURE"), CSRF_TRUSTED_ORIGINS="https://panel.example.org")
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    ("environment", "allowed"),
    [
        ({}, True),
        ({"ALLOWED_HOSTS": "localhost"}, True),
        ({"ALLOWED_HOSTS": "numbers.example.org"}, False),
        ({"ALLOWED_HOSTS": "localhost,numbers.example.org"}, False),
        ({"ALLOWED_HOSTS": "numbers.example.org", "DEBUG": "1"}, True),
        ({"CSRF_TRUSTED_ORIGINS": "https://numbers.example.org", "DEBUG": "1"}, False),
    ],
)
def test_passkeys_without_tls_are_for_this_machine_alone(environment, allowed):
    done = start(PRINT.format("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"), **environment)
    assert done.stdout.strip() == str(allowed)
