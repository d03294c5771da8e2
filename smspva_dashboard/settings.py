"""Settings of the dashboard. Every value people may set comes from the environment (see .env.example)."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from smspva_dashboard import environment as env
from smspva_dashboard.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# Only the process started as `manage.py worker` may know the vendor's API key.
IS_WORKER = os.environ.get("DASHBOARD_ROLE") == "worker"
env.load_dotenv(BASE_DIR / ".env", worker=IS_WORKER)

DEBUG = env.flag("DEBUG")
LOG_LEVEL = env.one_of("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"})

# --- database and secrets ---
_database = env.parsed_url("DATABASE_URL", "sqlite:///var/dashboard.sqlite3", "db")
EMBEDDED = str(_database["ENGINE"]).endswith("sqlite3")
if EMBEDDED:
    _name = str(_database["NAME"])
    if _name != ":memory:":
        _file = BASE_DIR / _name
        _database["NAME"] = str(_file)
        _file.parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE: a transaction takes the write lock when it begins, so that two writers queue instead of failing.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: a claim that is committed before money is spent must survive a power cut, or it is sent twice.
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
    }
    # A file: several threads and processes of a test must meet in it as they do in earnest.
    # Named after the process, so that two runs of the suite do not meet.
    _database["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
else:
    _database.setdefault("CONN_MAX_AGE", 60)
    _database.setdefault("CONN_HEALTH_CHECKS", True)
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = env.own_secret("SECRET_KEY", VAR_DIR / "secret_key", embedded=EMBEDDED)
FIELD_KEY = env.own_secret("FIELD_KEY", VAR_DIR / "field_key", embedded=EMBEDDED)

_cache_url = env.text("CACHE_URL")
CACHES = {
    "default": env.parsed_url("CACHE_URL", _cache_url, "cache")
    if _cache_url
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Failed log-ins are counted in it: of the usual 300 entries a stranger could push them out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# --- the vendor ---
# No API key: the sandbox is the upstream. It listens where SMSPVA_API_URL says, or on its usual port.
SANDBOX_API_KEY = env.api_key("SANDBOX_API_KEY", "sandbox")
SMSPVA_API_KEY = env.api_key("SMSPVA_API_KEY") if IS_WORKER else ""
UPSTREAM_IS_SANDBOX = SMSPVA_API_KEY in {"", SANDBOX_API_KEY}
_sandbox = env.web_address("SANDBOX_URL", "http://127.0.0.1:8900").rstrip("/")
if IS_WORKER and not SMSPVA_API_KEY:
    SMSPVA_API_KEY = SANDBOX_API_KEY
SMSPVA_API_URL = env.web_address(
    "SMSPVA_API_URL",
    f"{_sandbox}/api/rent.php" if UPSTREAM_IS_SANDBOX else "https://smspva.com/api/rent.php",
)
if IS_WORKER and UPSTREAM_IS_SANDBOX and env.is_vendor(urlsplit(SMSPVA_API_URL).hostname):
    raise env.Misconfigured("SMSPVA_API_KEY", "is required when SMSPVA_API_URL is the vendor's")
SMSPVA_BALANCE_URL = env.web_address(
    "SMSPVA_BALANCE_URL",
    # A sandbox that was given by its rental address alone serves the balance beside it.
    f"{SMSPVA_API_URL.removesuffix('/api/rent.php')}/activation/balance"
    if UPSTREAM_IS_SANDBOX
    else "https://api.smspva.com/activation/balance",
)
SMSPVA_MIN_INTERVAL = env.seconds("SMSPVA_MIN_INTERVAL", "4.5")
SMSPVA_PERSON_INTERVAL = env.seconds("SMSPVA_PERSON_INTERVAL", "1")
SUPPORT_URL = env.support_address("SUPPORT_URL", "https://smspva.com/")
METRICS_TOKEN = env.text("METRICS_TOKEN")

# --- web ---
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
for _origin in CSRF_TRUSTED_ORIGINS:
    if urlsplit(_origin).scheme not in {"http", "https"}:
        raise env.Misconfigured("CSRF_TRUSTED_ORIGINS", "each must begin with http:// or https://")
# An https origin says that a TLS proxy stands in front.
# Where the page is on this machine; what HOST and PORT mean is for `make run` and compose to say.
_host = env.text("HOST", "127.0.0.1")
LOCAL_ORIGIN = (
    f"http://{'localhost' if _host in {'127.0.0.1', '0.0.0.0', '::'} else _host}:{env.text('PORT', '8000')}"  # noqa: S104
)
BEHIND_TLS = any(_origin.startswith("https://") for _origin in CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_structlog",
    "lucide",
    "rentals.apps.RentalsConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A page of many rows is a twentieth of its size. What a stranger could measure by it (BREACH) is not to be had:
    # tokens are masked anew in each answer, its length is blurred, and pages with SMS repeat no words of an address.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rentals.middleware.LoginOrNoticeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rentals.middleware.ClientAddressMiddleware",
    "rentals.middleware.BrowserTimeZoneMiddleware",
]
ROOT_URLCONF = "smspva_dashboard.urls"
WSGI_APPLICATION = "smspva_dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rentals.context_processors.house",
            ],
        },
    },
]
# Nothing that a form of ours sends comes near this size; a 10 MB post is refused before it is parsed.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
USE_TZ = True
TIME_ZONE = "UTC"  # what a page says until the browser's zone is known
TEAM_TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/Madrid")

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "smspva_dashboard.static_files.HashedFiles"},
}

# --- people ---
AUTH_USER_MODEL = "rentals.Person"
AUTHENTICATION_BACKENDS = ["rentals.sign_in.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rentals.sign_in.Closed"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "rentals.forms.people.LoginForm",
    "reauthenticate": "rentals.forms.people.PasswordAgain",
    "change_password": "rentals.forms.people.ChangePassword",
}
# Failures are counted by rentals/attempts.py: by allauth's count per account a stranger could lock a colleague out.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": None, "change_password": None}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "rentals.sign_in.SecondFactor"
MFA_FORMS = {
    "authenticate": "rentals.forms.second_factor.Code",
    "reauthenticate": "rentals.forms.second_factor.CodeAgain",
    "activate_totp": "rentals.forms.second_factor.FirstCode",
    "authenticate_webauthn": "rentals.forms.second_factor.Passkey",
    "reauthenticate_webauthn": "rentals.forms.second_factor.PasskeyAgain",
    "login_webauthn": "rentals.forms.second_factor.PasskeyAlone",
    "add_webauthn": "rentals.forms.second_factor.NewPasskey",
    "edit_webauthn": "rentals.forms.second_factor.PasskeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody's address is verified here: accounts come from an administrator
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Alquiler de números"
MFA_TOTP_TOLERANCE = 1  # periods of 30 s by which a telephone's clock may be off
# Browsers offer passkeys on https and on localhost only; what they say of themselves is not doubted on the latter.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS and (DEBUG or set(ALLOWED_HOSTS) <= LOOPBACK)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "dashboard_session"

vars().update(env.parsed_url("EMAIL_URL", "consolemail://", "email"))
# A person waits for it: the link that is mailed is shown on the page as well.
EMAIL_TIMEOUT = 10
_sender = str(vars().get("EMAIL_HOST_USER", ""))
DEFAULT_FROM_EMAIL = (
    _sender if "@" in _sender else f"panel@{ALLOWED_HOSTS[0].lstrip('*.') if ALLOWED_HOSTS else 'localhost'}"
)

# --- headers ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "rentals.views.errors.csrf_failure"
# Whether sub-domains speak TLS and whether to join the preload list is for the owner of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING_CONFIG = None
LOGGING = logging_config(LOG_LEVEL)
