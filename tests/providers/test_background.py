"""Background answers: resumed where they were left, asked for, and cancelled."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.client import ProviderClient
from tests.providers.asking import (
    SHORT,
    asking,
    config_for,
    events_of,
    failure,
    text_of,
    types_of,
)
from tests.support.misbehaving import (
    Behaviour,
    answer,
    beginning,
    body,
    error,
    message,
    no_more,
    reply,
    reset,
    response,
    silence,
    stream,
)
from tests.support.server import FakeProvider, fake_provider

BACKGROUND: dict[str, Any] = {"background": True, "store": True}


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture
async def client(provider: FakeProvider) -> AsyncIterator[ProviderClient]:
    client = ProviderClient(config_for(provider.base_url))
    yield client
    await client.aclose()


def numbered(events: list[Event], first: int = 0) -> list[Event]:
    return [{**event, "sequence_number": first + at} for at, event in enumerate(events)]


async def begun(client: ProviderClient, question: str, deltas: int = 3) -> list[Event]:
    """The events of a background answer that is left after so many deltas."""
    seen: list[Event] = []
    async with aclosing(client.stream({"model": "m", "input": question, **BACKGROUND})) as events:
        async for event in events:
            seen.append(event)
            if types_of(seen).count("response.output_text.delta") == deltas:
                break
    return seen


async def rest(client: ProviderClient, upstream_id: str, after: int | None) -> list[Event]:
    async with aclosing(client.resume(upstream_id, after)) as events:
        return [event async for event in events]


async def test_a_resumed_answer_continues_without_gap_or_repeat(
    client: ProviderClient, provider: FakeProvider
) -> None:
    seen = await begun(client, "deltas=50 rate=200 resumed")
    later = await rest(client, seen[0]["response"]["id"], seen[-1]["sequence_number"])
    numbers = [event["sequence_number"] for event in [*seen, *later]]
    assert numbers == list(range(len(numbers)))
    assert text_of([*seen, *later]) == later[-1]["response"]["output"][0]["content"][0]["text"]
    assert [asked["kind"] for asked in provider.asked("resumed")] == ["create", "resume"]


async def test_without_a_number_all_of_it_comes_again(client: ProviderClient) -> None:
    seen = await begun(client, "deltas=20 again")
    assert (await rest(client, seen[0]["response"]["id"], None))[: len(seen)] == seen


async def test_what_is_asked_for_is_what_is_missing() -> None:
    async with asking(stream(numbered(answer("Hel", "lo"))[3:])) as (client, provider):
        await rest(client, "resp/1", 2)
        await rest(client, "resp_1", None)
    assert [request.path for request in provider.requests] == [
        "/v1/responses/resp%2F1?stream=true&starting_after=2",
        "/v1/responses/resp_1?stream=true",
    ]


async def test_events_that_are_known_are_dropped_when_the_provider_sends_them_again() -> None:
    async with asking(stream(numbered(answer("Hel", "lo")))) as (client, _):
        events = await rest(client, "resp_1", 1)
    assert text_of(events) == "lo"
    assert types_of(events)[-1] == "response.completed"


async def test_events_without_a_number_are_not_dropped() -> None:
    async with asking(stream(answer("Hel", "lo"))) as (client, _):
        assert text_of(await rest(client, "resp_1", 1)) == "Hello"


async def test_the_end_comes_even_to_who_knows_it() -> None:
    async with asking(stream(numbered(answer("Hello")))) as (client, _):
        assert types_of(await rest(client, "resp_1", 99)) == ["response.completed"]


LOST: dict[str, tuple[Behaviour, ErrorKind]] = {
    "nothing more": (body(b""), ErrorKind.CUT),
    "only what is known": (stream(numbered(beginning("Hel"))), ErrorKind.CUT),
    "cut": (stream(numbered(beginning("lo"), 4), no_more), ErrorKind.CUT),
    "reset": (stream(numbered(beginning("lo"), 4), reset), ErrorKind.CUT),
    "forgotten": (error(404, "Response with id 'resp_1' not found."), ErrorKind.NOT_FOUND),
    "not streamed": (error(400, "Cannot be streamed."), ErrorKind.BAD_REQUEST),
    "goes on as JSON": (reply(200, response(status="in_progress")), ErrorKind.BAD_REQUEST),
    "queued as JSON": (
        reply(200, {"id": "resp_1", "status": "queued"}),
        ErrorKind.BAD_REQUEST,
    ),
    "a page": (reply(200, b"<html>", "text/html"), ErrorKind.NOT_AN_ENDPOINT),
}


@pytest.mark.parametrize(("behaviour", "kind"), LOST.values(), ids=LOST.keys())
async def test_a_resumed_answer_that_is_lost_says_how(
    behaviour: Behaviour, kind: ErrorKind
) -> None:
    async with asking(behaviour) as (client, _):
        with pytest.raises(ProviderError) as caught:
            await rest(client, "resp_1", 3)
    assert caught.value.kind is kind


async def test_a_finished_response_instead_of_a_stream_is_its_end() -> None:
    whole = response(output=[message("Hello")])
    async with asking(reply(200, whole)) as (client, _):
        (completed,) = await rest(client, "resp_1", 5)
    assert completed == {"type": "response.completed", "response": whole}


async def test_a_resumed_answer_that_falls_silent_is_given_up() -> None:
    async with asking(body(b": hello\n\n", silence), deadlines=SHORT) as (client, provider):
        with pytest.raises(ProviderError, match="took too long"):
            await rest(client, "resp_1", 5)
        async with asyncio.timeout(1):
            await provider.hung_up.wait()


async def test_leaving_a_resumed_answer_hangs_up() -> None:
    async with asking(stream(beginning("Hel"), silence)) as (client, provider):
        async with aclosing(client.resume("resp_1", None)) as events:
            await anext(events)
        async with asyncio.timeout(1):
            await provider.hung_up.wait()


@pytest.mark.parametrize("upstream_id", ["", ".", ".."])
async def test_an_id_that_is_none_is_not_found_and_not_asked_for(upstream_id: str) -> None:
    async with asking(reply(200, response())) as (client, provider):
        for call in (client.retrieve, client.cancel):
            with pytest.raises(ProviderError) as caught:
                await call(upstream_id)
            assert caught.value.kind is ErrorKind.NOT_FOUND
    assert provider.requests == []


async def test_a_response_is_retrieved_while_it_runs_and_when_it_is_over(
    client: ProviderClient,
) -> None:
    seen = await begun(client, "deltas=20 rate=100 retrieved")
    upstream_id = seen[0]["response"]["id"]
    assert (await client.retrieve(upstream_id))["status"] == "in_progress"
    end = (await rest(client, upstream_id, None))[-1]
    assert await client.retrieve(upstream_id) == end["response"]


@pytest.mark.parametrize("status", ["queued", "in_progress", "cancelled", "failed", "incomplete"])
async def test_a_response_of_any_status_is_retrieved(status: str) -> None:
    whole = response(status=status)
    async with asking(reply(200, whole)) as (client, _):
        found = await client.retrieve("resp_1")
    assert found == (whole if status != "failed" else {**whole, "error": found["error"]})
    assert (status == "failed") == ("error" in found), "one that failed says that it did"


async def test_a_retrieved_error_is_what_a_person_may_read() -> None:
    failed = response(status="failed", error={"code": "server_error", "message": "sk-abcdef123"})
    async with asking(reply(200, failed)) as (client, _):
        assert "sk-abcdef" not in json.dumps(await client.retrieve("resp_1"))


async def test_a_cancelled_answer_stops_for_good(client: ProviderClient) -> None:
    seen = await begun(client, "deltas=100000 rate=100 stopped")
    upstream_id = seen[0]["response"]["id"]
    for _ in range(2):
        assert (await client.cancel(upstream_id))["status"] == "cancelled"
    with pytest.raises(ProviderError) as caught:
        await rest(client, upstream_id, 0)
    assert caught.value.kind is ErrorKind.CUT
    assert (await client.retrieve(upstream_id))["status"] == "cancelled"


async def test_what_can_not_be_cancelled_says_so(client: ProviderClient) -> None:
    created = await client.create({"model": "m", "input": "Hello?"})
    with pytest.raises(ProviderError) as caught:
        await client.cancel(created["id"])
    assert caught.value.kind is ErrorKind.BAD_REQUEST
    with pytest.raises(ProviderError) as unknown:
        await client.cancel("resp_0")
    assert unknown.value.kind is ErrorKind.NOT_FOUND


async def test_a_queued_response_without_a_stream_can_still_be_asked_for() -> None:
    queued = response(status="queued")
    seen, caught = await failure(reply(200, queued))
    assert seen == [{"type": "response.created", "response": queued}]
    assert caught.kind is ErrorKind.CUT


REFUSALS: dict[str, Behaviour] = {
    "named": error(400, "No.", code="unsupported_parameter", param="background"),
    "in words": error(400, "Unsupported parameter: 'background'."),
    "zero data retention": error(400, "Not available with Zero Data Retention."),
    "ZDR": error(403, "Your organization is ZDR."),
    "FastAPI": reply(
        422, {"detail": [{"loc": ["body", "background"], "msg": "Extra inputs are not permitted"}]}
    ),
    "vLLM": error(
        400, "This vLLM engine does not support the background mode.", type="invalid_request_error"
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_provider_without_background_is_told_apart(refusal: Behaviour) -> None:
    async with asking(refusal) as (client, provider):
        with pytest.raises(ProviderError) as caught:
            await events_of(client, **BACKGROUND)
        with pytest.raises(ProviderError) as without:
            await events_of(client)
    assert caught.value.kind is ErrorKind.NO_BACKGROUND
    assert caught.value.message == "ModelVerse can't answer in the background."
    assert without.value.kind is not ErrorKind.NO_BACKGROUND
    assert len(provider.requests) == 2


async def test_another_refusal_of_a_background_request_is_not_one_of_the_background() -> None:
    image = error(400, "Invalid background of the image.", param="tools[0].background")
    async with asking(image, error(404, "No model in the background.")) as (client, _):
        for kind in (ErrorKind.BAD_REQUEST, ErrorKind.NOT_FOUND):
            with pytest.raises(ProviderError) as caught:
                await events_of(client, **BACKGROUND)
            assert caught.value.kind is kind


async def test_the_fake_provider_without_background_is_one(client: ProviderClient) -> None:
    with pytest.raises(ProviderError) as caught:
        await begun(client, "nobackground=1")
    assert caught.value.kind is ErrorKind.NO_BACKGROUND
