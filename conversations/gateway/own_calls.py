"""Calls of this installation's tools, as the API has those of MCP servers: each with what it gave.

In an answer of ours a call and its output are two items, as they are of a function; here they are
one `mcp_call`, in the place of the call. One that waits for its person's decision has given nothing
yet, and names the request. What a script makes itself stays a function's.

So an item of the answer has a place, by which it is named (`protocol.item_ids`), and here an index.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conversations.protocol.approvals import REQUEST, Tool, is_own
from conversations.protocol.events import Event
from conversations.protocol.functions import CALL, OUTPUT, call_id_of, without_pictures
from conversations.protocol.item_ids import item_id
from conversations.protocol.items import Item
from conversations.protocol.jsontext import BadJSON, loads
from conversations.protocol.mcp_asked import called, tools_asked
from conversations.protocol.shapes import ENDED

KIND = "mcp_call"
ADDED, DONE = "response.output_item.added", "response.output_item.done"
ARGUMENTS = "response.function_call_arguments."
SLOTS = 4
"""An event of an answer is told by so many at the most."""


class OwnCalls:
    """Those of one answer, which a script `told` what it may call; read from its beginning on."""

    def __init__(self, told: Mapping[str, Any] | None, response_id: str) -> None:
        self._tools = tools_asked(told)
        self._response_id = response_id
        self._indexes: dict[int, int] = {}
        self._places: list[int] = []
        self._outputs: dict[int, int] = {}
        self._open: dict[int, Item] = {}
        self._call_ids: dict[int, str] = {}
        self._has_arguments: set[int] = set()

    @property
    def slots(self) -> int:
        """How many numbers an event of the answer has here."""
        return SLOTS if self._tools else 1

    def output(self, items: Sequence[Item], at: Sequence[str], status: str) -> list[Item]:
        """The items of an answer that has this status, which are at these places."""
        shown: dict[int, Item] = {}
        for item, place in zip(items, at, strict=True):
            shown |= self._taken(int(item.get("output_index", place)), item)
        for index, item in self._open.items():
            shown.setdefault(index, {**item, "status": _unanswered(status)})
        return [shown[index] for index in sorted(shown)]

    def place(self, index: int) -> int:
        """The place of the item that is shown at this index."""
        return self._places[index] if index < len(self._places) else index

    def places(self, index: int) -> list[int]:
        """Its place, and that of its output where it is a call which stands apart from that."""
        place = self.place(index)
        return [place, self._outputs[index]] if index in self._outputs else [place]

    def events(self, event: Event) -> Iterator[Event]:
        """What an event of the answer's log tells here."""
        at, item = event.get("output_index"), event.get("item")
        if not self._tools or not isinstance(at, int):
            yield event
        elif not isinstance(item, dict):
            yield from self._about(event, at)
        elif event["type"] == ADDED:
            yield from self._added(at, item)
        else:
            yield from self._done(event, at, item)

    def _about(self, event: Event, at: int) -> Iterator[Event]:
        """An event about a part of an item, or its arguments."""
        index = self._index(at)
        kind = event["type"]
        if index in self._open and kind.startswith(ARGUMENTS):
            kind = kind.replace("function_call", KIND)
            if kind.endswith("done"):
                self._has_arguments.add(index)
        yield {**event, "type": kind, "output_index": index, **self._named(index)}

    def _added(self, at: int, item: Item) -> Iterator[Event]:
        if self._is_call(item):
            yield from self._announced(self._opened(at, {**item, "arguments": ""}))
        elif self._is_output(item):
            if self._call_of(item) is None:
                yield from self._announced(self._opened(at, item))
        else:
            yield {"type": ADDED, "output_index": self._index(at), "item": item}

    def _done(self, event: Event, at: int, item: Item) -> Iterator[Event]:
        is_new = at not in self._indexes
        if self._is_call(item):
            index = self._opened(at, item)
            if is_new:
                yield from self._announced(index)
            if index not in self._has_arguments:
                told = {"arguments": self._open[index]["arguments"], **self._named(index)}
                yield {"type": f"response.{KIND}_arguments.done", "output_index": index, **told}
            return
        if is_new and self._is_output(item) and self._call_of(item) is None:
            yield from self._added(at, item)
        for index, shown in self._taken(at, item).items():
            if shown["type"] == KIND and "output" in shown:
                end = "failed" if shown["error"] else "completed"
                yield _progress(end, index, shown)
            elif is_new and shown["type"] != KIND:
                yield {"type": ADDED, "output_index": index, "item": shown}
            yield {**event, "type": DONE, "output_index": index, "item": shown}

    def _announced(self, index: int) -> Iterator[Event]:
        call = {**self._open[index], "status": "in_progress"}
        yield {"type": ADDED, "output_index": index, "item": call}
        yield _progress("in_progress", index, call)

    def _taken(self, at: int, item: Item) -> dict[int, Item]:
        """What is done by an item that is done: itself, or the call that it is about, or both."""
        if self._is_call(item):
            self._opened(at, item)
            return {}
        if self._is_output(item):
            index = self._call_of(item)
            if index is None:
                index = self._opened(at, item)
            elif at != self.place(index):
                self._outputs[index] = at
            return {index: self._answered(index, item)}
        about: dict[int, Item] = {}
        index = self._call_of(item) if self._is_request(item) else None
        if index is not None:
            asks = {"approval_request_id": item["id"], "status": "incomplete"}
            about[index] = {**self._open.pop(index), **asks}
        return {**about, self._index(at): item}

    def _opened(self, at: int, item: Item) -> int:
        index = self._index(at)
        self._open[index] = self._call(item, index)
        self._call_ids[index] = call_id_of(item)
        return index

    def _call(self, item: Item, index: int) -> Item:
        tool = self._tools[str(item.get("name"))]
        asked = item.get("approval_request_id")
        return {
            "type": KIND,
            "id": item_id(KIND, self._response_id, self.place(index)),
            "server_label": tool.server_label,
            "name": tool.name,
            "arguments": str(item.get("arguments") or ""),
            **({"approval_request_id": asked} if asked else {}),
        }

    def _answered(self, index: int, item: Item) -> Item:
        text = without_pictures([item])[0].get("output")
        output = text if isinstance(text, str) else ""
        error = _error_in(output)
        is_done = item.get("status") != "incomplete"
        status = "failed" if error else "completed"
        gave = {"output": None if error else output, "error": error}
        return {**self._open.pop(index), **gave, "status": status if is_done else "incomplete"}

    def _call_of(self, item: Item) -> int | None:
        """The index of the call that an output or a request is about, if it stands here."""
        call_id = item.get("call_id")
        return next((index for index in self._open if self._call_ids[index] == call_id), None)

    def _index(self, at: int) -> int:
        """That of the item at a place, which is no output of a call that is shown."""
        if at not in self._indexes:
            self._indexes[at] = len(self._places)
            self._places.append(at)
        return self._indexes[at]

    def _named(self, index: int) -> dict[str, Any]:
        call = self._open.get(index)
        return {} if call is None else {"item_id": call["id"]}

    def _is_call(self, item: Item) -> bool:
        return item.get("type") == CALL and item.get("name") in self._tools

    @staticmethod
    def _is_request(item: Item) -> bool:
        """Of a call that stands here: a provider asks about its own."""
        return item.get("type") == REQUEST and is_own(str(item.get("id")))

    def _is_output(self, item: Item) -> bool:
        return item.get("type") == OUTPUT and item.get("name") in self._tools


def as_functions(items: Sequence[Item]) -> list[Item]:
    """Items of an input, with each call that was made here, and is told again, as a function's."""
    return [each for item in items for each in _as_functions(item)]


def _as_functions(item: Item) -> list[Item]:
    if item.get("type") != KIND:
        return [item]
    name = called(Tool(item["server_label"], item["name"]))
    about = {"call_id": item["id"]}
    return [
        {"type": CALL, **about, "name": name, "arguments": item["arguments"]},
        {"type": OUTPUT, **about, "output": item["output"]},
    ]


def _progress(stage: str, index: int, call: Item) -> Event:
    return {"type": f"response.{KIND}.{stage}", "output_index": index, "item_id": call["id"]}


def _unanswered(status: str) -> str:
    return "incomplete" if status in ENDED else "calling"


def _error_in(output: str) -> dict[str, Any] | None:
    """What went wrong, where that is all that a call gave."""
    try:
        given = loads(output)
    except BadJSON:
        return None
    if not (isinstance(given, dict) and given.keys() == {"error"}):
        return None
    content = [{"type": "text", "text": str(given["error"])}]
    return {"type": "mcp_tool_execution_error", "content": content}
