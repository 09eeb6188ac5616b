"""Something said into a running answer: it ends, and a successor answers."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers import steering
from conversations.providers.client import ProviderClient
from conversations.providers.config import GUIDE, Deadlines
from conversations.providers.steering import SteerableAnswer
from tests.providers.asking import config_for, text_of, types_of
from tests.providers.steering import (
    MESSAGE,
    REQUEST,
    Peer,
    accepted,
    opened,
    read,
    refused,
    scripted,
)
from tests.support.misbehaving import answer, beginning, message, response
from tests.support.server import FakeProvider, fake_provider

STEERED = {
    "type": "response.incomplete",
    "response": response(status="incomplete", incomplete_details={"reason": "steered"}),
}
SUCCESSOR = [
    {"type": "response.created", "response": response(id="resp_2", status="in_progress")},
    *beginning("Short."),
    {"type": "response.completed", "response": response(id="resp_2", output=[message("Short.")])},
]


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with fake_provider() as process:
        yield process


@pytest.fixture
async def client(provider: FakeProvider) -> AsyncIterator[ProviderClient]:
    client = ProviderClient(config_for(provider.base_url))
    yield client
    await client.aclose()


def said(text: str) -> list[dict[str, Any]]:
    return [{**MESSAGE, "content": [{"type": "input_text", "text": text}]}]


async def read_and_steer(
    answered: SteerableAnswer, given: list[dict[str, Any]], after: int = 1
) -> tuple[list[Event], BaseException | None]:
    """All events of the running response, into which something is said after so many deltas.

    With them comes how the provider refused it, if it did.
    """
    events: list[Event] = []
    steering: asyncio.Task[None] | None = None
    async for event in answered.events():
        events.append(event)
        if types_of(events).count("response.output_text.delta") == after and not steering:
            steering = asyncio.create_task(answered.steer(given))
    assert steering
    (error,) = await asyncio.gather(steering, return_exceptions=True)
    return events, error


async def test_an_answer_over_the_websocket_is_like_any_other(
    client: ProviderClient, provider: FakeProvider
) -> None:
    async with opened(client, input="deltas=100 as any other", background=True) as answered:
        events = await read(answered)
        assert not answered.awaits_successor
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    assert re.findall(r"w(\d+)", text_of(events)) == [str(n) for n in range(1, 101)]
    assert types_of(events)[-1] == "response.completed"
    (asked,) = provider.asked("as any other")
    assert asked["headers"]["authorization"].startswith("Bearer sk-")
    assert asked["body"].get("background") is None


async def test_a_steered_answer_ends_and_its_successor_answers(
    client: ProviderClient, provider: FakeProvider
) -> None:
    async with opened(client, input="deltas=5000 rate=100 at length") as answered:
        first, refusal = await read_and_steer(answered, said("deltas=3 be brief"), after=5)
        assert refusal is None
        is_answered_yet = not answered.awaits_successor
        second = await read(answered)
        assert not answered.awaits_successor
    assert not is_answered_yet
    assert first[-1]["response"]["incomplete_details"] == {"reason": "steered"}
    assert text_of(first) == first[-1]["response"]["output"][0]["content"][0]["text"]
    assert text_of(second) == "w1 w2 w3 "
    assert second[0]["response"]["id"] != first[0]["response"]["id"]
    assert second[0]["response"]["previous_response_id"] == first[0]["response"]["id"]
    assert not [kind for kind in types_of([*first, *second]) if "steer" in kind]
    assert [asked["outcome"] for asked in provider.asked("at length")] == ["incomplete"]
    assert [asked["kind"] for asked in provider.asked("be brief")] == ["steer"]


async def test_a_successor_can_be_steered_again(client: ProviderClient) -> None:
    async with opened(client, input="deltas=5000 rate=100") as answered:
        for number in range(3):
            await read_and_steer(answered, said(f"deltas=5000 rate=100 {number}"))
        await read_and_steer(answered, said("deltas=2"))
        assert text_of(await read(answered)) == "w1 w2 "


async def test_an_answer_that_can_not_be_steered_goes_on(client: ProviderClient) -> None:
    async with opened(client, input="deltas=30 rate=100 nosteer=1") as answered:
        events, error = await read_and_steer(answered, said("No."))
        assert not answered.awaits_successor
    assert isinstance(error, ProviderError)
    assert (error.kind, error.code) == (ErrorKind.STEER_REFUSED, "steering_not_supported")
    assert error.message == "ModelVerse takes nothing more into this answer."
    assert len(text_of(events).split()) == 30


async def test_an_answer_that_is_over_takes_nothing(client: ProviderClient) -> None:
    async with opened(client, input="deltas=3") as answered:
        await read(answered)
        with pytest.raises(ProviderError) as caught:
            await answered.steer(said("Late."))
        assert caught.value.kind is ErrorKind.STEER_REFUSED
        with pytest.raises(ProviderError) as over:
            await read(answered)
        assert over.value.kind is ErrorKind.STEER_REFUSED


async def test_leaving_stops_the_answer(client: ProviderClient, provider: FakeProvider) -> None:
    async with opened(client, input="deltas=100000 rate=100 left alone") as answered:
        await anext(answered.events())
    (asked,) = provider.asked("left alone")
    while not asked["outcome"]:
        (asked,) = provider.asked("left alone")
    assert asked["outcome"] == "left"


async def test_a_cut_connection_is_told_as_over_http(client: ProviderClient) -> None:
    events: list[Event] = []
    async with opened(client, input="deltas=100 rate=500 cut=5") as answered:
        with pytest.raises(ProviderError) as caught:
            events.extend([event async for event in answered.events()])
    assert caught.value.kind is ErrorKind.CUT


async def test_only_what_may_be_said_into_an_answer_is_sent() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])
        await peer.hear()
        await peer.say(accepted(), STEERED, *SUCCESSOR)

    item = {"role": "user", "content": "Shorter.", "id": "msg_1", "status": "completed"}
    async with scripted(play) as (client, received, _), opened(client, stream=True) as answered:
        await read_and_steer(answered, [item])
        assert text_of(await read(answered)) == "Short."
    assert received == [
        {"type": "response.create", **REQUEST},
        {"type": "response.steer", "previous_response_id": "resp_1", "input": [MESSAGE]},
    ]


async def test_the_answer_may_end_before_it_takes_what_was_said() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel", "lo")[:3])
        await peer.hear()
        await peer.say(answer("Hel", "lo")[-1], refused("response_already_completed"))

    async with scripted(play) as (client, _, _), opened(client) as answered:
        events, error = await read_and_steer(answered, [MESSAGE])
        assert not answered.awaits_successor
    assert types_of(events)[-1] == "response.completed"
    assert isinstance(error, ProviderError)
    assert error.code == "response_already_completed"


async def test_a_whole_answer_may_still_have_a_successor() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel", "lo")[:3])
        await peer.hear()
        await peer.say(answer("Hel", "lo")[-1], accepted(), *SUCCESSOR)

    async with scripted(play) as (client, _, _), opened(client) as answered:
        events, error = await read_and_steer(answered, [MESSAGE])
        assert types_of(events)[-1] == "response.completed"
        assert error is None
        assert text_of(await read(answered)) == "Short."


GIVEN_BACK = {
    "before the end": [accepted(), refused("successor_creation_failed", "steer_1"), STEERED],
    "pending": [
        accepted(),
        answer("Hel")[-1],
        {
            "type": "response.steer.pending",
            "steer": {"id": "steer_1", "previous_response_id": "resp_1"},
            "reason": "waiting_for_required_input",
            "required_input": [],
        },
    ],
    "after the end": [accepted(), STEERED, refused("successor_creation_failed", "steer_1")],
}


@pytest.mark.parametrize("rest", GIVEN_BACK.values(), ids=GIVEN_BACK.keys())
async def test_what_was_taken_may_be_given_back(rest: list[Event]) -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])
        await peer.hear()
        await peer.say(*rest)

    async with scripted(play) as (client, _, _), opened(client) as answered:
        events, error = await read_and_steer(answered, [MESSAGE])
        assert error is None
        assert text_of(events) == "Hel"
        with pytest.raises(ProviderError) as caught:
            await read(answered)
    assert caught.value.kind is ErrorKind.STEER_REFUSED
    assert caught.value.code in ("successor_creation_failed", "waiting_for_required_input")
    assert not answered.awaits_successor


async def test_a_provider_that_does_not_know_the_word_refuses_only_that() -> None:
    unknown = {
        "type": "error",
        "status": 400,
        "error": {"type": "invalid_request_error", "message": "Unknown event type."},
    }

    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel", "lo")[:3])
        await peer.hear()
        await peer.say(unknown, *answer("Hel", "lo")[3:])

    async with scripted(play) as (client, _, _), opened(client) as answered:
        events, error = await read_and_steer(answered, [MESSAGE])
    assert isinstance(error, ProviderError)
    assert error.kind is ErrorKind.STEER_REFUSED
    assert types_of(events)[-1] == "response.completed"


async def test_a_provider_that_says_nothing_to_it_leaves_it_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steering, "STEER_SECONDS", 0.1)
    monkeypatch.setattr(steering, "SETTLING_SECONDS", 0.1)

    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel", "lo")[:3])
        await peer.hear()
        await peer.say(*answer("Hel", "lo")[3:])

    async with scripted(play) as (client, _, _), opened(client) as answered:
        events, error = await read_and_steer(answered, [MESSAGE])
    assert types_of(events)[-1] == "response.completed"
    assert isinstance(error, ProviderError)
    assert error.kind is ErrorKind.TIMEOUT


async def test_a_lost_connection_is_told_to_everybody() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])
        await peer.hear()
        peer.reset()

    async with scripted(play) as (client, _, _), opened(client) as answered:
        reading = asyncio.create_task(read(answered))
        await asyncio.sleep(0.05)
        with pytest.raises(ProviderError) as steered:
            await answered.steer([MESSAGE])
        with pytest.raises(ProviderError) as caught:
            await reading
    assert steered.value.kind is caught.value.kind is ErrorKind.CUT


async def test_closing_is_told_to_who_waits() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])

    async with scripted(play) as (client, _, left):
        answered = await client.open(REQUEST)
        reading = asyncio.create_task(read(answered))
        await asyncio.sleep(0.05)
        said_into = asyncio.create_task(answered.steer([MESSAGE]))
        await asyncio.sleep(0.05)
        await answered.aclose()
        results = await asyncio.gather(reading, said_into, return_exceptions=True)
        async with asyncio.timeout(1):
            await left.wait()
    assert [isinstance(r, ProviderError) and r.kind for r in results] == [ErrorKind.CUT] * 2


async def test_a_successor_that_does_not_begin_is_given_up() -> None:
    async def play(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])
        await peer.hear()
        await peer.say(accepted(), STEERED)

    deadlines = Deadlines(first_event=0.3, progress=0.3)
    async with scripted(play, deadlines=deadlines) as (client, _, _), opened(client) as answered:
        await read_and_steer(answered, [MESSAGE])
        with pytest.raises(ProviderError, match="took too long"):
            await read(answered)


async def test_the_guide_can_not_be_steered() -> None:
    client = ProviderClient(GUIDE)
    with pytest.raises(ProviderError) as caught:
        await client.open(REQUEST)
    await client.aclose()
    assert caught.value.kind is ErrorKind.STEER_REFUSED
