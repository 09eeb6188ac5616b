"""What an answer cites in a container of its provider's, fetched as soon as that is known: the
container is gone after some twenty minutes.
"""

import asyncio
import logging
from collections.abc import Sequence

from conversations.files.kinds import MAX_BYTES, MAX_PER_MESSAGE, MEGABYTE, safe_name
from conversations.models import Response
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.events import Event
from conversations.protocol.items import Item
from conversations.protocol.made import (
    GONE,
    LATE,
    MANY,
    SIZE,
    Cited,
    Outcome,
    cited_in,
    output_of,
    with_cited,
)
from conversations.turns.endpoint import client_of, provider_of
from conversations.turns.made import Made, NotKept

logger = logging.getLogger(__name__)

MOST = MAX_PER_MESSAGE
MOST_BYTES = 50 * MEGABYTE  # of all that one round of an answer cites
WITHIN_SECONDS = 30.0
NAME = "file"


async def with_cited_files(event: Event, known: Sequence[Item], row: Response, made: Made) -> Event:
    """The event that ends a round of an answer, with files of ours where it cites its provider's;
    `known` are the items of the round that came before it.
    """
    items = output_of(event, known)
    cited = cited_in(items)
    if not cited or not isinstance(event.get("response"), dict):
        return event
    kept = await _kept(cited, row, made)
    output = [with_cited(item, kept) for item in items]
    return {**event, "response": {**event["response"], "output": output}}


async def _kept(cited: Sequence[Cited], row: Response, made: Made) -> dict[Cited, Outcome]:
    """What becomes of each; nothing of it fails the answer."""
    ends_at = asyncio.get_running_loop().time() + WITHIN_SECONDS
    kept: dict[Cited, Outcome] = {one: {"not_kept": MANY} for one in cited[MOST:]}
    room = MOST_BYTES
    for one in cited[:MOST]:
        try:
            kept[one], size = await _fetched(one, row, made, min(room, MAX_BYTES), ends_at)
            room -= size
        except NotKept as error:
            logger.warning("%s: %s is not kept: %s", row.pk, one.file_id, error.reason)
            kept[one] = {"not_kept": error.reason}
    return kept


async def _fetched(
    one: Cited, row: Response, made: Made, most: int, ends_at: float
) -> tuple[Outcome, int]:
    """What stands for the file, and how many bytes were fetched for it; NotKept."""
    source = f"{one.container_id} {one.file_id}"
    if (known := await made.known(source)) is not None:
        return known, 0
    try:
        async with asyncio.timeout_at(ends_at):
            client = client_of(provider_of(row))
            data = await client.container_file(one.container_id, one.file_id, most)
    except TimeoutError as error:
        raise NotKept(LATE) from error
    except ProviderError as error:
        logger.info("%s: %s", row.pk, error.detail or error.message)
        raise NotKept(SIZE if error.kind == ErrorKind.TOO_LARGE else GONE) from error
    return await made.keep(source, data, safe_name(one.name) or NAME), len(data)
