"""POST /v1/responses: a question through a key, answered whole, streamed, or in the background."""

import asyncio
from functools import partial
from secrets import token_hex
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import Asked, asked_of
from conversations.gateway.bodies import body_of
from conversations.gateway.failures import refusal_of
from conversations.gateway.models import names, no_such_model
from conversations.gateway.refusals import Refusal, bad, no_such_previous
from conversations.gateway.stored import kept, shown
from conversations.gateway.streaming import streamed, until_end
from conversations.models import ApiKey, Response
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.functions import CALL, OUTPUT
from conversations.turns.errors import RequestError
from conversations.turns.request import NewResponse
from conversations.turns.running import turns


async def create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """Ask, and answer. Unless it runs in the background, the answer ends with its reader."""
    asked = await _read(request)
    new = await in_database(_new, key, asked)
    row = await _started(new, leaving=not asked.background)
    if asked.stream:
        return streamed(key, row, None, None if asked.background else partial(_leave, row.pk))
    if asked.background:
        return JsonResponse(shown(row))
    try:
        await until_end(row.pk)
    except asyncio.CancelledError:
        _leave(row.pk)
        raise
    return JsonResponse(await in_database(_ended, row.pk))


async def _read(request: HttpRequest) -> Asked:
    body = await body_of(request)
    return asked_of(body)


async def _started(new: NewResponse, *, leaving: bool) -> Response:
    """The stored question, whose answer has begun; if the client leaves meanwhile, it is ended."""
    starting = asyncio.ensure_future(turns.start(new))
    try:
        return await asyncio.shield(starting)
    except RequestError as error:
        raise Refusal.of_request(error) from error
    except asyncio.CancelledError:
        if leaving:
            starting.add_done_callback(_leave_started)
        raise


def _leave_started(starting: "asyncio.Future[Response]") -> None:
    if not starting.cancelled() and starting.exception() is None:
        _leave(starting.result().pk)


def _leave(response_id: str) -> None:
    """Its reader has gone. (Nobody can wait here: what calls this is being cancelled itself.)"""
    turns.tasks.spawn(turns.cancel(response_id))


def _new(key: ApiKey, asked: Asked) -> NewResponse:
    model = names(key).get(asked.model)
    if model is None:
        raise no_such_model(asked.model)
    _check_calls(key, asked)
    told = asked.told
    if asked.previous_response_id:
        told = {**told, "previous_response_id": asked.previous_response_id}
    return NewResponse(
        owner=key.owner,
        api_key=key,
        asked=told,
        client_key=f"api_{token_hex(16)}",
        input=asked.input,
        model_id=model.pk,
        only_this=True,
        previous_response_id=asked.previous_response_id,
        branch=True,
        background=asked.background,
        temporary=not asked.store,
        instructions=asked.instructions,
        settings=asked.settings,
    )


def _check_calls(key: ApiKey, asked: Asked) -> None:
    """What is to be followed is there, and each output answers a call."""
    answered = {item["call_id"] for item in asked.input if item["type"] == OUTPUT}
    called = {item["call_id"] for item in asked.input if item["type"] == CALL}
    if asked.previous_response_id:
        previous = kept(key).filter(pk=asked.previous_response_id).first()
        if previous is None:
            raise no_such_previous(asked.previous_response_id)
        if answered - called:
            called |= _called_on(previous)
    if missing := sorted(answered - called):
        said = f"No tool call found for function call output with call_id {missing[0][:80]}."
        raise bad("input", said)


def _called_on(previous: Response) -> set[str]:
    path = Response.objects.path_to(previous.pk)
    items = [item for row in path for item in (*row.input, *row.output)]
    return {str(item.get("call_id")) for item in items if item.get("type") == CALL}


def _ended(response_id: str) -> dict[str, Any]:
    row = Response.objects.filter(pk=response_id).first()
    if row is None:
        raise Refusal(404, "The response was deleted before its end.")
    is_lost = row.status == Status.INCOMPLETE and row.error is not None
    if row.error is not None and (row.status == Status.FAILED or is_lost):
        raise refusal_of(row.error)
    return shown(row)
