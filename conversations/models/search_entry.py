"""What can be found of a response: its words, in an index of the database's own."""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import models

from conversations.models import search_facet
from conversations.models.response import Response
from conversations.models.words import indexed


class SearchEntry(models.Model):
    """The words of one response; migration 0004 has what each database makes of them."""

    response = models.OneToOneField(Response, models.CASCADE, related_name="search_entry")
    # The conversation's: as one of the words, so that nobody's search reads what others wrote.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False
    )
    words = models.TextField()

    def __str__(self) -> str:
        return self.response_id


def index(responses: Iterable[Response]) -> None:
    """Have these be found by what their `text` says now; nothing of what is temporary is."""
    lasting = (response for response in responses if not response.conversation.is_temporary)
    put([entry_of(response) for response in lasting])


def entry_of(response: Response) -> SearchEntry:
    """What there is to be found of it: of a long text best made before a lock is taken."""
    owner_id = response.conversation.owner_id
    return SearchEntry(response=response, owner_id=owner_id, words=indexed(response.text))


def put(entries: Sequence[SearchEntry]) -> None:
    """Store these, in the place of what their responses had, which have their files by now."""
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["response"], update_fields=["words"]
    )
    search_facet.keep([entry.response_id for entry in entries])
