"""The bytes of one answer in, standard events out, within limits."""

from collections.abc import Iterator
from typing import Any

from conversations.protocol import jsontext
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.sse import EventTooLarge, SSEDecoder, SSEMessage
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import error_of_body, provider_error

DONE = "[DONE]"
# Sent by some servers to keep the connection open; no JSON, and no fault either.
KEEP_ALIVES = {"", "ping", "keepalive", "keep-alive", "heartbeat"}


class EventReader:
    """Decodes one event stream.

    Events that can't be read are skipped and counted, until there are too many. An `error` event
    and every exceeded limit raise `ProviderError`.
    """

    def __init__(self, config: ProviderConfig, *, chained: bool) -> None:
        self._config = config
        self._chained = chained
        self._dialect = DIALECTS[config.dialect]
        self._decoder = SSEDecoder(config.limits.event_bytes)
        self._received = 0
        self._skipped = 0
        self._events = 0
        self.is_done = False

    def feed(self, chunk: bytes | None) -> Iterator[Event]:
        """The events that `chunk` completes, each as soon as it is read: an error may follow it.

        None says that there are no more chunks. `is_done` tells whether there can be more events.
        """
        for message in self._flushed() if chunk is None else self._messages(chunk):
            if (event := self._event(message)) is not None:
                yield event

    def error_at_end(self) -> ProviderError:
        """What went wrong when the stream is over and no terminal event was read."""
        if self._events:
            return self._error(ErrorKind.CUT, f"no terminal event after {self._events} events")
        if self._skipped:
            return self._error(ErrorKind.GARBAGE, f"{self._skipped} unreadable events, no other")
        return self._error(ErrorKind.NOT_AN_ENDPOINT, "the answer has no events")

    def _messages(self, chunk: bytes) -> list[SSEMessage]:
        self._received += len(chunk)
        if self._received > self._config.limits.answer_bytes:
            raise self._error(ErrorKind.TOO_LARGE, f"more than {self._received} bytes")
        try:
            return self._decoder.feed(chunk)
        except EventTooLarge as error:
            raise self._error(ErrorKind.TOO_LARGE, str(error)) from error

    def _flushed(self) -> list[SSEMessage]:
        """The last event of a stream that is over, if only its blank line was missing."""
        self.is_done = True
        return self._decoder.flush()

    def _event(self, message: SSEMessage) -> Event | None:
        if message.data in KEEP_ALIVES:
            return None
        if message.data == DONE:
            self.is_done = True
            return None
        try:
            data = jsontext.loads(message.data)
        except ValueError as error:
            self._skip(message, str(error))
            return None
        if not isinstance(data, dict) and message.event != "error":
            self._skip(message, "not an object")
            return None
        event = self._dialect.event(message.event, data)
        if event is None:
            return None
        if event.get("type") == "error":
            raise error_of_body(event, self._config, chained=self._chained)
        self._events += 1
        if is_terminal(event) and isinstance(event.get("response"), dict):
            return {**event, "response": with_clean_error(event["response"], self._config)}
        return event

    def _skip(self, message: SSEMessage, why: str) -> None:
        self._skipped += 1
        if self._skipped > self._config.limits.skipped_events:
            raise self._error(ErrorKind.GARBAGE, f"{why}: {message.data[:300]}")

    def _error(self, kind: ErrorKind, detail: str) -> ProviderError:
        return provider_error(kind, self._config, detail=detail)


def response_in(body: Any, config: ProviderConfig, *, chained: bool) -> dict[str, Any]:
    """The response that an answer's JSON body is; anything else raises `ProviderError`."""
    if not isinstance(body, dict):
        detail = f"JSON, but a {type(body).__name__}"
        raise provider_error(ErrorKind.NOT_AN_ENDPOINT, config, detail=detail)
    if "output" not in body:
        if body.get("error") or body.get("detail"):
            raise error_of_body(body, config, chained=chained)
        detail = f"JSON with nothing but {list(body)[:20]}"
        raise provider_error(ErrorKind.NOT_AN_ENDPOINT, config, detail=detail)
    terminal = terminal_event(body)
    event = DIALECTS[config.dialect].event(terminal["type"], terminal) or terminal
    return with_clean_error(event["response"], config)


def with_clean_error(response: dict[str, Any], config: ProviderConfig) -> dict[str, Any]:
    """`response` whose error, if it has one, is what a person may read of it: see `clean`."""
    if not response.get("error"):
        return response
    error = error_of_body({"error": response["error"]}, config)
    return {**response, "error": error.as_error()}


def events_of_response(response: dict[str, Any]) -> tuple[Event, Event]:
    """The events of an answer that came in one piece: its creation and its end."""
    created = {**response, "status": "in_progress", "output": []}
    return {"type": "response.created", "response": created}, terminal_event(response)


def terminal_event(response: dict[str, Any]) -> Event:
    """The event that ends the stream of a finished `response`."""
    status = response.get("status")
    name = status if status in ("failed", "incomplete") else "completed"
    return {"type": f"response.{name}", "response": response}
