"""What a real server process refuses before anybody is asked."""

import asyncio
import json
import re
import socket
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from chatapp.limited_request import MAX_BODY_BYTES
from chatapp.server import MAX_FRAME_BYTES
from conversations.protocol.items import output_text
from tests.support.add_answers import add_answers
from tests.support.memory import MEGABYTE, memory_of
from tests.support.server import Server, add_people
from tests.support.websocket import connect

HEAD = "POST /accounts/sign-in/ HTTP/1.1\r\nHost: {host}\r\n"


def converse(server: Server, text: str, body: bytes = b"", times: int = 1) -> bytes:
    """Send raw bytes until the server hangs up or all are sent, and read its first answer."""
    address = urlsplit(server.url)
    with socket.create_connection((address.hostname, address.port or 80), timeout=10) as peer:
        peer.sendall(text.format(host=address.netloc).encode())
        try:
            for _ in range(times):
                peer.sendall(body)
        except OSError:
            pass  # it hung up on us, which is what some tests are about
        return peer.recv(65536)


def test_a_body_that_is_declared_too_long_is_refused_before_it_is_sent(server: Server) -> None:
    answer = converse(server, HEAD + f"Content-Length: {MAX_BODY_BYTES + 1}\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_that_grows_too_long_is_refused_on_the_way_without_filling_memory(
    server: Server,
) -> None:
    before = memory_of(server)
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    answer = converse(server, HEAD + "Transfer-Encoding: chunked\r\n\r\n", chunk, times=300)
    assert answer.startswith(b"HTTP/1.1 413 ") or answer == b""
    assert memory_of(server) - before < 80 * MEGABYTE


@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 400), ("127.0.0.1:1", 302), ("localhost", 302)]
)
def test_a_host_that_is_not_ours_is_refused(server: Server, host: str, status: int) -> None:
    answer = converse(server, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_nothing_says_which_server_it_is(server: Server) -> None:
    with urlopen(server.url) as answer:
        assert answer.headers["Server"] is None


@pytest.mark.parametrize("path", ["/ws/", "/elsewhere", "/"])
def test_a_socket_at_another_path_is_refused_without_a_traceback(server: Server, path: str) -> None:
    answer = converse(
        server,
        f"GET {path} HTTP/1.1\r\nHost: {{host}}\r\nOrigin: {server.url}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
    )
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert "Traceback" not in server.log_text()


async def test_a_frame_that_is_too_long_is_answered_by_a_close_code(server: Server) -> None:
    session = add_people(server.data_dir, ["ada"])["ada"]
    socket = await connect(server.url, session)
    socket.send(json.dumps({"type": "x" * MAX_FRAME_BYTES}))
    async with asyncio.timeout(10):
        assert await socket.closed == 1009


async def test_an_answer_may_be_longer_than_a_frame_of_a_browser(server: Server) -> None:
    session = add_people(server.data_dir, ["ada"])["ada"]
    (answer,) = add_answers(server, "ada", 1, 2 * MAX_FRAME_BYTES)
    socket = await connect(server.url, session)
    socket.send(json.dumps({"type": "response.follow", "response_id": answer}))
    async with asyncio.timeout(10):
        snapshot = json.loads(await socket.receive())
    assert len(output_text(snapshot["response"]["output"])) == 2 * MAX_FRAME_BYTES
    socket.protocol.close()
    await socket.closed


def test_a_static_file_is_kept_by_browsers_under_its_name_for_ever(server: Server) -> None:
    with urlopen(f"{server.url}/accounts/sign-in/") as page:
        style = re.search(r'href="(/static/chat/style\.\w+\.css)"', page.read().decode())
    assert style is not None
    with urlopen(server.url + style[1]) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/v1/responses", "/v1/files/", "/v1?x=1"])
def test_at_the_apis_addresses_it_is_refused_in_the_apis_form(server: Server, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: {{host}}\r\nContent-Length: {MAX_BODY_BYTES + 1}\r\n\r\n"
    told, _, body = converse(server, head).partition(b"\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"\r\nx-request-id: req_" in told
    assert b"\r\nx-should-retry: false" in told
    assert f"\r\nContent-Length: {len(body)}".encode() in told
    error = json.loads(body)["error"]
    assert (error["code"], error["type"]) == ("request_too_large", "invalid_request_error")
    assert "too large" in error["message"]


def test_one_that_grows_too_long_is_so_as_well(server: Server) -> None:
    head = "POST /v1/responses HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    answer = converse(server, head, chunk, times=26)
    assert answer == b"" or b"request_too_large" in answer
