"""What a provider says of the files that it keeps for us, joined with what they are here."""

import logging
from collections.abc import Collection

from django.db import DatabaseError
from django.db.models import Q

from conversations.models import Response, StoredFile
from conversations.models.database import in_database
from conversations.protocol.events import Event
from conversations.protocol.file_search import Own, files_in, with_own

logger = logging.getLogger(__name__)


class OwnNames:
    """Those of one answer; a file is looked for when it is first told of."""

    def __init__(self, row: Response) -> None:
        self._row = row
        self._own: dict[str, Own] = {}
        self._looked_for: set[str] = set()

    async def given(self, event: Event) -> Event:
        """The event with our names."""
        told = files_in(event)
        if not told:
            return event
        if new := told - self._looked_for:
            try:
                self._own |= await in_database(_found, self._row, new)
            except DatabaseError as error:
                logger.warning("%s: its files could not be looked for: %s", self._row.id, error)
            self._looked_for |= new
        return with_own(event, self._own)


def _found(row: Response, ids: Collection[str]) -> dict[str, Own]:
    of_row = Q(store__conversation=row.conversation_id)
    if row.conversation.folder_id:
        of_row |= Q(store__folder=row.conversation.folder_id)
    files = StoredFile.objects.filter(of_row, store__provider=row.provider_id, upstream_id__in=ids)
    told = files.exclude(attachment=None).values_list(
        "upstream_id", "attachment", "attachment__name"
    )
    return {upstream_id: Own(id_, name) for upstream_id, id_, name in told}
