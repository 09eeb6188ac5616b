"""Ask turns something, and read what comes of it."""

import asyncio
import json
from typing import Any

from chatapp.accounts.models import User
from conversations.models import Response
from conversations.models.database import in_database
from conversations.protocol.items import user_message
from conversations.turns.request import NewResponse
from conversations.turns.running import turns

ENDS = {"response.completed", "response.incomplete", "response.failed"}


def question(owner: User, text: str = "Why?", **fields: Any) -> NewResponse:
    key = fields.pop("client_key", f"key of {text}"[:64])
    return NewResponse(owner=owner, client_key=key, input=[user_message(text)], **fields)


async def ask(owner: User, text: str = "Why?", **fields: Any) -> Response:
    return await turns.start(question(owner, text, **fields))


async def events_of(response: Response, starting_after: int = -1) -> list[dict[str, Any]]:
    """Everything after a `sequence_number`, to the end."""
    log = turns.logs.of(response.id)
    assert log is not None
    return [json.loads(line) async for batch in log.follow(starting_after) for line in batch.lines]


async def until_event(response: Response, kind: str) -> None:
    await until_told(response, f'"{kind}"')


async def until_told(response: Response, words: str) -> None:
    """Until these stand in an event of the answer's log."""
    log = turns.logs.of(response.id)
    assert log is not None
    async for batch in log.follow(-1):
        if any(words in line for line in batch.lines):
            return


async def until_number(response: Response, number: int) -> None:
    """Until the answer's log has this event."""
    log = turns.logs.of(response.id)
    assert log is not None
    async for batch in log.follow(-1):
        if batch.sequence_number >= number:
            return


async def stored(response: Response) -> Response:
    return await in_database(Response.objects.get, pk=response.pk)


async def until_settled() -> None:
    """Until nothing runs in this process any more."""
    while tasks := turns.tasks | turns._titles:
        await asyncio.wait(tasks)
