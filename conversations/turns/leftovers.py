"""Removes at providers what nobody here needs any more of what they keep for us.

What that is says the database, whoever deleted what, and whichever process ended meanwhile. What
can't be removed now is tried again; what a provider has forgotten by itself is forgotten here.
"""

import logging
from collections.abc import Awaitable
from datetime import timedelta

from django.db import DatabaseError
from django.utils import timezone

from conversations.models import Provider, StoredFile, VectorStore
from conversations.models.database import in_database
from conversations.models.vector_store import FILE_DAYS
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.providers.stores import Stores
from conversations.turns.endpoint import client_of, config_of
from conversations.turns.stores import is_at

logger = logging.getLogger(__name__)

AT_ONCE = 50
AGAIN = timedelta(hours=12)


async def remove_leftovers() -> int:
    """Remove stores and files that are of no use any more; how many there were."""
    number = 0
    for store in await in_database(lambda: list(VectorStore.objects.forsaken()[:AT_ONCE])):
        number += await _removed(store, store)
    for file in await in_database(lambda: list(StoredFile.objects.forsaken()[:AT_ONCE])):
        number += await _removed(file, file.store)
    return number


async def _removed(row: VectorStore | StoredFile, store: VectorStore) -> bool:
    """Remove one at its provider, then here; False where that has to be tried again."""
    try:
        provider = await in_database(Provider.objects.get, pk=store.provider_id)
        if is_at(store.account, config_of(provider)):
            await _remove(row, client_of(provider).stores)
    except DatabaseError:
        raise
    except Exception as error:  # such as a key that can't be read: the others are removed still
        if row.created_at > timezone.now() - timedelta(days=FILE_DAYS):
            unforeseen = None if isinstance(error, ProviderError) else error
            logger.warning("%s was not removed there: %s", row, error, exc_info=unforeseen)
            await in_database(_put_off, row)
            return False
    await in_database(row.delete)
    return True


async def _remove(row: VectorStore | StoredFile, at: Stores) -> None:
    if isinstance(row, StoredFile):
        await _remove_file(row, at)
        return
    for file in await in_database(lambda: list(row.files.all())):
        await _remove_file(file, at)
    if row.upstream_id:
        await _gone(at.delete(row.upstream_id))


async def _remove_file(file: StoredFile, at: Stores) -> None:
    """Out of its store first: who removes a file need not look where it is."""
    if not file.upstream_id:
        return
    if file.store.upstream_id:
        await _gone(at.remove(file.store.upstream_id, file.upstream_id))
    await _gone(at.delete_file(file.upstream_id))


async def _gone(removal: Awaitable[None]) -> None:
    """Await a removal; what is not there need not be removed."""
    try:
        await removal
    except ProviderError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise


def _put_off(row: VectorStore | StoredFile) -> None:
    type(row).objects.filter(pk=row.pk).update(retry_at=timezone.now() + AGAIN)
