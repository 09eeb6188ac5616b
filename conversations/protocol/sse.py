"""Server-sent events, decoded and encoded without any input or output.

The decoder follows https://html.spec.whatwg.org/multipage/server-sent-events.html,
"Interpreting an event stream", for the two fields that the API uses: `event` and `data`.
"""

import re
from typing import NamedTuple

from conversations.protocol.events import TERMINAL, Event
from conversations.protocol.jsontext import dumps

_BOM = b"\xef\xbb\xbf"
# How an event begins that is named by its type alone.
_TYPE = re.compile(rb'(?:data:)?\s*\{\s*"type"\s*:\s*"([\w.]+)"')


class SSEMessage(NamedTuple):
    """One event as it came: its name ("" when it has none) and its data, lines joined."""

    event: str
    data: str


class EventTooLarge(Exception):
    """One event is larger than the decoder may hold; the stream can't be read any further."""


class SSEDecoder:
    """Bytes in, messages out. One decoder reads one stream, in chunks of any size.

    The event that ends the stream may have `max_last_bytes`: it repeats all items of the answer.
    """

    def __init__(self, max_event_bytes: int, max_last_bytes: int = 0) -> None:
        self._max = self._limit = max_event_bytes
        self._max_last = max(max_event_bytes, max_last_bytes)
        self._size = 0
        self._line: list[bytes] = []
        self._line_size = 0
        self._event = b""
        self._data: list[bytes] = []
        self._at_start = True
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[SSEMessage]:
        """Return the messages that `chunk` completes. Raises EventTooLarge."""
        messages = []
        for line in self._complete_lines(chunk):
            message = self._take(line)
            if message is not None:
                messages.append(message)
        return messages

    def flush(self) -> list[SSEMessage]:
        """The stream is over: return the last message if only its blank line was missing.

        A message that was cut in the middle comes out too: its data is then no JSON.
        """
        if not self._line and not self._data:
            return []
        return self.feed(b"\n\n")

    def _complete_lines(self, chunk: bytes) -> list[bytes]:
        """Split at CR, LF or CRLF; what follows the last of them waits for the next chunk."""
        if not chunk:
            return []
        if self._after_cr:
            chunk = chunk.removeprefix(b"\n")
        self._after_cr = chunk.endswith(b"\r")
        lines = chunk.splitlines()
        rest = lines.pop() if lines and not chunk.endswith((b"\n", b"\r")) else b""
        if lines and self._line:
            lines[0] = b"".join((*self._line, lines[0]))
            self._line.clear()
            self._line_size = 0
        if rest:
            self._line.append(rest)
            self._line_size += len(rest)
            self._check(self._line_size)
        return lines

    def _check(self, size: int) -> None:
        if size <= self._limit:
            return
        if self._limit < self._max_last and self._is_last():
            self._limit = self._max_last
        if size > self._limit:
            raise EventTooLarge(f"An event is larger than {self._limit} bytes")

    def _is_last(self) -> bool:
        """Whether an event that is still coming names itself as one that ends the stream."""
        if self._event:
            return _decoded(self._event) in TERMINAL
        named = _TYPE.match(b"".join((*self._data, *self._line)))
        return named is not None and _decoded(named[1]) in TERMINAL

    def _take(self, line: bytes) -> SSEMessage | None:
        if not line:
            return self._finish()
        if self._at_start:
            line = line.removeprefix(_BOM)
            self._at_start = False
        field, _, value = line.partition(b":")
        if field == b"data":
            self._size += len(value)
            self._data.append(value.removeprefix(b" "))
            self._check(self._size)
        elif field == b"event":
            self._event = value.removeprefix(b" ")
        return None

    def _finish(self) -> SSEMessage | None:
        event, data = self._event, b"\n".join(self._data)
        self._event = b""
        self._data.clear()
        self._size = 0
        self._limit = self._max
        if not data:
            return None
        return SSEMessage(_decoded(event), _decoded(data))


def encode(event: Event) -> bytes:
    """Write one event as our own streams carry it: `event: <type>`, `data: <json>`, blank line."""
    # A provider chose the name: white space in it must not begin another field.
    name = "".join(str(event.get("type", "")).split())
    return f"event: {name}\ndata: {dumps(event)}\n\n".encode()


def _decoded(value: bytes) -> str:
    return value.decode(errors="replace")
