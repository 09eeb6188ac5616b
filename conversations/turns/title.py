"""The title of a conversation, made by its model after the first exchange.

While it is written the person's pages are told what there is of it so far. That is nowhere stored,
and told seldom enough for the channel layer; one that is lost is made good by the next.
"""

import asyncio
import logging
from contextlib import aclosing
from typing import Any

from conversations.models import Beside, Conversation, Response
from conversations.models.beside import asked_together
from conversations.models.database import in_database
from conversations.models.response import Status
from conversations.protocol.errors import ProviderError
from conversations.protocol.items import input_text, output_text
from conversations.protocol.snapshot import Snapshot
from conversations.turns import notices
from conversations.turns.asked import as_asked
from conversations.turns.endpoint import client_of

logger = logging.getLogger(__name__)

INSTRUCTIONS = (
    "Write a title for this conversation, of at most six words, in the language of its question. "
    "Answer with the title alone, without quotation marks or a full stop."
)
EXCERPT = 2000
TOLD_EVERY = 0.1  # seconds


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
    telling = _Telling(row)
    try:
        title = await _written(row, telling)
    except ProviderError as error:
        logger.info("%s: no title: %s", row.conversation_id, error.detail or error.message)
        title = ""
    if title:
        by = Conversation.TitleSource.MODEL
        is_new = await in_database(row.conversation.rename, title, by)
    else:
        is_new = False
    if not is_new:
        await telling.take_back()
    return is_new


class _Telling:
    """Tells the person's pages how far a title is."""

    def __init__(self, row: Response) -> None:
        self._row = row
        self._told = ""
        self._again_at = 0.0

    async def far(self, title: str) -> None:
        """There is that much of it; not every piece is told."""
        now = asyncio.get_running_loop().time()
        if title and title != self._told and now >= self._again_at:
            self._told, self._again_at = title, now + TOLD_EVERY
            await self._tell(title)

    async def take_back(self) -> None:
        """It is none after all: the one that there is stays."""
        if self._told:
            await self._tell(None)

    async def _tell(self, title: str | None) -> None:
        row = self._row
        frame = {"conversation_id": row.conversation_id, "title": title}
        await notices.send(row.owner_id, {"type": "conversation.titling", **frame})


async def _written(row: Response, telling: _Telling) -> str:
    """The title that the model writes, "" where it writes none; ProviderError as the client's."""
    assert row.provider is not None, "checked by the caller"
    snapshot = Snapshot()
    async with aclosing(client_of(row.provider).stream(_request(row))) as events:
        async for event in events:
            snapshot.apply(event)
            await telling.far(_title_in(snapshot))
    return _title_in(snapshot)


def _title_in(snapshot: Snapshot) -> str:
    return _cleaned(output_text(snapshot.response["output"]))


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


def _request(row: Response) -> dict[str, Any]:
    assert row.model is not None, "checked by the caller"
    exchange = (
        f"Question: {input_text(row.input)[:EXCERPT]}\n\n"
        f"Answer: {output_text(row.output)[:EXCERPT]}"
    )
    body = {
        "model": row.model.name,
        "instructions": INSTRUCTIONS,
        "input": exchange,
        "store": False,
    }
    return as_asked(row, body)


def _cleaned(title: str) -> str:
    first_line = title.strip().split("\n", 1)[0]
    return first_line.strip(" \"'“”«»「」*#").removesuffix(".").strip()
