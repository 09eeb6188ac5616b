"""One provider's client: a request in, standard events out, every failure a `ProviderError`."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import httpx2

from conversations.network.transport import NetworkTransport
from conversations.protocol.dialects import DIALECTS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event, is_terminal
from conversations.providers.calls import Call, Calls, Recording
from conversations.providers.classify import Asked
from conversations.providers.config import ProviderConfig
from conversations.providers.connection import connect, proxy_of
from conversations.providers.errors import provider_error
from conversations.providers.exchange import Answer, exchange
from conversations.providers.guide.transport import GuideTransport
from conversations.providers.queueing import Line
from conversations.providers.rate_limits import rate_limits_in
from conversations.providers.reading import LARGE, EventReader, response_in
from conversations.providers.resuming import ResumedReader
from conversations.providers.steering import SteerableAnswer, begun
from conversations.providers.stores import Stores
from conversations.providers.trying import OnWait as OnWait  # who asks may name it
from conversations.providers.trying import until_accepted

if TYPE_CHECKING:
    from openai import AsyncOpenAI

JSON = "application/json"
PAGE = "text/html"
END_SECONDS = 2.0
NOT_OVER_WEBSOCKETS = {"stream", "background"}
NO_BODY: Mapping[str, Any] = {}


class ProviderClient:
    """Speaks to one provider. It belongs to the event loop that first uses it."""

    def __init__(
        self, config: ProviderConfig, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self.config = config
        self.rate_limits: dict[str, dict[str, Any]] = {}
        """What it last said is left of its limits; see `rate_limits_in`."""
        self._transport = transport
        self._lines: dict[str, Line] = {}
        self._dialect = DIALECTS[config.dialect]

    def stream(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> AsyncGenerator[Event, None]:
        """Send `request` (the body of POST /responses) and yield the events of its answer.

        It asks for a stream unless `request` says not to: then the events of the whole answer come
        at once. Ends after the terminal event; an answer that has none raises `ProviderError`.
        Closing the generator, or cancelling the task that reads it, hangs up at once.
        `on_wait(seconds, error)` is called before each wait for another try; once an event was
        yielded there is none.
        """
        body = {"stream": True, **self._dialect.request(dict(request))}
        reader = EventReader(self.config, Asked.by(body))
        return self._events(partial(self._calls.create, body), body, reader, on_wait)

    def resume(
        self, upstream_id: str, starting_after: int | None, on_wait: OnWait | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield what a background answer says after the event number `starting_after`.

        None asks for all of it. As `stream` does it ends after the terminal event, hangs up when it
        is closed, and raises `ProviderError`: NOT_FOUND when the provider no longer has the answer,
        BAD_REQUEST when it does not stream it again but `retrieve` may tell how it goes.
        """
        call = partial(self._calls.resume, upstream_id, starting_after)
        return self._events(call, NO_BODY, ResumedReader(self.config, starting_after), on_wait)

    async def open(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> SteerableAnswer:
        """Send `request` over a websocket; returns when its answer has begun.

        The answer has to be closed. It can't be one in the background. `on_wait` and errors are as
        with `stream`.
        """
        body = self._dialect.request(dict(request))
        body = {name: value for name, value in body.items() if name not in NOT_OVER_WEBSOCKETS}
        return await until_accepted(partial(self._begun, body), body, on_wait, self._line(body))

    async def create(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> dict[str, Any]:
        """Send `request` and return the whole response object; failures raise `ProviderError`."""
        body = {**self._dialect.request(dict(request)), "stream": False}
        return await self._whole(partial(self._calls.create, body), body, on_wait)

    async def retrieve(self, upstream_id: str) -> dict[str, Any]:
        """The response object as it is now, whatever its status; NOT_FOUND when there is none."""
        return await self._whole(partial(self._calls.retrieve, upstream_id))

    async def cancel(self, upstream_id: str) -> dict[str, Any]:
        """Stop a background answer, and return its response object; it may have ended before.

        A provider that can't raises `ProviderError`: BAD_REQUEST for an answer that is not a
        background one, NOT_FOUND for one that it does not have.
        """
        return await self._whole(partial(self._calls.cancel, upstream_id))

    async def compact(
        self, request: Mapping[str, Any], on_wait: OnWait | None = None
    ) -> dict[str, Any]:
        """What the provider makes of a conversation with POST /responses/compact: the `output` is
        all that goes on from it. Failures raise `ProviderError`.
        """
        body = self._dialect.request(dict(request))
        return await self._whole(partial(self._calls.compact, body), body, on_wait)

    async def count_input_tokens(self, request: Mapping[str, Any]) -> int:
        """How many tokens the model would read, by POST /responses/input_tokens."""
        body = self._dialect.request(dict(request))
        call = partial(self._calls.count_input_tokens, body)
        async with exchange(call, self.config, Asked.by(body)) as answer:
            counted = await answer.json(self.config.limits.fact_bytes)
        tokens = counted.get("input_tokens") if isinstance(counted, dict) else None
        if not isinstance(tokens, int):
            raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail="no count")
        return tokens

    async def transcribe(self, model: str, recording: Recording) -> str:
        """What is said in a recording, by POST /audio/transcriptions."""
        call = partial(self._calls.transcribe, model, recording)
        async with self._answer(call, NO_BODY, None) as answer:
            written = await answer.json(self.config.limits.fact_bytes)
        text = written.get("text") if isinstance(written, dict) else None
        if not isinstance(text, str):
            raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail="no text")
        return text

    async def container_file(self, container_id: str, file_id: str, most: int) -> bytes:
        """A file of a container's, by GET /containers/{container_id}/files/{file_id}/content.

        Failures raise `ProviderError`: TOO_LARGE for one of more than `most` bytes.
        """
        body = bytearray()
        call = partial(self._calls.container_file, container_id, file_id)
        async with exchange(call, self.config) as answer:
            while (chunk := await answer.chunk()) is not None:
                body += chunk
                if len(body) > most:
                    raise provider_error(ErrorKind.TOO_LARGE, self.config)
        return bytes(body)

    async def models(self) -> list[str]:
        """The names of the provider's models, in its order, as GET /models lists them."""
        async with exchange(self._calls.models, self.config) as answer:
            listing = await answer.json(self.config.limits.fact_bytes)
        models = listing.get("data") if isinstance(listing, dict) else None
        if not isinstance(models, list):
            raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail="no list of models")
        return [str(model["id"]) for model in models if isinstance(model, dict) and "id" in model]

    @cached_property
    def stores(self) -> Stores:
        """The files that the provider keeps for us, and what it searches them in."""
        return Stores(lambda: self._sdk, self.config)

    async def aclose(self) -> None:
        """Close every connection."""
        if "_sdk" in self.__dict__:
            await self._sdk.close()

    @cached_property
    def _sdk(self) -> "AsyncOpenAI":
        transport = self._transport or _transport_for(self.config)
        return connect(self.config, transport, self._heard)

    def _heard(self, headers: Mapping[str, str]) -> None:
        self.rate_limits = rate_limits_in(headers) or self.rate_limits

    def _line(self, body: Mapping[str, Any]) -> Line:
        return self._lines.setdefault(str(body.get("model") or ""), Line())

    @cached_property
    def _calls(self) -> Calls:
        return Calls(lambda: self._sdk, self.config)

    async def _begun(self, body: Mapping[str, Any]) -> SteerableAnswer:
        if self.config.embedded:
            raise provider_error(ErrorKind.STEER_REFUSED, self.config, detail="it has no websocket")
        from conversations.providers.websocket import open_socket  # late: few need it

        return await begun(await open_socket(self._sdk, self.config), body, self.config)

    async def _events(
        self,
        call: Call,
        body: Mapping[str, Any],
        reader: EventReader,
        on_wait: OnWait | None,
    ) -> AsyncGenerator[Event, None]:
        async with self._answer(call, body, on_wait) as answer:
            if answer.content_type == JSON:
                whole = await answer.json(self.config.limits.answer_bytes)
                for told in reader.whole(whole):
                    yield told
                return
            if reader.is_resumed:
                answer.clock.wind()  # no first event is due: it may have come long ago
            while not reader.is_done:
                for message in reader.messages(await answer.chunk()):
                    if len(message.data) > LARGE:
                        event = await asyncio.to_thread(reader.event, message)
                    else:
                        event = reader.event(message)
                    if event is None:
                        continue
                    if is_terminal(event):
                        await answer.drain()
                        yield event
                        return
                    yield event
                    answer.clock.wind()
                if reader.failure:
                    yield await self._end_after(reader.failure, answer, reader)
                    return
            raise reader.error_at_end()

    async def _end_after(
        self, failure: ProviderError, answer: Answer, reader: EventReader
    ) -> Event:
        """The terminal event that may follow an `error` event and tells more; else its error."""
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                while not reader.is_done:
                    for event in reader.feed(await answer.chunk()):
                        return event
        raise failure

    async def _whole(
        self, call: Call, body: Mapping[str, Any] = NO_BODY, on_wait: OnWait | None = None
    ) -> dict[str, Any]:
        async with self._answer(call, body, on_wait) as answer:
            whole = await answer.json(self.config.limits.answer_bytes)
            return response_in(whole, self.config, Asked.by(body))

    @asynccontextmanager
    async def _answer(
        self, call: Call, body: Mapping[str, Any], on_wait: OnWait | None
    ) -> AsyncIterator[Answer]:
        async with AsyncExitStack() as stack:

            async def send() -> Answer:
                asking = exchange(call, self.config, Asked.by(body))
                return await stack.enter_async_context(asking)

            answer = await until_accepted(send, body, on_wait, self._line(body))
            if answer.content_type == PAGE:
                detail = f"a page: {await answer.beginning()}"
                raise provider_error(ErrorKind.NOT_AN_ENDPOINT, self.config, detail=detail)
            yield answer


def _transport_for(config: ProviderConfig) -> httpx2.AsyncBaseTransport:
    if config.embedded:
        return GuideTransport(config.pace)
    return NetworkTransport(proxy_of(config))
