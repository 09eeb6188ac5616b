"""However a stream ends, or is garbled: the answer ends in a state that is told and stored, what
was said stays, and the conversation goes on.
"""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chatapp.accounts.models import User
from conversations.models import Model, Provider, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.providers.pool import close_clients
from conversations.turns.running import turns
from tests.support.asking import ask, events_of, stored
from tests.support.misbehaving import (
    Behaviour,
    Exchange,
    MisbehavingProvider,
    answer,
    beginning,
    body,
    error,
    message,
    no_more,
    reply,
    reset,
    response,
    sse,
    stream,
)

pytestmark = pytest.mark.django_db(transaction=True)

BEGUN = answer("Hel", "lo")[:-1]
SAID = b"".join(map(sse, BEGUN))
END = sse(answer("Hel", "lo")[-1])


def data(value: Any, name: str = "") -> bytes:
    line = value if isinstance(value, bytes) else json.dumps(value).encode()
    return (f"event: {name}\n".encode() if name else b"") + b"data: " + line + b"\n\n"


async def cut_in_an_event(exchange: Exchange) -> None:
    await exchange.head()
    await exchange.send(SAID + b'data: {"type":"response.outp')
    await exchange.end()


def ended(kind: str, **fields: Any) -> bytes:
    return sse({"type": f"response.{kind}", "response": response(status=kind, **fields)})


UNTYPED = b"".join(data(event) for event in [{"delta": "x"}, {"choices": [{"delta": {}}]}, {}])
UNKNOWN = b"".join(data({"type": kind, "a": {"b": 1}}) for kind in ("response.new", "acme:trace"))
UNKNOWN_ITEM = data(
    {"type": "response.output_item.added", "output_index": 1, "item": {"type": "acme", "id": "a"}}
)
NULL_CONTENT = data(
    {
        "type": "response.output_item.added",
        "output_index": 0,
        "item": {**message(""), "content": None},
    }
)
MODELVERSE = b"".join(
    sse({"type": f"response.{kind}", **fields})
    for kind, fields in (
        ("delta", {"delta": "Hel"}),
        ("delta", {"delta": {"content": "lo"}}),
        ("done", {"response": {"id": "resp-1", "status": "completed"}}),
    )
)

WHOLE: dict[str, Behaviour] = {
    "a mark at the end": body(SAID + END + b"data: [DONE]\n\n"),
    "carriage returns": body((SAID + END).replace(b"\n", b"\r\n")),
    "a byte order mark": body(b"\xef\xbb\xbf" + SAID + END),
    "no blank line behind the end": body((SAID + END).rstrip(b"\n")),
    "unknown events": body(UNKNOWN + SAID + UNKNOWN + END),
    "events without a type": body(UNTYPED + SAID + END),
    "an unknown item": body(SAID + UNKNOWN_ITEM + END),
    "a message without content": body(SAID[: len(sse(BEGUN[0]))] + NULL_CONTENT + SAID + END),
    "no beginning": body(b"".join(map(sse, BEGUN[1:])) + END),
    "two beginnings": body(sse(BEGUN[0]) + SAID + END),
    "no output at the end": body(SAID + ended("completed", output=None)),
    "another id at the end": body(
        SAID + ended("completed", id="resp_2", output=[message("Hello")])
    ),
    "events behind the end": body(SAID + END + b"".join(map(sse, beginning("!")))),
    "an error of null": body(SAID + data({"type": "response.in_progress", "error": None}) + END),
    "keep-alives of every kind": body(
        b": hello\n\nretry: 9\n\nevent: ping\n\nevent: ping\ndata:\n\ndata: ping\n\n" + SAID + END
    ),
    "ids, then comments": body(b"id: 7\n" + SAID + b": still here\n\n\n" + END),
    "garbage between": body(SAID + b"data: {broken\n\ndata: [1]\n\ndata: \xff\xfe\n\n" + END),
    "the documented form of ModelVerse": body(MODELVERSE),
    "the answer as one JSON": reply(200, response(output=[message("Hello")])),
}

