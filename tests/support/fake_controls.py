"""The controls in a question to the fake provider, and the words with which it answers."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.support.fake_making import LINK

CONTROL = re.compile(
    r"\b(deltas|rate|size|stamp|cut|hold|queued|wait|mcp|busy|forget|noresume|nobackground|nosteer"
    r"|nosampling|full|call|draw|svg|cite)"
    r"=(\d+)"
)
WORDS_A_PARAGRAPH = 50
ECHO = "You asked: "


@dataclass(frozen=True)
class Controls:
    """How an answer is to be given.

    deltas: how many; 0 = an echo of the question.
    rate: deltas a second; 0 = as fast as the reader takes them.
    size: least number of characters in a delta.
    stamp: 1 = each word carries its send time, in microseconds of the machine's monotonic clock.
    cut: the connection that asked is dropped after so many deltas; 0 = never.
    hold: milliseconds before the first event.
    queued: seconds that a background answer waits before it is begun.
    wait: milliseconds between the beginning and the first delta.
    mcp: seconds that a call of a tool at the provider takes, before the text; 0 = there is none.
    busy: the first so many requests with this question are refused with 429, Retry-After: 2.
    forget: 1 = a background answer is not found when it is asked for by its id.
    noresume: 1 = a background answer can be retrieved, but not streamed again.
    nobackground: 1 = a request for the background is refused.
    nosteer: 1 = what is to steer the answer is refused.
    full: the first so many requests with this question are refused as longer than the context.
    call: how many responses call a function of the request, one each, before one has a text; a
        result that was told is named in it.
    draw: so many partial images come before a picture, each after `wait` milliseconds.
    svg: 1 = the picture is one in SVG.
    cite: 1 = an echo ends with a link to a file in a container, and cites it; 2 = the file is gone.
    nosampling: 1 = a request with a temperature or top_p is refused, as reasoning models do.
    """

    question: str
    deltas: int = 0
    rate: int = 0
    size: int = 0
    stamp: int = 0
    cut: int = 0
    hold: int = 0
    queued: int = 0
    wait: int = 0
    mcp: int = 0
    busy: int = 0
    forget: int = 0
    noresume: int = 0
    nobackground: int = 0
    nosteer: int = 0
    nosampling: int = 0
    full: int = 0
    call: int = 0
    draw: int = 0
    svg: int = 0
    cite: int = 0

    @classmethod
    def of(cls, question: str) -> "Controls":
        return cls(question, **{name: int(value) for name, value in CONTROL.findall(question)})

    def words(self, results: Sequence[str] = ()) -> Iterator[str]:
        """The deltas in order; a stamped one carries the time at which it was taken from here. An
        echo names the last of the `results`.
        """
        if self.deltas:
            return (self._numbered(number) for number in range(1, self.deltas + 1))
        heard = f" I was told: {results[-1]}" if results else ""
        words = (ECHO + self.question + heard).split()
        return iter([f"{word} " for word in words] + [LINK] * bool(self.cite))

    def _numbered(self, number: int) -> str:
        word = f"w{number}@{time.monotonic_ns() // 1000}" if self.stamp else f"w{number}"
        space = " " if number % WORDS_A_PARAGRAPH else "\n\n"
        return word.ljust(self.size - len(space), "x") + space


def results_in(given: object) -> list[str]:
    """The results of functions that follow the last user message of a request's ``input``."""
    items = [item for item in given if isinstance(item, dict)] if isinstance(given, list) else []
    asked = [at for at, item in enumerate(items) if item.get("role") == "user"]
    news = items[asked[-1] + 1 if asked else 0 :]
    return [str(item["output"]) for item in news if item.get("type") == "function_call_output"]


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
