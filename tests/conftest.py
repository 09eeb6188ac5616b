"""Fixtures that every folder of tests may use."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation
from pytest_django import DjangoDbBlocker

from chatapp.accounts.models import User
from conversations.models import Model
from conversations.turns import notices
from conversations.turns.running import turns
from tests.support.models import make_model
from tests.support.people import signed_in as client_of
from tests.support.scripted import ScriptedProvider, use
from tests.support.server import prepare


@pytest.fixture(autouse=True)
def _nothing_remembered_from_other_tests() -> Iterator[None]:
    """Throttles and the like are kept in the cache; a page leaves its language behind."""
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that another thread's connection is still open to."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as at the first run; copy it, don't use it."""
    folder = tmp_path_factory.mktemp("migrated")
    prepare(folder)
    return folder


@pytest.fixture
def owner(transactional_db: None) -> User:
    return User.objects.create_user("ada")


@pytest.fixture
def signed_in(owner: User) -> Client:
    """The owner's browser."""
    return client_of(owner)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The frames that people's pages are sent."""
    frames: list[dict[str, Any]] = []

    async def send(user_id: int, frame: dict[str, Any]) -> None:
        frames.append(frame)

    monkeypatch.setattr(notices, "send", send)
    return frames


@pytest.fixture
def model(transactional_db: None) -> Model:
    return make_model()


@pytest_asyncio.fixture
async def provider(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ScriptedProvider]:
    """The provider of `model`; whatever a test leaves running is ended after it."""
    monkeypatch.setattr(turns, "_closing", False)  # put back after the test, whatever it did
    yield use(ScriptedProvider(), monkeypatch)
    await turns.close(grace=0)
