"""A websocket to a provider, opened by the SDK, under the rules that its HTTP requests have.

Only the named headers leave, no redirect is followed, nothing comes compressed, the proxy is the
one of all other requests, and whatever goes wrong is a `ProviderError`.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx2
import websockets.exceptions
from websockets.asyncio.client import ClientConnection
from websockets.http11 import Response

from conversations.network.connections import HAPPY_EYEBALLS_DELAY
from conversations.protocol import jsontext
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.classify import NOTHING, causes_of, kind_of_causes
from conversations.providers.clock import Clock
from conversations.providers.config import ProviderConfig
from conversations.providers.connection import proxy_of, sent_headers
from conversations.providers.errors import error_of_answer, provider_error

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.resources.responses.responses import AsyncResponsesConnection

LOST = (EOFError, ConnectionError)
CLOSE_SECONDS = 0.5
PINGS_A_LIVENESS = 4
# What this side closes a connection for.
KIND_OF_CLOSE = {
    1002: ErrorKind.GARBAGE,
    1007: ErrorKind.GARBAGE,
    1009: ErrorKind.TOO_LARGE,
    1011: ErrorKind.TIMEOUT,  # pings without an answer
}


class Socket:
    """An open websocket."""

    def __init__(self, connection: "AsyncResponsesConnection", config: ProviderConfig) -> None:
        self._connection = connection
        self._config = config

    async def send(self, event: Mapping[str, Any]) -> None:
        # Raw: parameters that the SDK knows by name it would walk through and copy.
        with _mapped(self._config):
            await self._connection.send_raw(jsontext.dumps(event))

    async def receive(self, clock: Clock) -> bytes:
        """The next message; TimeoutError is one of our own deadlines."""
        with _mapped(self._config), clock:
            return await self._connection.recv_bytes()

    async def aclose(self) -> None:
        """Hang up; a peer that does not answer is waited for but shortly."""
        with _mapped(self._config):
            await self._connection.close()


async def open_socket(sdk: "AsyncOpenAI", config: ProviderConfig) -> Socket:
    """Connect to the provider's websocket for responses."""
    if not (config.api_key.isascii() and config.api_key.isprintable()):
        raise provider_error(ErrorKind.KEY_REFUSED, config, detail="the key can't be a header")
    with _mapped(config, opening=True):
        manager = sdk.responses.connect(
            max_retries=0, websocket_connection_options=_options(config, sdk.base_url.scheme)
        )
        return Socket(await manager.enter(), config)


class Refused(Exception):
    """The answer to a handshake that is no websocket's."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status_code}")
        self.response = response


class _Connection(ClientConnection):
    def __init__(self, *args: Any, sent: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sent = sent

    async def handshake(
        self, additional_headers: Any = None, user_agent_header: str | None = None
    ) -> None:
        sent = {
            name: value
            for name, value in (additional_headers or {}).items()
            if name.lower() in self._sent
        }
        try:
            await super().handshake(sent, user_agent_header)
        except websockets.exceptions.InvalidStatus as error:
            # Under another name: the library would follow a redirect.
            raise Refused(error.response) from error


def _options(config: ProviderConfig, scheme: str) -> Any:
    """What the library is told; the SDK hands all of it on, though its types name a few."""
    liveness = config.deadlines.liveness
    return {
        "create_connection": partial(_Connection, sent=sent_headers(config)),
        "proxy": proxy_of(config),
        "compression": None,
        # Which message it is, and how long it may be, is known when it is read.
        "max_size": config.limits.answer_bytes,
        "open_timeout": config.deadlines.connect,
        "close_timeout": CLOSE_SECONDS,
        # A peer may be silent for long while it thinks; its pongs show that it is there.
        "ping_interval": liveness / PINGS_A_LIVENESS,
        "ping_timeout": liveness,
        "happy_eyeballs_delay": HAPPY_EYEBALLS_DELAY,
        **({"ssl": httpx2.create_ssl_context()} if scheme == "https" else {}),
    }


@contextmanager
def _mapped(config: ProviderConfig, *, opening: bool = False) -> Iterator[None]:
    import openai  # late: the import alone costs more than a second

    try:
        yield
    except TimeoutError as error:
        raise _late(config, opening=opening) from error
    except Refused as error:
        answer = error.response
        headers = list(answer.headers.raw_items())
        response = httpx2.Response(answer.status_code, headers=headers, content=answer.body)
        raise error_of_answer(response, config, NOTHING) from error
    except websockets.exceptions.ConnectionClosed as error:
        kind = KIND_OF_CLOSE.get(error.sent.code if error.sent else 0, ErrorKind.CUT)
        raise provider_error(kind, config, detail=_detail(error)) from error
    except (
        OSError,
        ImportError,  # the proxy is one that needs a library
        websockets.exceptions.WebSocketException,
        openai.OpenAIError,
        httpx2.InvalidURL,
        UnicodeError,
    ) as error:
        raise _error_of(error, config) from error


def _late(config: ProviderConfig, *, opening: bool) -> ProviderError:
    if opening:
        detail = "no websocket in the time for connecting"
        return provider_error(ErrorKind.UNREACHABLE, config, code="connect_timeout", detail=detail)
    return provider_error(ErrorKind.TIMEOUT, config, detail="one of our own deadlines has passed")


def _error_of(error: Exception, config: ProviderConfig) -> ProviderError:
    causes = list(causes_of(error))
    kind, code = kind_of_causes(causes)
    unreachable = (
        OSError,
        ImportError,
        websockets.exceptions.ProxyError,
        websockets.exceptions.InvalidProxy,
        websockets.exceptions.InvalidURI,
    )
    if kind is ErrorKind.CUT and isinstance(error, unreachable):
        kind = ErrorKind.UNREACHABLE
    elif kind is ErrorKind.CUT and not any(isinstance(cause, LOST) for cause in causes):
        kind = ErrorKind.GARBAGE
    return provider_error(kind, config, code=code, detail=_detail(error))


def _detail(error: Exception) -> str:
    return " <- ".join(f"{type(cause).__name__}: {cause}" for cause in causes_of(error))
