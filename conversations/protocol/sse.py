"""Server-sent events, decoded and encoded without any input or output.

The decoder follows https://html.spec.whatwg.org/multipage/server-sent-events.html,
"Interpreting an event stream", for the two fields that the API uses: `event` and `data`.
"""

from typing import NamedTuple

from conversations.protocol.events import Event
from conversations.protocol.jsontext import dumps

_BOM = b"\xef\xbb\xbf"


class SSEMessage(NamedTuple):
    """One event as it came: its name ("" when it has none) and its data, lines joined."""

    event: str
    data: str


class EventTooLarge(Exception):
    """One event is larger than the decoder may hold; the stream can't be read any further."""


class SSEDecoder:
    """Bytes in, messages out. One decoder reads one stream, in chunks of any size."""

    def __init__(self, max_event_bytes: int) -> None:
        self._max = max_event_bytes
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
        if size > self._max:
            raise EventTooLarge(f"An event is larger than {self._max} bytes")

    def _take(self, line: bytes) -> SSEMessage | None:
        if not line:
            return self._finish()
        if self._at_start:
            line = line.removeprefix(_BOM)
            self._at_start = False
        field, _, value = line.partition(b":")
        if field == b"data":
            self._size += len(value)
            self._check(self._size)
            self._data.append(value.removeprefix(b" "))
        elif field == b"event":
            self._event = value.removeprefix(b" ")
        return None

    def _finish(self) -> SSEMessage | None:
        event, data = self._event, b"\n".join(self._data)
        self._event = b""
        self._data.clear()
        self._size = 0
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
