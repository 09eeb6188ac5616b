"""The connection to an MCP server: nothing leaves for another host, and no more than so much is
read. What went wrong on the way is remembered, because the protocol's library drops most of it.
"""

import ssl
from collections.abc import AsyncIterator

import httpx2

from conversations.mcp.config import Limits, ServerConfig
from conversations.mcp.errors import Fault

REFUSING = (httpx2.codes.UNAUTHORIZED, httpx2.codes.FORBIDDEN)
ABSENT = (httpx2.codes.NOT_FOUND, httpx2.codes.METHOD_NOT_ALLOWED, httpx2.codes.GONE)
SPOKEN = ("application/json", "text/event-stream")


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Sends through `inner` to the origin of the server alone, and takes nothing compressed, which
    could grow a thousandfold.

    `fault` is what was wrong with the last message, `detail` what is to be said of it. Whether the
    streamable transport is heard out of turn, and its goodbye, matter to nobody.
    """

    def __init__(
        self, inner: httpx2.AsyncBaseTransport, config: ServerConfig, limits: Limits
    ) -> None:
        self._inner, self._limits = inner, limits
        self._origin = _origin(httpx2.URL(config.url))
        self._carrying = ("GET", "POST") if config.older else ("POST",)
        self.fault: Fault | None = None
        self.detail = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if _origin(request.url) != self._origin:
            raise self._failed(Fault.ELSEWHERE, request, request.url.host)
        request.headers["accept-encoding"] = "identity"
        if request.method == "DELETE":  # a goodbye, for which nobody waits long
            closing = dict.fromkeys(("connect", "read", "write", "pool"), self._limits.closing)
            request.extensions["timeout"] = closing
        try:
            response = await self._inner.handle_async_request(request)
        except httpx2.TransportError as error:
            self._note(request, _of_connection(error))
            raise
        if response.headers.get("content-encoding", "identity") != "identity":
            await response.aclose()
            raise self._failed(Fault.GARBAGE, request, "The answer is compressed.")
        self._note(request, *_seen_in(response))
        response.stream = _Bounded(response.stream, self, request, self._limits.bytes)
        return response

    def too_large(self, request: httpx2.Request) -> httpx2.ReadError:
        """Note that an answer has no end in sight: what is to be raised where it is read."""
        self._note(request, Fault.LARGE)
        return httpx2.ReadError("more than is read")

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _failed(
        self, fault: Fault, request: httpx2.Request, detail: str
    ) -> httpx2.UnsupportedProtocol:
        self._note(request, fault, detail)
        return httpx2.UnsupportedProtocol(detail, request=request)

    def _note(self, request: httpx2.Request, fault: Fault | None, detail: str = "") -> None:
        if request.method in self._carrying:
            self.fault, self.detail = fault, detail


class _Bounded(httpx2.AsyncByteStream):
    def __init__(
        self,
        stream: httpx2.SyncByteStream | httpx2.AsyncByteStream,
        guard: GuardedTransport,
        request: httpx2.Request,
        most: int,
    ) -> None:
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous transport answers with an asynchronous stream")
        self._stream, self._guard, self._request, self._left = stream, guard, request, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise self._guard.too_large(self._request)
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _origin(url: httpx2.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _seen_in(response: httpx2.Response) -> tuple[Fault | None, str]:
    status = response.status_code
    if status == httpx2.codes.OK and not _speaks(response):
        return Fault.GARBAGE, response.headers.get("content-type", "")
    return _fault_of(response), f"HTTP {status}"


def _fault_of(response: httpx2.Response) -> Fault | None:
    if response.status_code in REFUSING:
        return Fault.REFUSED
    if response.status_code in ABSENT:
        return Fault.MISSING
    if response.has_redirect_location:
        return Fault.ELSEWHERE
    return Fault.ERROR if response.is_error else None


def _speaks(response: httpx2.Response) -> bool:
    return response.headers.get("content-type", "").lower().startswith(SPOKEN)


def _of_connection(error: httpx2.TransportError) -> Fault:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Fault.CERTIFICATE
        cause = cause.__cause__ or cause.__context__
    opening = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)
    return Fault.UNREACHABLE if isinstance(error, opening) else Fault.BROKE
