"""What a person has said that is to be remembered: noted by the model that has answered."""

import logging
from typing import Any

from conversations.models import Memory, Response
from conversations.models.database import in_database
from conversations.models.memory import is_remembering, remember
from conversations.models.response import Status
from conversations.protocol.errors import ProviderError
from conversations.protocol.items import input_text, output_text
from conversations.protocol.notes import INSTRUCTIONS, is_wish, notes_in, request_input
from conversations.protocol.shapes import as_items
from conversations.turns import notices
from conversations.turns.endpoint import client_of

logger = logging.getLogger(__name__)

EXCERPT = 4000


async def note_what_was_said(row: Response) -> None:
    """Note what the question of an answer tells of its person, and have their pages say so.

    That is asked of the model in a small request of its own: where the person wishes that
    something be remembered, or lets the model look at every message. A provider that fails costs
    only the note.
    """
    question = input_text(row.input)[:EXCERPT]
    if not await in_database(_is_wanted, row, question):
        return
    assert row.provider is not None, "it has answered"
    try:
        answer = await client_of(row.provider).create(await in_database(_request, row, question))
    except ProviderError as error:
        logger.info("%s: nothing noted: %s", row.id, error.detail or error.message)
        return
    notes = notes_in(output_text(as_items(answer.get("output"))))
    new = await in_database(_remember, row, notes)
    if new:
        frame = {"type": "memory.updated", "conversation_id": row.conversation_id, "notes": new}
        await notices.send(row.owner_id, frame)


def _is_wanted(row: Response, question: str) -> bool:
    said_here = row.status == Status.COMPLETED and row.retry_of_id is None and not row.continues
    if not said_here or row.conversation.is_temporary or row.model is None or not question:
        return False
    if not _is_there(row):
        return False
    return is_remembering(row.owner_id, unasked=not is_wish(question))


def _request(row: Response, question: str) -> dict[str, Any]:
    assert row.model is not None, "checked before"
    notes = list(Memory.objects.of(row.owner).values_list("text", flat=True))
    return {
        "model": row.model.name,
        "instructions": INSTRUCTIONS,
        "input": request_input(notes, question),
        "store": False,
    }


def _remember(row: Response, notes: list[str]) -> list[str]:
    """What of the notes is new; the message may be gone meanwhile, and its note with it."""
    return list(remember(row.owner, notes, row)) if _is_there(row) else []


def _is_there(row: Response) -> bool:
    return Response.objects.filter(pk=row.pk, conversation__deleted_at=None).exists()
