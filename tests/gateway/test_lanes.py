"""What goes wrong on a connection is told there, and what waits behind it is answered."""

import asyncio
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.gateway import lanes
from conversations.gateway.lanes import Lanes
from conversations.models import ApiKey
from conversations.models.database import in_database


async def test_a_fault_is_told_and_the_next_is_answered(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Any) -> None:
        raise RuntimeError("Never to be seen")

    told: asyncio.Queue[Any] = asyncio.Queue()
    key, _ = await in_database(ApiKey.make, owner, "Notebook")
    connection = Lanes(key, told.put)
    monkeypatch.setattr(lanes, "asked_of", fail)
    for _ in range(2):
        connection.queue("one", {"model": "guide", "input": "Hello"}, 10)
    async with asyncio.timeout(3):
        for event in (await told.get(), await told.get()):
            assert (event["type"], event["status"]) == ("error", 500)
            assert event["error"]["code"] == "server_error"
            assert event["stream_id"] == "one"
            assert "seen" not in str(event)
