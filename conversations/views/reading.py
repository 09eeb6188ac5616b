"""A conversation to be read and not changed: printed by its owner, or shared by a link."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from chatapp.accounts.models import User
from conversations.models import Conversation
from conversations.models.export import shown_rows
from conversations.models.plain import answer_text, question_text
from conversations.protocol.compaction import is_compaction
from conversations.protocol.made import made_files
from conversations.protocol.visibility import shared_response
from conversations.views.frames import render_with_diagrams

# Nothing else that an imported question says is a file becomes a link.
SHARED_FILE = re.compile(r"/s/[\w-]+/files/\w+/")


@require_safe
@login_required
def printed(request: HttpRequest, conversation_id: str) -> HttpResponse:
    """The branch that is shown, or the one that passes `?response=`, as a page to print."""
    assert isinstance(request.user, User), "only for those signed in"
    own = Conversation.objects.visible_to(request.user)
    conversation = own.filter(pk=conversation_id).first()
    if conversation is None:
        raise Http404
    rows = shown_rows(conversation, request.GET.get("response"))
    responses = [shared_response(row.to_api()) for row in rows]
    end = responses[-1]["id"] if responses else None
    context = {"title": conversation.title, "back": conversation.pk}
    return reading(request, "conversations/print.html", responses, end, context)


def reading(
    request: HttpRequest,
    template: str,
    responses: Sequence[dict[str, Any]],
    end: str | None,
    context: dict[str, Any],
) -> HttpResponse:
    """A page of `responses` for the browser's renderer, and of their branch to `end` as text."""
    page = {
        **context,
        "reading": {"responses": responses, "end": end},
        "transcript": list(_turns(responses, end)),
        "answers": len(responses),
    }
    return render_with_diagrams(request, template, page)


def _turns(responses: Sequence[dict[str, Any]], end: str | None) -> Iterator[dict[str, Any]]:
    """Plain turns, for a browser without scripts."""
    by_id = {response["id"]: response for response in responses}
    path: list[dict[str, Any]] = []
    at = end if end in by_id else next(reversed(by_id), None)
    while at in by_id:
        path.append(by_id[at])
        at = by_id[at]["previous_response_id"]
    before: list[Any] = []
    for response in reversed(path):
        # Questions of ours, which nobody wrote.
        is_ours = response["continues"] or is_compaction(response["input"])
        if response["input"] and not is_ours:
            text = question_text(response["input"], before)
            yield {"role": "user", "text": text, "documents": list(_documents(response["input"]))}
        before = response["output"]
        made = list(_at_addresses(made_files(before), "file_url", "image_url"))
        if before or response["model"]:
            yield {"role": "assistant", "text": answer_text(before), "documents": made}


def _documents(items: Any) -> Iterator[dict[str, Any]]:
    """The files of a question that are no pictures, each at an address of its link's."""
    for item in items if isinstance(items, list) else ():
        content = item.get("content")
        yield from _at_addresses(content if isinstance(content, list) else (), "file_url")


def _at_addresses(parts: Iterable[dict[str, Any]], *fields: str) -> Iterator[dict[str, Any]]:
    for part in parts:
        address = next((part[field] for field in fields if field in part), None)
        if isinstance(address, str) and SHARED_FILE.fullmatch(address):
            yield {"name": part.get("filename"), "size": part.get("size"), "url": address}
