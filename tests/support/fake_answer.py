"""What the fake provider answers: the events of one response, and the response object.

A question such as ``deltas=5000 rate=50 size=8`` is answered with 5,000 deltas of numbered words,
so that a lost, repeated or misordered one shows. Any other question is answered with an echo.
"""

import json
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support import fake_making as making
from tests.support.fake_controls import Controls, last_user_text, results_in

Step = bytes | float
"""An event as it is sent, or a pause in seconds."""


def is_title(request: Mapping[str, Any]) -> bool:
    """Whether it asks for the title of a conversation."""
    return str(request.get("instructions") or "").startswith("Write a title")


@dataclass
class Answer:
    """One response: its plan, what was said so far, and the response object around it.

    `before` is the answer that it is chained on; with results of functions alone, it is still about
    the question of that one. `status` is what a reader of the response object is told; `end` sets
    the last one.
    """

    request: Mapping[str, Any]
    before: "Answer | None" = None
    id: str = field(default_factory=lambda: f"resp_{uuid.uuid4().hex}")
    created_at: float = field(default_factory=time.time)
    said: list[str] = field(default_factory=list)
    status: str = "in_progress"
    reason: str | None = None
    completed_at: float | None = None

    def __post_init__(self) -> None:
        self.results = results_in(self.request.get("input"))
        question = last_user_text(self.request.get("input"))
        if self.before and self.results and not question:
            question = self.before.controls.question
            self.results = [*self.before.results, *self.results]
        # What isn't streamed is asked for by programs, and so is a title: an echo will do.
        self.is_played = self.is_background or (
            bool(self.request.get("stream")) and not is_title(self.request)
        )
        self.controls: Controls = Controls.of(question) if self.is_played else Controls(question)
        self._words = self.controls.words(self.results)
        self._sequence_number = -1
        self._item_id = f"msg_{self.id}"
        self._calls: list[dict[str, Any]] = []
        self._begun = False
        if self.is_background:
            self.status = "queued"

    @property
    def is_background(self) -> bool:
        return bool(self.request.get("background"))

    @property
    def is_over(self) -> bool:
        return self.status not in ("queued", "in_progress")

    @property
    def text(self) -> str:
        return "".join(self.said)

    def steps(self) -> Iterator[Step]:
        """All events, with the pauses between them; thousands a second are taken from here."""
        yield self.controls.hold / 1000
        yield self._progress("created")
        if self.is_background:
            yield self._progress("queued")
            yield float(self.controls.queued)
        self.status = "in_progress"
        yield self._progress("in_progress")
        if self.controls.mcp:
            yield from self._tool_round()
        if self.controls.draw:
            yield from self._drawing()
        if function := self._function:
            yield from self._call_of(function)
            yield from self.ending()
            return
        yield from self._beginning()
        yield self.controls.wait / 1000
        pause = 1 / self.controls.rate if self.controls.rate else 0.0
        for event in self._deltas():
            yield event
            if pause or len(self.said) == self.controls.cut:
                yield pause
        yield from self.ending()

    def ending(self, status: str = "completed", reason: str | None = None) -> Iterator[bytes]:
        """The events after the last delta, the terminal one included."""
        if self._begun:
            part = self._said()
            for annotation in part["annotations"]:
                at = {**self._place(), "annotation_index": 0, "annotation": annotation}
                yield self._event("response.output_text.annotation.added", **at)
            text = {"text": self.text, "logprobs": []}
            yield self._event("response.output_text.done", **self._place(), **text)
            yield self._event("response.content_part.done", **self._place(), part=part)
            yield self._item("done", self._message(status))
        self.end(status, reason)
        yield self._progress(status)

    def end(self, status: str, reason: str | None = None) -> None:
        """Nothing more will be said."""
        self.status, self.reason, self.completed_at = status, reason, time.time()

    def say_all(self) -> None:
        """Take every delta at once, for an answer that isn't streamed."""
        self.said.extend(self._words)
        self._begun = True
        self.end("completed")

    def compacted(self) -> dict[str, Any]:
        """What POST /responses/compact makes of its input: what people said, and a sealed item."""
        given = self.request.get("input") or []
        said = [item for item in given if isinstance(item, dict) and item.get("role") == "user"]
        sealed = {"type": "compaction", "id": f"cmp_{self.id}", "encrypted_content": "sealed"}
        return {
            "id": self.id,
            "object": "response.compaction",
            "created_at": self.created_at,
            "output": [*said, sealed],
            "usage": {"input_tokens": 90, "output_tokens": 10, "total_tokens": 100},
        }

    def response(self) -> dict[str, Any]:
        """The response object with every field that the API writes."""
        return {
            **_DEFAULTS,
            **{name: self.request[name] for name in _DEFAULTS if name in self.request},
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "completed_at": self.completed_at if self.status == "completed" else None,
            "incomplete_details": {"reason": self.reason} if self.reason else None,
            "status": self.status,
            "output": self._output() if self.is_over else [],
            "usage": self._usage() if self.is_over else None,
        }

    def _tool_round(self) -> Iterator[Step]:
        """A call of a tool at the provider, which takes a while."""
        call = {
            "id": f"mcp_{self.id}",
            "type": "mcp_call",
            "status": "in_progress",
            "server_label": "dice",
            "name": "roll",
            "arguments": "",
            "output": None,
            "error": None,
            "approval_request_id": None,
        }
        at = {"item_id": call["id"], "output_index": 0}
        yield self._event("response.output_item.added", output_index=0, item=call)
        yield self._event("response.mcp_call.in_progress", **at)
        yield self._event("response.mcp_call_arguments.delta", **at, delta='{"sides":6}')
        yield self._event("response.mcp_call_arguments.done", **at, arguments='{"sides":6}')
        yield float(self.controls.mcp)
        yield self._event("response.mcp_call.completed", **at)
        done = {**call, "status": "completed", "arguments": '{"sides":6}', "output": "4"}
        yield self._event("response.output_item.done", output_index=0, item=done)
        self._calls.append(done)

    def _drawing(self) -> Iterator[Step]:
        """A picture, which comes into sight."""
        item_id = f"ig_{self.id}"
        at = {"item_id": item_id, "output_index": len(self._calls)}
        yield self._item("added", making.drawing(item_id))
        yield self._event("response.image_generation_call.generating", **at)
        for step in range(self.controls.draw):
            partial = {"partial_image_index": step, "partial_image_b64": making.picture(step)}
            yield self.controls.wait / 1000
            yield self._event("response.image_generation_call.partial_image", **at, **partial)
        yield self.controls.wait / 1000
        yield self._event("response.image_generation_call.completed", **at)
        done = making.drawn(item_id, is_svg=bool(self.controls.svg))
        yield self._item("done", done)
        self._calls.append(done)

    @property
    def _function(self) -> dict[str, Any] | None:
        """What it calls, if it calls anything."""
        functions = [one for one in self.request.get("tools") or () if one["type"] == "function"]
        is_due = len(self.results) < self.controls.call
        return functions[0] if is_due and functions else None

    def _call_of(self, function: Mapping[str, Any]) -> Iterator[bytes]:
        number = len(self.results) + 1
        given = {"expression": f"{number} * 17"} if function["name"] == "calculate" else {}
        call = {
            "id": f"fc_{self.id}",
            "type": "function_call",
            "status": "in_progress",
            "call_id": f"call_{number}",
            "name": function["name"],
            "arguments": "",
        }
        at = {"item_id": call["id"], "output_index": len(self._calls)}
        written = json.dumps(given)
        yield self._item("added", call)
        yield self._event("response.function_call_arguments.delta", **at, delta=written)
        yield self._event("response.function_call_arguments.done", **at, arguments=written)
        done = {**call, "status": "completed", "arguments": written}
        yield self._item("done", done)
        self._calls.append(done)

    def _beginning(self) -> Iterator[bytes]:
        self._begun = True
        yield self._item("added", {**self._message("in_progress"), "content": []})
        yield self._event("response.content_part.added", **self._place(), part=_part(""))

    def _deltas(self) -> Iterator[bytes]:
        template = _before_delta(self._item_id, len(self._calls))
        for word in self._words:
            self.said.append(word)
            self._sequence_number += 1
            yield template % (self._sequence_number, json.dumps(word).encode())

    def _output(self) -> list[dict[str, Any]]:
        return [*self._calls, *([self._message(self.status)] if self._begun else [])]

    def _usage(self) -> dict[str, Any]:
        asked, said = len(self.controls.question.split()), len(self.said)
        return {
            "input_tokens": asked,
            "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + said,
        }

    def _message(self, status: str) -> dict[str, Any]:
        return {
            "id": self._item_id,
            "type": "message",
            "status": status if status in ("in_progress", "completed") else "incomplete",
            "role": "assistant",
            "content": [self._said()],
        }

    def _said(self) -> dict[str, Any]:
        citation = making.citation(self.text, self.controls.cite) if self.controls.cite else None
        return _part(self.text) | ({"annotations": [citation]} if citation else {})

    def _place(self) -> dict[str, Any]:
        return {"item_id": self._item_id, "output_index": len(self._calls), "content_index": 0}

    def _item(self, step: str, item: dict[str, Any]) -> bytes:
        at = len(self._calls)
        return self._event(f"response.output_item.{step}", output_index=at, item=item)

    def _progress(self, kind: str) -> bytes:
        return self._event(f"response.{kind}", response=self.response())

    def _event(self, type_: str, **fields: Any) -> bytes:
        self._sequence_number += 1
        event = {"type": type_, "sequence_number": self._sequence_number, **fields}
        return f"event: {type_}\ndata: {json.dumps(event)}\n\n".encode()


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def _before_delta(item_id: str, output_index: int) -> bytes:
    """A delta's event as a template that lacks its sequence number and its JSON text."""
    return (
        b"event: response.output_text.delta\n"
        b'data: {"type":"response.output_text.delta","sequence_number":%%d,"item_id":"%b",'
        b'"output_index":%d,"content_index":0,"delta":%%b,"logprobs":[]}\n\n'
    ) % (item_id.encode(), output_index)


_DEFAULTS: dict[str, Any] = {
    "background": False,
    "error": None,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "model": "fake-model",
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "reasoning": {"effort": None, "summary": None},
    "safety_identifier": None,
    "service_tier": "default",
    "store": True,
    "temperature": 1.0,
    "text": {"format": {"type": "text"}},
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}
