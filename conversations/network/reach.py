"""Which hosts may be reached that somebody else has named: rules of names, before any address."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

PORTS = (80, 443)
PLACE = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\s:/\[\]@]+)(?::(?P<port>[0-9]{1,5}))?")


@dataclass(frozen=True)
class Place:
    """A host with all names beneath it, at one port or, where none is named, at the usual ones."""

    host: str
    port: int | None = None

    @classmethod
    def of(cls, text: str) -> "Place":
        """The place that is written `host` or `host:port`; ValueError when it is none."""
        found = PLACE.fullmatch(text.strip().lower())
        if found is None:
            raise ValueError(f"{text!r} is no host, and no host:port")
        return cls(plain(found["host"]), int(found["port"]) if found["port"] else None)

    def is_at(self, host: str, port: int) -> bool:
        """Whether this host and port are it, or are beneath it."""
        return self._names(host) and (port == self.port if self.port else port in PORTS)

    def forbids(self, host: str, port: int) -> bool:
        """The same, but at every port where none is named."""
        return self._names(host) and self.port in (None, port)

    def _names(self, host: str) -> bool:
        return host == self.host or host.endswith(f".{self.host}")


@dataclass(frozen=True)
class Reach:
    """`only`: nothing but these, where there are any. `never`: not these, whatever else says so.
    `inside`: these also where their address is no public one. `own`: where this app itself is.
    """

    only: frozenset[Place] = field(default=frozenset())
    never: frozenset[Place] = field(default=frozenset())
    inside: frozenset[Place] = field(default=frozenset())
    own: frozenset[tuple[str, int]] = field(default=frozenset())

    def allows(self, host: str, port: int) -> bool:
        """Whether this host may be looked up, to be connected to at this port."""
        host = plain(host)
        if (host, port) in self.own or any(place.forbids(host, port) for place in self.never):
            return False
        if _is_among(self.inside, host, port):
            return True
        return _is_among(self.only, host, port) if self.only else port in PORTS

    def is_inside(self, host: str, port: int) -> bool:
        """Whether an administrator has named it as one that may have a private address."""
        return _is_among(self.inside, plain(host), port)


def plain(host: str) -> str:
    """A host as it is compared: small, without the root's dot and an address's brackets."""
    return host.strip("[]").rstrip(".").lower()


def _is_among(places: Iterable[Place], host: str, port: int) -> bool:
    return any(place.is_at(host, port) for place in places)