BROKEN: dict[str, tuple[Behaviour, Status]] = {
    "an end without an end": (body(SAID), Status.INCOMPLETE),
    "a mark without an end": (body(SAID + b"data: [DONE]\n\n"), Status.INCOMPLETE),
    "an end within an event": (cut_in_an_event, Status.INCOMPLETE),
    "a closed connection": (stream(BEGUN, no_more), Status.INCOMPLETE),
    "a reset connection": (stream(BEGUN, reset), Status.INCOMPLETE),
    "garbage without end": (body(SAID + b"data: {broken\n\n" * 40), Status.FAILED),
    "a flat error": (
        body(SAID + data({"type": "error", "code": "server_error", "message": "boom"}, "error")),
        Status.FAILED,
    ),
    "a nested error": (body(SAID + data({"error": {"message": "boom"}})), Status.FAILED),
    "an error that is a word": (body(SAID + data({"error": "boom"})), Status.FAILED),
    "a failure": (
        body(SAID + ended("failed", error={"code": "server_error", "message": "boom"})),
        Status.FAILED,
    ),
    "a failure without a reason": (body(SAID + ended("failed", error=None)), Status.FAILED),
    "a limit": (
        body(SAID + ended("incomplete", incomplete_details={"reason": "max_output_tokens"})),
        Status.INCOMPLETE,
    ),
    "a filter": (
        body(SAID + ended("incomplete", incomplete_details={"reason": "content_filter"})),
        Status.INCOMPLETE,
    ),
}

NOTHING: dict[str, Behaviour] = {
    "a page": reply(200, b"<html>Sign in</html>", "text/html"),
    "a page that is called a stream": body(b"<html>Sign in</html>"),
    "no bytes": body(b""),
    "other JSON": reply(200, {"pong": True}),
    "JSON that is an error": reply(200, {"error": {"message": "boom"}}),
    "a word": reply(200, "a string"),
    "a redirect": reply(307, b"", headers={"location": "http://127.0.0.1:9/"}),
    "a refusal in another form": reply(400, {"detail": "boom"}),
    "a refusal that is a page": reply(403, b"<html>No</html>", "text/html"),
    "a refusal of the payer": error(402, "No credit left."),
}


@asynccontextmanager
async def answering(
    model: Model, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[MisbehavingProvider]:
    """A provider that misbehaves once, and then answers."""
    monkeypatch.setattr(turns, "_closing", False)
    async with MisbehavingProvider(behaviour, stream(answer("Yes."))) as server:
        providers = Provider.objects.filter(pk=model.provider_id)
        await in_database(providers.update, base_url=server.url, stateful=False)
        yield server
        await turns.close(grace=0)
        await close_clients()


async def answered(owner: User) -> tuple[Response, dict[str, Any]]:
    """The stored answer to a question, and the event that told its end."""
    row = await ask(owner)
    return await stored(row), (await events_of(row))[-1]


async def goes_on(owner: User, before: Response, server: MisbehavingProvider) -> None:
    row = await ask(owner, "And now?", previous_response_id=before.pk)
    assert (await events_of(row))[-1]["type"] == "response.completed"
    told = json.dumps(server.requests[-1].body["input"])
    assert ("Hello" in told) == bool(before.text.count("Hello"))


def is_quiet(caplog: pytest.LogCaptureFixture) -> bool:
    faults = [record for record in caplog.records if record.levelno >= logging.ERROR]
    return not faults and "Traceback" not in caplog.text


@pytest.mark.parametrize("name", WHOLE)
async def test_an_answer_that_is_whole_is_taken_as_such(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    async with answering(model, WHOLE[name], monkeypatch) as server:
        _, end = await answered(owner)
        row = await in_database(Response.objects.get)
        assert end["type"] == "response.completed"
        assert (row.status, row.error) == (Status.COMPLETED, None)
        assert row.text.count("Hello") == 1
        await goes_on(owner, row, server)
    assert is_quiet(caplog)


@pytest.mark.parametrize("name", BROKEN)
async def test_an_answer_that_broke_off_says_so_and_keeps_what_there_was(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    behaviour, status = BROKEN[name]
    async with answering(model, behaviour, monkeypatch) as server:
        _, end = await answered(owner)
        row = await in_database(Response.objects.get)
        assert (row.status, end["response"]["status"]) == (status, status)
        assert row.text.count("Hello") == 1
        assert row.error or row.incomplete_details
        shown = row.to_api()
        assert (shown["error"], shown["incomplete_details"]) == (
            end["response"]["error"],
            end["response"]["incomplete_details"],
        )
        await goes_on(owner, row, server)
    assert is_quiet(caplog)


@pytest.mark.parametrize("name", NOTHING)
async def test_what_is_no_answer_at_all_is_a_failure_in_words(
    owner: User, model: Model, name: str, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    async with answering(model, NOTHING[name], monkeypatch) as server:
        _, end = await answered(owner)
        row = await in_database(Response.objects.get)
        assert (row.status, end["type"]) == (Status.FAILED, "response.failed")
        assert row.error
        assert row.error["message"]
        assert row.error["failure"]["kind"]
        assert len(server.requests) == 1
        await goes_on(owner, row, server)
    assert is_quiet(caplog)
