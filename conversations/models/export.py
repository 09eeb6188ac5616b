"""A conversation to take along: as Markdown to read, as JSON with every branch."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from conversations.models.conversation import Conversation
from conversations.models.response import Response
from conversations.models.tree import outline, shown_path
from conversations.protocol.items import input_text, output_text
from conversations.protocol.visibility import visible_response

FORMAT = "chatapp.conversation"
VERSION = 1


def as_markdown(conversation: Conversation) -> str:
    """The branch that is shown, as its person reads it: what they wrote and what was answered."""
    path = shown_path(outline(conversation), conversation.selected_root_id)
    found = Response.objects.in_bulk(path)
    rows = (found[id_] for id_ in path if id_ in found)
    turns = (part for row in rows for part in _turn(row))
    return "\n\n".join([f"# {' '.join(conversation.title.split())}", *turns]) + "\n"


def as_json(conversation: Conversation) -> dict[str, Any]:
    """The whole tree, each response as the API writes it, with what may leave the server."""
    rows = conversation.responses.order_by("id")
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.pk,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "selected_root_id": conversation.selected_root_id,
        "responses": [
            visible_response(row.to_api()) | {"selected_child_id": row.selected_child_id}
            for row in rows
        ],
    }


def _turn(row: Response) -> Iterator[str]:
    # What goes on with a cut answer has a question of ours, which nobody wrote.
    if not row.continues and not row.is_compaction:
        yield f"## You · {_moment(row.created_at)}"
        yield input_text(row.input)
    yield f"## {row.model_name} · {_moment(row.completed_at or row.created_at)}"
    yield output_text(row.output) or f"*({row.get_status_display()})*"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
