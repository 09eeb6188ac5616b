"""What there is to read of a conversation's files, on the way to one answer."""

from typing import TYPE_CHECKING

from django.db.models.expressions import RawSQL

from conversations.files.paging import PAGE_END
from conversations.models.attachment import Attachment
from conversations.models.passages import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Those that its messages have, those that were given with them, and those of the folder as it is
# now. The messages are also those that a compaction stands for, of a copy where it was made.
ON_PATH = """
WITH RECURSIVE path (id) AS (
    SELECT CAST(id AS varchar) FROM conversations_response WHERE id = %s
    UNION
    SELECT CAST(COALESCE(
        response.previous_response_id, response.compacts_id, conversation.forked_from_id
    ) AS varchar)
    FROM conversations_response AS response JOIN path ON response.id = path.id
    JOIN conversations_conversation AS conversation ON conversation.id = response.conversation_id
)
SELECT sent.attachment_id FROM path
JOIN conversations_response_attachments AS sent ON sent.response_id = path.id
UNION
SELECT given.attachment_id FROM path
JOIN conversations_response_folder_attachments AS given ON given.response_id = path.id
UNION
SELECT file.id FROM conversations_response AS response
JOIN conversations_conversation AS conversation ON conversation.id = response.conversation_id
JOIN conversations_attachment AS file ON file.folder_id = conversation.folder_id
WHERE response.id = %s
"""


def has_texts(response_id: str, owner_id: int) -> bool:
    """Whether there is anything to read in its files."""
    return files_of(response_id, owner_id).exists()


def texts_of(response_id: str, owner_id: int) -> list[Text]:
    """The texts of its files, the first uploaded first, no two by one name; in one query.

    The same file uploaded twice is one.
    """
    files = each_once(files_of(response_id, owner_id))
    names: list[str] = []
    for row in files:
        names.append(_unlike(names, row.name))
    return [_text(row, name) for row, name in zip(files, names, strict=True)]


def files_of(response_id: str, owner_id: int) -> "QuerySet[Attachment]":
    """Those of its files that can be read and that the owner of its conversation may send, the
    first uploaded first.
    """
    on_path = RawSQL(ON_PATH, [response_id, response_id])  # noqa: S611 (our own words)
    found = Attachment.objects.held_by(owner_id).filter(pk__in=on_path).exclude(text="")
    return found.order_by("created_at", "pk")


def each_once(files: "QuerySet[Attachment]") -> list[Attachment]:
    """These without those that are the same by name and content as one before."""
    found: dict[tuple[str, str], Attachment] = {}
    for row in files:
        found.setdefault((row.name, row.sha256), row)
    return list(found.values())


def _text(row: Attachment, name: str) -> Text:
    # One that was read before pages were marked has no marks.
    has_pages = row.pages == 1 or (row.pages is not None and PAGE_END in row.text)
    return Text(name, row.text, has_pages)


def _unlike(names: list[str], name: str) -> str:
    number = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
    return f"{name} ({number + 1})" if number else name
