"""One HTTP exchange with a provider: open, read under our own clocks, closed whatever happens."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from typing import TYPE_CHECKING, Any

import httpx2

from conversations.protocol import jsontext
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.classify import NOTHING, Asked
from conversations.providers.clock import Clock
from conversations.providers.config import ProviderConfig
from conversations.providers.errors import (
    LONGEST_BEGINNING,
    error_of_exception,
    provider_error,
)
from conversations.providers.reading import LARGE

if TYPE_CHECKING:
    from openai import AsyncAPIResponse


DRAIN_SECONDS = 0.05


class Answer:
    """What the provider sends back: its head has arrived, its body is still to be read."""

    def __init__(
        self, response: httpx2.Response, clock: Clock, config: ProviderConfig, asked: Asked
    ) -> None:
        self.clock = clock
        self._response = response
        self._config = config
        self._asked = asked
        # The bytes as they come: a compressed answer was refused. A transport of tests may have
        # read them all before.
        is_read = response.is_stream_consumed
        self._body = response.aiter_bytes() if is_read else response.aiter_raw()

    @property
    def content_type(self) -> str:
        """The media type, without parameters; empty when the provider named none."""
        header: str = self._response.headers.get("content-type", "")
        return header.partition(";")[0].strip().lower()

    async def chunk(self) -> bytes | None:
        """The next bytes of the body; None at its end."""
        try:
            with self.clock:
                return await anext(self._body, None)
        except (TimeoutError, httpx2.HTTPError, httpx2.StreamError):
            # Not around it all: to enter it costs more than most chunks do.
            with mapped_errors(self._config, self._asked):
                raise

    async def json(self, most: int) -> Any:
        """The whole body, decoded; one that isn't JSON, or has more than `most` bytes, raises
        `ProviderError`.
        """
        body = bytearray()
        while (chunk := await self.chunk()) is not None:
            body += chunk
            if len(body) > most:
                raise provider_error(ErrorKind.TOO_LARGE, self._config)
        try:
            if len(body) > LARGE:
                return await asyncio.to_thread(jsontext.loads, bytes(body))
            return jsontext.loads(bytes(body))
        except ValueError as error:
            beginning = body[:LONGEST_BEGINNING].decode(errors="replace")
            detail = f"not JSON ({error}): {beginning}"
            raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self._config, detail=detail) from error

    async def beginning(self) -> str:
        """How the body begins, for the operator's log; nothing when it does not come at once."""
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                return (await self.chunk() or b"")[:LONGEST_BEGINNING].decode(errors="replace")
        return ""

    async def drain(self) -> None:
        """Read the few bytes that end the body, if they are there: the connection can then serve
        the next answer, which otherwise begins with a handshake.
        """
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                while await self.chunk() is not None:
                    pass

    async def aclose(self) -> None:
        await self._body.aclose()


@asynccontextmanager
async def exchange(
    call: "Callable[[], AbstractAsyncContextManager[AsyncAPIResponse[Any]]]",
    config: ProviderConfig,
    asked: Asked = NOTHING,
) -> AsyncIterator[Answer]:
    """Send the request that `call` makes with the SDK. Leaving the context hangs up.

    `asked` tells what the request asked for.
    """
    clock = Clock(config.deadlines.of_a_whole if asked.whole else config.deadlines)
    async with AsyncExitStack() as stack:
        stack.callback(clock.stop)
        with mapped_errors(config, asked), clock:
            response = await stack.enter_async_context(call())
        answer = Answer(response.http_response, clock, config, asked)
        stack.push_async_callback(answer.aclose)
        yield answer


@contextmanager
def mapped_errors(config: ProviderConfig, asked: Asked) -> Iterator[None]:
    """Raise every error of the SDK, of its HTTP client and of our clocks as `ProviderError`."""
    import openai  # late: the import alone costs more than a second

    try:
        yield
    except TimeoutError as error:
        detail = "one of our own deadlines has passed"
        raise provider_error(ErrorKind.TIMEOUT, config, detail=detail) from error
    except (
        openai.OpenAIError,
        httpx2.HTTPError,
        httpx2.InvalidURL,
        httpx2.StreamError,
        UnicodeEncodeError,
    ) as error:
        raise error_of_exception(error, config, asked) from error
