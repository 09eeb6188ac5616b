"""POST /v1/responses/compact: a conversation in short, which goes on in its place.

The model writes the summary. It is handed out sealed, as the API has it: its person's requests
alone can say it again, and nobody else can make one up in the model's words.
"""

import asyncio
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.asking import Asked, as_object, asked_of, unknown
from conversations.gateway.asking_shapes import compacting
from conversations.gateway.attaching import attached
from conversations.gateway.bodies import body_of
from conversations.gateway.failures import refusal_of
from conversations.gateway.operations import JSON, OF_MODELS, WITH_BODY, Example, operation
from conversations.gateway.sealing import sealed
from conversations.gateway.shapes import sdk
from conversations.gateway.starting import leave, new_response, started
from conversations.gateway.stored import shown
from conversations.gateway.streaming import until_end
from conversations.models import ApiKey, Response
from conversations.models.database import in_database
from conversations.protocol.compaction import INSTRUCTIONS, REQUEST
from conversations.protocol.ids import new_id
from conversations.protocol.items import output_text, user_message

TAKEN = {"input", "instructions", "model", "previous_response_id", "prompt_cache_key"}
NOT_COUNTED = {
    "input_tokens": 0,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 0,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 0,
}


@operation(
    "compactResponse",
    "Shorten a conversation",
    meaning="A `compaction` item that stands for a conversation in the next request: a summary by"
    " the model, sealed, that only its person's requests can say again.",
    body=compacting(TAKEN),
    answers={JSON: sdk("responses.CompactedResponse")},
    refuses=(*WITH_BODY, *OF_MODELS),
    example=Example("responses.compact", {"model": "guide", "input": "Hello"}),
)
async def compact(request: HttpRequest, key: ApiKey) -> HttpResponseBase:
    """A `compaction` item that stands for what is said in `input`, behind what it follows."""
    body = await body_of(request)
    async with attached(key, _asked(body)) as asked:
        row = await started(await in_database(new_response, key, asked), leaving=True)
    try:
        await until_end(row.pk)
    except asyncio.CancelledError:
        leave(row.pk)
        raise
    return JsonResponse(await in_database(_compacted, key, row.pk))


def _asked(body: Any) -> Asked:
    """For a summary, which is not to be stored; Refusal for a body that asks for none."""
    given = {name: value for name, value in as_object(body).items() if value is not None}
    for name in given.keys() - TAKEN:
        raise unknown(name)
    if "previous_response_id" in given:
        given.setdefault("input", REQUEST)
    asked = asked_of({**given, "store": False})
    request = user_message(REQUEST)
    items = asked.input if asked.input == [request] else [*asked.input, request]
    instructions = "\n\n".join(filter(None, [INSTRUCTIONS, asked.instructions]))
    return replace(asked, input=items, instructions=instructions)


def _compacted(key: ApiKey, response_id: str) -> dict[str, Any]:
    row = Response.objects.get(pk=response_id)
    summary = output_text(row.output)
    if row.error is not None or not summary:
        raise refusal_of(row.error or {"message": "The model wrote no summary."})
    item = {
        "type": "compaction",
        "id": new_id("cmp"),
        "encrypted_content": sealed(summary, key),
        "status": "completed",
    }
    response = shown(row)
    return {
        "id": row.pk,
        "object": "response.compaction",
        "created_at": response["created_at"],
        "output": [item],
        "usage": response["usage"] or NOT_COUNTED,
    }
