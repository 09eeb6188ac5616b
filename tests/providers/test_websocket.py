"""The websocket to a provider: what is sent, what is refused, and how it is lost."""

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers import retry
from conversations.providers.client import ProviderClient
from conversations.providers.config import Deadlines, Limits
from tests.network.test_transport import tunnel
from tests.providers.asking import KEY, SHORT, asking, config_for, text_of, types_of
from tests.providers.steering import REQUEST, Peer, opened, read, scripted
from tests.support.listening import listening
from tests.support.misbehaving import MisbehavingProvider, answer, beginning, error, reply, silence


async def failing(client: ProviderClient) -> ProviderError:
    """How an answer fails, at its beginning or later."""
    with pytest.raises(ProviderError) as caught:
        async with opened(client) as answered:
            await read(answered)
    return caught.value


def saying(*events: Any) -> Any:
    async def play(peer: Peer) -> None:
        await peer.say(*events)

    return play


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "BACKOFF", dict.fromkeys(retry.BACKOFF, 0.01))


async def test_what_an_administrator_has_a_provider_sent_is_sent() -> None:
    own: Any = {"organization": "org-1", "headers": (("X-Team", "research"),)}
    async with asking(error(400, "No."), **own) as (client, provider):
        await failing(client)
    headers = provider.requests[0].headers
    assert (headers["openai-organization"], headers["x-team"]) == ("org-1", "research")
    assert headers["authorization"] == f"Bearer {KEY}"


async def test_nothing_of_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: 1\nAuthorization: Bearer stolen")
    async with asking(error(400, "No.")) as (client, provider):
        await failing(client)
    sent = provider.requests[0]
    assert (sent.method, sent.path) == ("GET", "/v1/responses")
    assert set(sent.headers) <= {
        "accept",
        "authorization",
        "connection",
        "content-type",
        "host",
        "sec-websocket-key",
        "sec-websocket-version",
        "upgrade",
        "user-agent",
    }
    assert sent.headers["authorization"] == f"Bearer {KEY}"


REFUSALS: dict[str, tuple[Any, ErrorKind]] = {
    "the key": (error(401, f"Incorrect API key provided: {KEY}"), ErrorKind.KEY_REFUSED),
    "no such address": (error(404, "No."), ErrorKind.NOT_FOUND),
    "no websocket": (error(405, "Method not allowed"), ErrorKind.BAD_REQUEST),
    "a page": (reply(200, b"<html>Sign in</html>", "text/html"), ErrorKind.NOT_AN_ENDPOINT),
    "credit": (error(429, "No.", code="insufficient_quota"), ErrorKind.QUOTA),
}


