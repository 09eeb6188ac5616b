"""What a client needs to know about one MCP server."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conversations.protocol.secrets import secrets_in

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class ServerConfig:
    """Where it is, and what it is to be sent.

    It is spoken to over the streamable transport, or over SSE, which is that of `older` servers.
    `headers` go with every request, the one that authorises among them.
    """

    url: str
    older: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def secrets(self) -> list[str]:
        """What it may repeat and nobody is to see."""
        return secrets_in(self.headers.items())


@dataclass(frozen=True)
class Limits:
    """How long it is waited for, in seconds, and how much of it is read."""

    connect: float = 10
    listing: float = 20
    calling: float = 60
    closing: float = 2
    bytes: int = 8 * MEBIBYTE
    pages: int = 20
    tools: int = 128
    schema: int = 20_000  # characters
    description: int = 4_000
    pictures: int = 4  # of one answer
    picture: int = 2 * MEBIBYTE
