"""A reply as the events of the Responses API, each valid in the SDK's strictest reading.

The order: created, in_progress, then for each item added → parts and deltas → done, and one
terminal event. `max_output_tokens` really cuts.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

from conversations.protocol import jsontext
from conversations.protocol.events import Event
from conversations.protocol.ids import new_id
from conversations.protocol.items import Item
from conversations.providers.guide.ask import Ask
from conversations.providers.guide.item_events import making
from conversations.providers.guide.reply import Call, Ending, Reply
from conversations.providers.guide.response import finished, response_to, usage_of
from conversations.providers.guide.tokens import pieces, tokens

INCOMPLETE = {Ending.MAX_OUTPUT_TOKENS, Ending.CONTENT_FILTER}
BROKEN = {Ending.CUT, Ending.STALLED}
TEXT_FIELD = {"output_text": "text", "refusal": "refusal"}


class Performance:
    """One answer being given. `response` grows with the events; `events` is to be read once.

    `keep(ask, response)` is called with the finished response before its terminal event, so that a
    request which goes on from it can follow at once.
    """

    def __init__(self, ask: Ask, reply: Reply, keep: Callable[[Ask, dict[str, Any]], None]) -> None:
        self._keep = keep
        self.ask = ask
        self.reply = reply
        # In the background it is only a reader's connection that can be cut.
        is_cut_off = reply.ending is Ending.CUT and ask.is_background
        self.ending = Ending.COMPLETED if is_cut_off else reply.ending
        self.response = response_to(ask)
        self._left: int | None = ask.body.get("max_output_tokens")
        self._reasoned = 0
        self._said = 0
        self._sequence = count()

    def events(self) -> Iterator[Event]:
        """All events; those of an answer that is to be cut or to stall have no terminal one."""
        yield self._progress("response.created")
        if self.ask.is_background:
            yield self._progress("response.queued")
            self.response["status"] = "in_progress"
        yield self._progress("response.in_progress")
        if self.reply.reasoning:
            yield from self._reasoning(self.reply.reasoning)
        for item in self.reply.items:
            yield from self._made(item)
        if self.reply.refusal:
            yield from self._message("refusal", self.reply.refusal)
        elif self.reply.text:
            yield from self._message("output_text", self.reply.text)
        for call in self.reply.calls:
            yield from self._call(call)
        for item in self.reply.asking:
            yield from self._made(item)
        yield from self._end()

    def _reasoning(self, text: str) -> Iterator[Event]:
        item: Item = {"id": new_id("rs"), "type": "reasoning", "summary": []}
        yield self._item("added", item)
        at = self._place(item) | {"summary_index": 0}
        yield self._event("response.reasoning_summary_part.added", part=_summary(""), **at)
        said = []
        for delta in self._within_limit(pieces(text)):
            said.append(delta)
            yield self._event("response.reasoning_summary_text.delta", delta=delta, **at)
        self._reasoned = self._said
        whole = "".join(said)
        yield self._event("response.reasoning_summary_text.done", text=whole, **at)
        yield self._event("response.reasoning_summary_part.done", part=_summary(whole), **at)
        item["summary"] = [_summary(whole)]
        if "reasoning.encrypted_content" in (self.ask.body.get("include") or ()):
            item["encrypted_content"] = base64.b64encode(whole.encode()).decode()
        yield self._item("done", item)

    def _made(self, sample: Item) -> Iterator[Event]:
        """An item that is no message: announced, made and done."""
        if sample["type"] == "reasoning":
            yield from self._reasoning(sample["summary"][0]["text"])
            return
        if self._is_over:
            return
        blank, steps = making(sample)
        yield self._item("added", {**sample, **blank})
        at = len(self.response["output"])
        for step, fields in steps(sample):
            # The commands of a shell are known by their place alone.
            named = {} if step.startswith("shell_call_command.") else {"item_id": sample["id"]}
            yield self._event(f"response.{step}", output_index=at, **named, **fields)
        yield self._item("done", sample)

    def _message(self, kind: str, text: str) -> Iterator[Event]:
        if self._is_over:
            return
        item: Item = {
            "id": new_id("msg"),
            "type": "message",
            "status": "in_progress",
            "role": "assistant",
            "content": [],
        }
        yield self._item("added", item)
        at = self._place(item) | {"content_index": 0}
        extra: dict[str, Any] = {} if kind == "refusal" else {"logprobs": []}
        yield self._event("response.content_part.added", part=_part(kind, ""), **at)
        said = []
        for delta in self._within_limit(self.reply.deltas or pieces(text)):
            said.append(delta)
            yield self._event(f"response.{kind}.delta", delta=delta, **at, **extra)
        if self.ending in BROKEN:
            return
        whole = "".join(said)
        part = _part(kind, whole)
        for number, annotation in enumerate(self.reply.annotations):
            name = "response.output_text.annotation.added"
            yield self._event(name, annotation=annotation, annotation_index=number, **at)
            part["annotations"].append(annotation)
        yield self._event(f"response.{kind}.done", **{TEXT_FIELD[kind]: whole}, **at, **extra)
        yield self._event("response.content_part.done", part=part, **at)
        item["content"] = [part]
        item["status"] = "incomplete" if self.ending in INCOMPLETE else "completed"
        yield self._item("done", item)

    def _call(self, call: Call) -> Iterator[Event]:
        if self._is_over:
            return
        item: Item = {
            "id": new_id("fc"),
            "type": "function_call",
            "status": "in_progress",
            "call_id": new_id("call"),
            "name": call.name,
            "arguments": "",
        }
        yield self._item("added", item)
        at = self._place(item)
        said = []
        for delta in self._within_limit(pieces(jsontext.dumps(call.arguments))):
            said.append(delta)
            yield self._event("response.function_call_arguments.delta", delta=delta, **at)
        whole = "".join(said)
        done = {"name": call.name, "arguments": whole}
        yield self._event("response.function_call_arguments.done", **done, **at)
        item["arguments"] = whole
        item["status"] = "incomplete" if self._is_over else "completed"
        yield self._item("done", item)

    def _end(self) -> Iterator[Event]:
        if self.ending in BROKEN:
            return
        if self.ending is Ending.ERROR:
            message = "The guide was asked for an error."
            yield self._event("error", code="server_error", message=message, param=None)
            return
        usage = usage_of(self.ask, said=self._said, reasoned=self._reasoned)
        finished(self.response, self.ending, usage)
        self._keep(self.ask, self.response)
        yield self._progress(f"response.{self.response['status']}")

    @property
    def _is_over(self) -> bool:
        """Whether `max_output_tokens` left something unsaid."""
        return self.ending is Ending.MAX_OUTPUT_TOKENS and self._left == 0

    def _within_limit(self, deltas: Iterable[str]) -> Iterator[str]:
        """The deltas until `max_output_tokens` are used; the last one may be a part."""
        for delta in deltas:
            parts = tokens(delta)
            if self._left is not None:
                if len(parts) > self._left:
                    self.ending = Ending.MAX_OUTPUT_TOKENS
                    parts = parts[: self._left]
                self._left -= len(parts)
            self._said += len(parts)
            if parts:
                yield "".join(parts)
            if self._is_over:
                return

    def _place(self, item: Item) -> dict[str, Any]:
        return {"item_id": item["id"], "output_index": len(self.response["output"])}

    def _item(self, step: str, item: Item) -> Event:
        at = len(self.response["output"])
        if step == "done":
            self.response["output"].append(item)
        # A copy: the item goes on changing after it was added.
        return self._event(f"response.output_item.{step}", output_index=at, item=dict(item))

    def _progress(self, kind: str) -> Event:
        response = self.response | {"output": list(self.response["output"])}
        return self._event(kind, response=response)

    def _event(self, kind: str, **fields: Any) -> Event:
        return {"type": kind, "sequence_number": next(self._sequence), **fields}


def _summary(text: str) -> dict[str, Any]:
    return {"type": "summary_text", "text": text}


def _part(kind: str, text: str) -> dict[str, Any]:
    part = {"type": kind, TEXT_FIELD[kind]: text}
    return part if kind == "refusal" else part | {"annotations": [], "logprobs": []}
