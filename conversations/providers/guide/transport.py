"""The guide's endpoints, as a transport: the SDK speaks to it as to any provider."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2

from conversations.protocol import jsontext
from conversations.providers.guide.ask import Ask, ask_of
from conversations.providers.guide.background import Reading, Runs
from conversations.providers.guide.commands import command_in, refusal_of
from conversations.providers.guide.compose import compose
from conversations.providers.guide.failures import (
    Refused,
    not_cancellable,
    not_streamed,
    response_not_found,
    unknown_path,
    wrong_parameter,
)
from conversations.providers.guide.performance import Performance
from conversations.providers.guide.player import event_stream, played
from conversations.providers.guide.response import input_tokens
from conversations.providers.guide.store import Kept, Store
from conversations.providers.guide.summary import is_compaction_wanted
from conversations.providers.guide.title import is_title_wanted

MODEL = {"id": "guide", "object": "model", "created": 1767225600, "owned_by": "chatapp"}
PASSING = {"rate_limit_exceeded", "context_length_exceeded"}
Handler = Callable[[httpx2.Request, str], Awaitable[httpx2.Response]]


class GuideTransport(httpx2.AsyncBaseTransport):
    """A Responses API under any host. `pace` is its pause between two deltas, in seconds."""

    def __init__(self, pace: float = 0.016) -> None:
        self._pace = pace
        self._store = Store()
        self._runs = Runs(pace)
        self._limited: set[str] = set()
        self._routes: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "/responses", self._create),
            ("POST", "/responses/input_tokens", self._count_input_tokens),
            ("GET", "/responses/([^/]+)", self._retrieve),
            ("DELETE", "/responses/([^/]+)", self._delete),
            ("POST", "/responses/([^/]+)/cancel", self._cancel),
            ("GET", "/responses/([^/]+)/input_items", self._list_input_items),
            ("GET", "/models", self._list_models),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer like the API does, with an error in OpenAI's shape where there is one."""
        try:
            handler, response_id = self._route(request)
            return await handler(request, response_id)
        except Refused as refused:
            return refused.as_response()

    async def aclose(self) -> None:
        self._runs.close()

    def _route(self, request: httpx2.Request) -> tuple[Handler, str]:
        path = request.url.path
        for method, pattern, handler in self._routes:
            match = re.fullmatch(f"/v1{pattern}", path)
            if match and method == request.method:
                return handler, "".join(match.groups())
        raise unknown_path(request.method, path)

    async def _create(self, request: httpx2.Request, _: str) -> httpx2.Response:
        ask = ask_of(await _body(request), self._store)
        self._refuse_if_asked(ask)
        performance = Performance(ask, compose(ask), self._keep)
        if ask.is_background:
            return self._begin(performance)
        if ask.body.get("stream"):
            return _stream(event_stream(performance, self._pace))
        return _json(await played(performance))

    def _begin(self, performance: Performance) -> httpx2.Response:
        run = self._runs.start(performance)
        if performance.ask.body.get("stream"):
            return _stream(Reading(run, 0, is_first=True))
        return _json(run.response)

    async def _count_input_tokens(self, request: httpx2.Request, _: str) -> httpx2.Response:
        ask = ask_of(await _body(request), self._store)
        return _json({"object": "response.input_tokens", "input_tokens": input_tokens(ask)})

    async def _retrieve(self, request: httpx2.Request, response_id: str) -> httpx2.Response:
        response = self._response(response_id)
        if request.url.params.get("stream") != "true":
            return _json(response)
        run = self._runs.get(response_id)
        if run is None or not run.performance.ask.body.get("stream"):
            raise not_streamed()
        return _stream(Reading(run, _position(request)))

    async def _delete(self, _: httpx2.Request, response_id: str) -> httpx2.Response:
        was_run, was_kept = self._runs.forget(response_id), self._store.forget(response_id)
        if not was_run and not was_kept:
            raise response_not_found(response_id)
        return _json({"id": response_id, "object": "response", "deleted": True})

    async def _cancel(self, _: httpx2.Request, response_id: str) -> httpx2.Response:
        response = self._response(response_id)
        if not response["background"]:
            raise not_cancellable()
        if run := self._runs.get(response_id):
            run.cancel()
        return _json(response)

    async def _list_input_items(self, _: httpx2.Request, response_id: str) -> httpx2.Response:
        items = self._kept(response_id).input[::-1]
        listed = [item | {"id": item.get("id") or f"msg_{at}"} for at, item in enumerate(items)]
        ids = [item["id"] for item in listed] or [None]
        page = {"first_id": ids[0], "last_id": ids[-1], "has_more": False}
        return _json({"object": "list", "data": listed, **page})

    async def _list_models(self, _request: httpx2.Request, _: str) -> httpx2.Response:
        return _json({"object": "list", "data": [MODEL]})

    def _refuse_if_asked(self, ask: Ask) -> None:
        """`try: limit` and its like; what passes is over at the second try."""
        is_ours = is_title_wanted(ask) or is_compaction_wanted(ask)
        command = None if is_ours else command_in(ask.question)
        refused = refusal_of(command) if command else None
        if refused is None:
            return
        if refused.code in PASSING:
            self._limited ^= {ask.question}
            if ask.question not in self._limited:
                return
        raise refused

    def _keep(self, ask: Ask, response: dict[str, Any]) -> None:
        if response["store"] and response["status"] in ("completed", "incomplete"):
            self._store.keep(Kept(response, ask.input, ask.context))

    def _response(self, response_id: str) -> dict[str, Any]:
        run = self._runs.get(response_id)
        return run.response if run else self._kept(response_id).response

    def _kept(self, response_id: str) -> Kept:
        kept = self._store.get(response_id)
        if kept is None:
            raise response_not_found(response_id)
        return kept


async def _body(request: httpx2.Request) -> Any:
    try:
        return jsontext.loads(await request.aread())
    except ValueError as error:
        raise wrong_parameter(
            "", f"We could not parse the JSON body of your request: {error}"
        ) from None


def _position(request: httpx2.Request) -> int:
    """The number of the first event that is wanted."""
    starting_after = request.url.params.get("starting_after", "-1")
    if not re.fullmatch(r"-1|\d{1,9}", starting_after):
        raise wrong_parameter("starting_after", "Invalid 'starting_after': expected a number.")
    return int(starting_after) + 1


def _stream(content: httpx2.AsyncByteStream) -> httpx2.Response:
    headers = {"content-type": "text/event-stream; charset=utf-8"}
    return httpx2.Response(200, headers=headers, stream=content)


def _json(value: Mapping[str, Any]) -> httpx2.Response:
    content = jsontext.dumps(value).encode()
    return httpx2.Response(200, headers={"content-type": "application/json"}, content=content)
