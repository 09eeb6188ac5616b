"""Headers that an administrator has a provider or an MCP server sent: a line each, as in
`X-Team: research`.

Their values may be secrets. Once stored they are shown as MASK, and a line that still has the MASK
when it comes back means the value that is stored.
"""

import re
from collections.abc import Collection, Sequence

Header = tuple[str, str]

MASK = "••••••••"
MOST = 20
LONGEST_VALUE = 4000
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
VALUE = re.compile(r"[!-~](?:[\t -~]*[!-~])?")
AUTHORIZATION = "authorization"
# What HTTP itself, this client and its other fields say.
RESERVED = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "expect",
    "host",
    "keep-alive",
    "openai-organization",
    "openai-project",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
RESERVED_PREFIX = "sec-websocket-"


class HeaderError(ValueError):
    """A `line` that is no header to be sent; `reason` names the sentence that tells why."""

    def __init__(self, reason: str, line: str) -> None:
        super().__init__(f"{reason}: {line}")
        self.reason = reason
        self.line = line


def parsed(text: str, reserved: Collection[str] = ()) -> tuple[Header, ...]:
    """The headers in these lines; HeaderError for one that can't be sent, as those that are
    `reserved` besides what HTTP and the client say, in lower case.
    """
    headers = tuple(_header(line, reserved) for line in _lines(text))
    names = [name.lower() for name, _ in headers]
    for name in names:
        if names.count(name) > 1:
            raise HeaderError("twice", name)
    if len(headers) > MOST:
        raise HeaderError("too_many", headers[MOST][0])
    return headers


def masked(text: str) -> str:
    """The same lines with each value covered."""
    return "\n".join(f"{_name(line)}: {MASK}" for line in _lines(text))


def uncovered(text: str, stored: str) -> str:
    """These lines with stored values in the place of masks; HeaderError where none is stored."""
    values = {_name(line).lower(): line for line in _lines(stored)}
    return "\n".join(_uncovered(line, values) for line in _lines(text))


def names_of(headers: Sequence[Header]) -> set[str]:
    """Their names in lower case."""
    return {name.lower() for name, _ in headers}


def _uncovered(line: str, stored: dict[str, str]) -> str:
    if MASK not in line:
        return line
    name = _name(line)
    if line.partition(":")[2].strip() != MASK or name.lower() not in stored:
        raise HeaderError("covered", name)
    return stored[name.lower()]


def _header(line: str, reserved: Collection[str]) -> Header:
    name, colon, value = line.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not NAME.fullmatch(name):
        raise HeaderError("no_header", name[:100])
    is_reserved = name.lower() in RESERVED or name.lower() in reserved
    if is_reserved or name.lower().startswith(RESERVED_PREFIX):
        raise HeaderError("reserved", name)
    if not VALUE.fullmatch(value) or len(value) > LONGEST_VALUE:
        raise HeaderError("value", name)
    return name, value


def _name(line: str) -> str:
    return line.partition(":")[0].strip()


def _lines(text: str) -> list[str]:
    # Not splitlines: what else it takes for an end of a line is no part of a header either.
    return [line.strip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
