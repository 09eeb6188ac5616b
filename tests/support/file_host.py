"""A provider that keeps files, searches them for its model, and answers with what it finds.

`async with FileHost() as host` serves at `host.url`; `host.requests` are the bodies of POST
/v1/responses, `host.library` what it keeps, `host.calls` every other request. Its model says which
tools it was given, where none of them searches at the provider. `python -m tests.support.file_host`
prints the base URL and serves until it is ended.
"""

import argparse
import asyncio
import itertools
import json
import sys
from types import TracebackType
from typing import Any, Self

from tests.support.fake_http import Connection, Listening, Request
from tests.support.library import Library, Refused

Body = dict[str, Any]
MODELS = ["fake-model"]


class FileHost:
    """`keeps_files` is False for one that knows no such requests. `refusal` is what a request with
    its search is refused with, `failure` with what an answer fails once it searches.
    """

    def __init__(self) -> None:
        self.library = Library()
        self.requests: list[Body] = []
        self.calls: list[tuple[str, str]] = []
        self.keeps_files = True
        self.refusal: Refused | None = None
        self.failure: Body | None = None
        self.broken = False
        self.url = ""
        self._listening = Listening(self._handle)
        self._given = itertools.count(1)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._listening.end()

    async def start(self, port: int = 0) -> asyncio.Server:
        """Listen; returns what listens."""
        self.url = f"{await self._listening.start(port)}/v1"
        return self._listening.server

    @property
    def uploads(self) -> int:
        """How many files it was sent."""
        return self.calls.count(("POST", "files"))

    def _handle(self, connection: Connection, request: Request) -> None:
        try:
            self._route(connection, request)
        except Refused as refused:
            connection.send_json(refused.body, refused.status)

    def _route(self, connection: Connection, request: Request) -> None:
        match request.method, request.path.strip("/").split("/")[1:]:
            case "POST", ["responses"]:
                self._create(connection, json.loads(request.body))
            case "GET", ["models"]:
                data = [{"id": name, "object": "model"} for name in MODELS]
                connection.send_json({"object": "list", "data": data})
            case "GET", ["_library"]:
                names = [file.name for file in self.library.files.values()]
                told = {"files": sorted(names), "stores": len(self.library.stores)}
                connection.send_json(told | {"requests": self.requests})
            case method, ["files" | "vector_stores", *_] as path if self.keeps_files:
                self.calls.append((method, "/".join(path)))
                if self.broken:
                    raise Refused(500, "Something went wrong.", "server_error")
                said = self.library.answer(method, path, request.headers, request.body)
                connection.send_json(said)
            case _:
                raise Refused(404, f"Not Found: {request.method} {request.path}")

    def _create(self, connection: Connection, body: Body) -> None:
        is_title = str(body.get("instructions") or "").startswith("Write a title")
        if not is_title:
            self.requests.append(body)
        tools = [one for one in body.get("tools") or () if one["type"] == "file_search"]
        if tools and self.refusal:
            raise self.refusal
        name = f"resp_{next(self._given)}"
        query = _asked(body)
        items = self._searched(name, tools[0], query) if tools else []
        said = "Title" if is_title else self._said(body, items)
        items.append(_weather(body) or _message(name, said, items))
        response = {"id": name, "object": "response", "created_at": 1, "model": body["model"]}
        response |= {"store": body.get("store", True), "usage": None}
        response["previous_response_id"] = body.get("previous_response_id")
        if not body.get("stream"):
            connection.send_json({**response, "status": "completed", "output": items})
            return
        connection.start_stream()
        for number, event in enumerate(self._events(response, items)):
            line = json.dumps({**event, "sequence_number": number})
            connection.send_chunk(f"event: {event['type']}\ndata: {line}\n\n".encode())
        connection.end_stream()

    def _searched(self, name: str, tool: Body, query: str) -> list[Body]:
        call = {"type": "file_search_call", "id": f"fs_{name}", "status": "completed"}
        return [{**call, "queries": [query], "results": self.library.found(tool, query)}]

    def _said(self, body: Body, items: list[Body]) -> str:
        if items and items[0]["results"]:
            return f"It says: {items[0]['results'][0]['text']}"
        if items:
            return "I have found nothing."
        names = [tool.get("name", tool["type"]) for tool in body.get("tools") or ()]
        return f"I was given: {', '.join(names) or 'no tools'}."

    def _events(self, response: Body, items: list[Body]) -> list[Body]:
        begun = {**response, "status": "in_progress", "output": []}
        events: list[Body] = [{"type": "response.created", "response": begun}]
        for at, item in enumerate(items):
            empty: Body = {name: [] for name in ("content", "results") if name in item}
            added = {**item, "status": "in_progress", **empty}
            events.append(_item("added", at, added))
            if item["type"] == "file_search_call" and self.failure:
                failed = {**response, "status": "failed", "output": [], "error": self.failure}
                return [*events, {"type": "response.failed", "response": failed}]
            events += _streamed(item, at)
            events.append(_item("done", at, item))
        done = {**response, "status": "completed", "output": items}
        return [*events, {"type": "response.completed", "response": done}]


def _weather(body: Body) -> Body | None:
    """The call that shows that it makes any."""
    names = [tool.get("name") for tool in body.get("tools") or ()]
    call = {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"}
    return {**call, "id": "fc_1", "status": "completed"} if "weather" in names else None


def _streamed(item: Body, at: int) -> list[Body]:
    if item["type"] == "function_call":
        return []
    place = {"output_index": at, "item_id": item["id"]}
    if item["type"] == "file_search_call":
        return [{"type": "response.file_search_call.searching", **place}]
    (part,) = item["content"]
    place["content_index"] = 0
    events: list[Body] = [
        {"type": "response.content_part.added", **place, "part": _part("")},
        {"type": "response.output_text.delta", **place, "delta": part["text"]},
    ]
    for number, annotation in enumerate(part["annotations"]):
        kind = "response.output_text.annotation.added"
        events.append({"type": kind, **place, "annotation_index": number, "annotation": annotation})
    return [*events, {"type": "response.content_part.done", **place, "part": part}]


def _item(step: str, at: int, item: Body) -> Body:
    return {"type": f"response.output_item.{step}", "output_index": at, "item": item}


def _message(name: str, text: str, items: list[Body]) -> Body:
    results = items[0]["results"][:1] if items else []
    cited = [
        {
            "type": "file_citation",
            "file_id": one["file_id"],
            "filename": one["filename"],
            "index": len(text),
        }
        for one in results
    ]
    part = {**_part(text), "annotations": cited}
    message = {"type": "message", "id": f"msg_{name}", "role": "assistant", "content": [part]}
    return {**message, "status": "completed"}


def _part(text: str) -> Body:
    return {"type": "output_text", "text": text, "annotations": []}


def _asked(body: Body) -> str:
    """What the user said last."""
    items = body["input"] if isinstance(body["input"], list) else []
    users = [item for item in items if item.get("role") == "user"]
    content = users[-1]["content"] if users else ""
    if isinstance(content, str):
        return content
    return " ".join(part["text"] for part in content if part["type"] == "input_text")[-200:]


async def _serve(port: int) -> None:
    host = FileHost()
    server = await host.start(port)
    sys.stdout.write(f"{host.url}\n")
    sys.stdout.flush()
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A provider that keeps files, for tests.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
