"""Pages as real servers send them, wherever they lead; the network of this machine stays closed."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from conversations.network import fetching
from conversations.network.fetching import (
    MOST_REDIRECTS,
    Fetched,
    NotFetched,
    fetch,
    fetch_file,
)
from conversations.network.reach import Place, Reach
from tests.support.listening import listening

Answer = Callable[[str], bytes]


class Site:
    """A server of a test's own, on this machine, that an administrator has named."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.requests: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def reach(self) -> Reach:
        return Reach(inside=frozenset({Place("127.0.0.1", self.port)}))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # when it hangs up
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                self.requests.append(head)
                writer.write(self._answer(head.split(" ")[1]))
                await writer.drain()


@asynccontextmanager
async def site(answer: Answer | bytes) -> AsyncIterator[Site]:
    served = Site((lambda _: answer) if isinstance(answer, bytes) else answer)
    async with listening(served.serve) as port:
        served.port = port
        yield served


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    given = {"Content-Type": "text/html", "Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=to)


async def fetched(answer: Answer | bytes, path: str = "/") -> Fetched:
    async with site(answer) as served:
        return await fetch(served.url + path, served.reach)


async def refusal(answer: Answer | bytes, path: str = "/") -> str:
    with pytest.raises(NotFetched) as caught:
        await fetched(answer, path)
    return str(caught.value)


async def test_a_page_comes_with_its_type_and_its_address() -> None:
    answer = reply(b"<p>Hi", Content_Type='Text/HTML; charset="UTF-8"')
    async with site(answer) as served:
        page = await fetch(
            f"{served.url}/a b?q=\N{LATIN SMALL LETTER O WITH DIAERESIS}#part", served.reach
        )

        assert page == Fetched(f"{served.url}/a%20b?q=%C3%B6", "text/html", "utf-8", b"<p>Hi")


async def test_nothing_is_told_but_what_is_asked_for() -> None:
    async with site(lambda path: reply(b"", Set_Cookie="a=b") if path else b"") as served:
        await fetch(f"{served.url}/", served.reach)
        await fetch(f"{served.url}/", served.reach)

    for request in served.requests:
        names = [line.partition(":")[0].lower() for line in request.strip().split("\r\n")[1:]]
        assert sorted(names) == ["accept", "accept-encoding", "host", "user-agent"]
        assert "Chatapp" in request


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,hello",
        "gopher://127.0.0.1/",
        "example.org",
        "//example.org/",
        "http:///path",
        "",
    ],
)
async def test_only_the_web_is_read(address: str) -> None:
    with pytest.raises(NotFetched, match="begin with"):
        await fetch(address, Reach())


@pytest.mark.parametrize(
    "address", ["http://a:b/", "http://a\r\nHost: b/", "http://\u2460.\u24ea/"]
)
async def test_what_is_no_address_is_said_to_be_so(address: str) -> None:
    with pytest.raises(NotFetched, match="no address"):
        await fetch(address, Reach())


@pytest.mark.parametrize("address", ["https://me:secret@example.org/", "http://example.org@evil/"])
async def test_an_address_with_a_password_is_not_read(address: str) -> None:
    with pytest.raises(NotFetched, match="a name or a password") as caught:
        await fetch(address, Reach())
    assert "secret" not in str(caught.value)


async def test_a_server_of_this_machine_is_not_read_unless_it_is_named() -> None:
    async with site(reply(b"secret")) as served:
        with pytest.raises(NotFetched, match="not allowed"):
            await fetch(served.url, Reach())
        named = Reach(only=frozenset({Place("127.0.0.1", served.port)}))
        with pytest.raises(NotFetched, match="not allowed"):
            await fetch(served.url, named)
        assert (await fetch(served.url, served.reach)).body == b"secret"
    assert len(served.requests) == 1


async def test_a_redirect_is_followed_to_where_the_page_is() -> None:
    pages = {"/": redirect("/b/c"), "/b/c": redirect("d?x=1#e", "308 Permanent"), "/b/d?x=1": b""}
    pages["/b/d?x=1"] = reply(b"here")
    page = await fetched(lambda path: pages[path])

    assert page.url.endswith("/b/d?x=1")
    assert page.body == b"here"


async def test_redirects_have_an_end() -> None:
    async with site(lambda path: redirect(f"/{int(path[1:] or 0) + 1}")) as served:
        with pytest.raises(NotFetched, match="redirects more than"):
            await fetch(f"{served.url}/0", served.reach)
    assert len(served.requests) == MOST_REDIRECTS + 1


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://127.0.0.1:22/",
        "http://localhost/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "http://0.0.0.0/",
        "//10.0.0.1/",
    ],
)
async def test_a_redirect_to_a_private_address_is_refused(to: str) -> None:
    assert "not allowed" in await refusal(redirect(to))


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/", "http://me@127.0.0.1/"])
async def test_a_redirect_to_what_is_not_the_web_is_refused(to: str) -> None:
    assert "address" in (await refusal(redirect(to))).lower()


