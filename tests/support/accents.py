"""Providers with an accent, over real sockets: each remembers, reports and refuses in its own way.

`async with Accented(Accent(chain="ignored")) as provider:` serves at `provider.url`; it answers as
`mind` does, from what it was given and what it has kept.
"""

import json
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from tests.support.accent import Accent
from tests.support.accent_answers import USAGES, events_of, function_call, message, response_of
from tests.support.accent_forms import FORMS, read_modelverse
from tests.support.accent_refusals import Refused, check_calls, not_found
from tests.support.fake_http import Connection, Listening, Request
from tests.support.mind import call_of, said_of

Item = dict[str, Any]
Body = dict[str, Any]


@dataclass
class Kept:
    """A response that was given, and all that the model knew by its end, after so many of them."""

    response: Body
    context: list[Item]
    length: int


class Accented:
    """The provider. `requests` are the bodies that it was sent, oldest first, and `refused` those
    that it answered with an error.
    """

    def __init__(self, accent: Accent, model: str = "m") -> None:
        self.accent = accent
        self.model = model
        self.requests: list[Body] = []
        self.refused: list[Body] = []
        self.url = ""
        self._kept: dict[str, Kept] = {}
        self._given = 0
        self._listening = Listening(self.handle)

    async def __aenter__(self) -> Self:
        self.url = f"{await self._listening.start()}/v1"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._listening.end()

    def handle(self, connection: Connection, request: Request) -> None:
        """Answer a request whose path begins with `/v1`."""
        try:
            self._route(connection, request)
        except Refused as refused:
            connection.send_json(refused.body, refused.status)

    def _route(self, connection: Connection, request: Request) -> None:
        match request.method, request.path.rstrip("/").split("/")[2:]:
            case "POST", ["responses"]:
                self._create(connection, json.loads(request.body))
            case "GET", ["responses", name] if self.accent.background:
                self._retrieve(connection, request, name)
            case "POST", ["responses", name, "cancel"] if self.accent.background:
                kept = self._found(name)
                connection.send_json({**kept.response, "status": self.accent.cancels, "output": []})
            case "POST", ["responses", "input_tokens"] if self.accent.counts:
                connection.send_json({"object": "response.input_tokens", "input_tokens": 11})
            case "POST", ["responses", "compact"] if self.accent.compacts:
                sealed = {"type": "compaction", "id": "cmp_1", "encrypted_content": "sealed"}
                answer = {"id": "resp_c", "object": "response.compaction", "output": [sealed]}
                connection.send_json({**answer, "created_at": 1})
            case "POST", ["vector_stores"] if self.accent.keeps:
                connection.send_json({"object": "vector_store", "id": "vs_1"})
            case "DELETE", ["vector_stores", "vs_1"] if self.accent.keeps:
                connection.send_json({"object": "vector_store.deleted", "deleted": True})
            case "GET", ["models"] if self.accent.lists:
                models = [{"id": self.model, "object": "model"}]
                connection.send_json({"object": "list", "data": models})
            case _:
                raise Refused(404, f"Not Found: {request.method} {request.path}")

    def _create(self, connection: Connection, sent: Body) -> None:
        self.requests.append(sent)
        try:
            body = self._read(sent)
            response = self._answered(body)
        except Refused:
            self.refused.append(sent)
            raise
        whole, events = FORMS[self.accent.form]
        if not body.get("stream") or self.accent.streams == "whole":
            connection.send_json(whole(response))
        else:
            _stream(connection, events(response))

    def _read(self, sent: Body) -> Body:
        for name in sorted(self.accent.refuses & set(sent)):
            raise Refused(400, f"Unknown parameter: '{name}'.", "unknown_parameter", name)
        if sent.get("stream") and self.accent.streams == "refused":
            raise Refused(400, "Streams are not supported.", "unsupported_parameter", "stream")
        if sent.get("background") and not self.accent.background:
            raise Refused(400, "background is not supported", "unsupported_parameter", "background")
        if any(tool.get("type") == "mcp" for tool in sent.get("tools") or ()):
            self._look_for_servers()
        try:
            return read_modelverse(sent) if self.accent.form == "modelverse" else sent
        except ValueError as error:
            raise Refused(400, str(error)) from error

    def _answered(self, body: Body) -> Body:
        before = self._before(body)
        context = [*(before.context if before else ()), *_items(body.get("input"))]
        check_calls(context)
        self._given += 1
        number = 1 if self.accent.same_ids else self._given
        items = self._said(context, body, number)
        usage = USAGES[self.accent.usage]
        response = response_of(f"resp_{number}", body, items, usage) | self._echoes(body)
        if body.get("store") is not False:
            length = before.length + 1 if before else 1
            self._kept[response["id"]] = Kept(response, [*context, *items], length)
        return response

    def _said(self, context: list[Item], body: Body, number: int) -> list[Item]:
        if self.accent.calls and (call := call_of(context, body)):
            return [message("Let me see.", number), function_call(*call, number)]
        said = said_of(context, body, sees=self.accent.sees, reads=self.accent.reads)
        return [message(said, number)]

    def _look_for_servers(self) -> None:
        """Nothing of it is on any network, so none is found."""
        if not self.accent.calls_mcp:
            raise Refused(400, "Tool type 'mcp' is not supported.", None, "tools[0].type")
        raise Refused(
            424, "Error retrieving tool list from MCP server: 'x'.", "http_error", "tools"
        )

    def _before(self, body: Body) -> Kept | None:
        previous = body.get("previous_response_id")
        if not previous or self.accent.chain in ("ignored", "claimed"):
            return None
        if self.accent.chain == "refused":
            words = "This server does not support 'previous_response_id'."
            raise Refused(400, words, None, "previous_response_id")
        kept, most = self._found(previous), self.accent.forgets_after
        if most is not None and kept.length >= most:
            raise not_found(previous)
        return kept

    def _found(self, name: str) -> Kept:
        if name not in self._kept:
            raise not_found(name)
        return self._kept[name]

    def _retrieve(self, connection: Connection, request: Request, name: str) -> None:
        response = self._found(name).response
        if request.query.get("stream") != "true":
            connection.send_json(response)
            return
        after = int(request.query.get("starting_after", -1))
        events = events_of(response)
        _stream(connection, [event for event in events if event["sequence_number"] > after])

    def _echoes(self, body: Body) -> Body:
        echoes: Body = {"previous_response_id": body.get("previous_response_id")}
        if self.accent.chain in ("ignored", "refused"):
            echoes["previous_response_id"] = None
        if self.accent.store is not None:
            echoes["store"] = self.accent.store and body.get("store") is not False
        return echoes


def _items(given: Any) -> list[Item]:
    return [{"role": "user", "content": given}] if isinstance(given, str) else list(given or [])


def _stream(connection: Connection, events: list[Body]) -> None:
    connection.start_stream()
    for event in events:
        line = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"
        connection.send_chunk(line.encode())
    connection.end_stream()
