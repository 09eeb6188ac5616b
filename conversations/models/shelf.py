"""Which files an answer may search at its provider, and in which stores they are, or will be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from conversations.models.attachment import Attachment
from conversations.models.file_texts import each_once, files_of
from conversations.models.provider import Provider
from conversations.models.response import Response
from conversations.models.retention import may_be_kept
from conversations.models.vector_store import StoredFile, VectorStore

MOST_FILES = 100
MOST_BYTES = 200 * 1024 * 1024


@dataclass
class Shelf:
    """A store, those of its files that the answer may see, and all that it has by our ids.

    `has_deleted` says that some are still to be removed there, which are here no more.
    """

    store: VectorStore
    wanted: Sequence[Attachment]
    has: dict[str, StoredFile] = field(default_factory=dict)
    has_deleted: bool = False

    @property
    def is_filled(self) -> bool:
        """Whether all of them can be searched."""
        return all(self._state(file) is StoredFile.State.READY for file in self.wanted)

    @property
    def is_refused(self) -> bool:
        """Whether the provider did not take one: then a search there would miss it."""
        return any(self._state(file) is StoredFile.State.REFUSED for file in self.wanted)

    @property
    def missing(self) -> list[Attachment]:
        return [file for file in self.wanted if file.pk not in self.has]

    @property
    def has_others(self) -> bool:
        """Whether the store has files that the answer is not to see."""
        return self.has_deleted or not self.has.keys() <= {file.pk for file in self.wanted}

    def look(self) -> None:
        """See anew what is in it."""
        self.store.refresh_from_db(fields=["upstream_id"])
        rows = list(self.store.files.all())
        self.has = {row.attachment_id: row for row in rows if row.attachment_id is not None}
        self.has_deleted = any(row.upstream_id for row in rows if row.attachment_id is None)

    def _state(self, file: Attachment) -> StoredFile.State | None:
        row = self.has.get(file.pk)
        return StoredFile.State(row.state) if row else None


@transaction.atomic
def shelves_of(row: Response, provider: Provider, account: str) -> list[Shelf]:
    """What there is to search for the answer at this account of its provider: nothing where nobody
    is to keep what it is about, where there are too many files, or where it is too soon to try.
    """
    if row.conversation.is_temporary or not may_be_kept(row.owner):
        return []
    files = each_once(files_of(row.pk, row.owner_id).defer("text"))
    if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_BYTES:
        return []
    folder_id = row.conversation.folder_id
    places: dict[str, list[Attachment]] = {"folder_id": [], "conversation_id": []}
    for file in files:
        is_folders = folder_id is not None and file.folder_id == folder_id
        places["folder_id" if is_folders else "conversation_id"].append(file)
    ids = {"folder_id": folder_id, "conversation_id": row.conversation_id}
    shelves = [
        Shelf(_store(provider, account, {place: ids[place]}), wanted)
        for place, wanted in places.items()
        if wanted
    ]
    if any(shelf.store.is_put_off for shelf in shelves):
        return []
    for shelf in shelves:
        shelf.look()
    return shelves


def _store(provider: Provider, account: str, of: dict[str, str | None]) -> VectorStore:
    """The one that is used from now on, made if need be."""
    at: dict[str, Any] = {"provider": provider, "account": account, **of}
    VectorStore.objects.filter(**at).stale().forsake()
    store, is_new = VectorStore.objects.get_or_create(**at)
    if not is_new:
        VectorStore.objects.filter(pk=store.pk).update(used_at=timezone.now())
    return store
