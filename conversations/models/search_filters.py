"""What narrows a search besides words: when, by which model, in which folder, by which tag…"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

MOST = 60  # characters of an id of ours
ARCHIVED = {
    "": "",
    "no": "conversation.archived_at IS NULL",
    "only": "conversation.archived_at IS NOT NULL",
}
TAGGED = """EXISTS (
    SELECT 1 FROM conversations_conversation_tags tagged
    WHERE tagged.conversation_id = conversation.id AND tagged.tag_id = %s
)"""
WITH_FILES = """EXISTS (
    SELECT 1 FROM conversations_response_attachments file WHERE file.response_id = response.id
)"""


class BadFilter(ValueError):
    """This can't be asked for."""


@dataclass(frozen=True)
class Filters:
    """All of them must hold; one that is empty holds for everything.

    `since` is the first moment that counts and `until` the first that does not any more. A model,
    a folder or a tag that is somebody else's is as good as missing: nothing is found there.
    """

    since: datetime | None = None
    until: datetime | None = None
    model: str = ""
    folder: str = ""
    archived: str = ""
    files: bool = False
    tag: str = ""

    def __bool__(self) -> bool:
        return self != Filters()

    def conditions(self) -> tuple[str, list[Any]]:
        """What must hold of the rows `response` and `conversation` in SQL, and its parameters.

        Every piece of the SQL is written here: what a person gave is among the parameters.
        """
        found = list(self._conditions())
        parameters = [parameter for _, its in found for parameter in its]
        return " AND ".join(sql for sql, _ in found), parameters

    def _conditions(self) -> Iterator[tuple[str, list[Any]]]:
        if self.since:
            yield "response.created_at >= %s", [_stored(self.since)]
        if self.until:
            yield "response.created_at < %s", [_stored(self.until)]
        if self.model:
            yield "response.model_id = %s", [self.model]
        if self.folder:
            yield "conversation.folder_id = %s", [self.folder]
        if self.tag:
            yield TAGGED, [self.tag]
        if self.archived:
            yield ARCHIVED[self.archived], []
        if self.files:
            yield WITH_FILES, []


def filters_from(asked: Mapping[str, str]) -> Filters:
    """Those that an address asks for; BadFilter where one of them is none."""
    archived, files = asked.get("archived", ""), asked.get("files", "")
    if archived not in ARCHIVED or files not in ("", "1"):
        raise BadFilter
    return Filters(
        since=_moment(asked.get("since", "")),
        until=_moment(asked.get("until", "")),
        model=_id(asked.get("model", "")),
        folder=_id(asked.get("folder", "")),
        archived=archived,
        files=bool(files),
        tag=_id(asked.get("tag", "")),
    )


def _id(text: str) -> str:
    if len(text) > MOST or "\x00" in text:
        raise BadFilter
    return text


def _moment(text: str) -> datetime | None:
    """A time with its zone, as ISO 8601 writes it: a day begins where the person is."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadFilter
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadFilter from error


def _stored(moment: datetime) -> Any:
    """As this database has it."""
    return connection.ops.adapt_datetimefield_value(moment)
