"""A conversation to take along: as Markdown to read, as JSON with every branch."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import translation

from conversations.models.conversation import Conversation
from conversations.models.plain import answer_text, question_text
from conversations.models.response import Response
from conversations.models.tree import outline, shown_path
from conversations.protocol.files import file_names
from conversations.protocol.imports.own import FORMAT
from conversations.protocol.made import made_names
from conversations.protocol.visibility import visible_response

VERSION = 1


def as_markdown(conversation: Conversation) -> str:
    """The branch that is shown, as its person reads it: what they wrote and what was answered."""
    rows = shown_rows(conversation)
    with translation.override("en"):
        pairs = zip(rows, [None, *rows], strict=False)
        turns = [part for row, before in pairs for part in _turn(row, before)]
    return "\n\n".join([f"# {' '.join(conversation.title.split())}", *turns]) + "\n"


def shown_rows(conversation: Conversation, through: str | None = None) -> list[Response]:
    """The responses of the branch that is shown, or of the one that passes `through`."""
    path = shown_path(outline(conversation), conversation.selected_root_id, through)
    found = Response.objects.in_bulk(path)
    return [found[id_] for id_ in path if id_ in found]


def as_json(conversation: Conversation) -> dict[str, Any]:
    """The whole tree, each response as the API writes it, with what may leave the server."""
    rows = conversation.responses.order_by("id")
    responses = [
        visible_response(row.to_api()) | {"selected_child_id": row.selected_child_id}
        for row in rows
    ]
    return document(conversation.title, responses) | {
        "id": conversation.pk,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "selected_root_id": conversation.selected_root_id,
        "metadata": conversation.metadata,
        "folder": conversation.folder.name if conversation.folder else None,
        "tags": [tag.name for tag in conversation.tags.all()],
        "key_name": conversation.key_name,
    }


def document(title: str, responses: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The least that is a conversation in our format; `protocol.imports.own` reads it."""
    return {"format": FORMAT, "version": VERSION, "title": title, "responses": responses}


def _turn(row: Response, before: Response | None) -> Iterator[str]:
    # What goes on with a cut answer has a question of ours, which nobody wrote.
    if row.input and not row.continues and not row.is_compaction:
        yield f"## You · {_moment(row.created_at)}"
        asked = question_text(row.input, before.output if before else [])
        yield "\n\n".join(filter(None, [asked, _files(row)]))
    if not row.output and not row.model_name:
        return  # it was told, and nobody was asked
    yield f"## {row.model_name} · {_moment(row.completed_at or row.created_at)}"
    answered = [answer_text(row.output), *(f"* {name}" for name in made_names(row.output))]
    yield "\n\n".join(filter(None, answered)) or f"*({row.get_status_display()})*"


def _files(row: Response) -> str:
    given = [f"{part['filename']} (from the folder)" for part in row.folder_files]
    return "\n".join(f"* {name}" for name in (*file_names(row.input), *given))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
