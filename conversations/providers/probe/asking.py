"""What every try has in common: a short question, its answer whole, and what errors mean."""

import asyncio
import secrets
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.protocol.items import Item, output_text, user_message
from conversations.protocol.snapshot import Snapshot
from conversations.providers.client import ProviderClient

SECONDS = 60.0
# Enough for a model that thinks before it says one word.
MOST_OUTPUT = 400
LONGEST = 300  # characters of what is told of a refusal

# Errors that come whatever is asked; the rest are a refusal of what was asked.
TROUBLES = frozenset(
    {
        ErrorKind.UNREACHABLE,
        ErrorKind.CERTIFICATE,
        ErrorKind.RATE_LIMITED,
        ErrorKind.QUOTA,
        ErrorKind.OVERLOADED,
        ErrorKind.TIMEOUT,
        ErrorKind.CUT,
    }
)


@dataclass
class Answered:
    """One answer: the events that it came by, and what they make."""

    events: list[Event] = field(default_factory=list)
    snapshot: Snapshot = field(default_factory=Snapshot)

    def add(self, event: Event) -> None:
        self.events.append(event)
        self.snapshot.apply(event)

    @property
    def response(self) -> dict[str, Any]:
        return self.snapshot.response

    @property
    def text(self) -> str:
        return output_text(self.response["output"])

    @property
    def id(self) -> str:
        return str(self.response.get("id") or "")

    def echo(self, name: str) -> Any:
        """What the provider says that it was asked with; an absent field raises KeyError."""
        for event in self.events:
            response = event.get("response")
            if isinstance(response, dict) and name in response:
                return response[name]
        raise KeyError(name)

    def knows(self, word: str) -> bool:
        return word.lower() in self.text.lower()


class Probe:
    """One test of one endpoint. `word` is a secret that nobody could guess."""

    def __init__(self, client: ProviderClient, model: str) -> None:
        self.client = client
        self.model = model
        self.word = f"k{secrets.token_hex(3)}"
        self.first: Answered | None = None
        """The answer to which the word was told."""
        self._always: dict[str, Any] = {"store": True, "max_output_tokens": MOST_OUTPUT}

    @property
    def streams(self) -> bool:
        """Whether it has not refused to stream."""
        return "stream" not in self._always

    async def ask(self, said: str | Sequence[Item], **settings: Any) -> Answered:
        """Ask, and read the answer to its end; ProviderError when there is none."""
        answered = Answered()
        try:
            async for event in self.client.stream(self.body(said, **settings)):
                answered.add(event)
        except ProviderError as error:
            if not self._can_do_without(error):
                raise
            return await self.ask(said, **settings)
        failed = answered.response.get("error") if answered.response["status"] == "failed" else None
        if failed:
            raise ProviderError(ErrorKind.FAILED, str(failed.get("message") or ""))
        return answered

    def body(self, said: str | Sequence[Item], **settings: Any) -> dict[str, Any]:
        """A small request."""
        given = [user_message(said)] if isinstance(said, str) else list(said)
        return {"model": self.model, "input": given, **self._always, **settings}

    def _can_do_without(self, error: ProviderError) -> bool:
        """Whether it refused what every try is asked with, and what no try is about."""
        if error.kind is not ErrorKind.UNSUPPORTED_PARAMETER:
            return False
        if error.param == "stream" and self.streams:
            self._always["stream"] = False
            return True
        return self._always.pop(error.param or "", None) is not None


async def tried(ability: Ability, trial: Awaitable[Found]) -> Found:
    """What a trial finds, or what its failure means."""
    try:
        async with asyncio.timeout(SECONDS):
            return await trial
    except TimeoutError:
        return Found(ability, None, Reason.SLOW)
    except ProviderError as error:
        return refusal(ability, error)


def refusal(ability: Ability, error: ProviderError) -> Found:
    """What an error means for what was tried."""
    if error.kind in TROUBLES:
        return Found(ability, None, Reason.TROUBLE, error.message[:LONGEST])
    return Found(ability, False, Reason.REFUSED, (error.detail or error.message)[:LONGEST])
