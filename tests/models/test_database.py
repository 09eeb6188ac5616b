"""Database work of the event loop."""

import threading
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, InterfaceError
from django.utils import translation

from conversations.models import database
from conversations.models.database import in_database


@pytest.fixture(autouse=True)
def _a_database_that_is_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked of it here: the tests are about the threads."""
    monkeypatch.setattr(database, "connection", SimpleNamespace(vendor="postgresql"))
    monkeypatch.setattr(database, "close_old_connections", lambda: None)


async def test_it_runs_on_a_thread_of_its_own() -> None:
    assert await in_database(threading.current_thread) is not threading.current_thread()


async def test_a_connection_that_was_lost_is_a_database_error() -> None:
    def lost() -> None:
        raise InterfaceError("connection already closed")

    with pytest.raises(DatabaseError, match="already closed"):
        await in_database(lost)


async def test_it_speaks_the_language_of_whom_it_is_for() -> None:
    with translation.override("zh-hans"):
        assert await in_database(translation.get_language) == "zh-hans"
    assert await in_database(translation.get_language) == "en"
