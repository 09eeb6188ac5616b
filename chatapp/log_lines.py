"""How a record is written to the log: whatever stands in it, nobody can forge another one."""

import logging
import unicodedata
from types import TracebackType
from typing import TypeAlias

_ExcInfo: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

# Control characters, breaks of lines, and marks that turn the direction of a terminal's text.
ESCAPES = {
    code: chr(code).encode("unicode_escape").decode()
    for code in range(0x2070)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")
}


class LineFormatter(logging.Formatter):
    """One line a record, its control characters escaped; a traceback follows, indented.

    So what begins at the edge is the server's own, and no terminal obeys what a stranger sent.
    """

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return super().formatMessage(record).translate(ESCAPES)

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 (logging's name)
        return _indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 (logging's name)
        return _indented(super().formatStack(stack_info))


def _indented(text: str) -> str:
    return "\n".join("  " + line.translate(ESCAPES) for line in text.split("\n"))
