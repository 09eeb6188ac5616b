"""No answer takes more memory or time than it may."""

import gzip
import time

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.config import Limits
from tests.providers.asking import QUESTION, asking, events_of, failure, text_of
from tests.support.misbehaving import Behaviour, Exchange, answer, beginning, reply, sse, stream

SMALL = Limits(event_bytes=20_000, answer_bytes=100_000)


async def endless_line(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.send(b"data: ")
    while True:
        await exchange.send(b"x" * 10_000)


async def endless_answer(exchange: Exchange) -> None:
    await exchange.head()
    while True:
        await exchange.event(beginning("x" * 5_000)[0])


async def endless_error(exchange: Exchange) -> None:
    await exchange.head(500, "text/html")
    while True:
        await exchange.send(b"x" * 10_000)


async def endless_json(exchange: Exchange) -> None:
    await exchange.head(200, "application/json")
    while True:
        await exchange.send(b" " * 10_000)


@pytest.mark.parametrize("behaviour", [endless_line, endless_answer, endless_json])
async def test_an_endless_answer_is_too_large(behaviour: Behaviour) -> None:
    _, error = await failure(behaviour, limits=SMALL)
    assert error.kind is ErrorKind.TOO_LARGE
    assert error.message == "The answer of ModelVerse is too large."


async def test_one_event_that_is_too_large_ends_the_answer_after_what_came_before() -> None:
    events, error = await failure(
        stream([*beginning("Hel"), *beginning("x" * 50_000)]), limits=SMALL
    )
    assert error.kind is ErrorKind.TOO_LARGE
    assert text_of(events) in ("", "Hel")


async def test_a_large_event_within_the_limit_is_read() -> None:
    large = "x" * 8_000_000
    async with asking(stream(answer(large))) as (client, _):
        assert text_of(await events_of(client)) == large


async def test_an_endless_error_body_is_cut_and_the_error_is_told() -> None:
    async with asking(endless_error) as (client, _):
        with pytest.raises(ProviderError, match="ModelVerse has a problem of its own") as caught:
            await client.create({**QUESTION, "tools": [{"type": "mcp"}]})
    assert len(caught.value.detail) <= 2000


async def test_a_compressed_answer_is_refused_without_being_expanded() -> None:
    bomb = gzip.compress(sse(beginning("x" * 30_000_000)[0]))
    started = time.process_time()
    _, error = await failure(reply(200, bomb, "text/event-stream", {"content-encoding": "gzip"}))
    assert error.kind is ErrorKind.GARBAGE
    assert time.process_time() - started < 5
