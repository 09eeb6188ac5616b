"""What the fake provider answers: the controls in a question, the text, and the events of a stream.

A question such as ``deltas=5000 rate=50 size=8`` is answered with 5,000 deltas of numbered words,
so that a lost, repeated or misordered one shows. Any other question is answered with an echo.
"""

import json
import re
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CONTROL = re.compile(r"\b(deltas|rate|size|stamp|cut)=(\d+)")
WORDS_A_PARAGRAPH = 50
ECHO = "You asked: "


@dataclass(frozen=True)
class Controls:
    """How an answer is to be streamed.

    deltas: how many; 0 = an echo of the question.
    rate: deltas a second; 0 = as fast as the reader takes them.
    size: least number of characters in a delta.
    stamp: 1 = each word carries its send time, in microseconds of the machine's monotonic clock.
    cut: the connection is dropped after so many deltas; 0 = never.
    """

    question: str
    deltas: int = 0
    rate: int = 0
    size: int = 0
    stamp: int = 0
    cut: int = 0

    @classmethod
    def of(cls, question: str) -> "Controls":
        return cls(question, **{name: int(value) for name, value in CONTROL.findall(question)})

    def words(self) -> Iterator[str]:
        """The deltas in order; a stamped one carries the time at which it was taken from here."""
        if self.deltas:
            return (self._numbered(number) for number in range(1, self.deltas + 1))
        return (f"{word} " for word in (ECHO + self.question).split())

    def _numbered(self, number: int) -> str:
        word = f"w{number}@{time.monotonic_ns() // 1000}" if self.stamp else f"w{number}"
        space = " " if number % WORDS_A_PARAGRAPH else "\n\n"
        return word.ljust(self.size - len(space), "x") + space


def last_user_text(given: object) -> str:
    """The text of the last user message of a request's ``input`` (a string or a list of items)."""
    if isinstance(given, str):
        return given
    items = given if isinstance(given, list) else []
    messages = [item for item in items if isinstance(item, dict) and item.get("role") == "user"]
    return _content_text(messages[-1].get("content")) if messages else ""


def _content_text(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(part["text"] for part in parts if isinstance(part, dict) and "text" in part)


@dataclass
class Answer:
    """One response: its plan, what was said so far, and the response object around it."""

    request: Mapping[str, Any]
    id: str = field(default_factory=lambda: f"resp_{uuid.uuid4().hex}")
    message_id: str = field(default_factory=lambda: f"msg_{uuid.uuid4().hex}")
    created_at: float = field(default_factory=time.time)
    said: list[str] = field(default_factory=list)
    completed_at: float | None = None

    def __post_init__(self) -> None:
        question = last_user_text(self.request.get("input"))
        # What isn't streamed is asked for by programs, such as for a title: an echo will do.
        self.controls = Controls.of(question) if self.request.get("stream") else Controls(question)
        self._words = self.controls.words()
        self._sequence_number = -1
        self._delta = _before_delta(self.message_id)

    def opening(self) -> bytes:
        """The events before the first delta."""
        in_progress = self.response()
        item = self._message("in_progress", [])
        return b"".join(
            (
                self._event("response.created", response=in_progress),
                self._event("response.in_progress", response=in_progress),
                self._event("response.output_item.added", output_index=0, item=item),
                self._event("response.content_part.added", **self._place(), part=_part("")),
            )
        )

    def next_delta(self) -> bytes | None:
        """The next delta's event, or None when all is said; cheap, for thousands a second."""
        word = next(self._words, None)
        if word is None:
            return None
        self.said.append(word)
        self._sequence_number += 1
        return self._delta % (self._sequence_number, json.dumps(word).encode())

    def closing(self) -> bytes:
        """The events after the last delta, the terminal one included."""
        self.completed_at = time.time()
        part = _part(self.text)
        item = self._message("completed", [part])
        return b"".join(
            (
                self._event(
                    "response.output_text.done", **self._place(), text=self.text, logprobs=[]
                ),
                self._event("response.content_part.done", **self._place(), part=part),
                self._event("response.output_item.done", output_index=0, item=item),
                self._event("response.completed", response=self.response()),
            )
        )

    def say_all(self) -> None:
        """Take every delta at once, for an answer that isn't streamed."""
        while self.next_delta() is not None:
            pass
        self.completed_at = time.time()

    @property
    def text(self) -> str:
        return "".join(self.said)

    def response(self) -> dict[str, Any]:
        """The response object with every field that the API writes."""
        done = self.completed_at is not None
        return {
            **_DEFAULTS,
            **{name: self.request[name] for name in _DEFAULTS if name in self.request},
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "completed_at": self.completed_at,
            "status": "completed" if done else "in_progress",
            "output": [self._message("completed", [_part(self.text)])] if done else [],
            "usage": self._usage() if done else None,
        }

    def _usage(self) -> dict[str, Any]:
        asked, said = len(self.controls.question.split()), len(self.said)
        return {
            "input_tokens": asked,
            "input_tokens_details": {"cache_write_tokens": 0, "cached_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": asked + said,
        }

    def _message(self, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "id": self.message_id,
            "type": "message",
            "status": status,
            "role": "assistant",
            "content": content,
        }

    def _place(self) -> dict[str, Any]:
        return {"item_id": self.message_id, "output_index": 0, "content_index": 0}

    def _event(self, type_: str, **fields: Any) -> bytes:
        self._sequence_number += 1
        event = {"type": type_, "sequence_number": self._sequence_number, **fields}
        return f"event: {type_}\ndata: {json.dumps(event)}\n\n".encode()


def _part(text: str) -> dict[str, Any]:
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": text}


def _before_delta(message_id: str) -> bytes:
    """A delta's event as a template that lacks its sequence number and its JSON text."""
    return (
        b"event: response.output_text.delta\n"
        b'data: {"type":"response.output_text.delta","sequence_number":%%d,"item_id":"%b",'
        b'"output_index":0,"content_index":0,"delta":%%b,"logprobs":[]}\n\n'
    ) % message_id.encode()


_DEFAULTS: dict[str, Any] = {
    "background": False,
    "error": None,
    "incomplete_details": None,
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
