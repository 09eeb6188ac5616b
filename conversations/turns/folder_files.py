"""When a model is given the files of a folder: each once on a path, with the first message that
finds it there.

That is the first message of a conversation in the folder, the next one after a file was added or
the conversation moved in, and the first one behind a compaction, which left them out. They stand
before the question, so that a chain has them and a replay tells them where they were told.
"""

from collections.abc import Sequence
from typing import Any

from conversations.models import Folder, Response
from conversations.models.folder_files import parts_to_give
from conversations.protocol import files as protocol
from conversations.protocol.items import Item
from conversations.turns.errors import RequestError


def give(response: Response, folder: Folder | None) -> None:
    """Have a new response's model be given what of its folder's files it has not been given yet.

    RequestError when that and the message's own files are too much for one message.
    """
    before = response.previous_response
    response.folder_files_before = [] if before is None else given_by(before)
    if folder is None or response.is_compaction:
        return
    response.folder_files = parts_to_give(folder.pk, response.folder_files_before)
    if not response.folder_files:
        return
    parts = [*response.folder_files, *protocol.file_parts(response.input)]
    if sum(part.get("size") or 0 for part in parts) > protocol.MAX_SENT:
        raise RequestError(
            "The files of this folder and of this message are too much for one message. "
            "Attach fewer, or take some out of the folder.",
            "too_many_files",
            "folder",
            413,
        )


def given_by(response: Response) -> list[str]:
    """The ids of the files that whoever follows this response has been given."""
    if response.is_compaction:
        return []
    return [*response.folder_files_before, *(part["file_id"] for part in response.folder_files)]


def input_with(files: Sequence[dict[str, Any]], items: Sequence[Item]) -> list[Item]:
    """What is asked, behind the files of the folder that are given with it."""
    return [protocol.given_message(files), *items] if files else list(items)


def lift(response: Response, onto: Sequence[Response]) -> None:
    """What a withdrawn message would have given is given by those that followed it."""
    for row in onto:
        row.folder_files_before = response.folder_files_before
        row.folder_files = [*response.folder_files, *row.folder_files]
        row.save(update_fields=["folder_files", "folder_files_before"])


class Once:
    """The files that a request gives, each at its first place: in the stead of a compaction that a
    model can't read stands what it left out, whose files were given once more behind it.
    """

    def __init__(self) -> None:
        self._given: set[str] = set()

    def input_of(self, response: Response, items: Sequence[Item]) -> list[Item]:
        """`items`, behind those files of the response that the request does not have yet."""
        new = [part for part in response.folder_files if part["file_id"] not in self._given]
        self._given.update(part["file_id"] for part in new)
        return input_with(new, items)
