"""A provider that answers as a test scripts it, at the seam where turns ask for their client."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import pytest

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.client import OnWait
from conversations.turns.title import INSTRUCTIONS as TITLE

Step = Event | Exception | asyncio.Event


class ScriptedProvider:
    """Plays one script for each request: events are sent, exceptions raised, `asyncio.Event`s
    waited for. `requests` holds the bodies that were sent, `resumed` the ids and positions from
    which answers were read on (each plays a script, too), `cancelled` the ids that were cancelled,
    `hung_up` how many were left early. `kept` are the responses that can be retrieved;
    `compactions` is what becomes of requests to compact, `tokens` the count of any message,
    `used` the usage of what was cancelled, `said` what is heard in each of the `recordings`;
    `in_containers` are the files that can be `fetched`, by their id.
    """

    def __init__(self) -> None:
        self.rate_limits: dict[str, dict[str, Any]] = {}
        self.scripts: list[Iterable[Step]] = []
        self.requests: list[dict[str, Any]] = []
        self.resumed: list[tuple[str, int | None]] = []
        self.cancelled: list[str] = []
        self.on_wait: OnWait | None = None
        self.is_asked = asyncio.Event()
        self.kept: dict[str, dict[str, Any]] = {}
        self.titles: list[dict[str, Any]] = []
        self.title: str | ProviderError = "A fine title"
        self.before_title: asyncio.Event | None = None
        self.hung_up = 0
        self.compactions: list[dict[str, Any] | ProviderError] = []
        self.compacted: list[dict[str, Any]] = []
        self.counted: list[dict[str, Any]] = []
        self.in_containers: dict[str, bytes | asyncio.Event] = {}
        self.is_fetching = asyncio.Event()
        self.fetched: list[tuple[str, str]] = []
        self.recordings: list[tuple[str, str, bytes, str]] = []
        self.said: str | ProviderError = "Hello there."
        self.used: dict[str, Any] | None = None
        self.tokens: int | ProviderError = 1_234

    def will_answer(self, *steps: Step) -> None:
        self.scripts.append(steps)

    async def stream(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> AsyncIterator[Event]:
        if request.get("instructions") == TITLE:
            async for event in self._titled(request):
                yield event
            return
        self.requests.append(dict(request))
        self.on_wait = on_wait
        self.is_asked.set()
        usual = answer("Hello.", f"upstream_{len(self.requests)}")
        async for event in self._played(self.scripts.pop(0) if self.scripts else usual):
            yield event

    async def resume(self, upstream_id: str, starting_after: int | None) -> AsyncIterator[Event]:
        self.resumed.append((upstream_id, starting_after))
        async for event in self._played(self.scripts.pop(0)):
            yield event

    async def retrieve(self, upstream_id: str) -> dict[str, Any]:
        if upstream_id not in self.kept:
            raise ProviderError(ErrorKind.NOT_FOUND, "No such response.", status=404)
        return self.kept[upstream_id]

    async def cancel(self, upstream_id: str) -> dict[str, Any]:
        self.cancelled.append(upstream_id)
        stopped = {"id": upstream_id, "status": "cancelled", "output": []}
        return {**stopped, "usage": self.used}

    async def compact(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> dict[str, Any]:
        self.compacted.append(dict(request))
        outcome = self.compactions.pop(0)
        if isinstance(outcome, ProviderError):
            raise outcome
        return outcome

    async def count_input_tokens(self, request: Mapping[str, Any]) -> int:
        self.counted.append(dict(request))
        if isinstance(self.tokens, ProviderError):
            raise self.tokens
        return self.tokens

    async def container_file(self, container_id: str, file_id: str, most: int) -> bytes:
        self.fetched.append((container_id, file_id))
        self.is_fetching.set()
        found = self.in_containers.get(file_id)
        if isinstance(found, asyncio.Event):
            await found.wait()
        if not isinstance(found, bytes):
            raise ProviderError(ErrorKind.NOT_FOUND, "No such container.", status=404)
        if len(found) > most:
            raise ProviderError(ErrorKind.TOO_LARGE, "Too large.")
        return found

    async def transcribe(self, model: str, recording: tuple[str, bytes, str]) -> str:
        self.recordings.append((model, *recording))
        if isinstance(self.said, ProviderError):
            raise self.said
        return self.said

    async def _played(self, script: Iterable[Step]) -> AsyncIterator[Event]:
        finished = False
        try:
            for step in script:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Exception):
                    raise step
                else:
                    await asyncio.sleep(0)
                    yield step
            finished = True
        finally:
            self.hung_up += not finished

    async def _titled(self, request: Mapping[str, Any]) -> AsyncIterator[Event]:
        """The title, in pieces of a word."""
        self.titles.append(dict(request))
        yield {"type": "response.created", "response": {"id": "upstream_title", "output": []}}
        title = "A fine title" if isinstance(self.title, ProviderError) else self.title
        for word in re.findall(r"\S+\s*", title):
            yield delta(word)
            if self.before_title:
                await self.before_title.wait()
        if isinstance(self.title, ProviderError):
            raise self.title
        yield ending(title)

    async def create(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.titles.append(dict(request))
        if self.before_title:
            await self.before_title.wait()
        if isinstance(self.title, ProviderError):
            raise self.title
        return {"output": [message(self.title)]}


def use(provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch) -> ScriptedProvider:
    """Make every turn speak to this provider."""
    for module in (
        "asked",
        "cited",
        "compacting",
        "dictating",
        "estimate",
        "upstream",
        "title",
        "remembering",
    ):
        monkeypatch.setattr(f"conversations.turns.{module}.client_of", lambda _: provider)
    return provider


def message(text: str, status: str = "completed") -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": status,
        "content": [part] if text else [],
    }


def beginning(upstream_id: str = "upstream_1") -> list[Event]:
    response = {"id": upstream_id, "status": "in_progress", "output": []}
    return [
        {"type": "response.created", "response": response},
        {"type": "response.in_progress", "response": response},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": message("", "in_progress"),
        },
        {
            "type": "response.content_part.added",
            "item_id": "msg_1",
            "output_index": 0,
            "content_index": 0,
            "part": {"type": "output_text", "text": "", "annotations": []},
        },
    ]


def delta(text: str) -> Event:
    return {
        "type": "response.output_text.delta",
        "item_id": "msg_1",
        "output_index": 0,
        "content_index": 0,
        "delta": text,
    }


def ending(text: str, upstream_id: str = "upstream_1", status: str = "completed") -> Event:
    response = {
        "id": upstream_id,
        "status": status,
        "output": [message(text)],
        "usage": {"input_tokens": 3, "output_tokens": 5, "total_tokens": 8},
    }
    return {"type": f"response.{status}", "response": response}


def numbered(events: Iterable[Event], first: int = 0) -> list[Event]:
    """The events with the provider's own sequence numbers."""
    return [{**event, "sequence_number": first + at} for at, event in enumerate(events)]


def answer(text: str, upstream_id: str = "upstream_1") -> list[Event]:
    """A whole answer, a delta for each word."""
    words = [word + " " for word in text.split(" ")]
    words[-1] = words[-1].rstrip(" ")
    return [*beginning(upstream_id), *map(delta, words), ending(text, upstream_id)]
