"""Keeping order: conversations moved, pinned, archived, deleted, one or many in one request."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chatapp.accounts.models import User
from conversations.models import Conversation, Folder
from conversations.models.database import in_database
from conversations.models.listing import summaries
from conversations.models.organising import MOST, archive, move, own_of, pin
from conversations.models.tagging import BadTag, give, take
from conversations.turns import notices
from conversations.turns.deleting import delete, take_back
from conversations.views.api import NOT_FOUND, Refused, body_of, for_people
from conversations.views.library import person
from conversations.views.tags import REFUSALS

ARCHIVED_PAGE = 50
INVALID = Refused(400, "invalid_change", "This is no change that can be made to conversations.")
NO_FOLDER = Refused(404, "not_found", "This folder does not exist.")
TOO_MANY = Refused(400, "too_many", f"At most {MOST} conversations can be changed at once.")


@require_POST
@for_people
async def change(request: HttpRequest, user: User) -> HttpResponseBase:
    """One change to the conversations `ids`; of those that are gone the others don't suffer.

    What was `deleted` a moment ago is taken back by the same.
    """
    body = body_of(request)
    wanted = _ids(body.pop("ids", None))
    if body == {"deleted": False}:
        return JsonResponse({"conversations": await _taken_back(user, wanted)})
    ids = await in_database(own_of, user, wanted)
    if not ids:
        raise NOT_FOUND
    match body:
        case {"pinned": bool(wish), **rest} if not rest:
            await in_database(pin, ids, wish)
        case {"archived": bool(wish), **rest} if not rest:
            await in_database(archive, ids, wish)
        case {"folder": str() | None as folder_id, **rest} if not rest:
            await in_database(_move, user, ids, folder_id)
        case {"tag": str(name), **rest} if not rest:
            await in_database(_tag, user, ids, name)
        case {"untag": str(tag_id), **rest} if not rest:
            await in_database(take, user, ids, tag_id)
        case {"deleted": True, **rest} if not rest:
            await delete(user.pk, ids)
            return JsonResponse({"conversations": []})
        case _:
            raise INVALID
    lines = await in_database(summaries, ids)
    await notices.conversations_updated(user.pk, lines)
    return JsonResponse({"conversations": lines})


async def _taken_back(user: User, ids: list[str]) -> list[dict[str, Any]]:
    lines = await take_back(user, ids)
    if not lines:
        raise NOT_FOUND
    return lines


def _move(user: User, ids: list[str], folder_id: str | None) -> None:
    if folder_id is not None and not Folder.objects.visible_to(user).filter(pk=folder_id).exists():
        raise NO_FOLDER
    move(ids, folder_id)


def _tag(user: User, ids: list[str], name: str) -> None:
    try:
        give(user, ids, name)
    except BadTag as error:
        raise REFUSALS[error.reason] from error


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(id_, str) for id_ in value):
        raise INVALID
    if len(value) > MOST:
        raise TOO_MANY
    return value


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def archived(request: HttpRequest) -> HttpResponse:
    """What was put away, the last first; a POST takes one back."""
    if request.method == "POST":
        archive(own_of(person(request), request.POST.getlist("id")[:1]), False)
        return redirect(request.get_full_path())
    found = Conversation.objects.visible_to(person(request)).listed().archived()
    page = Paginator(found, ARCHIVED_PAGE).get_page(request.GET.get("page"))
    return render(request, "conversations/archived.html", {"page": page})
