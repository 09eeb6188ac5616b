"""What there is to read of a conversation's files, on the way to one answer."""

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length

from conversations.files.paging import PAGE_END
from conversations.models.attachment import Attachment
from conversations.models.passages import Text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from conversations.models.response import Response

# Those that its messages have, those that were given with them, and those of the folder as it is
# now. The messages are also those that a compaction stands for, of a copy where it was made.
ON_PATH = """
WITH RECURSIVE path (id) AS (
    SELECT CAST(id AS varchar) FROM conversations_response WHERE id = %s
    UNION
    SELECT CAST(CASE
        WHEN response.previous_response_id IS NOT NULL THEN response.previous_response_id
        WHEN response.compacts_id IS NOT NULL THEN response.compacts_id
        WHEN {begins_with} = 'compaction_trigger' THEN conversation.forked_from_id
    END AS varchar)
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
# The type of the first item that a response was given.
BEGINS_WITH = {
    "postgresql": "response.input #>> '{0,type}'",
    "sqlite": "json_extract(response.input, '$[0].type')",
}
MOST_LETTERS = 20_000_000  # that are searched; of more, those of the files uploaded last


def has_texts(response: "Response") -> bool:
    """Whether there is anything to read in its files: its way is walked only if there may be."""
    return _may_have(response) and files_of(response.pk, response.owner_id).exists()


def _may_have(response: "Response") -> bool:
    """Whether anything to read is anywhere in its conversation, in its folder, or is not known."""
    conversation = response.conversation
    if conversation.forked_from_id:
        return True
    readable = Attachment.objects.exclude(text="").values("pk")
    sent = readable.filter(responses__conversation=conversation)
    given = readable.filter(given_to__conversation=conversation)
    # None is in no folder, so that this asks for nothing where the conversation is in none.
    there = readable.filter(folder__isnull=False, folder=conversation.folder_id)
    return sent.union(given, there).exists()


class Texts(NamedTuple):
    """What is searched, and of how many files nothing is, for there would be too much."""

    texts: list[Text]
    left_out: int = 0


def texts_of(response_id: str, owner_id: int) -> Texts:
    """The texts of its files, the first uploaded first, no two by one name; in two queries.

    The same file uploaded twice is one.
    """
    files = files_of(response_id, owner_id)
    lengths = files.annotate(letters=Length("text")).values_list("pk", "name", "sha256", "letters")
    once = {(name, sha256): (pk, letters) for pk, name, sha256, letters in reversed(lengths)}
    wanted = list(once.values())
    so_far = accumulate(letters for _, letters in wanted)
    fit = [pk for (pk, _), sum_ in zip(wanted, so_far, strict=True) if sum_ <= MOST_LETTERS]
    rows = each_once(files.filter(pk__in=fit))
    names: list[str] = []
    for row in rows:
        names.append(_unlike(names, row.name))
    texts = [_text(row, name) for row, name in zip(rows, names, strict=True)]
    return Texts(texts, len(wanted) - len(fit))


def files_of(response_id: str, owner_id: int) -> "QuerySet[Attachment]":
    """Those of its files that can be read and that the owner of its conversation may send, the
    first uploaded first.
    """
    sql = ON_PATH.format(begins_with=BEGINS_WITH[connection.vendor])
    on_path = RawSQL(sql, [response_id, response_id])  # noqa: S611 (our own words)
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
