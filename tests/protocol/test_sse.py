"""Server-sent events in whatever pieces and line ends they come."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.protocol.jsontext import loads
from conversations.protocol.sse import EventTooLarge, SSEDecoder, SSEMessage, encode

STREAM = (
    b"\xef\xbb\xbfevent: response.created\ndata: {}\n\n"
    b": keepalive\n\n"
    b"retry: 1000\n\nid: 7\n\nevent: ping\n\n"
    b"data: one\rdata:two\r\n\r\n"
    b"event:x\r\ndata: \xc3\xa9\r\n\r\n"
    b"data\n\ndata: [DONE]\n\n"
)
MESSAGES = [
    SSEMessage("response.created", "{}"),
    SSEMessage("", "one\ntwo"),
    SSEMessage("x", "é"),
    SSEMessage("", "[DONE]"),
]


def test_a_stream_in_one_piece() -> None:
    assert SSEDecoder(100).feed(STREAM) == MESSAGES


def test_a_stream_byte_by_byte() -> None:
    decoder = SSEDecoder(100)
    bytes_ = (STREAM[at : at + 1] for at in range(len(STREAM)))
    assert [message for byte in bytes_ for message in decoder.feed(byte)] == MESSAGES


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_a_stream_cut_anywhere(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    decoder = SSEDecoder(100)
    pieces = [STREAM[start:end] for start, end in pairwise(edges)]
    assert [message for piece in pieces for message in decoder.feed(piece)] == MESSAGES


def test_the_name_of_an_event_without_data_does_not_stick() -> None:
    assert SSEDecoder(100).feed(b"event: ping\n\ndata: 1\n\n") == [SSEMessage("", "1")]


def test_invalid_utf_8_is_replaced() -> None:
    assert SSEDecoder(100).feed(b"data: \xff\n\n") == [SSEMessage("", "\ufffd")]


def test_the_last_event_without_its_blank_line_comes_with_flush() -> None:
    decoder = SSEDecoder(100)
    assert decoder.feed(b"event: x\ndata: 1") == []
    assert decoder.flush() == [SSEMessage("x", "1")]
    assert decoder.flush() == []


@pytest.mark.parametrize(
    "stream",
    [b"data: " + b"x" * 200, b"data: " + b"x" * 200 + b"\n\n", b"data: xxxxx\n" * 40],
    ids=["an endless line", "a long line", "many lines"],
)
def test_an_event_beyond_the_limit_ends_the_stream(stream: bytes) -> None:
    decoder = SSEDecoder(100)
    pieces = (stream[at : at + 7] for at in range(0, len(stream), 7))
    with pytest.raises(EventTooLarge):
        any(map(decoder.feed, pieces))


def test_the_limit_is_for_one_event_and_counts_it_once() -> None:
    decoder = SSEDecoder(100)
    event = b"data: " + b"x" * 90 + b"\n\n"
    found = [m for _ in range(5) for part in (event[:40], event[40:]) for m in decoder.feed(part)]
    assert len(found) == 5


LAST = b'data: {"type":"response.completed","response":"' + b"x" * 300 + b'"}\n\n'


@pytest.mark.parametrize(
    "stream", [LAST, b"event: response.completed\ndata: " + b"x" * 300 + b"\n\n"]
)
def test_the_event_that_ends_the_stream_may_be_longer(stream: bytes) -> None:
    decoder = SSEDecoder(100, 400)
    before = b"event: response.output_item.done\ndata: x\n\n"
    pieces = [stream[at : at + 7] for at in range(0, len(stream), 7)]
    assert len([m for piece in (before, *pieces) for m in decoder.feed(piece)]) == 2
    with pytest.raises(EventTooLarge):
        decoder.feed(b"event: response.output_item.done\ndata: " + b"x" * 300 + b"\n\n")
    with pytest.raises(EventTooLarge):
        SSEDecoder(100, 250).feed(stream)


def test_encoding_and_decoding_are_inverse() -> None:
    event = {"type": "response.output_text.delta", "delta": "a\n\ndata: é\r\u2028"}
    [message] = SSEDecoder(1000).feed(encode(event))
    assert message.event == event["type"]
    assert loads(message.data) == event


def test_a_type_cannot_smuggle_in_a_field() -> None:
    assert encode({"type": "a\ndata: {}\n\nb"}).count(b"\n") == 3
