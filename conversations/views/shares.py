"""Making, listing and revoking links to a conversation: for whoever it belongs to."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from chatapp.accounts import audit
from chatapp.accounts.links import absolute
from chatapp.accounts.models import User
from conversations.models import Conversation, Response, Share
from conversations.models.database import in_database
from conversations.models.share import PASSPHRASE_LENGTH, NothingToShare
from conversations.views.api import NOT_FOUND, Refused, body_of, for_people, own

LIFETIMES = (1, 7, 30, 365)
NO_SHARE = Refused(404, "not_found", "This link does not exist.")
INVALID = Refused(400, "invalid_share", "This is no link that can be made.")


@require_http_methods(["GET", "POST"])
@for_people
async def shares(request: HttpRequest, user: User, conversation_id: str) -> HttpResponseBase:
    """The links to a conversation: listed, or one made."""
    found = await in_database(own, user, conversation_id)
    if request.method == "GET":
        return JsonResponse({"shares": await in_database(_listed, request, user, found)})
    wanted = _wanted(body_of(request))
    share = await in_database(_make, user, found, wanted)
    return JsonResponse(described(request, share), status=201)


@require_http_methods(["DELETE"])
@for_people
async def share(request: HttpRequest, user: User, share_id: int) -> HttpResponseBase:
    """Revoke a link."""
    await in_database(revoke, user, share_id)
    return HttpResponse(status=204)


def revoke(user: User, share_id: int) -> None:
    """Revoke a link of theirs; Refused when there is none."""
    found = Share.objects.visible_to(user).filter(pk=share_id).first()
    if found is None:
        raise NO_SHARE
    found.revoke()
    audit.record(user, found, "Revoked a link to a conversation.")


def described(request: HttpRequest, share: Share) -> dict[str, Any]:
    """A link as its owner is shown it, with the address to copy."""
    return {
        "id": share.pk,
        "url": absolute(reverse("conversations:shared", args=[share.token]), request),
        "title": share.title,
        "whole_tree": share.whole_tree,
        "answers": len(share.responses),
        "has_passphrase": bool(share.passphrase),
        "created_at": share.created_at.isoformat(),
        "expires_at": share.expires_at and share.expires_at.isoformat(),
        "views": share.views,
        "viewed_at": share.viewed_at and share.viewed_at.isoformat(),
    }


def _listed(request: HttpRequest, user: User, conversation: Conversation) -> list[dict[str, Any]]:
    found = Share.objects.visible_to(user).open().filter(conversation=conversation)
    return [described(request, share) for share in found.order_by("-created_at")]


def _wanted(body: dict[str, Any]) -> dict[str, Any]:
    match body:
        case {
            "response": str() | None as through,
            "whole_tree": bool(whole_tree),
            "days": int() | None as days,
            "passphrase": str(passphrase),
            **rest,
        } if not rest and (days is None or days in LIFETIMES):
            if len(passphrase) > PASSPHRASE_LENGTH:
                raise INVALID
            lifetime = timedelta(days=days) if days else None
            return {
                "through": through,
                "whole_tree": whole_tree,
                "lifetime": lifetime,
                "passphrase": passphrase,
            }
    raise INVALID


def _make(user: User, conversation: Conversation, wanted: dict[str, Any]) -> Share:
    through = wanted["through"]
    own = Response.objects.filter(conversation=conversation, pk=through)
    if through is not None and not own.exists():
        raise NOT_FOUND
    try:
        share = Share.make(conversation, **wanted)
    except NothingToShare as error:
        sentence = "There is no finished answer to share yet."
        raise Refused(409, "nothing_to_share", sentence) from error
    audit.record(user, share, "Made a link to a conversation.")
    return share
