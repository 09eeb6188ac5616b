"""The address of a proxy. It may hold a password, which is shown as MASK once it is stored."""

from collections.abc import Collection
from urllib.parse import urlsplit

from conversations.protocol.headers import MASK


class ProxyError(ValueError):
    """What is no address of a proxy; its text is one of the names of a sentence."""


def checked(url: str, schemes: Collection[str]) -> str:
    """The address, if it is one with one of the schemes; else ProxyError."""
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError as error:
        raise ProxyError("no_proxy") from error
    if parts.scheme not in schemes:
        raise ProxyError("scheme")
    is_more = parts.path.strip("/") or parts.query or parts.fragment
    if not url.isascii() or not url.isprintable() or " " in url or not has_port:
        raise ProxyError("no_proxy")
    if not parts.hostname or is_more:
        raise ProxyError("no_proxy")
    return url


def masked(url: str) -> str:
    """The same address, its password covered."""
    before, at, host = url.rpartition("@")
    if not at:
        return url
    scheme, _, credentials = before.partition("://")
    name, colon, _ = credentials.partition(":")
    return f"{scheme}://{name}{colon}{MASK if colon else ''}@{host}"


def uncovered(url: str, stored: str) -> str:
    """The stored address where this is its masked one; ProxyError for any other with a MASK: a
    password goes to no other proxy than the one it was typed for.
    """
    if MASK not in url:
        return url
    if url != masked(stored):
        raise ProxyError("covered")
    return stored


def password_of(url: str) -> str:
    """Its password, or nothing."""
    return urlsplit(url).password or ""
