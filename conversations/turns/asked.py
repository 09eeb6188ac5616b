"""A question as it is asked: what a provider forgot or can't do is left out of a second request."""

import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from conversations.models import Response
from conversations.protocol.chain import Request, ignores_chain, keeps_nothing, reuses_id
from conversations.protocol.errors import ProviderError
from conversations.protocol.events import LIFECYCLE, Event
from conversations.protocol.mcp import secrets_of
from conversations.protocol.rounds import ended_last
from conversations.providers.client import OnWait
from conversations.turns.endpoint import client_of, provider_of
from conversations.turns.hosting import Hosting
from conversations.turns.line import Line
from conversations.turns.outgoing import request_of
from conversations.turns.rate_limits import note_rate_limits
from conversations.turns.storing import persistently
from conversations.turns.ways import Way, another_way, ignored
from conversations.turns.ways import keeps_nothing as provider_keeps_nothing

logger = logging.getLogger(__name__)


async def asked(row: Response, line: Line, on_wait: OnWait) -> AsyncGenerator[Event, None]:
    """The events of a new answer, of which the row learns how it was asked for.

    It comes over a websocket, for `line`, where the provider can be steered. `on_wait` and errors
    are those of `ProviderClient.stream`.
    """
    way, hosting = Way(), Hosting(row)
    while True:
        request = await persistently(
            row.id,
            request_of,
            row,
            may_chain=way.may_chain,
            halvings=way.halvings,
            plain=way.plain,
        )
        request = replace(request, body=as_asked(row, request.body))
        request = await hosting.request(request)
        if not ended_last(row.rounds):
            row.sent = request.sent
        try:
            async with aclosing(await _stream(row, request, line, on_wait)) as events:
                async for event in events:
                    if event["type"] in LIFECYCLE:
                        await _heed(row, request, event, line)
                    hosting.look(event)
                    yield event
        except ProviderError as error:
            # Before anything of it is remembered.
            error.cover(secrets_of(request.body.get("tools") or ()))
            await _note_rate_limits(row)
            if await hosting.after(error):
                await line.hang_up()
                for event in hosting.given_up():
                    yield event
            elif not await another_way(row, request, error, way):
                raise
        else:
            return


def as_asked(row: Response, body: dict[str, Any]) -> dict[str, Any]:
    """The body of a request, which has a model that streams nothing answer whole."""
    is_whole = row.model is not None and not row.model.streams
    return {**body, "stream": False} if is_whole else body


async def _heed(row: Response, request: Request, event: Event, line: Line) -> None:
    """What a provider says of its limits, and of its memory, before a word is shown."""
    await _note_rate_limits(row)
    if request.sent == "chained" and ignores_chain(event):
        await line.hang_up()
        if row.background:
            await _stop(row, event, secrets_of(request.body.get("tools") or ()))
        raise ignored(row)
    if request.sent != "chained" and not row.background and keeps_nothing(event, request):
        await provider_keeps_nothing(row, "store: false")
    if request.sent == "chained" and reuses_id(event, request):
        name = request.body["previous_response_id"]
        await provider_keeps_nothing(row, f"the same id twice: {name}")


async def _note_rate_limits(row: Response) -> None:
    provider = provider_of(row)
    await note_rate_limits(provider, client_of(provider).rate_limits)


async def _stop(row: Response, event: Event, secrets: Sequence[str]) -> None:
    """It would go on in the background, and be paid for."""
    try:
        await client_of(provider_of(row)).cancel(str(event["response"].get("id") or ""))
    except ProviderError as error:
        logger.info("%s: could not be stopped: %s", row.id, error.for_log(secrets))


async def _stream(
    row: Response, request: Request, line: Line, on_wait: OnWait
) -> AsyncGenerator[Event, None]:
    provider = provider_of(row)
    client = client_of(provider)
    if provider.steerable and not row.background:
        line.answer = await client.open(request.body, on_wait)
        return line.answer.events()
    return client.stream(request.body, on_wait)
