"""POST /v1/responses: a question through a key, answered whole, streamed, or in the background."""

import asyncio
from functools import partial
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import asked_of
from conversations.gateway.asking_shapes import asking
from conversations.gateway.attaching import attached
from conversations.gateway.bodies import body_of
from conversations.gateway.failures import refusal_of
from conversations.gateway.operations import (
    EVENTS,
    JSON,
    OF_MODELS,
    WITH_BODY,
    Example,
    operation,
)
from conversations.gateway.refusals import Refusal
from conversations.gateway.shapes import ours, sdk
from conversations.gateway.starting import leave, new_response, started
from conversations.gateway.stored import shown
from conversations.gateway.streaming import streamed, until_end
from conversations.models import ApiKey, Response
from conversations.models.database import in_database
from conversations.models.response import Status


@operation(
    "createResponse",
    "Ask a model",
    meaning="The answer comes whole, or as server-sent events with `stream`, or is begun in the"
    " `background`. What is asked is a conversation of the key's owner.",
    body=asking(),
    answers={
        JSON: sdk("responses.Response"),
        EVENTS: {"anyOf": [sdk("responses.ResponseStreamEvent"), ours("StreamError")]},
    },
    refuses=(*WITH_BODY, 404, *OF_MODELS),
    makes={"response_id": "/id"},
    example=Example("responses.create", {"model": "guide", "input": "Hello"}),
)
async def create(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """Ask, and answer. Unless it runs in the background, the answer ends with its reader."""
    asked = asked_of(await body_of(request))
    async with attached(key, asked) as asked:
        new = await in_database(new_response, key, asked)
        row = await started(new, leaving=not asked.background)
    if asked.stream:
        on_left = None if asked.background else partial(leave, row.pk)
        return streamed(key, row, None, on_left, sealed=row.gives_sealed)
    if asked.background:
        return JsonResponse(shown(row))
    try:
        await until_end(row.pk)
    except asyncio.CancelledError:
        leave(row.pk)
        raise
    return JsonResponse(await in_database(_ended, row.pk))


def _ended(response_id: str) -> dict[str, Any]:
    row = Response.objects.filter(pk=response_id).first()
    if row is None:
        raise Refusal(404, "The response was deleted before its end.")
    is_lost = row.status == Status.INCOMPLETE and row.error is not None
    if row.error is not None and (row.status == Status.FAILED or is_lost):
        raise refusal_of(row.error)
    return shown(row, sealed=row.gives_sealed)
