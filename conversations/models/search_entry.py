"""What can be found of a response: its words, in an index of the database's own."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models

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
    """Have these be found by what their `text` says now."""
    entries = [
        SearchEntry(
            response=response,
            owner_id=response.conversation.owner_id,
            words=indexed(response.text),
        )
        for response in responses
    ]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["response"], update_fields=["words"]
    )
