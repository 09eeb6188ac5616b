"""Every way in which a stream can end is told apart."""

import json
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers import client as client_module
from tests.providers.asking import KEY, QUESTION, asking, events_of, failure, text_of, types_of
from tests.support.misbehaving import (
    Behaviour,
    Exchange,
    answer,
    beginning,
    body,
    message,
    no_more,
    reply,
    reset,
    response,
    silence,
    sse,
    stream,
)


async def test_a_completed_answer_is_read_to_its_terminal_event() -> None:
    async with asking(stream(answer("Hel", "lo"))) as (client, _):
        events = await events_of(client)
    assert text_of(events) == "Hello"
    assert types_of(events)[-1] == "response.completed"


@pytest.mark.parametrize("status", ["failed", "incomplete"])
async def test_a_failed_or_incomplete_answer_ends_with_its_own_event(status: str) -> None:
    terminal = {"type": f"response.{status}", "response": response(status=status)}
    async with asking(stream([*beginning("Hel"), terminal])) as (client, _):
        events = await events_of(client)
    assert types_of(events)[-1] == f"response.{status}"


async def test_the_providers_words_in_a_failed_answer_are_cleaned() -> None:
    words = f"Incorrect API key provided: {KEY}.\nTraceback (most recent call last)"
    failed = response(status="failed", error={"code": "server_error", "message": words})
    async with asking(stream([{"type": "response.failed", "response": failed}])) as (client, _):
        (event,) = await events_of(client)
    error = event["response"]["error"]
    assert error["code"] == "server_error"
    assert KEY not in error["message"]
    assert "Traceback" not in error["message"]


async def test_nothing_is_read_after_the_terminal_event() -> None:
    late = [*answer("Hello"), *beginning(" again"), *answer("Hello")]
    async with asking(stream(late, silence)) as (client, provider):
        events = await events_of(client)
        await provider.hung_up.wait()
    assert types_of(events).count("response.completed") == 1
    assert text_of(events) == "Hello"


async def test_the_end_mark_of_other_apis_is_no_event() -> None:
    stream_with_mark = b"".join(map(sse, answer("Hello"))) + b"data: [DONE]\n\n"
    async with asking(body(stream_with_mark)) as (client, _):
        assert text_of(await events_of(client)) == "Hello"


async def test_a_terminal_event_without_its_blank_line_counts() -> None:
    data = b"".join(map(sse, answer("Hello"))).rstrip(b"\n")
    async with asking(body(data)) as (client, _):
        assert types_of(await events_of(client))[-1] == "response.completed"


