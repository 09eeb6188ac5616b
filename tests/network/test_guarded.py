"""What is connected to where somebody else has named the host: the address that was looked at."""

import asyncio
import socket
from typing import Any

import httpcore2
import pytest

from conversations.network import guarded
from conversations.network.guarded import GuardedBackend, NotAllowed
from conversations.network.reach import Place, Reach
from tests.support.listening import listening


def inside(*written: str) -> Reach:
    return Reach(inside=frozenset(map(Place.of, written)))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What hosts are looked up as; each look-up takes the first address off, but for the last."""
    known: dict[str, list[str]] = {}

    async def getaddrinfo(_: Any, host: str, port: int, **__: Any) -> list[Any]:
        found = known[host][0].split()
        known[host] = known[host][1:] or known[host]
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return known


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello")
    await reader.read()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0", "::1", "::ffff:127.0.0.1", "localhost"],
)
async def test_this_machine_is_not_connected_to_however_it_is_written(host: str) -> None:
    with pytest.raises(NotAllowed):
        await GuardedBackend(Reach()).connect_tcp(host, 80, timeout=5)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1"])
async def test_a_name_of_a_private_address_is_refused(
    names: dict[str, list[str]], address: str
) -> None:
    names["innocent.example"] = [address]

    with pytest.raises(NotAllowed, match=r"innocent\.example"):
        await GuardedBackend(Reach()).connect_tcp("innocent.example", 443, timeout=5)


async def test_one_private_address_among_public_ones_is_enough_to_refuse(
    names: dict[str, list[str]],
) -> None:
    names["innocent.example"] = ["1.1.1.1 127.0.0.1"]

    with pytest.raises(NotAllowed):
        await GuardedBackend(Reach()).connect_tcp("innocent.example", 443, timeout=5)


async def test_what_is_connected_to_is_the_address_that_was_looked_at(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(greet) as port:
        # The second look-up would lead elsewhere.
        names["rebinding.example"] = ["127.0.0.1", "127.0.0.2"]
        backend = GuardedBackend(inside(f"rebinding.example:{port}"))
        stream = await backend.connect_tcp("rebinding.example", port, timeout=5)

        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        assert names["rebinding.example"] == ["127.0.0.2"]
        assert await stream.read(100, timeout=5) == b"hello"
        await stream.aclose()


async def test_an_address_that_does_not_answer_leaves_the_others(
    names: dict[str, list[str]],
) -> None:
    async with listening(greet) as port:
        names["wiki.local"] = ["::1 127.0.0.1"]
        backend = GuardedBackend(inside(f"wiki.local:{port}"))
        stream = await backend.connect_tcp("wiki.local", port, timeout=5)

        assert await stream.read(100, timeout=5) == b"hello"
        await stream.aclose()


async def test_a_host_that_an_administrator_named_still_has_no_metadata(
    names: dict[str, list[str]],
) -> None:
    names["wiki.local"] = ["169.254.169.254"]

    with pytest.raises(NotAllowed):
        await GuardedBackend(inside("wiki.local")).connect_tcp("wiki.local", 80, timeout=5)


async def test_this_machines_public_address_is_refused_once_it_shows(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = b""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        sent = await reader.read()

    monkeypatch.setattr(guarded, "is_public", lambda address: True)
    async with listening(listen) as port:
        names["own.example"] = ["127.0.0.1"]
        reach = Reach(only=frozenset({Place("own.example", port)}))
        with pytest.raises(NotAllowed):
            await GuardedBackend(reach).connect_tcp("own.example", port, timeout=5)
    assert sent == b""


async def test_other_ports_and_hosts_are_not_even_looked_up(names: dict[str, list[str]]) -> None:
    with pytest.raises(NotAllowed):
        await GuardedBackend(Reach()).connect_tcp("nobody.example", 22, timeout=5)


async def test_a_name_that_nobody_has_is_an_error_of_connecting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    with pytest.raises(httpcore2.ConnectError):
        await GuardedBackend(Reach()).connect_tcp("nobody.example", 443, timeout=5)


async def test_no_socket_of_this_machine_is_opened() -> None:
    with pytest.raises(NotAllowed):
        await GuardedBackend(Reach()).connect_unix_socket("/run/docker.sock")
