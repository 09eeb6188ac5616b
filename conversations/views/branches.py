"""What the page asks for about branches: the map, names and pins, deletion, forks, comparisons."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.beside import settle
from conversations.models.branch import NAME_LENGTH, extent, mark
from conversations.models.database import in_database
from conversations.models.fork import StillRunning, fork
from conversations.models.listing import responses, summary
from conversations.models.pruning import WholeConversation, remove_branch
from conversations.models.tree import select
from conversations.models.tree_map import tree_map
from conversations.turns import notices
from conversations.turns.deleting import stop_deleted
from conversations.views.api import Refused, body_of, for_people, own

MOST_OPENED = 100
NO_BRANCH = Refused(404, "not_found", "This message does not exist any more.")
NO_CHANGE = Refused(400, "invalid_change", "A branch has a name, and may be pinned.")
LONG_NAME = Refused(400, "invalid_name", f"A name has at most {NAME_LENGTH} characters.")
ALL_OF_IT = Refused(409, "whole_conversation", "This branch is the whole conversation.")
RUNNING = Refused(409, "response_running", "An answer on this path is still being written.")
NOT_TWO = Refused(400, "invalid_request", "Two answers can be compared.")


@require_safe
@for_people
async def tree(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """The map of the whole tree; `response` is on the branch shown, `open` names runs."""
    found = await in_database(own, user, conversation_id)
    opened = request.GET.getlist("open")[:MOST_OPENED]
    entries = await in_database(tree_map, found, request.GET.get("response"), frozenset(opened))
    return JsonResponse({"conversation_id": found.pk, "entries": entries})


@require_http_methods(["GET", "PATCH", "DELETE"])
@for_people
async def branch(
    request: HttpRequest, user: User, conversation_id: str, response_id: str
) -> HttpResponseBase:
    """A branch: how large it is; named or pinned; deleted."""
    conversation = await in_database(own, user, conversation_id)
    response = await in_database(_response, conversation, response_id)
    if request.method == "PATCH":
        return await _mark(conversation, response, body_of(request))
    if request.method == "DELETE":
        return await _delete(conversation, response_id)
    return JsonResponse(await in_database(extent, response))


@require_POST
@for_people
async def fork_from(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """A new conversation that begins with the path up to the `response`."""
    conversation = await in_database(own, user, conversation_id)
    match body_of(request):
        case {"response": str(response_id), **rest} if not rest:
            new = await _forked(conversation, response_id)
        case _:
            raise NO_BRANCH
    await notices.conversation_updated(new)
    return JsonResponse(await in_database(summary, new.pk), status=201)


@require_POST
@for_people
async def keep(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """Of answers side by side the `response` is the one to go on from."""
    conversation = await in_database(own, user, conversation_id)
    match body_of(request):
        case {"response": str(response_id), **rest} if not rest:
            response = await in_database(_response, conversation, response_id)
        case _:
            raise NO_BRANCH
    await in_database(_keep, conversation, response)
    await notices.conversation_updated(conversation)
    return HttpResponse(status=204)


@require_safe
@for_people
async def compare(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """Two answers of a conversation, to be shown side by side."""
    conversation = await in_database(own, user, conversation_id)
    ids = request.GET.getlist("response")
    if len(ids) != 2:
        raise NOT_TWO
    found = await in_database(_two, conversation, ids)
    return JsonResponse({"responses": found})


def _response(conversation: Conversation, response_id: str) -> Response:
    found = (
        conversation.responses.filter(pk=response_id)
        .only("pk", "conversation", "previous_response", "retry_of")
        .first()
    )
    if found is None:
        raise NO_BRANCH
    return found


@transaction.atomic
def _keep(conversation: Conversation, response: Response) -> None:
    list(Conversation.objects.lock_of(response.pk))
    settle(response)
    select(conversation, response.pk)
    conversation.changed()


def _two(conversation: Conversation, ids: list[str]) -> list[dict[str, Any]]:
    for response_id in ids:
        _response(conversation, response_id)
    return responses(ids)


async def _mark(
    conversation: Conversation, response: Response, body: dict[str, Any]
) -> HttpResponseBase:
    match body:
        case {"name": str(name), **rest} if not rest:
            if len(name) > NAME_LENGTH:
                raise LONG_NAME
            await in_database(mark, response, name=name)
        case {"pinned": bool(pinned), **rest} if not rest:
            await in_database(mark, response, pinned=pinned)
        case _:
            raise NO_CHANGE
    await in_database(conversation.changed)
    await notices.conversation_updated(conversation)
    return HttpResponse(status=204)


async def _delete(conversation: Conversation, response_id: str) -> HttpResponseBase:
    """Delete it with all below it; what is being answered there is stopped."""
    try:
        unfinished = await in_database(remove_branch, conversation, response_id)
    except Response.DoesNotExist as error:
        raise NO_BRANCH from error
    except WholeConversation as error:
        raise ALL_OF_IT from error
    await stop_deleted(unfinished)
    await notices.conversation_updated(conversation)
    return HttpResponse(status=204)


async def _forked(conversation: Conversation, response_id: str) -> Conversation:
    try:
        return await in_database(fork, conversation, response_id)
    except Response.DoesNotExist as error:
        raise NO_BRANCH from error
    except StillRunning as error:
        raise RUNNING from error
