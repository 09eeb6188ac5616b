"""Scripts that read slowly, or not at all: what they cost, and what becomes of their answers."""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from openai import OpenAI

from tests.support.memory import MEGABYTE, memory_of
from tests.support.server import Server

READERS = 25
SHORT = "try: fast long 1000"
LONG = "try: fast long 12000"


@contextmanager
def reader(served: Server, key: str, request: str, body: str = "") -> Iterator[socket.socket]:
    """A client that has sent a request, and reads when the test says so."""
    address = urlsplit(served.url)
    with socket.socket() as peer:
        # What the kernel takes in its place is little.
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.settimeout(60)
        peer.connect((address.hostname, address.port))
        head = f"{request} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {key}\r\n"
        peer.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        yield peer


def test_readers_that_do_not_read_cost_little(
    client: OpenAI, served: Server, keys: dict[str, str]
) -> None:
    client.responses.create(model="guide", input=SHORT)
    before = memory_of(served)
    response = client.responses.create(model="guide", input=LONG, background=True)
    path = f"GET /v1/responses/{response.id}?stream=true"
    with ExitStack() as stack:
        for _ in range(READERS):
            stack.enter_context(reader(served, keys["ada"], path))
        events = list(client.responses.retrieve(response.id, stream=True))
        assert events[-1].type == "response.completed"
        assert memory_of(served) - before < 25 * MEGABYTE


def test_who_reads_late_misses_nothing(served: Server, keys: dict[str, str]) -> None:
    body = json.dumps({"model": "guide", "input": LONG, "stream": True})
    with reader(served, keys["ada"], "POST /v1/responses", body) as peer:
        got = b""
        while b"data: [DONE]" not in got:
            got += peer.recv(65536)
    assert b"response.completed" in got


def test_an_answer_whose_reader_stops_reading_and_goes_away_is_ended(
    client: OpenAI, served: Server, keys: dict[str, str]
) -> None:
    body = json.dumps({"model": "guide", "input": "try: slow 1 long 100000", "stream": True})
    with reader(served, keys["ada"], "POST /v1/responses", body) as peer:
        got = b""
        while (named := re.search(rb"resp_\w{20,}(?=\W)", got)) is None:
            got += peer.recv(1000)
        response_id = named[0].decode()
    while client.responses.retrieve(response_id).status != "cancelled":
        pass
