"""The title of a conversation, made by its model after the first exchange."""

import logging

from conversations.models import Beside, Conversation, Response
from conversations.models.beside import asked_together
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ProviderError
from conversations.protocol.items import input_text, output_text
from conversations.turns.endpoint import client_of

logger = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Write a title for this conversation, of at most six words, in the language of its question. "
    "Answer with the title alone, without quotation marks or a full stop."
)
EXCERPT = 2000


async def make_title(row: Response) -> bool:
    """Ask the model for a title once the first answer is complete; True when there is a new one.

    A provider that fails costs only the title: the question's first words stay.
    """
    if (
        row.previous_response_id
        or row.is_compaction
        or row.status != Status.COMPLETED
        or row.provider is None
    ):
        return False
    if not await in_database(_is_wanted, row):
        return False
    try:
        answer = await client_of(row.provider).create(_request(row))
    except ProviderError as error:
        logger.info("%s: no title: %s", row.conversation_id, error.detail or error.message)
        return False
    title = _cleaned(output_text(answer.get("output") or []))
    if not title:
        return False
    return await in_database(row.conversation.rename, title, Conversation.TitleSource.MODEL)


def _is_wanted(row: Response) -> bool:
    """Whether its conversation, which stays, still has its question's words alone.

    Of several models that answer side by side, the first one makes the title.
    """
    if row.retry_of_id and Beside.objects.filter(pk=row.pk).exists():
        before = asked_together(row).filter(pk__lt=row.pk, beside__isnull=False)
        if before.exists():
            return False
    untitled = (
        Conversation.objects.present()
        .listed()
        .filter(pk=row.conversation_id, title_source=Conversation.TitleSource.QUESTION)
    )
    return untitled.exists()


def _request(row: Response) -> dict[str, object]:
    assert row.model is not None, "checked by the caller"
    exchange = (
        f"Question: {input_text(row.input)[:EXCERPT]}\n\n"
        f"Answer: {output_text(row.output)[:EXCERPT]}"
    )
    return {
        "model": row.model.name,
        "instructions": INSTRUCTIONS,
        "input": exchange,
        "store": False,
    }


def _cleaned(title: str) -> str:
    first_line = title.strip().split("\n", 1)[0]
    return first_line.strip(" \"'“”«»「」*#").removesuffix(".").strip()
