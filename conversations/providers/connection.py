"""The official SDK on a connection that lets out and takes in only what it should.

The SDK reads headers for OpenAI from the environment (OPENAI_ORG_ID, OPENAI_PROJECT_ID,
OPENAI_CUSTOM_HEADERS) and sends them to every provider, together with facts about this machine.
Only the headers named here leave, and those that its administrator has a provider sent. Redirects
are never followed: a 307 would send the whole prompt to whatever address it names.
"""

import urllib.request
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from typing import TYPE_CHECKING

import httpx2

from conversations.protocol.headers import AUTHORIZATION, names_of
from conversations.providers.config import ProviderConfig

if TYPE_CHECKING:
    from openai import AsyncOpenAI

SENT_HEADERS = (
    "host",
    "authorization",
    "content-type",
    "content-length",
    "transfer-encoding",
    "accept",
    "connection",
    "user-agent",
    "openai-beta",  # vector stores want it
)
OF_ORGANIZATION, OF_PROJECT = "openai-organization", "openai-project"
LARGEST_ERROR_BODY = 64 * 1024
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def connect(
    config: ProviderConfig,
    transport: httpx2.AsyncBaseTransport,
    on_headers: Callable[[Mapping[str, str]], None],
) -> "AsyncOpenAI":
    """An SDK client for `config` that sends through `transport` and repeats nothing by itself.

    `on_headers` is called with those of every answer.
    """
    from openai import AsyncOpenAI  # late: the import alone costs more than a second

    key = config.api_key or "-"  # the SDK insists on one, local servers don't
    headers = {"Authorization": f"Bearer {key}"}
    if AUTHORIZATION in names_of(config.headers):
        headers.clear()
    timeout = httpx2.Timeout(None, connect=config.deadlines.connect)
    return AsyncOpenAI(
        api_key=key,
        base_url=config.base_url,
        organization=config.organization,
        project=config.project,
        max_retries=0,
        timeout=timeout,
        # Given here, it wins over one from OPENAI_CUSTOM_HEADERS.
        default_headers={**headers, **dict(config.headers)},
        http_client=httpx2.AsyncClient(
            transport=GuardedTransport(transport, sent_headers(config), on_headers),
            follow_redirects=False,
            # Else a .netrc file could replace the key. The proxy of the environment is still used.
            trust_env=False,
            timeout=timeout,
        ),
    )


def sent_headers(config: ProviderConfig) -> set[str]:
    """The names of the headers that leave for a provider."""
    own = {OF_ORGANIZATION: config.organization, OF_PROJECT: config.project}
    named = {name for name, value in own.items() if value}
    return {*SENT_HEADERS, *named, *names_of(config.headers)}


def proxy_of(config: ProviderConfig) -> str | None:
    """The proxy to reach a provider through: its own, else that of the environment."""
    return config.proxy or proxy_for(config.base_url)


def proxy_for(base_url: str) -> str | None:
    """The proxy that HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY name for an address."""
    address = httpx2.URL(base_url)
    if address.host in LOOPBACK or urllib.request.proxy_bypass(address.host):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get(address.scheme) or proxies.get("all")


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends only the named headers, takes no compressed answer, and cuts long error bodies.

    A compressed answer could grow a thousandfold in one read, before any limit sees it.
    """

    def __init__(
        self,
        inner: httpx2.AsyncBaseTransport,
        sent: Collection[str] = SENT_HEADERS,
        on_headers: Callable[[Mapping[str, str]], None] = lambda _: None,
    ) -> None:
        self._inner = inner
        self._sent = sent
        self._on_headers = on_headers

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(_plain(request, self._sent))
        self._on_headers(response.headers)
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise httpx2.DecodingError("the answer is compressed", request=request)
        if not response.is_success:
            response.stream = _Capped(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _Capped(httpx2.AsyncByteStream):
    """The beginning of an error body: the SDK reads it whole before it raises."""

    def __init__(self, stream: httpx2.SyncByteStream | httpx2.AsyncByteStream) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with an asynchronous stream")
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = LARGEST_ERROR_BODY
        async for chunk in self._stream:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                return

    async def aclose(self) -> None:
        await self._stream.aclose()


def _plain(request: httpx2.Request, sent: Collection[str]) -> httpx2.Request:
    headers = [(name, request.headers[name]) for name in sent if name in request.headers]
    return httpx2.Request(
        request.method,
        request.url,
        headers=[*headers, ("accept-encoding", "identity")],
        stream=request.stream,
        extensions=request.extensions,
    )
