"""The messages of one websocket in, standard events out, within limits."""

from typing import Any

from conversations.protocol import jsontext
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.providers.classify import Asked
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import LONGEST_BEGINNING, error_of_body, provider_error
from conversations.providers.reading import with_clean_error
from conversations.providers.retry import asked_wait


class MessageReader:
    """Decodes messages, each of which is one event. Limits are those of one response."""

    def __init__(self, config: ProviderConfig, asked: Asked) -> None:
        self._config = config
        self._asked = asked
        self._dialect = DIALECTS[config.dialect]
        self.begin()

    def begin(self) -> None:
        """Another response is to be read."""
        self._received = 0
        self._skipped = 0

    def event_in(self, message: bytes) -> Event | None:
        """The event, or None where it says nothing; errors are events of the type `error`.

        Too many bytes, or too many messages that can't be read, raise `ProviderError`.
        """
        self._received += len(message)
        if self._received > self._config.limits.answer_bytes:
            detail = f"more than {self._received} bytes"
            raise provider_error(ErrorKind.TOO_LARGE, self._config, detail=detail)
        try:
            data = jsontext.loads(message)
        except ValueError:
            data = None
        event = self._event(data) if isinstance(data, dict) else None
        if len(message) > self._config.limits.event_bytes and not (event and is_terminal(event)):
            detail = f"a message of {len(message)} bytes"
            raise provider_error(ErrorKind.TOO_LARGE, self._config, detail=detail)
        if not isinstance(data, dict):
            self._skip(message)
        return event

    def error_of(self, event: Event) -> ProviderError:
        """What an `error` event says; over a websocket it has the status, even headers, of HTTP."""
        error = event.get("error")
        given = error.get("headers") if isinstance(error, dict) else None
        headers = (
            {str(k).lower(): str(v) for k, v in given.items()} if isinstance(given, dict) else {}
        )
        status = event.get("status")
        status = status if isinstance(status, int) else None
        return error_of_body(
            event,
            self._config,
            status=status,
            retry_after=asked_wait(status or 0, headers),
            asked=self._asked,
        )

    def _event(self, data: dict[str, Any]) -> Event | None:
        event = self._dialect.event("", data)
        if event is None or event["type"] == "error":
            return event and {**data, "type": "error"}
        if is_terminal(event) and isinstance(event.get("response"), dict):
            return {**event, "response": with_clean_error(event["response"], self._config)}
        return event

    def _skip(self, message: bytes) -> None:
        self._skipped += 1
        if self._skipped > self._config.limits.skipped_events:
            detail = message[:LONGEST_BEGINNING].decode(errors="replace")
            raise provider_error(ErrorKind.GARBAGE, self._config, detail=detail)