async def test_another_server_is_not_told_what_the_first_one_set() -> None:
    async with site(reply(b"second")) as second:
        leads_there = reply(b"", "302 Found", Location=second.url, Set_Cookie="a=b; Path=/")
        async with site(leads_there) as first:
            both = Reach(inside=first.reach.inside | second.reach.inside)
            assert (await fetch(first.url, both)).body == b"second"
    assert "cookie" not in second.requests[0].lower()
    assert "referer" not in second.requests[0].lower()


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "304 Same"])
async def test_a_status_that_is_no_page_is_told(status: str) -> None:
    assert f"status {status[:3]}" in await refusal(reply(b"", status))


@pytest.mark.parametrize(
    "media_type", ["image/png", "application/octet-stream", "video/mp4", "application/zip", ""]
)
async def test_what_is_no_text_is_not_read(media_type: str) -> None:
    assert "no page of text" in await refusal(reply(b"x", Content_Type=media_type))


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/pdf", "application/feed+json", "application/atom+xml"]
)
async def test_other_texts_than_pages_are_read(media_type: str) -> None:
    assert (await fetched(reply(b"x", Content_Type=media_type))).media_type == media_type


async def test_what_comes_compressed_is_unpacked() -> None:
    packed = reply(gzip.compress(b"hello " * 100), Content_Encoding="gzip")

    assert (await fetched(packed)).body == b"hello " * 100


async def test_a_page_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_SENT", 10_000)

    assert "too large" in await refusal(reply(b"x" * 10_001))
    assert len((await fetched(reply(b"x" * 10_000))).body) == 10_000


async def test_a_page_without_an_end_is_left_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_SENT", 100_000)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    async with listening(serve) as port:
        reach = Reach(inside=frozenset({Place("127.0.0.1", port)}))
        with pytest.raises(NotFetched, match="too large"):
            await fetch(f"http://127.0.0.1:{port}/", reach)


async def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, 9)
    kept = 0
    add = fetching._Kept.add

    def adding(self: fetching._Kept, chunk: bytes) -> None:
        nonlocal kept
        try:
            add(self, chunk)
        finally:
            kept = max(kept, len(self.body))

    monkeypatch.setattr(fetching._Kept, "add", adding)
    assert "too large" in await refusal(reply(bomb, Content_Encoding="gzip"))
    assert kept == fetching.MOST_UNPACKED + 1


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate"])
async def test_a_compression_that_was_not_asked_for_is_refused(encoding: str) -> None:
    assert "not asked for" in await refusal(reply(b"x", Content_Encoding=encoding))


async def test_what_only_claims_to_be_compressed_is_said_to_be_broken() -> None:
    assert "can't be unpacked" in await refusal(reply(b"hello", Content_Encoding="gzip"))


async def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "WITHIN_SECONDS", 0.05)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with listening(serve) as port:
        reach = Reach(inside=frozenset({Place("127.0.0.1", port)}))
        with pytest.raises(NotFetched, match="too long"):
            await fetch(f"http://127.0.0.1:{port}/", reach)


@pytest.mark.parametrize(
    "said", [b"", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000]
)
async def test_what_does_not_speak_as_the_web_does_is_an_error(said: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        writer.close()

    async with listening(serve) as port:
        reach = Reach(inside=frozenset({Place("127.0.0.1", port)}))
        with pytest.raises(NotFetched, match="No connection"):
            await fetch(f"http://127.0.0.1:{port}/", reach)


async def test_a_server_whose_certificate_nobody_vouches_for_is_not_read(
    self_signed: ssl.SSLContext, tmp_path: Path
) -> None:
    async with listening(Site(lambda _: reply(b"x")).serve, self_signed) as port:
        reach = Reach(inside=frozenset({Place("127.0.0.1", port)}))
        with pytest.raises(NotFetched, match="No connection"):
            await fetch(f"https://127.0.0.1:{port}/", reach)


async def test_a_file_of_any_type_comes_as_far_as_it_is_asked_for() -> None:
    async with site(reply(b"GIF89a", Content_Type="image/gif")) as served:
        file = await fetch_file(served.url, served.reach, 6)
        assert (file.media_type, file.body) == ("image/gif", b"GIF89a")
        assert "Accept: */*" in served.requests[0]
        with pytest.raises(NotFetched, match="too large"):
            await fetch_file(served.url, served.reach, 5)
