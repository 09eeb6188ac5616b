"""httpcore2's pool of connections as an httpx2 transport, on a network of our own.

`httpx2.AsyncHTTPTransport` is the same, but does not let its pool's network be chosen.
"""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

import httpcore2
import httpx2

from conversations.network.connections import Backend

KEPT_CONNECTIONS = 20
KEPT_SECONDS = 5.0

EXCEPTIONS: dict[type[Exception], type[httpx2.TransportError]] = {
    httpcore2.ConnectTimeout: httpx2.ConnectTimeout,
    httpcore2.ReadTimeout: httpx2.ReadTimeout,
    httpcore2.WriteTimeout: httpx2.WriteTimeout,
    httpcore2.PoolTimeout: httpx2.PoolTimeout,
    httpcore2.ConnectError: httpx2.ConnectError,
    httpcore2.ReadError: httpx2.ReadError,
    httpcore2.WriteError: httpx2.WriteError,
    httpcore2.ProxyError: httpx2.ProxyError,
    httpcore2.UnsupportedProtocol: httpx2.UnsupportedProtocol,
    httpcore2.LocalProtocolError: httpx2.LocalProtocolError,
    httpcore2.RemoteProtocolError: httpx2.RemoteProtocolError,
}


class NetworkTransport(httpx2.AsyncBaseTransport):
    """Sends over sockets, as many as are needed at once, through `proxy` where one is given, on
    connections that `backend` opens.
    """

    def __init__(
        self,
        proxy: str | None = None,
        backend: httpcore2.AsyncNetworkBackend | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._pool = httpcore2.AsyncConnectionPool(
            ssl_context=ssl_context or httpx2.create_ssl_context(),
            proxy=_proxy(httpx2.Proxy(proxy)) if proxy else None,
            # Answers stay open for minutes, so their number is not limited here.
            max_connections=None,
            max_keepalive_connections=KEPT_CONNECTIONS,
            keepalive_expiry=KEPT_SECONDS,
            network_backend=backend or Backend(),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        inner = httpcore2.Request(
            request.method,
            _url(request.url),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _mapped():
            response = await self._pool.handle_async_request(inner)
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()


class _Body(httpx2.AsyncByteStream):
    def __init__(self, response: httpcore2.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _mapped():
            async with aclosing(self._response.aiter_stream()) as chunks:
                async for chunk in chunks:
                    yield chunk

    async def aclose(self) -> None:
        await self._response.aclose()


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except tuple(EXCEPTIONS) as error:
        mapped = next(to for kind, to in EXCEPTIONS.items() if isinstance(error, kind))
        raise mapped(str(error)) from error


def _url(url: httpx2.URL) -> httpcore2.URL:
    return httpcore2.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
    )


def _proxy(proxy: httpx2.Proxy) -> httpcore2.Proxy:
    return httpcore2.Proxy(_url(proxy.url), proxy.raw_auth, proxy.headers.raw, proxy.ssl_context)
