"""What narrows a search besides words: when, by which model, in which folder, by whose key…"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from conversations.models.api_key import NAME_LENGTH

MOST = 60  # characters of an id of ours
ARCHIVED = {
    "": "",
    "no": "conversation.archived_at IS NULL",
    "only": "conversation.archived_at IS NOT NULL",
}
SCRIPTS = {"": "", "no": "conversation.key_name = ''", "only": "conversation.key_name > ''"}
TAGGED = """EXISTS (
    SELECT 1 FROM conversations_conversation_tags tagged
    WHERE tagged.conversation_id = conversation.id AND tagged.tag_id = %(tag)s
)"""
IN_CONVERSATION = """facet.conversation_id IN (
    SELECT conversation.id FROM conversations_conversation conversation
    WHERE conversation.owner_id = %(owner)s AND {conditions}
)"""


class BadFilter(ValueError):
    """This can't be asked for."""


@dataclass(frozen=True)
class Filters:
    """All of them must hold; one that is empty holds for everything.

    `since` is the first moment that counts and `until` the first that does not any more. A model,
    a folder or a tag that is somebody else's is as good as missing: nothing is found there.
    `scripts` and `key`, a key's name, ask how a conversation was begun.
    """

    since: datetime | None = None
    until: datetime | None = None
    model: str = ""
    folder: str = ""
    archived: str = ""
    files: bool = False
    tag: str = ""
    scripts: str = ""
    key: str = ""
    besides: str = ""  # the conversation that is left out
    present: bool = False  # not in a conversation that was deleted and may be taken back

    def __bool__(self) -> bool:
        return self != Filters()

    def conditions(self) -> str:
        """What must hold of the row `facet` of a person's message, in SQL.

        Every piece of it is written here: what a person gave is among the parameters.
        """
        return " AND ".join(self._conditions()) or "TRUE"

    def parameters(self) -> dict[str, Any]:
        """Those of the conditions, by name; the person's id, `owner`, is another one."""
        names = {"model": self.model, "folder": self.folder, "tag": self.tag}
        names |= {"key": self.key, "besides": self.besides}
        return {"since": _stored(self.since), "until": _stored(self.until), **names}

    def _conditions(self) -> Iterator[str]:
        if self.since:
            yield "facet.created_at >= %(since)s"
        if self.until:
            yield "facet.created_at < %(until)s"
        if self.model:
            yield "facet.model_id = %(model)s"
        if self.besides:
            yield "facet.conversation_id <> %(besides)s"
        if self.files:
            yield "facet.files"
        if its := " AND ".join(self._of_conversation()):
            yield IN_CONVERSATION.format(conditions=its)

    def _of_conversation(self) -> Iterator[str]:
        if self.folder:
            yield "conversation.folder_id = %(folder)s"
        if self.tag:
            yield TAGGED
        if self.archived:
            yield ARCHIVED[self.archived]
        if self.scripts:
            yield SCRIPTS[self.scripts]
        if self.key:
            yield "conversation.key_name = %(key)s"
        if self.present:
            yield "conversation.deleted_at IS NULL"


def filters_from(asked: Mapping[str, str]) -> Filters:
    """Those that an address asks for; BadFilter where one of them is none."""
    archived, scripts = asked.get("archived", ""), asked.get("scripts", "")
    files = asked.get("files", "")
    if archived not in ARCHIVED or scripts not in SCRIPTS or files not in ("", "1"):
        raise BadFilter
    return Filters(
        since=_moment(asked.get("since", "")),
        until=_moment(asked.get("until", "")),
        model=_id(asked.get("model", "")),
        folder=_id(asked.get("folder", "")),
        archived=archived,
        files=bool(files),
        tag=_id(asked.get("tag", "")),
        scripts=scripts,
        key=_id(asked.get("key", ""), NAME_LENGTH),
    )


def _id(text: str, most: int = MOST) -> str:
    if len(text) > most or "\x00" in text:
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


def _stored(moment: datetime | None) -> Any:
    """As this database has it."""
    return connection.ops.adapt_datetimefield_value(moment)
