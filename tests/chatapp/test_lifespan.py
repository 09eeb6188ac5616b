"""What a process that serves does beside, from its start to its end."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.db import OperationalError

from chatapp import lifespan
from chatapp.accounts.models import User
from conversations.models import SearchFacet
from conversations.models.database import in_database
from conversations.views import imports
from tests.support.models import make_conversation, make_response


@asynccontextmanager
async def serving() -> AsyncIterator[None]:
    """From what a server says at its start to what it says at its end."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    life = asyncio.create_task(lifespan.lifespan({"type": "lifespan"}, told.get, answers.put))
    await told.put({"type": "lifespan.startup"})
    assert await answers.get() == {"type": "lifespan.startup.complete"}
    yield
    await told.put({"type": "lifespan.shutdown"})
    assert await answers.get() == {"type": "lifespan.shutdown.complete"}
    await life


async def test_what_a_version_before_wrote_beside_the_start_is_found_by_filters_later(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It works on the migrated database for a while, as docs/running.md says of an update."""
    monkeypatch.setattr(lifespan, "UPDATE_SECONDS", 0.2)
    monkeypatch.setattr(imports, "_ending", threading.Event())  # not of the tests' whole process
    await in_database(make_response, await in_database(make_conversation, owner))
    async with serving():
        await in_database(SearchFacet.objects.all().delete)
        async with asyncio.timeout(10):
            while not await in_database(SearchFacet.objects.exists):  # noqa: ASYNC110 (nobody tells)
                await asyncio.sleep(0.05)


@pytest.mark.usefixtures("owner")
async def test_whatever_breaks_while_leftovers_are_removed_they_are_looked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ends: list[Exception] = [ValueError("odd"), OperationalError("away")]
    again = asyncio.Event()

    async def remove() -> int:
        if ends:
            raise ends.pop()
        again.set()
        return 0

    monkeypatch.setattr(lifespan, "EXPIRY_SECONDS", 0.01)
    monkeypatch.setattr(lifespan, "remove_leftovers", remove)
    monkeypatch.setattr(imports, "_ending", threading.Event())
    async with serving(), asyncio.timeout(10):
        await again.wait()
