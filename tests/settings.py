"""The settings of the tests: the app's own, on a database and a data folder made for the run."""

import os
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="chatapp-test-"))
# Servers that tests/many may use; all else runs on SQLite, or on what TEST_DATABASE_URL names.
SERVICES = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
# What a tester has set for their own app must not reach ours.
UNSET = (
    "DEBUG",
    "PORT",
    "REDIS_URL",
    "ORIGINS",
    "TRUST_PROXY",
    "LANGUAGE_CODE",
    "TIME_ZONE",
    "SECRET_KEY_FALLBACKS",
    "OPENAI_API_KEY",
    "OPENAI_BASE_URL",
    "OPENAI_MODEL",
    "OPENAI_BACKGROUND",
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "OPENAI_PROXY",
    "OPENAI_CUSTOM_HEADERS",
    "LOCAL_HOSTS",
    "GRACE_SECONDS",
)
os.environ |= dict.fromkeys(UNSET, "") | {
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "HOST": "localhost",
    "DATA_DIR": str(DATA),
    "SECRET_KEY": "a key for the tests alone",
    "ENCRYPTION_KEY": "another key for the tests alone",
    "LOG_LEVEL": "WARNING",
}

from chatapp.settings import *  # noqa: E402, F403 (the environment comes first)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file: threads of one in-memory database lock each other out.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}  # noqa: F405

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
