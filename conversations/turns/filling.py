"""Files, into the stores in which a provider is to search them: each uploaded once."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence

from django.db import DatabaseError, IntegrityError

from conversations.files.paging import unpaged
from conversations.models import Attachment, StoredFile, VectorStore
from conversations.models.database import in_database
from conversations.models.shelf import Shelf
from conversations.models.vector_store import FILE_DAYS, STORE_DAYS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.file_search import KEY
from conversations.providers.stores import Stores, Upload
from conversations.turns.endpoint import is_missing

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
CLAIM_SECONDS = 60.0  # who fills claims anew before they are over: else they are dead
RENEW_SECONDS = 20.0
AT_ONCE = 4
ENDED = ("completed", "failed", "cancelled")
TEXT = "text/plain"
# https://platform.openai.com/docs/guides/tools-file-search: what is read as it is. All else is sent
# as the text that was read of it here.
AS_IT_IS = ("pdf", "docx")


class Unsearchable(Exception):
    """The provider did not take a file: a search there would miss it."""


class Unable(Exception):
    """The provider keeps no files."""


async def fill_all(at: Stores, shelves: Sequence[Shelf]) -> None:
    """Have all that is wanted be in the stores, and ready, however long that takes.

    Unsearchable, Unable, ProviderError and DatabaseError say why not; TimeoutError, that somebody
    else fills one, and is not through yet.
    """
    for shelf in shelves:
        if not shelf.is_filled:
            await _fill(at, shelf)


async def _fill(at: Stores, shelf: Shelf) -> None:
    """Have all that is wanted be in the store, and ready; by one process at a time."""
    await _claimed(shelf.store)
    keeping = asyncio.create_task(_keep_claimed(shelf.store))
    try:
        await in_database(shelf.look)
        if not shelf.store.upstream_id:
            await in_database(shelf.store.made, await _able(at.create(STORE_DAYS)))
        await _upload_all(at, shelf)
        if shelf.is_refused:
            raise Unsearchable(shelf.store)
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await in_database(shelf.store.release)


async def _claimed(store: VectorStore) -> None:
    """Until nobody else fills it: that may be another process, so it can only be looked for."""
    async with asyncio.timeout(CLAIM_SECONDS):
        while not await in_database(store.claim, CLAIM_SECONDS):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(LOOK_SECONDS)


async def _keep_claimed(store: VectorStore) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            await in_database(store.keep_claimed, CLAIM_SECONDS)
        except DatabaseError as error:
            logger.warning("%s could not be claimed anew: %s", store, error)


async def _able(making: Awaitable[str]) -> str:
    """What is made; Unable where the provider makes none of it."""
    try:
        return await making
    except ProviderError as error:
        if is_missing(error):
            raise Unable(error.detail or error.message) from error
        raise


async def _upload_all(at: Stores, shelf: Shelf) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def ready(file: Attachment) -> None:
        async with turn:
            row = shelf.has.get(file.pk) or await _uploaded(at, shelf, file)
            await _until_ready(at, shelf.store, row)

    # All to their end: what was taken is to be known, whatever becomes of the others.
    ends = await asyncio.gather(*map(ready, shelf.wanted), return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end


async def _uploaded(at: Stores, shelf: Shelf, file: Attachment) -> StoredFile:
    """The file, sent; refused is what the provider will never take."""
    row = StoredFile(store=shelf.store, attachment=file)
    try:
        upload = await in_database(_as_upload, file)
        row.upstream_id = await _able(at.upload(upload, FILE_DAYS))
    except ProviderError as error:
        if error.kind not in (ErrorKind.BAD_REQUEST, ErrorKind.TOO_LARGE):
            raise
        logger.warning("%s was not taken: %s", file.pk, error.detail or error)
        row.state = StoredFile.State.REFUSED
    await _save(at, row)
    shelf.has[file.pk] = row
    return row


async def _save(at: Stores, row: StoredFile) -> None:
    """Know of an uploaded file. One that was deleted here while it was sent is removed there."""
    try:
        await in_database(row.save)
    except IntegrityError:
        if row.upstream_id:
            await at.delete_file(row.upstream_id)
        raise


async def _until_ready(at: Stores, store: VectorStore, row: StoredFile) -> None:
    if row.state != StoredFile.State.UPLOADED:
        return
    status = await _status(at, store, row)
    while status not in ENDED:
        await asyncio.sleep(LOOK_SECONDS)
        status = await at.status(store.upstream_id, row.upstream_id)
    state = StoredFile.State.READY if status == "completed" else StoredFile.State.REFUSED
    await in_database(row.becomes, state)


async def _status(at: Stores, store: VectorStore, row: StoredFile) -> str:
    """How far the store is with a file, which it is given where it does not have it yet."""
    try:
        return await at.status(store.upstream_id, row.upstream_id)
    except ProviderError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise
    await at.add(store.upstream_id, row.upstream_id, {KEY: str(row.attachment_id)})
    return await at.status(store.upstream_id, row.upstream_id)


def _as_upload(file: Attachment) -> Upload:
    if file.kind.form in AS_IT_IS:
        return file.name, file.path.read_bytes(), file.kind.media_type
    return f"{file.name}.txt", unpaged(file.text).encode(), TEXT
