"""How conversations are listed and how one is opened, as the browser is sent them."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, QuerySet, Subquery

from conversations.models.beside import standing
from conversations.models.branch import marked
from conversations.models.conversation import Conversation
from conversations.models.copied import source
from conversations.models.fork import origin
from conversations.models.response import Response
from conversations.models.tag import listed, tags_column
from conversations.models.window import (
    Window,
    after,
    around,
    at_end,
    lighter,
    nodes_in,
    up_to,
)
from conversations.protocol.visibility import visible_response

if TYPE_CHECKING:
    from chatapp.accounts.models import User

PAGE = 30


class BadCursor(ValueError):
    """This is none that a page was given."""


def summary(conversation_id: str) -> dict[str, Any] | None:
    """One line of the sidebar, or None when the conversation is gone."""
    found = _with_answering(Conversation.objects.present().filter(pk=conversation_id)).first()
    return None if found is None else _summary(found)


def summaries(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The lines of these that are still there."""
    found = Conversation.objects.present().filter(pk__in=ids)
    return [_summary(row) for row in _with_answering(found)]


def page_of(
    user: "User", before: str | None = None, folder_id: str | None = None, *, whole: bool = False
) -> dict[str, Any]:
    """A page of a person's conversations, the last used first, and the cursor of the next page.

    What is pinned comes first, all of it with the first page; what is in a folder only where that
    is asked for. What scripts began is left out where the person wants that, but for what they
    have pinned or put into a folder, and where the `whole` list is asked for. `before` is the
    cursor of the page before; BadCursor when it is none of ours.
    """
    own = Conversation.objects.visible_to(user).listed()
    found = own.filed(folder_id).order_by("-updated_at")
    if user.hides_scripts and not (folder_id or whole):
        found = found.begun_here()
    if before is not None:
        found = found.used_before(moment(before))
    rows = list(_with_answering(found)[: PAGE + 1])
    cursor = rows[PAGE - 1].updated_at.isoformat() if len(rows) > PAGE else None
    pinned = [] if before or folder_id else _with_answering(own.pinned())
    return {
        "conversations": [_summary(row) for row in (*pinned, *rows[:PAGE])],
        "next": cursor,
        "hides_scripts": user.hides_scripts,
    }


def state_of(conversation: Conversation, *through: str) -> dict[str, Any]:
    """An open conversation: a `window` of the path shown, and the nodes in it and beside it.

    The path passes the first of `through` that is there, and the window is around it; without one
    it is the end of the path that is remembered. Of long turns it holds fewer, so that they are
    soon there on any line. `earlier` and `later` are the cursors of what goes before and after it,
    `end` is the last response of the path. `running` names what is being answered, or waits for
    it, on any branch.
    """
    windows = (around(conversation, response_id) for response_id in through)
    window = next(filter(None, windows), None) or at_end(conversation)
    found = _by_id(window.ids)
    window = lighter(window, through, {id_: _weight(found[id_]) for id_ in found})
    return {
        "conversation": summary(conversation.pk),
        "selected_root_id": conversation.selected_root_id,
        "branches": marked(conversation),
        "forked_from": origin(conversation),
        "copied_from": source(conversation),
        "running": list(conversation.responses.running().values_list("id", flat=True)),
        **_turns(conversation, window, found),
    }


def turns_before(conversation: Conversation, cursor: str) -> dict[str, Any] | None:
    """What goes before the cursor `earlier`, in the shape of a state; None where it is not."""
    window = up_to(conversation, cursor)
    return None if window is None else _turns(conversation, window, _by_id(window.ids))


def turns_after(conversation: Conversation, cursor: str) -> dict[str, Any] | None:
    """What follows the cursor `later`, in the shape of a state; None where it is not."""
    window = after(conversation, cursor)
    return None if window is None else _turns(conversation, window, _by_id(window.ids))


def _turns(
    conversation: Conversation, window: Window, known: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    nodes = nodes_in(conversation, window)
    beside = standing(conversation, {node.id for node in nodes})
    return {
        "tree": [node._asdict() for node in nodes],
        "responses": [known[id_] for id_ in window.ids if id_ in known],
        "beside": beside,
        "others": responses(id_ for id_ in beside if id_ not in window.ids),
        "earlier": window.ids[0] if window.ids and window.above else None,
        "later": window.ids[-1] if window.ids and window.has_later else None,
        "end": window.end,
    }


def _by_id(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {response["id"]: response for response in responses(ids)}


def _weight(response: Mapping[str, Any]) -> int:
    return len(json.dumps([response["input"], response["output"]]))


def responses(ids: Iterable[str]) -> list[dict[str, Any]]:
    """The responses of these ids, in their order, with what may leave the server, and the name of
    the key through which one was asked.
    """
    ids = list(ids)
    found = Response.objects.select_related("api_key").in_bulk(ids)
    return [shown(found[id_]) for id_ in ids if id_ in found]


def shown(response: Response) -> dict[str, Any]:
    """A response as its person sees it; its key has to be there, or is asked for."""
    visible = visible_response(response.to_api())
    return visible | {"key_name": response.api_key.name} if response.api_key else visible


def moment(cursor: str) -> datetime:
    """The time that a cursor stands for, in UTC; BadCursor for any that `page_of` doesn't make."""
    try:
        moment = datetime.fromisoformat(cursor)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadCursor from error
    raise BadCursor


def _with_answering(found: QuerySet[Conversation]) -> QuerySet[Conversation]:
    running = Response.objects.running().filter(conversation=OuterRef("pk"), waiting=False)
    answering = Subquery(running.order_by("-id").values("id")[:1])
    return found.annotate(answering=answering, tags_found=tags_column())


def _summary(conversation: Any) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "titled": conversation.title_source != Conversation.TitleSource.QUESTION,
        "updated_at": conversation.updated_at.isoformat(),
        "answering": conversation.answering,
        "unseen": conversation.unseen,
        "expires_at": conversation.expires_at and conversation.expires_at.isoformat(),
        "folder": conversation.folder_id,
        "tags": listed(conversation.tags_found),
        "pinned_at": conversation.pinned_at and conversation.pinned_at.isoformat(),
        "archived_at": conversation.archived_at and conversation.archived_at.isoformat(),
        "approvals": conversation.approvals,
        "key_name": conversation.key_name,
        "version": conversation.version,
    }
