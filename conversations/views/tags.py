"""Tags: those that a page offers, and the page on which they are renamed and removed."""

from typing import Any

from asgiref.sync import async_to_sync
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chatapp.accounts.models import User
from conversations.models import Tag
from conversations.models.database import in_database
from conversations.models.tag import NAME_LENGTH, tags_of
from conversations.models.tagging import BadTag, rename
from conversations.turns import notices
from conversations.views.api import Refused, for_people
from conversations.views.library import person

REFUSALS = {
    "name": Refused(400, "invalid_tag", "A tag has 1 to 40 characters."),
    "full": Refused(400, "too_many_tags", "A conversation has at most 20 tags."),
    "many": Refused(400, "too_many_tags", "There are 200 tags, which is the most."),
}


@require_safe
@for_people
async def offered(request: HttpRequest, user: User) -> HttpResponseBase:
    """The tags that the person has given, by name."""
    return JsonResponse({"tags": await in_database(tags_of, user)})


@require_safe
@login_required
def tags(request: HttpRequest) -> HttpResponse:
    """All of them, each in a field to be changed, and on how many conversations it is."""
    found = Tag.objects.visible_to(person(request)).used()
    there = Count("conversations", filter=Q(conversations__deleted_at=None))
    context = {"tags": found.annotate(number=there), "longest": NAME_LENGTH}
    return render(request, "conversations/tags.html", context)


@require_POST
@login_required
def tag(request: HttpRequest, tag_id: str) -> HttpResponse:
    """Rename one, or remove it from every conversation."""
    found = Tag.objects.visible_to(person(request)).filter(pk=tag_id).first()
    if found is None:
        raise Http404
    try:
        if "delete" in request.POST:
            found.delete()
            messages.success(request, _("The tag is removed from every conversation."))
        else:
            rename(found, request.POST.get("name", ""))
            messages.success(request, _("Saved."))
    except BadTag as error:
        messages.error(request, _sentence(error))
    else:
        changed: dict[str, Any] = {"type": "conversations.changed"}
        async_to_sync(notices.send)(found.owner_id, changed)
    return redirect("conversations:tags")


def _sentence(error: BadTag) -> str:
    if error.reason == "taken":
        return _("Another tag of yours has this name.")
    return _("A tag has 1 to 40 characters.")
