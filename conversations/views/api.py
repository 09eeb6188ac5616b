"""What the page asks for besides the socket: lists, an open conversation, and changes to it."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from chatapp.accounts.models import User
from conversations.models import Conversation, Response
from conversations.models.approval import withdraw
from conversations.models.conversation import TITLE_LENGTH
from conversations.models.database import in_database
from conversations.models.listing import (
    BadCursor,
    page_of,
    state_of,
    summary,
    turns_after,
    turns_before,
)
from conversations.models.search import search as found_by
from conversations.models.search_filters import BadFilter, filters_from
from conversations.models.temporary import keep
from conversations.models.tree import select
from conversations.models.window import first_of
from conversations.protocol.approvals import Tool
from conversations.protocol.jsontext import BadJSON, loads
from conversations.turns import notices
from conversations.turns.deleting import delete

AsyncView = Callable[..., Coroutine[Any, Any, HttpResponseBase]]


class Refused(Exception):
    """An answer that ends the request: a status and a sentence for the person."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code


MOST_THROUGH = 8
NO_CURSOR = Refused(400, "invalid_cursor", "This is no cursor of ours.")
NO_FILTER = Refused(400, "invalid_filter", "A search can't be narrowed like this.")
NOT_FOUND = Refused(404, "not_found", "This conversation does not exist.")


def for_people(view: AsyncView) -> AsyncView:
    """A JSON view for those signed in; what it refuses has the API's error shape."""

    @wraps(view)
    async def wrapped(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
        try:
            # Looked up by LanguageMiddleware: `auser` would do it a second time.
            user = request.user
            if not isinstance(user, User):
                raise Refused(401, "signed_out", "You are signed out.")
            return await view(request, user, **kwargs)
        except Refused as refused:
            error = {"code": refused.code, "message": gettext(str(refused))}
            return JsonResponse({"error": error}, status=refused.status)

    return wrapped


@require_safe
@for_people
async def conversations(request: HttpRequest, user: User) -> HttpResponseBase:
    """A page of the person's conversations, after the cursor `before`; those in a `folder`."""
    asked = request.GET.get("before"), request.GET.get("folder")
    try:
        return JsonResponse(await in_database(page_of, user, *asked))
    except BadCursor as error:
        raise NO_CURSOR from error


@require_safe
@for_people
async def search(request: HttpRequest, user: User) -> HttpResponseBase:
    """What the words `q` find in the person's conversations, after the cursor `before`.

    `since`, `until`, `model`, `folder`, `tag`, `archived`, `scripts`, `key` and `files` narrow it,
    with words or alone.
    """
    try:
        filters = filters_from(request.GET.dict())
    except BadFilter as error:
        raise NO_FILTER from error
    query, before = request.GET.get("q", ""), request.GET.get("before") or None
    try:
        return JsonResponse(await in_database(found_by, user, query, before, filters))
    except BadCursor as error:
        raise NO_CURSOR from error


@require_http_methods(["GET", "PATCH", "DELETE"])
@for_people
async def conversation(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """An open conversation: read, renamed, shown on another branch, or deleted."""
    found = await in_database(own, user, conversation_id)
    if request.method == "PATCH":
        return await _change(found, body_of(request))
    if request.method == "DELETE":
        await delete(user.pk, [found.pk])
        return HttpResponse(status=204)
    return JsonResponse(await in_database(state_of, found, *_through(request)))


@require_safe
@for_people
async def turns_of(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """More of an open conversation: what goes `before` a cursor or `after` one, or, around its
    `first` turn, the path that leads to a response.
    """
    found = await in_database(own, user, conversation_id)
    for name, read in (("before", turns_before), ("after", turns_after), ("first", _first_turns)):
        if cursor := request.GET.get(name):
            page = await in_database(read, found, cursor)
            if page is None:
                raise NOT_FOUND
            return JsonResponse(page)
    raise NO_CURSOR


def _through(request: HttpRequest) -> list[str]:
    """The responses that the path is to pass, as far as they are there."""
    return request.GET.getlist("response")[:MOST_THROUGH]


def _first_turns(found: Conversation, response_id: str) -> dict[str, Any] | None:
    first = first_of(found, response_id)
    return None if first is None else state_of(found, first)


def own(user: User, conversation_id: str) -> Conversation:
    """The person's conversation; somebody else's is as good as missing."""
    found = Conversation.objects.visible_to(user).filter(pk=conversation_id).first()
    if found is None:
        raise NOT_FOUND
    return found


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent."""
    try:
        body = loads(request.body)
    except BadJSON as error:
        raise Refused(400, "invalid_json", "The body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise Refused(400, "invalid_json", "The body is not an object.")
    return body


async def _change(found: Conversation, body: dict[str, Any]) -> HttpResponseBase:
    match body:
        case {"title": str(title), **rest} if not rest:
            return await _rename(found, title)
        case {"selected": str(response_id), **rest} if not rest:
            return JsonResponse(await in_database(_select, found, response_id))
        case {"temporary": False, **rest} if not rest:
            return await _keep(found)
        case {"withdrawn": {"server_label": str(server), "name": str(name)}, **rest} if not rest:
            return await _withdraw(found, Tool(server, name))
    raise Refused(400, "invalid_change", "A title or a selected response can be set.")


async def _rename(found: Conversation, title: str) -> HttpResponseBase:
    if not title.strip() or len(title) > TITLE_LENGTH:
        raise Refused(400, "invalid_title", f"A title has 1 to {TITLE_LENGTH} characters.")
    await in_database(found.rename, title, Conversation.TitleSource.PERSON)
    await notices.conversation_updated(found)
    return JsonResponse(await in_database(summary, found.pk))


async def _keep(found: Conversation) -> HttpResponseBase:
    await in_database(keep, found)
    await notices.conversation_updated(found)
    return JsonResponse(await in_database(summary, found.pk))


async def _withdraw(found: Conversation, tool: Tool) -> HttpResponseBase:
    """A tool that was allowed for the whole conversation is asked for again."""
    await in_database(withdraw, found.pk, tool)
    await in_database(found.changed)
    await notices.conversation_updated(found)
    return JsonResponse(await in_database(summary, found.pk))


def _select(found: Conversation, response_id: str) -> dict[str, Any]:
    if not Response.objects.filter(pk=response_id, conversation=found).exists():
        raise NOT_FOUND
    select(found, response_id)
    found.changed()
    return state_of(found, response_id)
