"""The files of messages: checked when a question is stored, put in when a provider is asked."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conversations.files.checking import Found, check
from conversations.files.kinds import MAX_PER_MESSAGE
from conversations.files.paging import unpaged
from conversations.models import Attachment, Response
from conversations.models.attachment import link
from conversations.protocol.files import File, file_ids, with_files, with_parts
from conversations.protocol.functions import without_pictures
from conversations.protocol.items import Item
from conversations.protocol.made import made_ids
from conversations.turns.errors import RequestError

if TYPE_CHECKING:
    from chatapp.accounts.models import User

AT_ONCE = asyncio.Semaphore(2)  # each may use a processor, and much memory


async def checked(path: Path, name: str) -> Found:
    """What a file is, whatever it is made to do to whoever looks: see `check`; NotTaken."""
    async with AT_ONCE:
        return await asyncio.to_thread(check, path, name)


def with_own_files(owner: "User", items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`items` as they are stored: each file in them is one of the person's own, by what it is.

    RequestError when it is not, as if there were none of that name; and when there are too many.
    """
    wanted = file_ids(items)
    if not wanted:
        return items
    if any(len(file_ids([item])) > MAX_PER_MESSAGE for item in items):
        raise RequestError(
            f"A message takes {MAX_PER_MESSAGE} files at the most.", "too_many_files", "input"
        )
    own = Attachment.objects.usable_by(owner.pk).defer("text").in_bulk(wanted)
    if any(file_id not in own for file_id in wanted):
        raise _gone()
    return [_stored(item, own) for item in items]


def keep_files(rows: Sequence[Response], items: Sequence[Item]) -> None:
    """Have the files of messages that were just stored be kept; RequestError when one of `items`
    was removed since it was looked at."""
    linked = link(rows)
    if not linked.issuperset(file_ids(items)):
        raise _gone()


def _gone() -> RequestError:
    return RequestError(
        "A file of this message does not exist any more. Attach it again.",
        "file_not_found",
        "input",
        404,
    )


def as_sent(items: Sequence[Item], row: Response) -> list[Item]:
    """`items` with their files as the model that answers `row` takes them, of those that are its
    person's.
    """
    assert row.model is not None, "a turn begins with a model"
    wanted = [*file_ids(items), *made_ids(items)]
    if wanted:
        rows = Attachment.objects.held_by(row.owner_id).in_bulk(wanted)
        items = with_files(
            items,
            {pk: file_of(file) for pk, file in rows.items()},
            takes_images=row.model.sees_images,
            takes_files=row.model.reads_files,
        )
    return list(items) if row.model.sees_images else without_pictures(items)


def _stored(item: dict[str, Any], own: dict[str, Attachment]) -> dict[str, Any]:
    """The item with what its files are, and in which detail they are to be looked at."""

    def part_of(part: dict[str, Any]) -> dict[str, Any]:
        detail = {"detail": part["detail"]} if part.get("detail") else {}
        return own[part["file_id"]].as_part() | detail

    return with_parts(item, part_of)


def file_of(row: Attachment) -> File:
    """A file as it can be sent."""
    return File(
        name=row.name,
        media_type=row.kind.media_type,
        size=row.size,
        read=row.for_model,
        text=unpaged(row.text),
        is_cut=row.is_cut,
        width=row.width,
        height=row.height,
        pages=row.pages,
    )
