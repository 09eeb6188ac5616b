"""One page of the web, or one file, as its server sends it: where it is read, how far, and how much
of it.
"""

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import Message
from functools import cache
from ssl import SSLContext

import httpx2

from conversations.network.guarded import GuardedBackend, NotAllowed
from conversations.network.reach import Reach
from conversations.network.transport import NetworkTransport

MOST_REDIRECTS = 5
MOST_SENT = 5_000_000
MOST_UNPACKED = 10_000_000
WITHIN_SECONDS = 15.0
TIMEOUTS = {"connect": 5.0, "read": 10.0, "write": 5.0, "pool": 5.0}
REDIRECTS = (301, 302, 303, 307, 308)
HEADERS = {
    "User-Agent": "Chatapp/0.1 (reads one page because a person asked)",
    "Accept-Encoding": "gzip",
}
PAGES = (
    "text/html, application/xhtml+xml, text/plain, text/*;q=0.9, application/json;q=0.9,"
    " application/pdf;q=0.9, application/xml;q=0.8"
)
TEXTS = ("application/json", "application/xml", "application/yaml", "application/javascript")
NAME = re.compile(r"[a-z0-9_.:-]{1,40}")
GZIP = 16 + zlib.MAX_WBITS


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation, which happens where it is shown."""
    return text


_ = gettext_noop


@dataclass(frozen=True)
class Fetched:
    """What came, unpacked, from where it came at last; `charset` is "" where none was told."""

    url: str
    media_type: str
    charset: str
    body: bytes


@dataclass(frozen=True)
class Wanted:
    """What may come: of which types, and how many bytes of it, as they are sent and unpacked."""

    accept: str
    is_wanted: Callable[[str], bool]
    most_sent: int
    most_unpacked: int


class NotFetched(Exception):
    """Why there is nothing to read: a `sentence`, marked for translation, and what it names."""

    def __init__(self, sentence: str, **values: object) -> None:
        self.sentence, self.values = sentence, values
        super().__init__(sentence.format(**values))


async def fetch(address: str, reach: Reach) -> Fetched:
    """The page at an address, or where it redirects to; NotFetched.

    Nothing but the address goes there: no cookie, no key. Each redirect is looked at as the first
    address was.
    """
    return await _fetched(address, reach, Wanted(PAGES, _is_readable, MOST_SENT, MOST_UNPACKED))


async def fetch_file(address: str, reach: Reach, most: int) -> Fetched:
    """The same of a file of any type, of so many bytes at the most."""
    return await _fetched(address, reach, Wanted("*/*", lambda _: True, most, most))


async def _fetched(address: str, reach: Reach, wanted: Wanted) -> Fetched:
    try:
        async with asyncio.timeout(WITHIN_SECONDS), await _transport(reach) as transport:
            return await _followed(address, transport, wanted)
    except NotAllowed as error:
        raise NotFetched(
            _("{host} can't be read from here: it is not allowed."), host=error.host
        ) from error
    except (TimeoutError, httpx2.TimeoutException) as error:
        raise NotFetched(_("The page took too long to answer.")) from error
    except httpx2.TransportError as error:
        raise NotFetched(_("No connection to this page could be made, or it broke.")) from error


async def _transport(reach: Reach) -> NetworkTransport:
    context = await asyncio.to_thread(_trusted)
    return NetworkTransport(backend=GuardedBackend(reach), ssl_context=context)


@cache
def _trusted() -> SSLContext:
    """Whom TLS trusts: read from the disk once, for that takes a while."""
    return httpx2.create_ssl_context()


async def _followed(address: str, transport: NetworkTransport, wanted: Wanted) -> Fetched:
    url = _url(address)
    for _attempt in range(MOST_REDIRECTS + 1):
        async with _asked(url, transport, wanted) as response:
            if response.status_code not in REDIRECTS or "location" not in response.headers:
                return await _read(response, url, wanted)
            url = _url(response.headers["location"], url)
    raise NotFetched(_("The page redirects more than {most} times."), most=MOST_REDIRECTS)


def _url(address: str, base: httpx2.URL | None = None) -> httpx2.URL:
    try:
        url = base.join(address) if base else httpx2.URL(address)
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise NotFetched(_("This is no address of a page.")) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise NotFetched(_("Only addresses that begin with http:// or https:// can be read."))
    if url.userinfo:
        raise NotFetched(_("An address with a name or a password in it is not read."))
    return url.copy_with(fragment=None)


@asynccontextmanager
async def _asked(
    url: httpx2.URL, transport: NetworkTransport, wanted: Wanted
) -> AsyncIterator[httpx2.Response]:
    headers = {**HEADERS, "Accept": wanted.accept}
    request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": TIMEOUTS})
    response = await transport.handle_async_request(request)
    try:
        yield response
    finally:
        await response.aclose()


async def _read(response: httpx2.Response, url: httpx2.URL, wanted: Wanted) -> Fetched:
    if response.status_code != 200:
        raise NotFetched(
            _("The server of this page answered with the status {status}."),
            status=response.status_code,
        )
    media_type, charset = _type_of(response.headers.get("content-type", ""))
    if not wanted.is_wanted(media_type):
        if not media_type:
            raise NotFetched(_("This is no page of text: it is of an unknown type."))
        raise NotFetched(_("This is no page of text: it is {type}."), type=media_type)
    return Fetched(str(url), media_type, charset, await _body(response, wanted))


def _type_of(header: str) -> tuple[str, str]:
    if not header:
        return "", ""
    message = Message()
    message["Content-Type"] = header
    charset = message.get_content_charset("")
    return message.get_content_type(), charset if NAME.fullmatch(charset) else ""


def _is_readable(media_type: str) -> bool:
    is_text = media_type.startswith("text/") or media_type.endswith(("+json", "+xml"))
    return is_text or media_type in (*TEXTS, "application/pdf")


async def _body(response: httpx2.Response, wanted: Wanted) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("gzip", "x-gzip", "identity", ""):
        raise NotFetched(_("The page came compressed in a way that was not asked for."))
    kept = _Kept(wanted, is_packed="gzip" in encoding)
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    async for chunk in response.stream:
        kept.add(chunk)
    return bytes(kept.body)


class _Kept:
    """A body, unpacked as it comes, and never to more than may be kept."""

    def __init__(self, wanted: Wanted, *, is_packed: bool) -> None:
        self.body, self._wanted = bytearray(), wanted
        self._sent = 0
        self._unpacking = zlib.decompressobj(GZIP) if is_packed else None

    def add(self, chunk: bytes) -> None:
        self._sent += len(chunk)
        self.body += self._unpacked(chunk) if self._unpacking else chunk
        if self._sent > self._wanted.most_sent or len(self.body) > self._wanted.most_unpacked:
            raise _too_large()

    def _unpacked(self, chunk: bytes) -> bytes:
        assert self._unpacking is not None
        try:
            return self._unpacking.decompress(
                chunk, self._wanted.most_unpacked - len(self.body) + 1
            )
        except zlib.error as error:
            raise NotFetched(_("The page came compressed, and can't be unpacked.")) from error


def _too_large() -> NotFetched:
    return NotFetched(_("The page is too large to be read."))
