"""Ask a provider something, and collect what it answers."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from conversations.protocol.errors import ProviderError
from conversations.protocol.events import Event
from conversations.providers.client import OnWait, ProviderClient
from conversations.providers.config import Deadlines, ProviderConfig
from tests.support.misbehaving import Behaviour, MisbehavingProvider

KEY = "sk-secret-0123456789"
QUESTION = {"model": "m", "input": "Hi"}
# The connection itself may take its time on a busy machine: only silence is short.
SHORT = Deadlines(connect=10, first_event=0.3, liveness=0.3, progress=0.3, total=30)


def config_for(url: str, **fields: Any) -> ProviderConfig:
    """The configuration of a provider called ModelVerse."""
    return ProviderConfig(**{"name": "ModelVerse", "base_url": url, "api_key": KEY, **fields})


@asynccontextmanager
async def asking(
    *behaviours: Behaviour, **fields: Any
) -> AsyncIterator[tuple[ProviderClient, MisbehavingProvider]]:
    """A client and the misbehaving provider that it talks to."""
    async with MisbehavingProvider(*behaviours) as provider:
        client = ProviderClient(config_for(provider.url, **fields))
        try:
            yield client, provider
        finally:
            await client.aclose()


async def events_of(
    client: ProviderClient, on_wait: OnWait | None = None, **request: Any
) -> list[Event]:
    """All events of an answer."""
    async with aclosing(client.stream({**QUESTION, **request}, on_wait)) as events:
        return [event async for event in events]


async def failure(*behaviours: Behaviour, **fields: Any) -> tuple[list[Event], ProviderError]:
    """The events that came before the error, and the error, of an answer that fails."""
    seen: list[Event] = []
    async with asking(*behaviours, **fields) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await collect(client, seen.append)
    return seen, caught.value


async def collect(client: ProviderClient, take: Callable[[Event], None], **request: Any) -> None:
    """Hand each event to `take` as it comes."""
    async with aclosing(client.stream({**QUESTION, **request})) as events:
        async for event in events:
            take(event)


def text_of(events: list[Event]) -> str:
    """What the deltas of the output say."""
    return "".join(
        event["delta"] for event in events if event["type"] == "response.output_text.delta"
    )


def types_of(events: list[Event]) -> list[str]:
    return [event["type"] for event in events]
