"""Which messages pass the filters of a search, where they are few: its words are sought in them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from conversations.models.conversation import Conversation
from conversations.models.response import Response
from conversations.models.search_filters import Filters

if TYPE_CHECKING:
    from chatapp.accounts.models import User

MOST = 12_000  # messages; where a person has more with files, all are walked as without

# In this order: from the person's files, which are few, to what they are in; and from the copies of
# what others shared, in which their files are.
PASSING = """
    SELECT entry.id, response.conversation_id
    FROM conversations_attachment attachment
    CROSS JOIN conversations_response_attachments held
    CROSS JOIN conversations_response response
    CROSS JOIN conversations_conversation conversation
    CROSS JOIN conversations_searchentry entry
    WHERE attachment.owner_id = %s AND held.attachment_id = attachment.id
    AND response.id = held.response_id AND conversation.id = response.conversation_id
    AND conversation.owner_id = %s AND entry.response_id = response.id AND {conditions}
    UNION
    SELECT entry.id, response.conversation_id
    FROM conversations_conversation conversation
    CROSS JOIN conversations_response response
    CROSS JOIN conversations_searchentry entry
    WHERE conversation.owner_id = %s AND conversation.copied_at IS NOT NULL
    AND response.conversation_id = conversation.id AND entry.response_id = response.id
    AND {conditions}
    LIMIT %s
"""

# The entries with the words among those few: nothing of the others is read.
FEW_SQLITE = """
    SELECT entry.id, entry.response_id
    FROM conversations_searchindex
    JOIN conversations_searchentry entry ON entry.id = conversations_searchindex.rowid
    WHERE conversations_searchindex MATCH %s AND conversations_searchindex.rowid < %s
    AND conversations_searchindex.rowid >= %s
    AND +conversations_searchindex.rowid IN (SELECT value FROM json_each(%s))
    ORDER BY conversations_searchindex.rowid DESC LIMIT %s
"""
# With a fence (OFFSET 0), or PostgreSQL would look up the word in everything.
FEW_POSTGRESQL = """
    SELECT id, response_id FROM (
        SELECT id, response_id, vector FROM conversations_searchentry
        WHERE id = ANY(%s) AND id < %s ORDER BY id DESC OFFSET 0
    ) few
    WHERE vector @@ (%s::tsquery && to_tsquery('simple', %s)) ORDER BY id DESC LIMIT %s
"""


@dataclass(frozen=True)
class Few:
    """The entries of the messages that pass, and the conversations these are in."""

    entries: list[int]
    conversations: set[str]


def few_passing(user: "User", filters: Filters) -> Few | None:
    """All of a person's own that pass; None where these may be many.

    They are few where the filters ask for files, and none where they ask for what nothing has.
    """
    if _is_empty(user, filters):
        return Few([], set())
    if not filters.files:
        return None
    conditions, parameters = filters.conditions()
    with connection.cursor() as cursor:
        sql = PASSING.format(conditions=conditions)
        cursor.execute(sql, [user.pk, user.pk, *parameters, user.pk, *parameters, MOST + 1])
        found: list[Any] = cursor.fetchall()
    if len(found) > MOST:
        return None
    return Few([entry for entry, _ in found], {conversation for _, conversation in found})


def _is_empty(user: "User", filters: Filters) -> bool:
    """Whether no conversation has this folder or tag, or no message at all is of this model."""
    own = Conversation.objects.visible_to(user).listed()
    if filters.folder and not own.filter(folder=filters.folder).exists():
        return True
    if filters.tag and not own.filter(tags=filters.tag).exists():
        return True
    return bool(filters.model) and not Response.objects.filter(model=filters.model).exists()
