"""A question as it is asked: what a provider forgot or can't do is left out of a second request."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from django.db import DatabaseError

from conversations.models import Provider, Response
from conversations.models.database import in_database
from conversations.protocol.chain import Request
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.protocol.settings import refused_in, without
from conversations.protocol.tokens import window_in
from conversations.providers.client import OnWait
from conversations.turns.endpoint import client_of
from conversations.turns.line import Line
from conversations.turns.outgoing import request_of
from conversations.turns.storing import persistently

logger = logging.getLogger(__name__)

MOST = 6  # halvings of what is summarised: a sixty-fourth of the conversation is left


async def asked(row: Response, line: Line, on_wait: OnWait) -> AsyncGenerator[Event, None]:
    """The events of a new answer, of which the row learns how it was asked for.

    It comes over a websocket, for `line`, where the provider can be steered. `on_wait` and errors
    are those of `ProviderClient.stream`.
    """
    may_chain, halvings = True, 0
    while True:
        request = await persistently(
            row.id, request_of, row, may_chain=may_chain, halvings=halvings
        )
        row.sent = request.sent
        try:
            async with aclosing(_streamed(row, request, line, on_wait)) as events:
                async for event in events:
                    yield event
        except ProviderError as error:
            await _learn_window(row, error)
            if error.kind == ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND and request.sent == "chained":
                logger.info("%s: the provider forgot the chain; replaying it", row.id)
                may_chain = False
            elif error.kind == ErrorKind.NO_BACKGROUND and row.background:
                await _run_in_foreground(row)
            elif error.kind == ErrorKind.CONTEXT_LENGTH and row.is_compaction and halvings < MOST:
                halvings += 1
            elif not await _can_do_without(row, error):
                raise
        else:
            return


async def _streamed(
    row: Response, request: Request, line: Line, on_wait: OnWait
) -> AsyncGenerator[Event, None]:
    provider = provider_of(row)
    client = client_of(provider)
    if provider.steerable and not row.background:
        line.answer = await client.open(request.body, on_wait)
        stream = line.answer.events()
    else:
        stream = client.stream(request.body, on_wait)
    async with aclosing(stream) as events:
        async for event in events:
            yield event


async def _run_in_foreground(row: Response) -> None:
    """The provider has no background: remembered, so that it is not offered again."""
    provider = provider_of(row)
    logger.warning("%s: no background at %s", row.id, provider)
    row.background = False
    same = Provider.objects.filter(pk=provider.pk)
    try:
        await in_database(same.update, background=False)
    except DatabaseError as error:
        logger.warning("%s: could not be remembered: %s", provider, error)


async def _learn_window(row: Response, error: ProviderError) -> None:
    """A provider that refuses what is too long may say what would not be."""
    window = window_in(error.detail) if error.kind == ErrorKind.CONTEXT_LENGTH else None
    if window is None or row.model is None:
        return
    try:
        await in_database(row.model.takes, window)
    except DatabaseError as trouble:
        logger.warning("%s: could not be remembered: %s", row.model, trouble)


async def _can_do_without(row: Response, error: ProviderError) -> bool:
    """Leave out what the provider does not take, and remember it of the model; False if it can't
    be done without.
    """
    if error.kind != ErrorKind.UNSUPPORTED_PARAMETER or row.model is None:
        return False
    if error.param == "store" and "store" not in row.settings:
        return await _runs_without_store(row)
    names = refused_in(row.settings, error.param or "")
    if not names:
        return False
    logger.warning("%s: %s does not take %s", row.id, row.model, ", ".join(names))
    row.settings = without(row.settings, names)
    row.unsupported = [*row.unsupported, *names]
    try:
        await in_database(row.model.refuses, names)
    except DatabaseError as trouble:
        logger.warning("%s: could not be remembered: %s", row.model, trouble)
    return True


async def _runs_without_store(row: Response) -> bool:
    """The provider keeps nothing, and does not know the word: remembered; False if it was known."""
    provider = provider_of(row)
    if not provider.stateful:
        return False
    logger.warning("%s: %s keeps no responses", row.id, provider)
    provider.stateful = row.background = False
    same = Provider.objects.filter(pk=provider.pk)
    try:
        await in_database(same.update, stateful=False)
    except DatabaseError as error:
        logger.warning("%s: could not be remembered: %s", provider, error)
    return True


def provider_of(row: Response) -> Provider:
    """The provider that answers it."""
    assert row.provider is not None, "a turn begins with a provider"
    return row.provider
