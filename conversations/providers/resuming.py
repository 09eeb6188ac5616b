"""The rest of an answer that began earlier, perhaps in a process that is gone."""

from collections.abc import Iterator
from typing import Any

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.sse import SSEMessage
from conversations.providers.config import ProviderConfig
from conversations.providers.reading import EventReader, is_pending, response_in, terminal_event


class ResumedReader(EventReader):
    """Decodes a stream that was asked for `starting_after` a number.

    Some providers send all events whatever they were asked for: those up to the number are dropped.
    A stream that ends at once is no fault of the address, as it is for a new answer, but cut.
    """

    is_resumed = True

    def __init__(self, config: ProviderConfig, starting_after: int | None) -> None:
        super().__init__(config)
        self._after = -1 if starting_after is None else starting_after

    def whole(self, body: Any) -> Iterator[Event]:
        response = response_in(body, self._config)
        if is_pending(response):
            raise self._error(ErrorKind.BAD_REQUEST, "a response that goes on, but no stream")
        yield terminal_event(response)

    def error_at_end(self) -> ProviderError:
        error = super().error_at_end()
        if error.kind is ErrorKind.NOT_AN_ENDPOINT:
            return self._error(ErrorKind.CUT, f"no event after {self._after}")
        return error

    def event(self, message: SSEMessage) -> Event | None:
        event = super().event(message)
        if event is None or is_terminal(event):
            return event
        number = event.get("sequence_number")
        return None if isinstance(number, int) and number <= self._after else event
