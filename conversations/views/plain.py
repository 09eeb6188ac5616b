"""A person's conversations as text: the chat page leads a browser without scripts here."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from conversations.models import Conversation
from conversations.models.listing import BadCursor, page_of, state_of, turns_after, turns_before
from conversations.models.plain import answer_text, question_text
from conversations.views.library import person


@require_safe
@login_required
def listed(request: HttpRequest) -> HttpResponse:
    """All conversations in no folder, a page at a time, `?before=` a cursor."""
    try:
        page = page_of(person(request), request.GET.get("before"), whole=True)
    except BadCursor as error:
        raise Http404 from error
    return render(request, "conversations/plain_list.html", {"page": page})


@require_safe
@login_required
def read(request: HttpRequest, conversation_id: str) -> HttpResponse:
    """The branch that was last shown or that passes `?response=`, from there on by `?before=` and
    `?after=` the cursors of a page.
    """
    own = Conversation.objects.visible_to(person(request))
    found = own.filter(pk=conversation_id).first()
    if found is None:
        raise Http404
    state = _state(found, request.GET)
    if state is None:
        raise Http404
    context = {"title": found.title, "state": state, "transcript": list(_turns(state))}
    return render(request, "conversations/plain.html", context)


def _state(conversation: Conversation, asked: QueryDict) -> dict[str, Any] | None:
    if before := asked.get("before"):
        return turns_before(conversation, before)
    if after := asked.get("after"):
        return turns_after(conversation, after)
    return state_of(conversation, *asked.getlist("response")[:1])


def _turns(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    before: list[Any] = []
    for response in state["responses"]:
        asked = question_text(response["input"], before)
        before = response["output"]
        name = response["id"]
        # A script may tell of questions alone, and of answers to nothing.
        if response["input"]:
            yield {"id": name, "role": "user", "text": asked}
            name = ""
        if before or response["model"]:
            yield {"id": name, "role": "assistant", "text": answer_text(before)}
