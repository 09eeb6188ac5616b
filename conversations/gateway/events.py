"""The events of an answer as the API streams them, from those that every reader follows.

They come with whole batches of lines; where the log of an answer is gone, one snapshot stands for
all of it. It is told as the events that it sums up, or to a reader who knows a part by the last
one alone, which has the whole answer.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conversations.gateway.own_calls import OwnCalls
from conversations.gateway.shown import item_shown, part_shown, response_shown, terminal_type
from conversations.protocol.events import TYPES, Event
from conversations.protocol.item_ids import PREFIXES, item_id, places
from conversations.protocol.jsontext import loads
from conversations.protocol.made import PARTIAL
from conversations.protocol.shapes import ENDED

ENDS = ("response.completed", "response.failed", "response.incomplete")
# How it failed is in the last event, and a picture that is still being drawn lies apart.
NOT_TOLD = ("error", PARTIAL)
# What the API says of a text besides, where a provider leaves it out.
ABOUT_TEXT: dict[str, dict[str, Any]] = {
    "response.output_text.delta": {"content_index": 0, "logprobs": []},
    "response.output_text.done": {"content_index": 0, "logprobs": []},
    "response.refusal.delta": {"content_index": 0},
    "response.refusal.done": {"content_index": 0},
    "response.content_part.added": {"content_index": 0},
    "response.content_part.done": {"content_index": 0},
    "response.reasoning_text.delta": {"content_index": 0},
    "response.reasoning_text.done": {"content_index": 0},
    "response.reasoning_summary_text.delta": {"summary_index": 0},
    "response.reasoning_summary_text.done": {"summary_index": 0},
    "response.function_call_arguments.delta": {},
    "response.function_call_arguments.done": {},
}

# What events are named for, but for those of a message.
BY_LENGTH = sorted(PREFIXES, key=len, reverse=True)


class Events:
    """The events of one answer for one reader, who has those up to `starting_after`."""

    def __init__(
        self, response_id: str, told: Mapping[str, Any] | None, starting_after: int | None
    ) -> None:
        self._id, self._told, self._last = response_id, told, starting_after
        self._ids: dict[int, str] = {}
        self._calls = OwnCalls(told, response_id)
        self._slots = self._calls.slots
        self.has_ended = False

    @property
    def follows(self) -> int | None:
        """The `sequence_number` of the log after which it is to be read; None: all of it, where
        what is told of an event depends on those before it.
        """
        return self._last if self._slots == 1 else None

    def of(self, lines: Iterable[str]) -> Iterator[Event]:
        """What these lines of the log tell."""
        for line in lines:
            for event in self._of(loads(line)):
                if self._is_known(event):
                    continue
                self._last = event["sequence_number"]
                self.has_ended = event["type"] in ENDS
                yield event

    def _is_known(self, event: Event) -> bool:
        is_told = self._last is not None and event["sequence_number"] <= self._last
        return is_told and event["type"] not in ENDS  # without which nobody knows that it is over

    def _of(self, event: Event) -> Iterator[Event]:
        kind = event["type"]
        if kind == "response.snapshot":
            yield from self._of_snapshot(event["response"])
        elif kind in TYPES and kind not in NOT_TOLD:
            yield from self._numbered(event) if self._slots > 1 else (self._shown(event),)

    def _numbered(self, event: Event) -> Iterator[Event]:
        first = event["sequence_number"] * self._slots
        for number, told in enumerate(self._calls.events(event), first):
            yield self._shown({**told, "sequence_number": number})

    def _shown(self, event: Event) -> Event:
        kind = event["type"]
        shown = {key: value for key, value in event.items() if key != "stream_id"}
        if isinstance(shown.get("response"), Mapping):
            shown["response"] = response = response_shown(shown["response"], self._told)
            if kind in ENDS:
                shown["type"] = terminal_type(response["status"])
            return shown
        at = shown.get("output_index")
        place = self._calls.place(at) if isinstance(at, int) else None
        if isinstance(shown.get("item"), dict) and place is not None:
            shown["item"] = item_shown(shown["item"], self._id, place)
            self._ids[place] = shown["item"]["id"]
        elif kind in ABOUT_TEXT:
            place = self._calls.place(0) if place is None else place
            shown = {**ABOUT_TEXT[kind], "output_index": 0, "item_id": None, **_given(shown)}
            if kind == "response.function_call_arguments.done":
                shown.setdefault("name", "")
        if "item_id" in shown and place is not None:
            shown["item_id"] = self._ids.get(place) or item_id(_of_what(kind), self._id, place)
        if isinstance(shown.get("part"), Mapping):
            shown["part"] = part_shown(shown["part"])
        return shown

    def _of_snapshot(self, stored: Mapping[str, Any]) -> Iterator[Event]:
        if stored.get("status") not in ENDED:
            if self._slots > 1:
                output = stored.get("output") or []
                self._calls.output(output, places(output, ()), str(stored.get("status")))
            return
        response = response_shown(stored, self._told)
        if self._last is None:
            told = [*_told_of(response)]
        else:
            told = [{"type": terminal_type(response["status"]), "response": response}]
        first = 0 if self._last is None else self._last + 1
        for number, event in enumerate(told, first):
            yield {**event, "sequence_number": number}


def _told_of(response: dict[str, Any]) -> Iterator[Event]:
    """A whole answer as it might have been streamed, with each text in one piece."""
    begun = {**response, "status": "in_progress", "output": [], "usage": None}
    begun |= {"completed_at": None, "error": None, "incomplete_details": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for at, item in enumerate(response["output"]):
        yield from _told_of_item(item, at)
    yield {"type": terminal_type(response["status"]), "response": response}


def _told_of_item(item: dict[str, Any], at: int) -> Iterator[Event]:
    about = {"item_id": item["id"], "output_index": at}
    first = {**item, "status": "in_progress"} if "status" in item else item
    if item["type"] == "message":
        yield _added({**first, "content": []}, at)
        for n, part in enumerate(item["content"]):
            yield from _told_of_part(part, {**about, "content_index": n})
    elif item["type"] == "function_call":
        yield _added({**first, "arguments": ""}, at)
        kind, written = "response.function_call_arguments", item["arguments"]
        yield {"type": f"{kind}.delta", "delta": written, **about}
        yield {"type": f"{kind}.done", "arguments": written, "name": item["name"], **about}
    elif item["type"] == "mcp_call":
        yield from _told_of_call(first, about)
    else:
        yield _added(first, at)
    yield {"type": "response.output_item.done", "output_index": at, "item": item}


def _told_of_call(call: dict[str, Any], about: dict[str, Any]) -> Iterator[Event]:
    gave = [name for name in ("error", "output") if call.get(name) is not None]
    begun = {name: value for name, value in call.items() if name not in gave}
    yield _added({**begun, "arguments": ""}, about["output_index"])
    yield {"type": "response.mcp_call.in_progress", **about}
    yield {"type": "response.mcp_call_arguments.done", "arguments": call["arguments"], **about}
    if gave:
        end = "failed" if "error" in gave else "completed"
        yield {"type": f"response.mcp_call.{end}", **about}


def _told_of_part(part: dict[str, Any], about: dict[str, Any]) -> Iterator[Event]:
    field = "refusal" if part.get("type") == "refusal" else "text"
    kind = "response.refusal" if field == "refusal" else "response.output_text"
    more: dict[str, Any] = {} if field == "refusal" else {"logprobs": []}
    yield {"type": "response.content_part.added", "part": {**part, field: ""}, **about}
    yield {"type": f"{kind}.delta", "delta": part[field], **about, **more}
    yield {"type": f"{kind}.done", field: part[field], **about, **more}
    yield {"type": "response.content_part.done", "part": part, **about}


def _added(item: dict[str, Any], at: int) -> Event:
    return {"type": "response.output_item.added", "output_index": at, "item": item}


def _given(event: Event) -> Event:
    return {name: value for name, value in event.items() if value is not None}


def _of_what(kind: str) -> str:
    """The type of the item that an event is about."""
    named = kind.removeprefix("response.")
    found = (name for name in BY_LENGTH if named.startswith(name))
    return next(found, "message")
