"""A stream that nobody has begun to read."""

import asyncio

import pytest

from chatapp.accounts.models import User
from conversations.gateway import streaming
from conversations.models import ApiKey, Response
from conversations.models.database import in_database
from tests.support.models import make_conversation, make_response


async def test_who_goes_away_before_the_first_line_is_noticed(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stored() -> tuple[ApiKey, Response]:
        return ApiKey.make(owner, "Notebook")[0], make_response(make_conversation(owner))

    monkeypatch.setattr(streaming, "READ_WITHIN_SECONDS", 0)
    key, row = await in_database(stored)
    left = asyncio.Event()
    streaming.streamed(key, row, None, left.set)
    async with asyncio.timeout(5):
        await left.wait()


async def test_who_has_begun_to_read_has_not_gone(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stored() -> tuple[ApiKey, Response]:
        return ApiKey.make(owner, "Notebook")[0], make_response(make_conversation(owner))

    key, row = await in_database(stored)
    left = asyncio.Event()
    answer = streaming.streamed(key, row, None, left.set)
    monkeypatch.setattr(streaming, "READ_WITHIN_SECONDS", 0)
    lines = [line async for line in answer]
    assert lines[-1] == b"data: [DONE]\n\n"
    assert not left.is_set()