async def mid_line(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.send(sse(beginning("Hel")[0]) + b'data: {"type":"response.outp')
    await exchange.end()


CUTS: dict[str, Behaviour] = {
    "proper end without terminal event": stream(beginning("Hel")),
    "end mark without terminal event": body(
        sse(beginning("Hel")[0]) + b"data: [DONE]\n\n", silence
    ),
    "connection closed": stream(beginning("Hel"), no_more),
    "connection reset": stream(beginning("Hel"), reset),
    "end in the middle of a line": mid_line,
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
async def test_a_stream_without_terminal_event_is_cut(cut: Behaviour) -> None:
    events, error = await failure(cut)
    assert text_of(events) == "Hel"
    assert error.kind is ErrorKind.CUT
    assert error.message == (
        "The connection to ModelVerse was lost before the answer was complete."
    )


ERROR_EVENTS: dict[str, Any] = {
    "flat": {"type": "error", "code": "server_error", "message": "boom"},
    "nested": {"type": "error", "error": {"type": "server_error", "message": "boom"}},
    "untyped": {"error": {"code": "server_error", "message": "boom"}},
}


@pytest.mark.parametrize("event", ERROR_EVENTS.values(), ids=ERROR_EVENTS.keys())
async def test_an_error_event_ends_the_answer_after_what_came_before(event: Any) -> None:
    data = sse(beginning("Hel")[0]) + f"data: {json.dumps(event)}\n\n".encode()
    events, error = await failure(body(data))
    assert text_of(events) == "Hel"
    assert (error.kind, error.code) == (ErrorKind.SERVER, "server_error")


def more(events: list[Any]) -> Behaviour:
    async def behave(exchange: Exchange) -> None:
        for event in events:
            await exchange.event(event)
        await exchange.end()

    return behave


FAILED = {"type": "response.failed", "response": response(status="failed", error=None)}


@pytest.mark.parametrize("event", ERROR_EVENTS.values(), ids=ERROR_EVENTS.keys())
async def test_a_failed_response_after_an_error_event_tells_the_end(event: Any) -> None:
    data = sse(beginning("Hel")[0]) + f"data: {json.dumps(event)}\n\n".encode()
    async with asking(body(data, more([*beginning("late"), FAILED]))) as (client, _):
        events = await events_of(client)
    assert text_of(events) == "Hel"
    assert events[-1]["type"] == "response.failed"
    assert events[-1]["response"]["error"]["code"] == "server_error"


async def test_an_error_event_with_nothing_behind_it_is_told_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert client_module.END_SECONDS <= 2
    monkeypatch.setattr(client_module, "END_SECONDS", 0.05)
    events, error = await failure(stream([*beginning("Hel"), ERROR_EVENTS["flat"]], silence))
    assert text_of(events) == "Hel"
    assert error.kind is ErrorKind.SERVER


async def test_an_error_event_of_a_bare_string_is_an_error() -> None:
    _, error = await failure(body(b'event: error\ndata: "boom"\n\n'))
    assert error.kind is ErrorKind.FAILED
    assert error.message.endswith("It says: boom")


async def test_what_is_no_answer_is_in_the_log_with_its_beginning() -> None:
    page = b"<html>Sign in, sk-abcdef123" + b"x" * 500
    _, as_page = await failure(reply(200, page, "text/html"))
    _, as_stream = await failure(body(page))
    for error in (as_page, as_stream):
        assert "<html>Sign in, [key]" in error.detail
        assert len(error.detail) < 400
        assert "html" not in error.message


async def test_a_page_instead_of_a_stream_is_no_endpoint() -> None:
    _, error = await failure(reply(200, b"<html>Sign in</html>", "text/html; charset=utf-8"))
    assert error.kind is ErrorKind.NOT_AN_ENDPOINT


@pytest.mark.parametrize("content", [b"", b"<html>Sign in</html>", b": only a comment\n\n"])
async def test_a_stream_without_events_is_no_endpoint(content: bytes) -> None:
    _, error = await failure(body(content))
    assert error.kind is ErrorKind.NOT_AN_ENDPOINT


async def test_a_whole_response_instead_of_a_stream_is_its_beginning_and_its_end() -> None:
    async with asking(reply(200, response(output=[message("Hello")]))) as (client, _):
        created, completed = await events_of(client)
    assert (created["type"], created["response"]["output"]) == ("response.created", [])
    assert completed["type"] == "response.completed"
    assert completed["response"]["output"] == [message("Hello")]


async def test_a_whole_failed_response_instead_of_a_stream_is_a_failed_one() -> None:
    whole = response(status="failed", error={"code": "server_error", "message": "boom"})
    async with asking(reply(200, whole)) as (client, _):
        events = await events_of(client)
    assert types_of(events) == ["response.created", "response.failed"]


async def test_an_error_body_instead_of_a_stream_is_an_error() -> None:
    body_with_error = {"error": {"code": "insufficient_quota", "message": "Pay first"}}
    _, error = await failure(reply(200, body_with_error))
    assert error.kind is ErrorKind.QUOTA


@pytest.mark.parametrize("content", ["a string", [1, 2], {"pong": True}, b"", b"{"])
async def test_other_json_instead_of_a_stream_is_no_endpoint(content: Any) -> None:
    _, error = await failure(reply(200, content))
    assert error.kind is ErrorKind.NOT_AN_ENDPOINT


@pytest.mark.parametrize("content", [b"<html></html>", b'"text"', b"", b"null"])
async def test_a_whole_answer_that_is_no_response_is_no_endpoint(content: bytes) -> None:
    async with asking(reply(200, content)) as (client, _):
        with pytest.raises(ProviderError, match="did not answer like a Responses API"):
            await client.create(QUESTION)


async def test_a_whole_response_is_returned_as_it_came() -> None:
    whole = response(output=[message("Hello")])
    async with asking(reply(200, whole)) as (client, provider):
        assert await client.create(QUESTION) == whole
    assert provider.requests[0].body == {**QUESTION, "stream": False}