@pytest.mark.parametrize(("refusal", "kind"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_a_refused_handshake_is_an_error_like_any_other(
    refusal: Any, kind: ErrorKind
) -> None:
    async with asking(refusal) as (client, provider):
        caught = await failing(client)
    assert caught.kind is kind
    assert KEY not in f"{caught.message} {caught.detail} {caught!r}"
    assert len(provider.requests) == 1


async def test_a_redirect_is_not_followed() -> None:
    async with MisbehavingProvider(silence) as elsewhere:
        there = reply(307, b"", headers={"location": f"{elsewhere.url}/responses"})
        async with asking(there) as (client, provider):
            here = reply(302, b"", headers={"location": f"{provider.url}/elsewhere"})
            provider._behaviours = (there, here)
            for _ in range(2):
                assert (await failing(client)).kind is ErrorKind.NOT_AN_ENDPOINT
            assert [request.path for request in provider.requests] == ["/v1/responses"] * 2
    assert elsewhere.requests == []


@pytest.mark.usefixtures("_at_once")
async def test_a_busy_provider_is_waited_for() -> None:
    waits: list[tuple[float, int | None]] = []
    busy = error(429, "Later.", {"retry-after": "0.03"})
    async with asking(busy, error(503), error(400, "No.")) as (client, provider):
        with pytest.raises(ProviderError) as caught:
            await client.open(REQUEST, lambda seconds, error: waits.append((seconds, error.status)))
    assert caught.value.kind is ErrorKind.BAD_REQUEST
    assert waits[0] == (0.03, 429)
    assert [status for _, status in waits] == [429, 503]
    assert len(provider.requests) == 3


def told(status: int, code: str, **headers: str) -> dict[str, Any]:
    error = {"type": "invalid_request_error", "code": code, "message": f"No: {KEY}"}
    return {"type": "error", "status": status, "error": {**error, "headers": headers}}


async def test_a_busy_provider_may_say_so_over_the_websocket() -> None:
    waits: list[float] = []
    busy = told(429, "rate_limit_exceeded", **{"Retry-After": "0.03"})
    async with scripted(saying(busy), saying(*answer("Hello"))) as (client, received, _):
        answered = await client.open(REQUEST, lambda seconds, _: waits.append(seconds))
        assert text_of(await read(answered)) == "Hello"
        await answered.aclose()
    assert waits == [0.03]
    assert received == [{"type": "response.create", **REQUEST}] * 2


ERRORS = {
    "unknown previous response": (
        told(400, "previous_response_not_found"),
        ErrorKind.PREVIOUS_RESPONSE_NOT_FOUND,
    ),
    "connection limit": (
        told(400, "websocket_connection_limit_reached"),
        ErrorKind.BAD_REQUEST,
    ),
    "the key": (told(401, "invalid_api_key"), ErrorKind.KEY_REFUSED),
    "flat": ({"type": "error", "code": "invalid_prompt", "message": "No."}, ErrorKind.BAD_REQUEST),
    "untyped": ({"error": {"message": "No."}, "status": 402}, ErrorKind.QUOTA),
}


@pytest.mark.parametrize(("event", "kind"), ERRORS.values(), ids=ERRORS.keys())
async def test_an_error_ends_the_answer_at_its_beginning_or_later(
    event: Any, kind: ErrorKind
) -> None:
    for events in ([event], [*answer("Hel")[:2], event]):
        async with scripted(saying(*events)) as (client, received, _):
            caught = await failing(client)
        assert caught.kind is kind
        assert KEY not in f"{caught.message} {caught.detail}"
        assert len(received) == 1


async def test_an_error_of_a_failed_response_is_what_a_person_may_read() -> None:
    failed = {**answer("")[-1]["response"], "status": "failed", "error": {"message": KEY}}
    events = [*answer("Hel")[:2], {"type": "response.failed", "response": failed}]
    async with scripted(saying(*events)) as (client, _, _), opened(client) as answered:
        read_events = await read(answered)
    assert types_of(read_events)[-1] == "response.failed"
    assert KEY not in str(read_events)


async def test_messages_that_say_nothing_are_passed_over() -> None:
    odd = ["{", "[1]", '"x"', '{"type": "keepalive", "sequence_number": 1}', "{}", '{"type": 5}']
    first, *rest = answer("Hel", "lo")
    play = saying(*odd, first, *odd, *rest)
    async with scripted(play) as (client, _, _), opened(client) as answered:
        assert await read(answered) == [first, *rest]


async def test_too_many_messages_that_can_not_be_read_end_the_answer() -> None:
    async with scripted(saying(answer("Hel")[0], *["{"] * 20)) as (client, _, _):
        assert (await failing(client)).kind is ErrorKind.GARBAGE


async def broken_text(peer: Peer) -> None:
    await peer.say(answer("Hel")[0])
    await peer.connection.send(b"\xff\xfe", text=True)


async def test_broken_text_is_passed_over() -> None:
    async with scripted(broken_text, deadlines=SHORT) as (client, _, _):
        assert (await failing(client)).kind is ErrorKind.TIMEOUT


SIZES = {
    "one message": saying(*beginning("x" * 50_000)),
    "all messages": saying(*beginning(*["x" * 5_000] * 50)),
}


@pytest.mark.parametrize("play", SIZES.values(), ids=SIZES.keys())
async def test_an_endless_answer_is_too_large(play: Any) -> None:
    limits = Limits(event_bytes=20_000, answer_bytes=100_000)
    async with scripted(play, limits=limits) as (client, _, _):
        assert (await failing(client)).kind is ErrorKind.TOO_LARGE


async def test_the_end_may_be_larger_than_what_came_before() -> None:
    limits = Limits(event_bytes=20_000, answer_bytes=100_000)
    events = answer("x" * 15_000)
    response = events[-1]["response"]
    end = {**events[-1], "response": {**response, "output": response["output"] * 3}}
    async with (
        scripted(saying(*events[:-1], end), limits=limits) as (client, _, _),
        opened(client) as answered,
    ):
        assert (await read(answered))[-1]["type"] == "response.completed"


async def closed(peer: Peer) -> None:
    await peer.say(*answer("Hel")[:2])
    await peer.connection.close(1001)


async def reset(peer: Peer) -> None:
    await peer.say(*answer("Hel")[:2])
    peer.reset()


async def gone_at_once(peer: Peer) -> None:
    peer.reset()


@pytest.mark.parametrize("play", [closed, reset, gone_at_once])
async def test_a_lost_connection_is_cut(play: Any) -> None:
    async with scripted(play) as (client, received, _):
        caught = await failing(client)
    assert caught.kind is ErrorKind.CUT
    assert len(received) == 1


@pytest.mark.parametrize("events", [[], answer("Hel")[:2]])
async def test_a_provider_that_falls_silent_is_given_up(events: list[Any]) -> None:
    async with scripted(saying(*events), deadlines=SHORT) as (client, _, left):
        assert (await failing(client)).kind is ErrorKind.TIMEOUT
        async with asyncio.timeout(1):
            await left.wait()


async def test_keep_alives_do_not_put_off_the_first_event() -> None:
    async def alive(peer: Peer) -> None:
        while True:
            await peer.say({"type": "keepalive"})
            await asyncio.sleep(0.02)

    async with scripted(alive, deadlines=SHORT) as (client, _, _):
        assert (await failing(client)).kind is ErrorKind.TIMEOUT


async def test_a_provider_that_thinks_is_waited_for() -> None:
    async def thinking(peer: Peer) -> None:
        await peer.say(*answer("Hel", "lo")[:2])
        await asyncio.sleep(0.6)
        await peer.say(*answer("Hel", "lo")[2:])

    deadlines = Deadlines(liveness=0.2, progress=5)
    async with (
        scripted(thinking, deadlines=deadlines) as (client, _, _),
        opened(client) as answered,
    ):
        assert text_of(await read(answered)) == "Hello"


async def test_a_provider_that_is_gone_without_a_word_is_given_up() -> None:
    is_given_up = asyncio.Event()

    async def frozen(peer: Peer) -> None:
        await peer.say(*answer("Hel")[:2])
        peer.connection.transport.pause_reading()  # no pong is sent
        await is_given_up.wait()
        peer.reset()

    deadlines = Deadlines(liveness=0.2, progress=60)
    async with scripted(frozen, deadlines=deadlines) as (client, _, _):
        assert (await failing(client)).kind is ErrorKind.TIMEOUT
        is_given_up.set()


async def test_a_refused_connection_is_tried_three_times() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    client = ProviderClient(config_for(url))
    waits: list[float] = []
    with pytest.raises(ProviderError) as caught:
        await client.open(REQUEST, lambda seconds, _: waits.append(seconds))
    await client.aclose()
    assert caught.value.kind is ErrorKind.UNREACHABLE
    assert len(waits) == 2


async def not_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    await reader.read()


async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()


SERVERS = {
    "another protocol": (not_http, ErrorKind.GARBAGE),
    "nothing": (nothing, ErrorKind.UNREACHABLE),
    "hangs up": (hangs_up, ErrorKind.CUT),
}


@pytest.mark.parametrize(("server", "kind"), SERVERS.values(), ids=SERVERS.keys())
async def test_a_server_without_a_handshake_is_told_apart(server: Any, kind: ErrorKind) -> None:
    async with listening(server) as port:
        deadlines = Deadlines(connect=0.2)
        client = ProviderClient(config_for(f"http://127.0.0.1:{port}/v1", deadlines=deadlines))
        assert (await failing(client)).kind is kind
        await client.aclose()


@pytest.mark.parametrize("url", ["http://provider.invalid/v1", "nonsense", "ftp://127.0.0.1/v1"])
async def test_an_address_that_is_none_can_not_be_reached(url: str) -> None:
    client = ProviderClient(config_for(url))
    assert (await failing(client)).kind is ErrorKind.UNREACHABLE
    await client.aclose()


@pytest.mark.parametrize("key", ["schl\u00fcssel", "two\r\nX-Lines: 1"])
async def test_a_key_that_can_not_be_sent_is_a_key_problem(key: str) -> None:
    async with asking(error(400), api_key=key) as (client, provider):
        caught = await failing(client)
    assert caught.kind is ErrorKind.KEY_REFUSED
    assert key not in caught.detail
    assert provider.requests == []


async def hello(connection: ServerConnection) -> None:
    await Peer(connection, []).hear()
    await Peer(connection, []).say(*answer("Hello"))
    await connection.wait_closed()


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve(hello, "127.0.0.1", 0, ssl=self_signed) as server:
        url = f"https://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/v1"
        client = ProviderClient(config_for(url))
        assert (await failing(client)).kind is ErrorKind.CERTIFICATE
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        async with opened(client) as answered:
            assert text_of(await read(answered)) == "Hello"
        await client.aclose()


async def test_it_goes_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conversations.providers.connection.LOOPBACK", set())
    async with listening(tunnel) as proxy, serve(hello, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy}")
        client = ProviderClient(config_for(f"http://127.0.0.1:{port}/v1"))
        async with opened(client) as answered:
            assert text_of(await read(answered)) == "Hello"
            assert answered._socket._connection._connection.remote_address[1] == proxy
        await client.aclose()
