"""The bytes of one answer in, standard events out, within limits."""

from collections.abc import Iterator
from typing import Any

from conversations.protocol import jsontext
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.protocol.sse import EventTooLarge, SSEDecoder, SSEMessage
from conversations.providers.classify import NOTHING, Asked
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import LONGEST_BEGINNING, error_of_body, provider_error

# What is longer is decoded on another thread: others are answered meanwhile.
LARGE = 256 * 1024
DONE = "[DONE]"
PENDING = {"queued", "in_progress"}
# Sent by some servers to keep the connection open; no JSON, and no fault either.
KEEP_ALIVES = {"", "ping", "keepalive", "keep-alive", "heartbeat"}


class EventReader:
    """Decodes one event stream.

    Events that can't be read are skipped and counted, until there are too many. Every exceeded
    limit raises `ProviderError`.
    """

    is_resumed = False
    """Whether the answer had begun before."""

    def __init__(self, config: ProviderConfig, asked: Asked = NOTHING) -> None:
        self._config = config
        self._asked = asked
        self._dialect = DIALECTS[config.dialect]
        self._decoder = SSEDecoder(config.limits.event_bytes, config.limits.answer_bytes)
        self._received = 0
        self._beginning = b""
        self._skipped = 0
        self._events = 0
        self.is_done = False
        self.failure: ProviderError | None = None
        """What an `error` event said: only a terminal event can follow it, to say it better."""

    def feed(self, chunk: bytes | None) -> Iterator[Event]:
        """The events that `chunk` completes, each as soon as it is read: a limit may follow it.

        None says that there are no more chunks. `is_done` tells whether there can be more events.
        """
        for message in self.messages(chunk):
            if (event := self.event(message)) is not None:
                yield event

    def messages(self, chunk: bytes | None) -> list[SSEMessage]:
        """The messages that `chunk` completes, as for `feed`, each to be read by `event`."""
        return self._flushed() if chunk is None else self._messages(chunk)

    def whole(self, body: Any) -> Iterator[Event]:
        """The events of an answer that came as one JSON body: its beginning and its end.

        One that goes on without a stream is cut: what was created can still be asked for.
        """
        response = response_in(body, self._config, self._asked)
        created = {**response, "output": []}
        if is_pending(response):
            yield {"type": "response.created", "response": created}
            raise self._error(ErrorKind.CUT, "a response that goes on, but no stream")
        yield {"type": "response.created", "response": {**created, "status": "in_progress"}}
        yield terminal_event(response)

    def error_at_end(self) -> ProviderError:
        """What went wrong when the stream is over and no terminal event was read."""
        if self.failure:
            return self.failure
        if self._events:
            return self._error(ErrorKind.CUT, f"no terminal event after {self._events} events")
        if self._skipped:
            return self._error(ErrorKind.GARBAGE, f"{self._skipped} unreadable events, no other")
        beginning = self._beginning.decode(errors="replace")
        return self._error(ErrorKind.NOT_AN_ENDPOINT, f"the answer has no events: {beginning}")

    def _messages(self, chunk: bytes) -> list[SSEMessage]:
        if not self._received:
            self._beginning = chunk[:LONGEST_BEGINNING]
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

    def event(self, message: SSEMessage) -> Event | None:
        """The event that a message is; None where it says nothing."""
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
        self._events += 1
        if is_terminal(event):
            return self._end(event)
        return None if self.failure else event

    def _end(self, event: Event) -> Event | None:
        if event["type"] == "error":
            self.failure = self.failure or error_of_body(event, self._config, asked=self._asked)
            return None
        if not isinstance(event.get("response"), dict):
            return event
        response = event["response"]
        if self.failure and response.get("status") == "failed" and not response.get("error"):
            return {**event, "response": {**response, "error": self.failure.as_error()}}
        return {**event, "response": with_clean_error(response, self._config)}

    def _skip(self, message: SSEMessage, why: str) -> None:
        self._skipped += 1
        if self._skipped > self._config.limits.skipped_events:
            raise self._error(ErrorKind.GARBAGE, f"{why}: {message.data[:LONGEST_BEGINNING]}")

    def _error(self, kind: ErrorKind, detail: str) -> ProviderError:
        return provider_error(kind, self._config, detail=detail)


def response_in(body: Any, config: ProviderConfig, asked: Asked = NOTHING) -> dict[str, Any]:
    """The response that an answer's JSON body is; anything else raises `ProviderError`."""
    if not isinstance(body, dict):
        detail = f"JSON, but a {type(body).__name__}"
        raise provider_error(ErrorKind.NOT_AN_ENDPOINT, config, detail=detail)
    if "output" not in body and is_pending(body):
        body = {**body, "output": []}
    if "output" not in body:
        if body.get("error") or body.get("detail"):
            raise error_of_body(body, config, asked=asked)
        detail = f"JSON with nothing but {list(body)[:20]}"
        raise provider_error(ErrorKind.NOT_AN_ENDPOINT, config, detail=detail)
    terminal = terminal_event(body)
    event = DIALECTS[config.dialect].event(terminal["type"], terminal) or terminal
    return with_clean_error(event["response"], config)


def with_clean_error(response: dict[str, Any], config: ProviderConfig) -> dict[str, Any]:
    """`response` whose error, if it has one, is what a person may read of it: see `clean`. One that
    failed has one, though its provider gave no reason.
    """
    if response.get("error"):
        error = error_of_body({"error": response["error"]}, config)
    elif response.get("status") == "failed":
        error = provider_error(ErrorKind.FAILED, config, detail="no reason given")
    else:
        return response
    return {**response, "error": error.as_error()}


def is_pending(response: dict[str, Any]) -> bool:
    """Whether a response object is one of an answer that goes on."""
    return response.get("status") in PENDING


def terminal_event(response: dict[str, Any]) -> Event:
    """The event that ends the stream of a finished `response`.

    One that was cancelled has no event of its own: its status tells.
    """
    status = response.get("status")
    name = status if status in ("failed", "incomplete") else "completed"
    return {"type": f"response.{name}", "response": response}
