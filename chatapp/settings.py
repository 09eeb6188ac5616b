"""Django's settings: they read the environment and do nothing else."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from chatapp.environment import Environment
from conversations.network.reach import Place

BASE_DIR = Path(__file__).resolve().parent.parent
environment = Environment()  # in lower case: no setting, so Django's error page leaves it out
HOST = environment.host
PORT = environment.port
TRUST_PROXY = environment.trust_proxy
ORIGINS = environment.public_origins()
GRACE_SECONDS = environment.grace_seconds

DEBUG = environment.debug
DEFAULT_EXCEPTION_REPORTER_FILTER = "chatapp.error_page.SettingsFilter"
SECRET_KEY = environment.secret_key.get_secret_value()
SECRET_KEY_FALLBACKS = [key.get_secret_value() for key in environment.secret_key_fallbacks]
ENCRYPTION_KEY = environment.encryption_key.get_secret_value()
DATA_DIR = environment.data_dir

ALLOWED_HOSTS = environment.public_hosts()
CSRF_TRUSTED_ORIGINS = ORIGINS

INSTALLED_APPS = [
    "chatapp",
    "chatapp.accounts",
    "conversations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

# Every entry must be async-capable: one that isn't hangs the server at shutdown.
MIDDLEWARE = [
    "chatapp.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "chatapp.constant.ConstantMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chatapp.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "chatapp.urls"
ASGI_APPLICATION = "chatapp.asgi.application"

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
            ],
            "libraries": {
                "coded": "conversations.gateway.coded",
                "constant": "chatapp.constant",
                "failures": "conversations.views.failures",
                "installation": "conversations.views.installation",
                "page_data": "chatapp.page_data",
            },
        },
    },
]


def _database(url: str) -> dict[str, Any]:
    config: dict[str, Any] = dict(dj_database_url.parse(url))
    if config["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: two transactions that read, then write, would otherwise fail each other at
        # once. FULL: what a person was told is stored survives a power cut.
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        }
    elif config["ENGINE"].endswith("postgresql"):
        # A pool, because persistent connections leak one for each request under ASGI.
        config["CONN_HEALTH_CHECKS"] = True
        # One that is back after a restart is found within two seconds, not within minutes.
        pool = {"min_size": 2, "max_size": 20, "timeout": 10, "reconnect_timeout": 2}
        config["OPTIONS"] = {"pool": pool}
    return config


DATABASES = {"default": _database(environment.database())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.redis_url.get_secret_value()


TEN_YEARS = 10 * 365 * 86400


def _channel_layer(redis_url: str) -> dict[str, Any]:
    # A full channel drops what is sent to it; ours carries hints only, and few.
    if not redis_url:
        return {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            # Who is in a group stays until it leaves, however long a page is open.
            "CONFIG": {"capacity": 2000, "group_expiry": TEN_YEARS},
        }
    return {
        "BACKEND": "chatapp.channel_layer.GroupsLayer",
        "CONFIG": {
            "hosts": [{"address": redis_url, "socket_timeout": 2, "socket_connect_timeout": 1}],
            # Redis's messages know no databases: installations that share a server would mix.
            "prefix": f"chatapp.{urlsplit(redis_url).path.strip('/') or 0}.",
        },
    }


CHANNEL_LAYERS = {"default": _channel_layer(REDIS_URL)}

# Accounts
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "conversations:new"
LOGOUT_REDIRECT_URL = LOGIN_URL
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Cookies and transport: stricter names and rules as soon as every origin is https.
_HTTPS = all(origin.startswith("https://") for origin in ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if _HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _HTTPS else "csrftoken"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 63_072_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["dompurify"],
    }
}

# Whether a link to a conversation is read without an account, too.
SHARE_PUBLIC = environment.share_public

# Languages and time
LANGUAGE_CODE = environment.language_code
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "chatapp" / "locale"]
TIME_ZONE = environment.time_zone
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "uploads"},
    },
    "staticfiles": {
        "BACKEND": "chatapp.static_files.ModuleStorage",
        # They hold no secret, and whoever installs the app may not be who runs it.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "chatapp.log_lines.LineFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.log_level},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        "daphne": {"level": "WARNING"},
        # A traceback a second while Redis is away, which `shared_redis` says in one line.
        "channels_redis": {"level": "CRITICAL"},
        "httpx2": {"level": "WARNING"},
        # Tracebacks for whatever a server gets wrong, which our own table of faults says, and the
        # ids of sessions. Two names, because the library uses two.
        "client": {"level": "CRITICAL"},
        "mcp": {"level": "CRITICAL"},
        "openai": {"level": "WARNING"},
    },
}

# What people's conversations leave behind
TEMPORARY_HOURS = environment.temporary_hours
UPLOAD_QUOTA_MB = environment.upload_quota_mb
MEMORY = environment.memory

# The line under the message box: None for our own, "" for no line.
CAVEAT = environment.caveat

# Which pages of the web a model's tool may read
WEB_READING = environment.web_reading
WEB_HOSTS = frozenset(map(Place.of, environment.web_hosts))
WEB_FORBIDDEN_HOSTS = frozenset(map(Place.of, environment.web_forbidden_hosts))
WEB_INTERNAL_HOSTS = frozenset(map(Place.of, environment.web_internal_hosts))

# The provider that the environment names, if it names one; its key is never stored.
OPENAI_API_KEY = environment.openai_api_key.get_secret_value()
OPENAI_BASE_URL = environment.openai_base_url or "https://api.openai.com/v1"
OPENAI_MODELS = environment.openai_model
OPENAI_BACKGROUND = environment.openai_background
OPENAI_CONNECTION = environment.openai_connection()
OPENAI_CONNECTED = bool(OPENAI_API_KEY or environment.openai_base_url)

# Where servers to connect are looked for, beside this machine.
LOCAL_HOSTS = environment.local_hosts
