"""What filters ask of a message that is found by its words, in rows as small as they can be."""

from collections.abc import Sequence
from typing import ClassVar

from django.conf import settings
from django.db import connection, models

from conversations.models.conversation import Conversation
from conversations.models.provider import Model

BATCH = 500
KEEP = """
    INSERT INTO conversations_searchfacet AS facet
        (id, owner_id, conversation_id, model_id, created_at, files)
    SELECT entry.id, entry.owner_id, response.conversation_id, response.model_id,
        response.created_at, EXISTS (
            SELECT 1 FROM conversations_response_attachments file
            WHERE file.response_id = response.id
        )
    FROM conversations_searchentry entry
    JOIN conversations_response response ON response.id = entry.response_id
    WHERE {condition}
    ON CONFLICT (id) DO UPDATE SET files = excluded.files WHERE facet.files <> excluded.files
"""
MISSING = """NOT EXISTS (
    SELECT 1 FROM conversations_searchfacet known WHERE known.id = entry.id
)"""


class SearchFacet(models.Model):
    """Of the search entry of the same id: what stays as it was when its message was sent.

    What a conversation is given later, as a folder or a tag, is asked of that. It goes with its
    entry: the database sees to it (migration 0031).
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    conversation = models.ForeignKey(
        Conversation, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    model = models.ForeignKey(
        Model, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField()
    files = models.BooleanField()

    class Meta:
        indexes: ClassVar = [
            # A person's, newest first, and all that is asked of them: the rows are not read.
            models.Index(
                fields=["owner", "id", "created_at", "model", "files", "conversation"],
                name="search_facets",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


def keep(response_ids: Sequence[str]) -> None:
    """Have what is to be found of these be found by filters too, with the files that they have."""
    with connection.cursor() as cursor:
        for start in range(0, len(response_ids), BATCH):
            ids = response_ids[start : start + BATCH]
            places = ", ".join(["%s"] * len(ids))
            cursor.execute(KEEP.format(condition=f"entry.response_id IN ({places})"), ids)


def keep_missing() -> int:
    """The same of all that lack it, which a version before wrote; how many they were."""
    with connection.cursor() as cursor:
        cursor.execute(KEEP.format(condition=MISSING))
        found: int = cursor.rowcount
    return found
