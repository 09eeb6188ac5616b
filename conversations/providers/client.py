"""One provider's client: a request in, standard events out, every failure a `ProviderError`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property, partial
from itertools import count
from typing import TYPE_CHECKING, Any

import httpx2

from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.providers.config import ProviderConfig
from conversations.providers.connection import connect, proxy_for
from conversations.providers.errors import provider_error
from conversations.providers.exchange import Answer, exchange
from conversations.providers.guide.transport import GuideTransport
from conversations.providers.reading import EventReader, events_of_response, response_in
from conversations.providers.retry import delay_before_retry, is_repeatable
from conversations.providers.transport import NetworkTransport

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from openai import AsyncAPIResponse, AsyncOpenAI

    Call = AbstractAsyncContextManager[AsyncAPIResponse[Any]]

OnWait = Callable[[float, ProviderError], None]
JSON = "application/json"
PAGE = "text/html"


class ProviderClient:
    """Speaks to one provider. It belongs to the event loop that first uses it."""

    def __init__(
        self, config: ProviderConfig, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.config = config
        self._transport = transport
        self._dialect = DIALECTS[config.dialect]

    async def stream(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> AsyncGenerator[Event, None]:
        """Send `request` (the body of POST /responses) and yield the events of its answer.

        Ends after the terminal event; an answer that has none raises `ProviderError`. Closing the
        generator, or cancelling the task that reads it, hangs up at once. `on_wait(seconds, error)`
        is called before each wait for another try; once an event was yielded there is none.
        """
        body = {**self._dialect.request(dict(request)), "stream": True}
        async with self._answer(body, on_wait) as answer:
            if answer.content_type == JSON:
                response = response_in(await answer.json(), self.config, chained=_is_chained(body))
                for event in events_of_response(response):
                    yield event
                return
            reader = EventReader(self.config, chained=_is_chained(body))
            while not reader.is_done:
                for event in reader.feed(await answer.chunk()):
                    if is_terminal(event):
                        await answer.drain()
                        yield event
                        return
                    yield event
                    answer.clock.wind()
            raise reader.error_at_end()

    async def create(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> dict[str, Any]:
        """Send `request` and return the whole response object; failures raise `ProviderError`."""
        body = {**self._dialect.request(dict(request)), "stream": False}
        async with self._answer(body, on_wait) as answer:
            return response_in(await answer.json(), self.config, chained=_is_chained(body))

    async def models(self) -> list[str]:
        """The names of the provider's models, in its order, as GET /models lists them."""
        async with exchange(self._listing, self.config) as answer:
            listing = await answer.json()
        models = listing.get("data") if isinstance(listing, dict) else None
        if not isinstance(models, list):
            raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail="no list of models")
        return [str(model["id"]) for model in models if isinstance(model, dict) and "id" in model]

    async def aclose(self) -> None:
        """Close every connection."""
        if "_sdk" in self.__dict__:
            await self._sdk.close()

    @cached_property
    def _sdk(self) -> "AsyncOpenAI":
        return connect(self.config, self._transport or _transport_for(self.config))

    @asynccontextmanager
    async def _answer(self, body: dict[str, Any], on_wait: OnWait | None) -> AsyncIterator[Answer]:
        async with AsyncExitStack() as stack:
            answer = await self._opened(body, on_wait, stack)
            if answer.content_type == PAGE:
                raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail="a page")
            yield answer

    async def _opened(
        self, body: dict[str, Any], on_wait: OnWait | None, stack: AsyncExitStack
    ) -> Answer:
        call = partial(self._creation, body)
        for attempt in count(1):
            try:
                return await stack.enter_async_context(
                    exchange(call, self.config, chained=_is_chained(body))
                )
            except ProviderError as error:
                delay = delay_before_retry(error, attempt) if is_repeatable(body, error) else None
                if delay is None:
                    raise
                if on_wait:
                    on_wait(delay, error)
                await asyncio.sleep(delay)
        raise AssertionError("the tries are counted without an end")

    def _creation(self, body: dict[str, Any]) -> "Call":
        # All in extra_body: parameters that the SDK knows by name it would walk through and copy.
        return self._sdk.responses.with_streaming_response.create(extra_body=body)

    def _listing(self) -> "Call":
        return self._sdk.models.with_streaming_response.list()


def _transport_for(config: ProviderConfig) -> httpx2.AsyncBaseTransport:
    if config.embedded:
        return GuideTransport(config.pace)
    return NetworkTransport(proxy_for(config.base_url))


def _is_chained(body: Mapping[str, Any]) -> bool:
    return bool(body.get("previous_response_id"))
