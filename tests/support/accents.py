"""Providers with an accent, over real sockets: each remembers, reports and refuses in its own way.

`async with Accented(Accent(chain="ignored")) as provider:` serves at `provider.url`; it answers as
`mind` does, from what it was given and what it has kept. `python -m tests.support.accents NAME`
prints the base URL of one of ACCENTS and serves until it is ended.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from tests.support.accent_forms import modelverse_events, modelverse_response, read_modelverse
from tests.support.fake_http import Connection, Request
from tests.support.mind import call_of, said_of

Item = dict[str, Any]
Body = dict[str, Any]


@dataclass(frozen=True)
class Accent:
    """`chain`: what it does with a `previous_response_id`; "claimed" echoes it and knows nothing.

    `forgets_after`: a response is gone when so many others have come after it.
    `store`: what it echoes; None is nothing. `usage`: what it reports of it.
    `form`: of its requests and answers. `refuses`: parameters that it does not know.
    `same_ids`: every response has the same id. `cancels`: what it says of one that is cancelled.
    """

    chain: Literal["kept", "ignored", "refused", "claimed"] = "kept"
    forgets_after: int | None = None
    store: bool | None = True
    usage: Literal["whole", "total", "none"] = "whole"
    form: Literal["standard", "modelverse"] = "standard"
    refuses: frozenset[str] = frozenset()
    same_ids: bool = False
    background: bool = True
    cancels: str = "cancelled"
    counts: bool = True
    compacts: bool = True
    calls: bool = True
    calls_mcp: bool = True
    sees: bool = True
    reads: bool = True
    lists: bool = True


ACCENTS = {
    "standard": Accent(),
    "forgetful": Accent(forgets_after=2),
    "ignoring": Accent(
        chain="ignored", store=False, background=False, counts=False, compacts=False
    ),
    "claiming": Accent(chain="claimed"),
    "refusing": Accent(chain="refused", store=None, background=False, compacts=False, reads=False),
    "unreporting": Accent(usage="none"),
    "colliding": Accent(same_ids=True, chain="ignored", store=False),
    "modelverse": Accent(form="modelverse", usage="total", store=None, background=False),
}


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, message: str, code: str | None = None, param: str | None = None
    ):
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "message": message,
                "type": "invalid_request_error",
                "code": code,
                "param": param,
            }
        }


@dataclass
class Kept:
    """A response that was given, and all that the model knew by its end."""

    response: Body
    context: list[Item]
    events: list[Body] = field(default_factory=list)


class Accented:
    """The provider. `requests` are the bodies that it was sent, oldest first."""

    def __init__(self, accent: Accent) -> None:
        self.accent = accent
        self.requests: list[Body] = []
        self.url = ""
        self._kept: dict[str, Kept] = {}
        self._connections: list[Connection] = []
        self._given = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connection in self._connections:
            connection.close()
        self.server.close()
        await self.server.wait_closed()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        loop = asyncio.get_running_loop()
        self.server = await loop.create_server(self._connected, host, port)
        self.url = f"http://{host}:{self.server.sockets[0].getsockname()[1]}/v1"

    def _connected(self) -> Connection:
        self._connections.append(Connection(self._handle))
        return self._connections[-1]

    def _handle(self, connection: Connection, request: Request) -> None:
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
            case "GET", ["models"] if self.accent.lists:
                connection.send_json({"object": "list", "data": [{"id": "m", "object": "model"}]})
            case _:
                raise Refused(404, f"Not Found: {request.method} {request.path}")

    def _create(self, connection: Connection, sent: Body) -> None:
        self.requests.append(sent)
        for name in sorted(self.accent.refuses & set(sent)):
            raise Refused(400, f"Unknown parameter: '{name}'.", "unknown_parameter", name)
        body = read_modelverse(sent) if self.accent.form == "modelverse" else sent
        kept = self._answered(body)
        if self.accent.form == "modelverse":
            events = modelverse_events(kept.response)
            whole = modelverse_response(kept.response)
        else:
            events, whole = kept.events, kept.response
        if not body.get("stream"):
            connection.send_json(whole)
            return
        connection.start_stream()
        for event in events:
            connection.send_chunk(_sse(event))
        connection.end_stream()

    def _answered(self, body: Body) -> Kept:
        context = [*self._before(body), *_items(body.get("input"))]
        if body.get("background") and not self.accent.background:
            raise Refused(400, "background is not supported", "unsupported_parameter", "background")
        if any(tool.get("type") == "mcp" for tool in body.get("tools") or ()):
            self._look_for_servers()
        call = call_of(context, body) if self.accent.calls else None
        said = said_of(context, body, sees=self.accent.sees, reads=self.accent.reads)
        item = call or _message(said)
        self._given += 1
        name = "resp_1" if self.accent.same_ids else f"resp_{self._given}"
        response = self._response(name, body, item)
        kept = Kept(response, [*context, item], _events(response, item))
        self._kept[name] = kept
        return kept

    def _look_for_servers(self) -> None:
        """Nothing of it is on any network, so none is found."""
        if not self.accent.calls_mcp:
            raise Refused(400, "Tool type 'mcp' is not supported.", None, "tools[0].type")
        raise Refused(
            424, "Error retrieving tool list from MCP server: 'x'.", "http_error", "tools"
        )

    def _before(self, body: Body) -> list[Item]:
        previous = body.get("previous_response_id")
        if not previous or self.accent.chain in ("ignored", "claimed"):
            return []
        if self.accent.chain == "refused":
            message = "This server does not support 'previous_response_id'."
            raise Refused(400, message, None, "previous_response_id")
        return self._found(previous).context

    def _found(self, name: str) -> Kept:
        kept, after = self._kept.get(name), self.accent.forgets_after
        if kept is None or (after is not None and _number(name) <= self._given - after):
            raise Refused(
                404,
                f"Previous response with id '{name}' not found.",
                "previous_response_not_found",
                "previous_response_id",
            )
        return kept

    def _retrieve(self, connection: Connection, request: Request, name: str) -> None:
        kept = self._found(name)
        if request.query.get("stream") != "true":
            connection.send_json(kept.response)
            return
        after = int(request.query.get("starting_after", -1))
        connection.start_stream()
        for event in kept.events:
            if event["sequence_number"] > after:
                connection.send_chunk(_sse(event))
        connection.end_stream()

    def _response(self, name: str, body: Body, item: Item) -> Body:
        echoes: Body = {"previous_response_id": body.get("previous_response_id")}
        if self.accent.chain in ("ignored", "refused"):
            echoes["previous_response_id"] = None
        if self.accent.store is not None:
            echoes["store"] = self.accent.store and body.get("store") is not False
        return {
            "id": name,
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": body.get("model"),
            "background": bool(body.get("background")),
            "output": [item],
            "usage": self._usage(),
            **echoes,
        }

    def _usage(self) -> Body | None:
        if self.accent.usage == "none":
            return None
        if self.accent.usage == "total":
            return {"total_tokens": 12}
        return {"input_tokens": 7, "output_tokens": 5, "total_tokens": 12}


def _items(given: Any) -> list[Item]:
    return [{"role": "user", "content": given}] if isinstance(given, str) else list(given or [])


def _message(text: str) -> Item:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": content,
    }


def _events(response: Body, item: Item) -> list[Body]:
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    if begun["background"]:
        begun["status"] = "queued"
    at = {"output_index": 0, "item_id": item.get("id")}
    events: list[Body] = [{"type": "response.created", "response": begun}]
    empty = {**item, "status": "in_progress"} | ({"content": []} if "content" in item else {})
    events.append({"type": "response.output_item.added", "output_index": 0, "item": empty})
    for piece in _pieces(item):
        delta = {"type": "response.output_text.delta", "content_index": 0, **at, "delta": piece}
        events.append(delta)
    events.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    events.append({"type": "response.completed", "response": response})
    return [{**event, "sequence_number": n} for n, event in enumerate(events)]


def _pieces(item: Item) -> list[str]:
    text = item["content"][0]["text"] if "content" in item else ""
    return [text[at : at + 7] for at in range(0, len(text), 7)]


def _number(name: str) -> int:
    return int(name.rpartition("_")[2])


def _sse(event: Body) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


async def _serve(name: str, port: int) -> None:
    provider = Accented(ACCENTS[name])
    await provider.start(port=port)
    sys.stdout.write(f"{provider.url}\n")
    sys.stdout.flush()
    await provider.server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A provider with an accent, for tests.")
    parser.add_argument("name", choices=sorted(ACCENTS))
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    options = parser.parse_args()
    asyncio.run(_serve(options.name, options.port))


if __name__ == "__main__":
    main()
