"""Compacts a conversation: by its provider's own means where it has them, else by a summary."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from conversations.models import Provider, Response
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.client import OnWait
from conversations.turns.asked import asked
from conversations.turns.endpoint import client_of, is_missing, provider_of
from conversations.turns.line import Line
from conversations.turns.outgoing import compaction_of
from conversations.turns.storing import persistently

logger = logging.getLogger(__name__)


async def compacted(row: Response, line: Line, on_wait: OnWait) -> AsyncGenerator[Event, None]:
    """The events of a compaction; errors are those of `asked`."""
    whole = await _by_the_provider(row, on_wait)
    if whole is None:
        async with aclosing(asked(row, line, on_wait)) as events:
            async for event in events:
                yield event
        return
    beginning: dict[str, Any] = {"id": whole.get("id"), "status": "in_progress", "output": []}
    yield {"type": "response.created", "response": beginning}
    yield {"type": "response.completed", "response": {**whole, "status": "completed"}}


async def _by_the_provider(row: Response, on_wait: OnWait) -> dict[str, Any] | None:
    """What its own endpoint makes of the conversation; None where it has none, or can't."""
    provider = provider_of(row)
    may_chain = True
    while provider.compacts is not False:
        request = await persistently(row.id, compaction_of, row, may_chain=may_chain)
        row.sent = request.sent
        try:
            whole = await client_of(provider).compact(request.body, on_wait)
        except ProviderError as error:
            if error.kind == ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND and request.sent == "chained":
                may_chain = False
            elif error.kind == ErrorKind.CONTEXT_LENGTH:
                return None  # a summary can be made of a part
            elif is_missing(error):
                await persistently(row.id, _remember, provider, compacts=False)
            else:
                raise
        else:
            await persistently(row.id, _remember, provider, compacts=True)
            return whole
    return None


def _remember(provider: Provider, *, compacts: bool) -> None:
    if provider.compacts != compacts:
        Provider.objects.filter(pk=provider.pk).update(compacts=compacts)
        provider.compacts = compacts
