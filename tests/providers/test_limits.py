"""No answer takes more memory or time than it may."""

import gzip
import json
import threading
import time
from functools import partial
from typing import Any

import pytest

from conversations.protocol import jsontext
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.config import Limits
from conversations.providers.reading import LARGE
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


async def test_what_is_no_answer_has_a_limit_of_its_own() -> None:
    limits = Limits(fact_bytes=20_000)
    large = reply(200, b" " * 30_000 + b'{"data": [], "input_tokens": 3, "id": "vs_1"}')
    async with asking(large, limits=limits) as (client, _):
        asked: list[Any] = [
            client.models,
            partial(client.count_input_tokens, QUESTION),
            partial(client.stores.create, 7),
        ]
        for ask in asked:
            with pytest.raises(ProviderError) as caught:
                await ask()
            assert caught.value.kind is ErrorKind.TOO_LARGE


def with_pictures(*sizes: int) -> list[Event]:
    """An answer with pictures of so many letters, each of which comes twice."""
    items = [{"type": "image_generation_call", "id": "ig", "result": "A" * n} for n in sizes]
    done = [{"type": "response.output_item.done", "item": item} for item in items]
    response = {"id": "r", "status": "completed", "output": items}
    return [answer("")[0], *done, {"type": "response.completed", "response": response}]


async def test_the_end_may_repeat_pictures_that_are_too_large_together() -> None:
    for streamed in (stream(with_pictures(15_000, 15_000)), unnamed(with_pictures(15_000, 15_000))):
        async with asking(streamed, limits=SMALL) as (client, _):
            assert (await events_of(client))[-1]["type"] == "response.completed"


def unnamed(events: list[Event]) -> Behaviour:
    """The events by their types alone, in small pieces."""

    async def behaviour(exchange: Exchange) -> None:
        await exchange.head()
        data = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
        for at in range(0, len(data), 999):
            await exchange.send(data[at : at + 999])
        await exchange.end()

    return behaviour


async def test_what_is_large_is_decoded_on_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[bool, set[int]] = {False: set(), True: set()}
    loads = jsontext.loads

    def noted(text: str | bytes) -> Any:
        threads[len(text) > LARGE].add(threading.get_ident())
        return loads(text)

    monkeypatch.setattr(jsontext, "loads", noted)
    whole = json.dumps(with_pictures(LARGE)[-1]["response"]).encode()
    behaviours = stream(with_pictures(LARGE)), reply(200, whole, "application/json")
    async with asking(*behaviours) as (client, _):
        assert len(await events_of(client)) == 3
        assert len(await events_of(client)) == 2
    assert threads[False] == {threading.get_ident()}
    assert threads[True]
    assert threading.get_ident() not in threads[True]


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
