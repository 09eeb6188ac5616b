"""What was said into a running answer: asked, taken in, answered by a successor or given back."""

import asyncio
from collections import deque

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import provider_error

NOT_ACTIVE = "response_not_active"


class Steers:
    """Those of one websocket. The provider answers them in the order in which they were sent."""

    def __init__(self, config: ProviderConfig) -> None:
        self._config = config
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._accepted: set[str] = set()
        self._refusal: ProviderError | None = None

    @property
    def are_waiting(self) -> bool:
        """Whether somebody waits for the provider's word."""
        return any(not reply.done() for reply in self._waiting)

    @property
    def are_accepted(self) -> bool:
        """Whether the provider took something in, and no response answers it yet."""
        return bool(self._accepted)

    def wait(self) -> asyncio.Future[None]:
        """The provider's word on what is being sent: nothing, or a `ProviderError`."""
        reply = asyncio.get_running_loop().create_future()
        self._waiting.append(reply)
        return reply

    def take(self, event: Event) -> None:
        """Deal with a `response.steer.` event."""
        steer = event.get("steer")
        steer_id = str(steer.get("id") or "") if isinstance(steer, dict) else ""
        if event["type"] == "response.steer.accepted":
            self._accepted.add(steer_id)
            self._reply(None)
        elif steer_id in self._accepted:
            # Given back, or pending: no successor begins before we ask for one.
            self._accepted.discard(steer_id)
            self._refusal = self._error(event)
        elif event["type"] == "response.steer.failed":
            self._refusal = self._error(event)
            self._reply(self._refusal)

    def are_refused_by(self, event: Event) -> bool:
        """Whether an `error` event means what was said last, and not the answer.

        So does a provider that does not know the words.
        """
        status = event.get("status")
        if not (self.are_waiting and isinstance(status, int) and 400 <= status < 500):
            return False
        self._reply(self._error(event))
        return True

    def commit(self) -> None:
        """A response began: it answers all that was taken in."""
        self._accepted.clear()

    def end(self, error: ProviderError) -> None:
        """The provider will say nothing more to those who wait."""
        while self._waiting:
            self._reply(error)

    def refusal(self) -> ProviderError:
        """Why nothing can be said into the answer, or why it has no successor."""
        return self._refusal or self._refused(NOT_ACTIVE, "")

    def _reply(self, error: ProviderError | None) -> None:
        reply = self._waiting.popleft() if self._waiting else None
        if reply is None or reply.done():
            return
        if error:
            reply.set_exception(error)
        else:
            reply.set_result(None)

    def _error(self, event: Event) -> ProviderError:
        error = event.get("error")
        if not isinstance(error, dict):
            return self._refused(str(event.get("reason") or NOT_ACTIVE), "")
        return self._refused(str(error.get("code") or NOT_ACTIVE), str(error.get("message") or ""))

    def _refused(self, code: str, words: str) -> ProviderError:
        return provider_error(ErrorKind.STEER_REFUSED, self._config, code=code, detail=words)
