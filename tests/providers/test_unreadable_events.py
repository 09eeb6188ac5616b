"""What can't be read is skipped and counted; keep-alives are neither events nor faults."""

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.config import Limits
from conversations.providers.reading import EventReader
from tests.providers.asking import asking, config_for, events_of, failure, text_of
from tests.support.misbehaving import answer, beginning, body, sse

BEFORE = b"".join(map(sse, answer("Hello")[:2]))
AFTER = b"".join(map(sse, answer("Hello")[2:]))
GARBAGE = {
    "broken JSON": b'data: {"type": \n\n',
    "an array": b"data: [1, 2]\n\n",
    "a number": b"data: 5\n\n",
    "a string": b'data: "text"\n\n',
    "null": b"data: null\n\n",
    "words": b"data: hello there\n\n",
    "bytes that are no text": b"data: \xff\xfe\x00\n\n",
    "a bottomless array": b"data: " + b"[" * 5000 + b"\n\n",
}
KEEP_ALIVES = {
    "a comment": b": keepalive\n\n",
    "a comment without blank line": b": keepalive\n",
    "blank lines": b"\n\n\n",
    "an event without data": b"event: ping\n\n",
    "an event with empty data": b"event: ping\ndata:\n\n",
    "a word": b"data: ping\n\n",
    "an empty object": b"event: ping\ndata: {}\n\n",
    "a typed event": b'data: {"type": "keepalive", "sequence_number": 3}\n\n',
    "a retry time": b"retry: 1000\n\n",
    "an id": b"id: 7\n: comment\n\n",
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_an_unreadable_event_is_skipped(garbage: bytes) -> None:
    async with asking(body(BEFORE + garbage + AFTER)) as (client, _):
        assert text_of(await events_of(client)) == "Hello"


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE.keys())
async def test_too_many_unreadable_events_end_the_answer(garbage: bytes) -> None:
    events, error = await failure(
        body(BEFORE + garbage * 4 + AFTER), limits=Limits(skipped_events=3)
    )
    assert text_of(events) == "Hello"
    assert error.kind is ErrorKind.GARBAGE


@pytest.mark.parametrize("keep_alive", KEEP_ALIVES.values(), ids=KEEP_ALIVES.keys())
async def test_keep_alives_are_no_faults_however_many(keep_alive: bytes) -> None:
    async with asking(body(BEFORE + keep_alive * 50 + AFTER), limits=Limits(skipped_events=0)) as (
        client,
        _,
    ):
        assert len(await events_of(client)) == len(answer("Hello"))


async def test_bytes_that_are_no_text_inside_an_event_spoil_only_themselves() -> None:
    broken = b'data: {"type": "response.output_text.delta", "delta": "\xff!"}\n\n'
    async with asking(body(BEFORE + broken + AFTER)) as (client, _):
        assert text_of(await events_of(client)) == "Hello\ufffd!"


async def test_an_unknown_event_is_passed_on() -> None:
    unknown = sse({"type": "acme:trace", "note": 1})
    async with asking(body(BEFORE + unknown + AFTER)) as (client, _):
        assert {"type": "acme:trace", "note": 1} in await events_of(client)


async def test_wrong_and_missing_sequence_numbers_change_nothing() -> None:
    events = [event | {"sequence_number": 7} for event in beginning("a", "b", "c")]
    async with asking(body(b"".join(map(sse, events)) + AFTER)) as (client, _):
        assert text_of(await events_of(client)) == "abc"


def read(chunks: list[bytes]) -> list[Event]:
    reader = EventReader(config_for("http://localhost"))
    return [event for chunk in chunks for event in reader.feed(chunk)]


WHOLE = (
    b"\xef\xbb\xbf: hello\n\n"
    + BEFORE.replace(b"\n", b"\r\n")
    + b"data: {\n\n"
    + sse({"type": "response.output_text.delta", "delta": "né 中文 🎉"})
    + AFTER
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, len(WHOLE)), max_size=40))
def test_events_do_not_depend_on_how_the_bytes_are_split(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(WHOLE)]
    chunks = [WHOLE[a:b] for a, b in pairwise(edges)]
    assert read(chunks) == read([WHOLE])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=20))
def test_no_bytes_at_all_raise_anything_but_a_provider_error(chunks: list[bytes]) -> None:
    with suppress(ProviderError):
        read(chunks)
