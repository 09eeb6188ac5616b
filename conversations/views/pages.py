"""The chat page: the same for a new conversation and a stored one."""

from collections.abc import Sequence
from time import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from chatapp.accounts.models import User
from chatapp.static_files import preloaded
from conversations.models import Conversation, Model
from conversations.models.folder import folders_of
from conversations.models.key_names import key_names
from conversations.models.listing import page_of, state_of
from conversations.models.retention import may_be_kept
from conversations.turns.dictating import scribe
from conversations.turns.searching import withheld_from
from conversations.views.assistants import offered_assistants
from conversations.views.frames import render_with_diagrams
from conversations.views.parameters import servers


@require_safe
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """An empty page; nothing is stored until the first question is sent."""
    return _chat(request, None)


@require_safe
@login_required
def conversation(request: HttpRequest, conversation_id: str) -> HttpResponse:
    """A stored conversation, on the branch that was last shown or that passes `?response=`."""
    own = Conversation.objects.visible_to(_user(request))
    found = own.filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    return _chat(request, state_of(found, *request.GET.getlist("response")[:1]))


def _chat(request: HttpRequest, state: dict[str, Any] | None) -> HttpResponse:
    user = _user(request)
    models = list(Model.objects.offered_to(user))
    page = {
        "user": _person(user),
        "models": _told(models, is_kept=may_be_kept(user)),
        "transcribes": scribe(user) is not None,
        "assistants": offered_assistants(user),
        "mcp_servers": servers(user),
        "embedded_only": all(model.provider.embedded for model in models),
        "state": state,
        "csrf_token": get_token(request),
        "now": time(),
        "folders": folders_of(user),
        "key_names": key_names(user),
        **page_of(user),
    }
    context = {
        "page": page,
        "title": state["conversation"]["title"] if state else "",
        "plain": _plain(request, state),
        "preloaded": preloaded(settings.STATIC_ROOT, draws=state is not None),
        "caveat": settings.CAVEAT,
    }
    return render_with_diagrams(request, "conversations/chat.html", context)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "only for those signed in"
    return request.user


def _person(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "username": user.username,
        "name": user.get_full_name() or user.username,
        "language": user.language,
        "shortcuts": user.shortcuts,
        "withheld_tools": withheld_from(user),
        "is_staff": user.is_staff,
        "is_admin": user.is_superuser,
    }


def _told(models: Sequence[Model], *, is_kept: bool) -> list[dict[str, Any]]:
    """What can be asked, and how: what no provider may keep is not offered to be kept."""
    fixed = [] if is_kept else ["store"]
    last = max((model.provider.fallback_order or 0 for model in models), default=0)
    return [
        {
            "id": model.id,
            "name": model.name,
            "label": str(model),
            "provider": model.provider.name,
            "is_default": index == 0,
            "background": model.background and is_kept,
            "can_background": model.can_background and is_kept,
            "is_stood_in_for": 0 < (model.provider.fallback_order or 0) < last,
            "unsupported": [*model.lacks, *fixed],
            "takes_images": model.sees_images,
            "takes_files": model.reads_files,
            "max_output": model.max_output,
        }
        for index, model in enumerate(models)
    ]


def _plain(request: HttpRequest, state: dict[str, Any] | None) -> str:
    """Where the same is read without scripts."""
    if state is None:
        return reverse("conversations:plain")
    response = request.GET.get("response")
    page = reverse("conversations:plain-conversation", args=[state["conversation"]["id"]])
    return f"{page}?{urlencode({'response': response})}#{response}" if response else page
