"""Where a provider that keeps files for us is to search those that an answer needs.

What it searches is what the tool of this server would: the files on the way to the answer, and
those of the folder. Each is uploaded when an answer first needs it, into the store of its
conversation or folder.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from django.db import DatabaseError
from django.db.models import Q
from django.utils.crypto import salted_hmac

from conversations.models import Provider, Response, VectorStore
from conversations.models.database import in_database
from conversations.models.finding import learn
from conversations.models.shelf import Shelf, shelves_of
from conversations.models.vector_store import VectorStoreQuerySet
from conversations.protocol.abilities import Ability, Found, Reason
from conversations.protocol.errors import ErrorKind, ProviderError
from conversations.protocol.file_search import FUNCTION, Hosted
from conversations.providers.classify import UNSUPPORTED
from conversations.providers.config import ProviderConfig
from conversations.turns.endpoint import client_of, config_of, provider_of
from conversations.turns.filling import Unable, Unsearchable, fill_all
from conversations.turns.storing import remember
from conversations.turns.tasks import Tasks
from conversations.turns.toolbox import SETTING

logger = logging.getLogger(__name__)

SECONDS = 30.0
"""So long an answer waits for its files to be ready there."""
SOON = timedelta(minutes=1)
LATER = timedelta(minutes=10)
HALF = 32
SALT = "conversations.vector_store"
SEARCH = "file_search"
_fillings = Tasks()
NAMED = re.compile(r"file.?search", re.I)


async def hosted(row: Response) -> Hosted | None:
    """Where the model of `row` can have its provider search; None where this server is to search.

    It takes at most SECONDS, the first time and when files were added. What takes longer goes on
    for the questions after it.
    """
    provider = provider_of(row)
    if not _may_be_kept(row, provider):
        return None
    account = account_of(config_of(provider))
    filling = _fillings.spawn(_searchable(row, provider, account))
    await asyncio.wait([filling], timeout=SECONDS)
    if filling.done():
        return None if filling.cancelled() else filling.result()
    logger.warning("%s: its files are searched here: they are not ready there", row.id)
    await remember(row, _put_off, row, SOON)
    return None


async def end_filling() -> None:
    """Nothing is uploaded any more: this process ends."""
    for filling in _fillings:
        filling.cancel()
    if _fillings:
        await asyncio.wait(_fillings)


async def forsake(row: Response) -> None:
    """The provider has lost a store of `row`: the next time all are made anew."""
    await remember(row, _forsake, row)


async def remember_refusal(row: Response, error: ProviderError) -> None:
    """A model that has no such search is not given it again; any other refusal may pass."""
    assert row.model is not None, "a turn begins with a model"
    words = error.detail or error.message
    if UNSUPPORTED.search(words) and NAMED.search(words):
        await remember(row, row.model.refuses, [SEARCH])
    else:
        await remember(row, _put_off, row, LATER)


def account_of(config: ProviderConfig) -> str:
    """What tells an account at a provider apart; its first half tells apart the addresses, its
    second the keys, of which it tells nothing.
    """
    key = "\0".join([config.base_url, *config.secrets, config.organization, config.project])
    address = sha256(config.base_url.encode()).hexdigest()
    return address[:HALF] + salted_hmac(SALT, key, algorithm="sha256").hexdigest()[:HALF]


def is_at(account: str, config: ProviderConfig) -> bool:
    """Whether an account is at this address, be it by another key: nothing is told elsewhere."""
    return account[:HALF] == account_of(config)[:HALF]


def _may_be_kept(row: Response, provider: Provider) -> bool:
    """Whether this provider is sent files to keep, by what is known without a look."""
    if not provider.searches_files or provider.embedded or row.is_compaction:
        return False
    assert row.model is not None, "a turn begins with a model"
    is_refused = SEARCH in row.model.unsupported
    is_wanted = FUNCTION in (row.settings.get(SETTING) or ())
    return is_wanted and not is_refused and row.settings.get("store") is not False


async def _searchable(row: Response, provider: Provider, account: str) -> Hosted | None:
    """The stores, filled, however long that takes; None where that can't be."""
    try:
        return await _filled(row, provider, account)
    except TimeoutError:
        logger.warning("%s: its files are searched here: others are still sending them", row.id)
        await remember(row, _put_off, row, SOON)
    except (DatabaseError, OSError, Unsearchable) as error:
        logger.warning("%s: its files are searched here: %r", row.id, error)
    except Unable as error:
        logger.warning("%s: %s keeps no files: %s", row.id, provider, error)
        await remember(row, learn, provider, _unable(str(error)))
    except ProviderError as error:
        logger.warning("%s: its files are searched here: %s", row.id, error.detail or error)
        await remember(row, _put_off, row, LATER)
    return None


async def _filled(row: Response, provider: Provider, account: str) -> Hosted | None:
    shelves = await in_database(shelves_of, row, provider, account)
    if all(shelf.is_filled for shelf in shelves):
        return await in_database(_hosted, row, shelves) if shelves else None
    at = client_of(provider).stores
    try:
        await fill_all(at, shelves)
    except ProviderError as error:
        if error.kind is not ErrorKind.NOT_FOUND or not any(shelf.has for shelf in shelves):
            raise
        # One of them is gone, which only its provider knew.
        await in_database(_forsake, row)
        shelves = await in_database(shelves_of, row, provider, account)
        await fill_all(at, shelves)
    await in_database(_use_now, row)
    return await in_database(_hosted, row, shelves) if shelves else None


def _hosted(row: Response, shelves: Sequence[Shelf]) -> Hosted:
    assert row.model is not None, "a turn begins with a model"
    has_others = any(shelf.has_others for shelf in shelves)
    return Hosted(
        tuple(shelf.store.upstream_id for shelf in shelves),
        tuple(file.pk for shelf in shelves for file in shelf.wanted) if has_others else (),
        "include" not in row.model.lacks,
    )


def _unable(words: str) -> Found:
    return Found(Ability.FILE_SEARCH, False, Reason.REMEMBERED, words[:300])


def _put_off(row: Response, delay: timedelta) -> None:
    _stores_of(row).put_off(delay)


def _use_now(row: Response) -> None:
    _stores_of(row).use_now()


def _forsake(row: Response) -> None:
    _stores_of(row).forsake()


def _stores_of(row: Response) -> VectorStoreQuerySet:
    """Those of its conversation and its folder at the account that its provider has now."""
    provider = provider_of(row)
    place = Q(conversation=row.conversation_id)
    if row.conversation.folder_id:
        place |= Q(folder=row.conversation.folder_id)
    at = {"provider": provider, "account": account_of(config_of(provider))}
    return VectorStore.objects.filter(place, **at)
