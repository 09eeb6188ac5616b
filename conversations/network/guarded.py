"""Connections to hosts that a model, a page or a person has named.

The host is looked up here, once, and what is connected to is the address that was looked at: no
second look-up can say otherwise. TLS and the request have the name all the same.
"""

# ruff: noqa: ASYNC109 - the interface has timeouts

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import ip_address

import httpcore2

from conversations.network.addresses import Address, is_inside, is_public
from conversations.network.connections import Backend
from conversations.network.reach import Reach

MOST_ADDRESSES = 4


class NotAllowed(Exception):
    """This host is not to be connected to; `host` is its name: nothing tells of its address."""

    def __init__(self, host: str) -> None:
        super().__init__(host)
        self.host = host


class GuardedBackend(Backend):
    """Connects to what `reach` allows; else NotAllowed, before a byte is sent."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        if not self._reach.allows(host, port):
            raise NotAllowed(host)
        addresses = await _looked_up(host, port, timeout)
        may_be_inside = self._reach.is_inside(host, port)
        if not all(is_public(one) or (may_be_inside and is_inside(one)) for one in addresses):
            raise NotAllowed(host)
        stream = await self._connected(addresses, port, timeout, local_address, socket_options)
        if _is_own(stream) and not may_be_inside:
            await stream.aclose()
            raise NotAllowed(host)
        return stream

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise NotAllowed(path)

    async def _connected(
        self,
        addresses: Sequence[Address],
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None,
    ) -> httpcore2.AsyncNetworkStream:
        """To the first of these that answers; the error of the last where none does."""
        *before, last = addresses[:MOST_ADDRESSES]
        for address in before:
            try:
                return await super().connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return await super().connect_tcp(str(last), port, timeout, local_address, socket_options)


async def _looked_up(host: str, port: int, timeout: float | None) -> list[Address]:
    """Every address of a host, as the system's own resolver gives them: it reads 127.1 too."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore2.ConnectTimeout(error) from error
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(error) from error
    return [ip_address(place[0]) for *_, place in found]


def _is_own(stream: httpcore2.AsyncNetworkStream) -> bool:
    """Whether this machine has connected to itself, at whichever of its addresses."""
    here, there = stream.get_extra_info("client_addr"), stream.get_extra_info("server_addr")
    return bool(here and there and here[0] == there[0])
