"""The responses that are kept, of the key's person: read, followed, cancelled, deleted.

Somebody else's is as missing as one that never was, and so is one that was asked with
`"store": false`.
"""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from conversations.gateway.drawn import with_results
from conversations.gateway.including import INCLUDE, included_by
from conversations.gateway.input_items import page_of
from conversations.gateway.operations import EVENTS, JSON, Example, Query, operation
from conversations.gateway.paging import paging
from conversations.gateway.refusals import Refusal, bad, no_such_response
from conversations.gateway.shapes import deleted, one_of, ours, sdk
from conversations.gateway.shown import response_shown
from conversations.gateway.streaming import streamed, until_end
from conversations.models import ApiKey, Conversation, Response
from conversations.models.database import in_database
from conversations.models.response import ResponseQuerySet
from conversations.protocol.visibility import SEALED, visible_response
from conversations.turns.deleting import delete_response
from conversations.turns.running import turns


def kept(key: ApiKey) -> ResponseQuerySet:
    """Those that the key may name."""
    own = Conversation.objects.visible_to(key.owner).listed()
    return Response.objects.filter(conversation__in=own, disowned=False)


def shown(row: Response, *, sealed: bool = False) -> dict[str, Any]:
    """The API's object, as it stands in the row; `sealed` with what its provider has sealed."""
    response = response_shown(visible_response(row.to_api(), sealed=sealed), row.asked)
    return {**response, "output": with_results(response["output"], row.owner_id)}


@operation(
    "retrieveResponse",
    "Read a response",
    meaning="As it is now; or with `stream=true` its events, those after `starting_after` or all."
    " They are kept for a minute after its end; later a stream tells the same in fewer events.",
    query=(
        INCLUDE,
        Query("stream", "`true` for its events.", one_of("true", "false")),
        Query(
            "starting_after",
            "The `sequence_number` of the last event that you have. For streams alone.",
            {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
        ),
    ),
    answers={
        JSON: sdk("responses.Response"),
        EVENTS: {"anyOf": [sdk("responses.ResponseStreamEvent"), ours("StreamError")]},
    },
    refuses=(400, 404),
    example=Example("responses.retrieve"),
)
async def read(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """As it is now; or with `stream=true` its events, those after `starting_after` or all."""
    row = await in_database(_found, key, response_id)
    stream, after = request.GET.get("stream", "false"), request.GET.get("starting_after")
    sealed = SEALED in included_by(request.GET)
    if stream not in ("true", "false"):
        raise bad("stream", "true or false is expected here.", "invalid_type")
    if after is not None and not (after.isdecimal() and after.isascii() and len(after) < 16):
        raise bad("starting_after", "A sequence_number is expected here.", "invalid_type")
    if stream == "true":
        return streamed(key, row, None if after is None else int(after), sealed=sealed)
    if after is not None:
        raise bad("starting_after", "This is for streams alone.")
    return JsonResponse(await in_database(shown, row, sealed=sealed))


@operation(
    "deleteResponse",
    "Delete a response",
    meaning="One that runs is ended. Where others follow it, it stays in the chat for these, and"
    " goes with the last of them.",
    answers={JSON: deleted("response")},
    refuses=(404,),
    example=Example("responses.delete"),
)
async def delete(_: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """Gone for good, unless other responses follow it: then it is there for these alone."""
    await delete_response(await in_database(_found, key, response_id))
    return JsonResponse({"id": response_id, "object": "response", "deleted": True})


@operation(
    "cancelResponse",
    "End a response",
    meaning="One that runs in the background. One that has ended stays as it is.",
    answers={JSON: sdk("responses.Response")},
    refuses=(400, 404),
    example=Example("responses.cancel"),
)
async def cancel(_: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """End one that runs in the background; one that has ended stays as it is."""
    row = await in_database(_found, key, response_id)
    if not (row.asked or {}).get("background"):
        raise Refusal(400, "Cannot cancel a synchronous response.", "not_in_background")
    if row.is_running:
        await turns.cancel(row.pk)
        await until_end(row.pk)
        row = await in_database(_found, key, response_id)
    return JsonResponse(await in_database(shown, row))


@operation(
    "listInputItems",
    "List what was asked",
    meaning="In pages, the last item first unless `order` says otherwise.",
    query=(*paging("item"), INCLUDE),
    answers={JSON: sdk("responses.ResponseItemList")},
    refuses=(400, 404),
    example=Example("responses.input_items.list"),
)
async def input_items(request: HttpRequest, key: ApiKey, response_id: str) -> HttpResponseBase:
    """What it was asked, the last item first unless `order` says otherwise."""
    row = await in_database(_found, key, response_id)
    include = included_by(request.GET)
    return JsonResponse(await in_database(page_of, row, request.GET, include))


def _found(key: ApiKey, response_id: str) -> Response:
    row = kept(key).filter(pk=response_id).select_related("conversation").first()
    if row is None:
        raise no_such_response(response_id)
    return row
